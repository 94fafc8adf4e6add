//! What the records of an output did to the rows of the table that they stand for: counted as they come, never stored.
use crate::table::change::{Change, Done};
use crate::table::keys::{KEYS_MAX, Keys};
use crate::table::retraction::TakenBack;

const PRESENT: u64 = 1;
const KNOWN: u64 = 1 << 1;
/// A second of the run, modulo 2^22 (48 days), behind the bits of the row.
const SECOND_SHIFT: u32 = 2;
const SECOND_BITS: u32 = 22;
/// The newest due time, in ms since the start of the run and one more; 0 where none is known.
const DUE_SHIFT: u32 = SECOND_SHIFT + SECOND_BITS;
const DUE_MAX: u64 = (1 << (64 - DUE_SHIFT)) - 1;
const SECOND_MASK: u64 = (1 << SECOND_BITS) - 1;

/// How the rows of the table are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// By a key: a row that is written again replaces the one before.
    Keyed,
    /// By all of their columns: the same row can be there several times.
    Bag,
}

/// What happened to the table so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows written whose key had none.
    pub inserts: u64,
    /// Rows written in place of one with the same key.
    pub updates: u64,
    /// Rows taken away.
    pub deletes: u64,
    /// Records with a null value.
    pub tombstones: u64,
    /// Rows written after the row of the same key was deleted; among the inserts.
    pub returned: u64,
    /// Rows to be taken away that were not there.
    pub missing: u64,
    /// Rows whose due time lies before that of a row of the same key before them.
    pub out_of_order: u64,
    /// Rows written whose due time is known.
    pub timed: u64,
    /// Updates in the same second as the write before them to the same key.
    pub same_second: u64,
    /// Records without what tells rows apart.
    pub unkeyed: u64,
    /// Rows that are there now.
    pub rows: u64,
    /// Keys seen; of a bag, different rows.
    pub keys: u64,
    /// Whether there were more keys than are remembered: then only tombstones are counted on.
    pub overflow: bool,
}

/// Counts what the records of one output do to its table.
#[derive(Debug)]
pub struct TableMeter {
    rows: Rows,
    keys: Keys,
    start_ms: i64,
    counts: Counts,
    taken_back: TakenBack,
}

impl TableMeter {
    /// A meter of a table without rows.
    #[must_use]
    pub fn new(rows: Rows) -> Self {
        Self::with_room(rows, KEYS_MAX)
    }

    /// The same with room for another number of keys.
    #[must_use]
    pub fn with_room(rows: Rows, keys_max: usize) -> Self {
        Self {
            rows,
            keys: Keys::new(keys_max),
            start_ms: 0,
            counts: Counts::default(),
            taken_back: TakenBack::default(),
        }
    }

    /// Sets where second 0 begins.
    pub fn start(&mut self, start_ns: i64) {
        self.start_ms = start_ns.div_euclid(1_000_000);
    }

    /// Counts one record, received at `consumed_ns`.
    pub fn take(&mut self, change: &Change, consumed_ns: i64) {
        if change.done == Done::Tombstone {
            self.counts.tombstones += 1;
        }
        if self.counts.overflow {
            return;
        }
        let Some(key) = change.key else {
            self.counts.unkeyed += u64::from(change.done != Done::Tombstone);
            return;
        };
        let consumed_ms = consumed_ns.div_euclid(1_000_000);
        self.settle(consumed_ms);
        let Some(state) = self.keys.of(key) else {
            self.counts.overflow = true;
            self.keys = Keys::new(0);
            return;
        };
        match self.rows {
            Rows::Bag => self.counts.take_of_bag(state, change.done),
            Rows::Keyed => {
                let since_ms = consumed_ms.saturating_sub(self.start_ms);
                let mut row = Row { key, state, consumed_ms, since_ms };
                let due = change.due_ms.map(|due_ms| due_ms.saturating_sub(self.start_ms));
                self.counts.take_of_key(&mut row, change.done, due, &mut self.taken_back);
            }
        }
    }

    /// All counts at a moment.
    pub fn counts(&mut self, now_ns: i64) -> Counts {
        self.settle(now_ns.div_euclid(1_000_000));
        let keys = if self.counts.overflow { 0 } else { self.keys.len() as u64 };
        Counts { keys, ..self.counts }
    }

    /// Rows taken back that nothing was written in place of are deleted.
    fn settle(&mut self, now_ms: i64) {
        self.counts.deletes += self.taken_back.settle(now_ms);
    }
}

/// What is remembered of a key, and when its record came.
struct Row<'a> {
    key: u64,
    state: &'a mut u64,
    consumed_ms: i64,
    since_ms: i64,
}

impl Counts {
    fn take_of_bag(&mut self, state: &mut u64, done: Done) {
        // As many rows as were written more often than taken away: below 0 where a row is taken away first, as can happen
        // between partitions.
        let there = state.cast_signed();
        if done == Done::Written {
            self.inserts += 1;
            if there < 0 {
                self.missing -= 1;
            } else {
                self.rows += 1;
            }
            *state = there.saturating_add(1).cast_unsigned();
        } else {
            self.deletes += 1;
            if there <= 0 {
                self.missing += 1;
            } else {
                self.rows -= 1;
            }
            *state = there.saturating_sub(1).cast_unsigned();
        }
    }

    fn take_of_key(&mut self, row: &mut Row<'_>, done: Done, due_ms: Option<i64>, taken_back: &mut TakenBack) {
        let state = *row.state;
        let present = state & PRESENT != 0;
        if done != Done::Written {
            if !present {
                self.missing += 1;
                return;
            }
            self.rows -= 1;
            *row.state = state & !PRESENT;
            if done == Done::TakenBack {
                taken_back.note(row.key, row.consumed_ms);
            } else {
                self.deletes += 1;
            }
            return;
        }
        let second = row.since_ms.div_euclid(1_000).cast_unsigned() & SECOND_MASK;
        if present || taken_back.replaced(row.key) {
            self.updates += 1;
            self.same_second += u64::from((state >> SECOND_SHIFT) & SECOND_MASK == second);
        } else {
            self.inserts += 1;
            self.returned += u64::from(state & KNOWN != 0);
        }
        self.rows += u64::from(!present);
        let before = state >> DUE_SHIFT;
        let due = due_ms.map_or(0, |due_ms| due_ms.max(0).cast_unsigned().saturating_add(1).min(DUE_MAX));
        self.timed += u64::from(due > 0);
        self.out_of_order += u64::from(due > 0 && due < before);
        *row.state = PRESENT | KNOWN | (second << SECOND_SHIFT) | (before.max(due) << DUE_SHIFT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_NS: i64 = 1_000_000_000;

    fn write(key: u64, due_ms: Option<i64>) -> Change {
        Change { key: Some(key), done: Done::Written, due_ms }
    }

    fn without(key: u64, done: Done) -> Change {
        Change { key: Some(key), done, due_ms: None }
    }

    #[test]
    fn a_key_is_inserted_updated_deleted_and_comes_back() {
        let mut meter = TableMeter::new(Rows::Keyed);
        for (index, change) in [
            write(1, None),
            write(1, None),
            write(2, None),
            without(1, Done::Tombstone),
            without(1, Done::Tombstone),
            without(3, Done::Tombstone),
            write(1, None),
        ]
        .iter()
        .enumerate()
        {
            meter.take(change, i64::try_from(index).unwrap() * SECOND_NS);
        }
        let counts = meter.counts(0);
        assert_eq!((counts.inserts, counts.updates, counts.deletes), (3, 1, 1));
        assert_eq!((counts.tombstones, counts.missing, counts.returned), (3, 2, 1));
        assert_eq!((counts.rows, counts.keys, counts.timed), (2, 3, 0));
    }

    #[test]
    fn a_first_write_at_the_very_start_is_remembered_after_its_delete() {
        let mut meter = TableMeter::new(Rows::Keyed);
        meter.take(&write(1, None), 0);
        meter.take(&without(1, Done::Tombstone), 0);
        meter.take(&write(1, None), 0);
        assert_eq!(meter.counts(0).returned, 1);
    }

    #[test]
    fn a_row_that_was_due_before_the_one_that_it_replaces_is_out_of_order() {
        let mut meter = TableMeter::new(Rows::Keyed);
        meter.start(10 * SECOND_NS);
        for due_ms in [10_500, 10_700, 10_600, 10_650, 10_700, 9_000] {
            meter.take(&write(1, Some(due_ms)), 11 * SECOND_NS);
        }
        meter.take(&write(2, Some(10_100)), 11 * SECOND_NS);
        meter.take(&write(1, None), 11 * SECOND_NS);
        let counts = meter.counts(11 * SECOND_NS);
        assert_eq!((counts.out_of_order, counts.timed), (3, 7));
    }

    #[test]
    fn updates_in_the_second_of_the_write_before_are_those_that_could_be_combined() {
        let mut meter = TableMeter::new(Rows::Keyed);
        meter.start(5 * SECOND_NS + 500_000_000);
        for at_ms in [5_600, 6_400, 6_500, 9_000, 9_100] {
            meter.take(&write(1, None), at_ms * 1_000_000);
        }
        let counts = meter.counts(10 * SECOND_NS);
        assert_eq!((counts.updates, counts.same_second), (4, 2));
    }

    #[test]
    fn a_row_taken_back_is_an_update_where_another_is_written_and_a_delete_where_none_is() {
        let mut meter = TableMeter::new(Rows::Keyed);
        meter.take(&write(1, None), 0);
        meter.take(&write(2, None), 0);
        meter.take(&without(1, Done::TakenBack), SECOND_NS);
        meter.take(&without(2, Done::TakenBack), SECOND_NS);
        meter.take(&write(1, None), SECOND_NS);
        let counts = meter.counts(SECOND_NS);
        assert_eq!((counts.inserts, counts.updates, counts.deletes, counts.rows), (2, 1, 0, 1));
        let later = meter.counts(10 * SECOND_NS);
        assert_eq!((later.updates, later.deletes, later.returned), (1, 1, 0));
        meter.take(&write(2, None), 10 * SECOND_NS);
        let back = meter.counts(10 * SECOND_NS);
        assert_eq!((back.inserts, back.returned, back.rows), (3, 1, 2));
    }

    #[test]
    fn rows_without_a_key_are_counted_by_their_content_in_whatever_order_they_come() {
        let mut meter = TableMeter::new(Rows::Bag);
        for change in [
            without(7, Done::TakenBack),
            write(7, None),
            write(7, None),
            write(8, None),
            write(8, None),
            without(9, Done::TakenBack),
        ] {
            meter.take(&change, 0);
        }
        let counts = meter.counts(0);
        assert_eq!((counts.inserts, counts.deletes, counts.updates), (4, 2, 0));
        assert_eq!((counts.rows, counts.missing), (3, 1));
    }

    #[test]
    fn beyond_its_room_a_meter_says_so_and_counts_only_tombstones() {
        let mut meter = TableMeter::with_room(Rows::Keyed, 2);
        for key in 1..=3 {
            meter.take(&write(key, None), 0);
        }
        meter.take(&without(1, Done::Tombstone), 0);
        let counts = meter.counts(0);
        assert!(counts.overflow);
        assert_eq!((counts.tombstones, counts.keys), (1, 0));
    }

    #[test]
    fn a_record_without_a_key_is_counted_apart() {
        let mut meter = TableMeter::new(Rows::Keyed);
        meter.take(&Change { key: None, done: Done::Written, due_ms: None }, 0);
        assert_eq!(meter.counts(0).unkeyed, 1);
    }
}
