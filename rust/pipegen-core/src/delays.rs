//! How late each of the last million records was sent, so that a consumer in the same process can tell the actual
//! send time from the sequence alone. Memory is bounded; what was overwritten is unknown, not guessed.
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// How many records are remembered by default: 105 s at 10,000 records a second, 4 MB.
pub const DEFAULT_CAPACITY: usize = 1 << 20;

/// A ring of send delays, in µs, indexed by sequence.
#[derive(Debug)]
pub struct SendDelays {
    ring: Box<[AtomicU32]>,
    next: AtomicU64,
}

impl SendDelays {
    /// A ring for `capacity` records, at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { ring: (0..capacity.max(1)).map(|_| AtomicU32::new(0)).collect(), next: AtomicU64::new(0) }
    }

    /// Gives the next record its sequence and remembers how late it was sent. A delay out of range is unknown later.
    pub fn push_us(&self, delay_us: i64) -> u64 {
        let sequence = self.next.fetch_add(1, Ordering::AcqRel);
        let delay_us = u32::try_from(delay_us).unwrap_or(u32::MAX);
        self.slot(sequence).store(delay_us, Ordering::Release);
        sequence
    }

    /// The delay of a record, if it is still remembered.
    #[must_use]
    pub fn get_us(&self, sequence: u64) -> Option<u32> {
        let delay_us = self.slot(sequence).load(Ordering::Acquire);
        // Read after the slot: had the ring come round in between, this shows it.
        let next = self.next.load(Ordering::Acquire);
        let remembered = sequence < next && next - sequence <= self.ring.len() as u64;
        (remembered && delay_us != u32::MAX).then_some(delay_us)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a remainder of the ring's length")]
    fn slot(&self, sequence: u64) -> &AtomicU32 {
        &self.ring[(sequence % self.ring.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_records_are_remembered() {
        let delays = SendDelays::new(4);
        assert_eq!((0..6).map(|number| delays.push_us(number * 10)).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(delays.get_us(1), None, "overwritten");
        assert_eq!(delays.get_us(2), Some(20));
        assert_eq!(delays.get_us(5), Some(50));
        assert_eq!(delays.get_us(6), None, "not sent yet");
    }

    #[test]
    fn a_delay_that_does_not_fit_is_unknown() {
        let delays = SendDelays::new(4);
        delays.push_us(-1);
        delays.push_us(i64::MAX);
        assert_eq!((delays.get_us(0), delays.get_us(1)), (None, None));
    }
}
