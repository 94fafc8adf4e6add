//! Which row an event changes, and how: drawn from (seed, event) and the rows that are there.
//!
//! Of each row only the event that wrote it last is remembered, and when that was due: its content follows from these.

use crate::rng::{Rng, Share};

const SALT: u64 = 0x4348_414e_4745_0001;

/// What an event does to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// It was there before the load.
    Read,
    Create,
    Update,
    Delete,
}

/// The event that a row's content comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) event: u64,
    pub(crate) due_ns: i64,
}

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) operation: Operation,
    /// The number of the row in the pool.
    pub(crate) row: u64,
    /// The row's content so far; none for one that is created.
    pub(crate) before: Option<Version>,
    /// The row's content from now on; for one that is deleted, the event that deletes it.
    pub(crate) after: Version,
}

/// The shares of the operations and the size of the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Law {
    pub(crate) seed: u64,
    pub(crate) create: Share,
    /// Of creating or updating.
    pub(crate) write: Share,
    /// Rows that can be there at once.
    pub(crate) pool: u32,
    /// The first events: each creates a row, before the load.
    pub(crate) loaded: u64,
    /// When these were due.
    pub(crate) loaded_due_ns: i64,
}

/// The rows that are there. Events are to be asked for in their order; one that is left out changes nothing.
#[derive(Debug)]
pub(crate) struct Rows {
    law: Law,
    /// The event that is expected next; 0 for a table that has not begun.
    next: u64,
    /// Each row's newest version.
    newest: Vec<Version>,
    /// All rows, those that are there first.
    order: Vec<u32>,
    /// Where each row stands in `order`.
    place: Vec<u32>,
    there: u32,
}

impl Rows {
    pub(crate) const fn new(law: Law) -> Self {
        Self { law, next: 0, newest: Vec::new(), order: Vec::new(), place: Vec::new(), there: 0 }
    }

    /// What an event does; `due_ns_of` says when earlier ones were due, if the first one asked for has some before it.
    pub(crate) fn turn(&mut self, event: u64, due_ns: i64, due_ns_of: impl Fn(u64) -> i64) -> Turn {
        if event < self.next || self.newest.is_empty() {
            self.begin();
            let law = self.law;
            for earlier in 0..event {
                let due_ns = if earlier < law.loaded { law.loaded_due_ns } else { due_ns_of(earlier) };
                self.apply(earlier, due_ns);
            }
        }
        self.next = event + 1;
        self.apply(event, if event < self.law.loaded { self.law.loaded_due_ns } else { due_ns })
    }

    fn begin(&mut self) {
        let pool = self.law.pool;
        self.newest = vec![Version::default(); pool as usize];
        self.order = (0..pool).collect();
        self.place = (0..pool).collect();
        self.there = 0;
    }

    fn apply(&mut self, event: u64, due_ns: i64) -> Turn {
        let after = Version { event, due_ns };
        let mut rng = Rng::for_event(self.law.seed ^ SALT, event);
        let operation = if event < self.law.loaded {
            Operation::Read
        } else {
            let bits = rng.bits() >> 11;
            self.possible(if bits < self.law.create.threshold() {
                Operation::Create
            } else if bits < self.law.write.threshold() {
                Operation::Update
            } else {
                Operation::Delete
            })
        };
        let at = match operation {
            // In order, so that rows that are loaded are the first of the pool.
            Operation::Read => self.there,
            Operation::Create => self.there + below(&mut rng, self.law.pool - self.there),
            Operation::Update | Operation::Delete => below(&mut rng, self.there),
        };
        let row = self.order[at as usize];
        let before = matches!(operation, Operation::Update | Operation::Delete).then_some(self.newest[row as usize]);
        match operation {
            Operation::Read | Operation::Create => {
                self.swap(at, self.there);
                self.there += 1;
            }
            Operation::Update => {}
            Operation::Delete => {
                self.there -= 1;
                self.swap(at, self.there);
            }
        }
        self.newest[row as usize] = after;
        Turn { operation, row: row.into(), before, after }
    }

    /// The operation, or the one that takes its place where there is no row, or no room for another.
    const fn possible(&self, drawn: Operation) -> Operation {
        match drawn {
            Operation::Create if self.there == self.law.pool => Operation::Update,
            Operation::Update | Operation::Delete if self.there == 0 => Operation::Create,
            possible => possible,
        }
    }

    fn swap(&mut self, one: u32, other: u32) {
        self.order.swap(one as usize, other as usize);
        for at in [one, other] {
            self.place[self.order[at as usize] as usize] = at;
        }
    }
}

fn below(rng: &mut Rng, bound: u32) -> u32 {
    u32::try_from(rng.below(bound.into())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn law(create: f64, update: f64, pool: u32, loaded: u64) -> Law {
        let (create, write) = (Share::new(create), Share::new(create + update));
        Law { seed: 7, create, write, pool, loaded, loaded_due_ns: 5 }
    }

    fn turns(rows: &mut Rows, events: impl Iterator<Item = u64>) -> Vec<Turn> {
        events.map(|event| rows.turn(event, i64::try_from(event).unwrap() * 10, |_| 0)).collect()
    }

    #[test]
    fn each_row_is_created_updated_deleted_and_created_again_in_this_order() {
        let mut kept: HashMap<u64, Version> = HashMap::new();
        for turn in turns(&mut Rows::new(law(0.2, 0.6, 50, 0)), 0..20_000) {
            match turn.operation {
                Operation::Read => panic!("nothing was loaded"),
                Operation::Create => assert!(kept.insert(turn.row, turn.after).is_none()),
                Operation::Update => assert_eq!(kept.insert(turn.row, turn.after), turn.before),
                Operation::Delete => assert_eq!(kept.remove(&turn.row), turn.before),
            }
        }
        assert!(kept.len() <= 50);
    }

    #[test]
    fn the_shares_are_those_that_are_asked_for_while_there_is_room() {
        let found = turns(&mut Rows::new(law(0.2, 0.7, 10_000, 0)), 0..20_000);
        let count = |operation| found.iter().filter(|turn| turn.operation == operation).count();
        assert!((3_800..4_200).contains(&count(Operation::Create)));
        assert!((13_800..14_200).contains(&count(Operation::Update)));
        assert!((1_800..2_200).contains(&count(Operation::Delete)));
    }

    #[test]
    fn rows_that_are_loaded_are_the_first_of_the_pool_and_known_to_another_table_of_the_same_law() {
        let law = law(0.1, 0.8, 100, 60);
        let loaded = turns(&mut Rows::new(law), 0..60);
        assert!(loaded.iter().enumerate().all(|(number, turn)| turn.row == number as u64));
        assert!(loaded.iter().all(|turn| turn.operation == Operation::Read && turn.after.due_ns == 5));
        let mut later = Rows::new(law);
        let first = turns(&mut later, 60..2_000).into_iter().find(|turn| turn.before.is_some()).unwrap();
        assert_eq!(first.before.unwrap().due_ns, 5);
    }

    #[test]
    fn a_table_begins_anew_where_an_earlier_event_is_asked_for() {
        let mut rows = Rows::new(law(0.2, 0.7, 30, 0));
        let first = turns(&mut rows, 0..500);
        assert_eq!(turns(&mut rows, 0..500), first);
        let from_the_middle = rows.turn(250, 2_500, |event| i64::try_from(event).unwrap() * 10);
        assert_eq!(from_the_middle, first[250]);
    }

    #[test]
    fn an_event_that_is_left_out_changes_nothing() {
        let mut kept: HashMap<u64, Version> = HashMap::new();
        for turn in turns(&mut Rows::new(law(0.2, 0.6, 50, 0)), (0..20_000).step_by(3)) {
            assert_eq!(kept.get(&turn.row).copied(), turn.before);
            kept.insert(turn.row, turn.after);
            if turn.operation == Operation::Delete {
                kept.remove(&turn.row);
            }
        }
    }
}
