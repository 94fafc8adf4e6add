//! The sequence tracker against a model that remembers everything.
use std::collections::{HashMap, HashSet};

use pipegen_core::sequence::{Arrival, CHUNK, SequenceTracker};
use proptest::prelude::*;

#[derive(Default)]
struct Model {
    seen: HashSet<(u32, u64)>,
    highest: HashMap<(u32, u32), u64>,
    duplicated: u64,
    out_of_order: u64,
}

impl Model {
    fn observe(&mut self, worker: u32, sequence: u64, partition: u32) {
        if !self.seen.insert((worker, sequence)) {
            self.duplicated += 1;
            return;
        }
        let highest = self.highest.entry((partition, worker)).or_insert(sequence);
        if sequence < *highest {
            self.out_of_order += 1;
        }
        *highest = (*highest).max(sequence);
    }
}

/// Runs of sequences, so that chunks fill up; some come twice, some never.
fn runs() -> impl Strategy<Value = Vec<(u32, u64, u64, u32)>> {
    prop::collection::vec((0_u32..3, 0_u64..6 * CHUNK, 1_u64..2 * CHUNK, 0_u32..4), 1..12)
}

proptest! {
    // Each case is tens of thousands of records.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn it_counts_as_a_model_that_remembers_everything(runs in runs()) {
        let (mut tracker, mut model) = (SequenceTracker::default(), Model::default());
        for (worker, first, count, partition) in runs {
            for sequence in first..first + count {
                tracker.observe(worker.into(), sequence, partition);
                model.observe(worker, sequence, partition);
            }
        }
        prop_assert_eq!(tracker.distinct(), model.seen.len() as u64);
        prop_assert_eq!(tracker.duplicated(), model.duplicated);
        prop_assert_eq!(tracker.out_of_order(), model.out_of_order);
        prop_assert_eq!(tracker.uncertain(), 0);
    }

    #[test]
    fn with_too_little_memory_it_is_uncertain_but_never_wrong(runs in runs(), chunks in 1_usize..4) {
        let (mut tracker, mut model) = (SequenceTracker::new(chunks), Model::default());
        for (worker, first, count, partition) in runs {
            for sequence in first..first + count {
                let was_seen = model.seen.contains(&(worker, sequence));
                match tracker.observe(worker.into(), sequence, partition) {
                    Arrival::New | Arrival::OutOfOrder => prop_assert!(!was_seen),
                    Arrival::Duplicate => prop_assert!(was_seen),
                    Arrival::Uncertain => {}
                }
                model.observe(worker, sequence, partition);
            }
        }
        let known = tracker.distinct();
        let all = model.seen.len() as u64;
        prop_assert!(known <= all && all <= known + tracker.uncertain());
    }
}

#[test]
fn a_stream_in_order_is_certain_however_long_and_little_the_memory() {
    let mut tracker = SequenceTracker::new(1);
    for sequence in 0..50 * CHUNK {
        assert_eq!(tracker.observe(0, sequence, 0), Arrival::New);
    }
    assert_eq!(tracker.observe(0, 3, 0), Arrival::Duplicate);
    assert_eq!((tracker.distinct(), tracker.duplicated(), tracker.uncertain()), (50 * CHUNK, 1, 0));
}

#[test]
fn numbers_from_outside_cannot_exhaust_the_memory() {
    let mut tracker = SequenceTracker::new(16);
    for index in 0..100_000_u64 {
        tracker.observe(index % 10_000, index.wrapping_mul(0x9e37_79b9_7f4a_7c15), 0);
    }
    assert_eq!(tracker.distinct() + tracker.duplicated() + tracker.uncertain(), 100_000);
}

#[test]
fn what_has_not_arrived_is_listed_from_the_first_on() {
    let mut tracker = SequenceTracker::default();
    let missing = [3, CHUNK + 1, 2 * CHUNK + 7];
    (0..3 * CHUNK).filter(|sequence| !missing.contains(sequence)).for_each(|sequence| {
        tracker.observe(5, sequence, 0);
    });
    assert_eq!(tracker.missing(5, 3 * CHUNK, 10), missing);
    assert_eq!(tracker.missing(5, 3 * CHUNK + 2, 10), [missing[0], missing[1], missing[2], 3 * CHUNK, 3 * CHUNK + 1]);
    assert_eq!(tracker.missing(5, 3 * CHUNK, 2), missing[..2]);
    assert_eq!(tracker.missing(5, 4, 10), [3]);
    assert_eq!(tracker.missing(6, 2, 10), [0, 1], "of a sender that was never seen, all");
}
