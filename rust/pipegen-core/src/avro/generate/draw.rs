//! What one record's values are drawn from: its random stream, its number, its due time.

use super::stratum::Stratum;
use crate::rng::{Rng, Share, Weighted, mix};

/// The index of a step in its plan's arena; declared here because a draw names the step that a fault replaces.
pub(crate) type StepId = usize;

/// Array items, map entries and nested records that one record may hold before everything optional is left out.
pub(crate) const ITEMS_MAX: u32 = 10_000;

/// The state of generating one record; nothing in it outlives the record.
#[derive(Debug)]
pub(crate) struct Draw {
    pub(crate) rng: Rng,
    /// The event's index in the plan of the whole run.
    pub(crate) event: u64,
    pub(crate) due_ns: i64,
    pub(crate) seed: u64,
    /// Items that may still be added.
    pub(crate) items_left: u32,
    /// A step and the one that runs instead of it: the way a fault gets into a record.
    pub(crate) instead: (StepId, StepId),
    /// Where values that are drawn without replacement lie; None for all others.
    pub(crate) stratum: Option<Stratum>,
    /// The row of a table that the record is about; None for records that are no changes of one.
    pub(crate) row: Option<u64>,
    identity: u64,
}

/// No step has this index.
const NO_STEP: StepId = StepId::MAX;

impl Draw {
    pub(crate) const fn new(seed: u64, event: u64, due_ns: i64) -> Self {
        let mut rng = Rng::for_event(seed, event);
        let identity = mix(rng.bits());
        Self {
            rng,
            event,
            due_ns,
            seed,
            items_left: ITEMS_MAX,
            instead: (NO_STEP, NO_STEP),
            stratum: None,
            row: None,
            identity,
        }
    }

    /// The same for a record that is about a row of a table.
    pub(crate) const fn of_row(self, row: u64) -> Self {
        Self { row: Some(row), ..self }
    }

    /// True with the probability that a share stands for.
    #[inline]
    pub(crate) const fn happens(&mut self, share: Share) -> bool {
        match &mut self.stratum {
            Some(stratum) => stratum.takes(share.threshold()),
            None => self.rng.chance(share),
        }
    }

    /// Draws from the random stream of the stratum, if there is one, until [`Self::leave_stratum`].
    pub(crate) const fn enter_stratum(&mut self) -> Option<Rng> {
        match &self.stratum {
            Some(stratum) => Some(std::mem::replace(&mut self.rng, stratum.stream())),
            None => None,
        }
    }

    /// Draws from the record's stream again.
    pub(crate) fn leave_stratum(&mut self, around: Option<Rng>) {
        if let Some(around) = around {
            self.rng = around;
        }
    }

    /// One of weighted items.
    #[inline]
    pub(crate) fn choose<'a, T>(&mut self, choice: &'a Weighted<T>) -> &'a T {
        match &self.stratum {
            Some(stratum) => choice.at(stratum.place, stratum.rows),
            None => choice.draw(&mut self.rng),
        }
    }

    /// One item of a list, each as likely as another.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "below the list's length")]
    pub(crate) const fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.rng.below(list.len() as u64) as usize]
    }

    /// One item of a list, the same for every use of the `facet` in the record: a name and the e-mail made from it agree.
    #[inline]
    pub(crate) const fn own<T: Copy>(&self, facet: Facet, list: &[T]) -> T {
        list[self.own_below(facet, list.len())]
    }

    /// A number below `bound`, the same throughout the record.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked to 16 bits")]
    pub(crate) const fn own_below(&self, facet: Facet, bound: usize) -> usize {
        let bits = (self.identity >> (16 * facet as u32)) as usize & 0xffff;
        (bits * bound) >> 16
    }

    /// One of the 26 letters from `first` (`a` or `A`).
    #[expect(clippy::cast_possible_truncation, reason = "below 26")]
    pub(crate) const fn letter(&mut self, first: u8) -> u8 {
        first + self.rng.below(26) as u8
    }

    /// Sixteen random bytes marked as a version 4 UUID.
    pub(crate) fn uuid(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.rng.bits().to_be_bytes());
        bytes[8..].copy_from_slice(&self.rng.bits().to_be_bytes());
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        bytes
    }
}

/// The parts of a record's identity.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Facet {
    Given = 0,
    Family = 1,
    Place = 2,
    Number = 3,
}
