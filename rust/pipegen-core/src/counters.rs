//! Lock-free totals of a run, and failures by class. A total only ever grows.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// More classes than this are counted together as [`OTHER_CLASS`], so that memory stays bounded.
pub const MAX_CLASSES: usize = 64;

/// The class of failures beyond the first [`MAX_CLASSES`] classes.
pub const OTHER_CLASS: &str = "other";

/// One total.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to the total.
    pub fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    /// The total so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Every total of a run.
#[derive(Debug, Default)]
pub struct Counters {
    /// Records handed to the Kafka client.
    pub sent: Counter,
    /// Key and value bytes of the sent records.
    pub sent_bytes: Counter,
    /// Records the broker acknowledged.
    pub delivered: Counter,
    /// Records given up on.
    pub failed: Counter,
    /// Records of this run read from the output, probes excluded.
    pub consumed: Counter,
    /// Value bytes of the consumed records.
    pub consumed_bytes: Counter,
    /// Consumed records whose value could not be read by its schema.
    pub undecodable: Counter,
    /// Consumed probe records.
    pub probes: Counter,
    /// Records of another run read from the output: they count nowhere else.
    pub other_runs: Counter,
    /// Consumed records with neither a readable header nor a usable timestamp: no end-to-end latency.
    pub unmeasured: Counter,
    /// Consumed records with a value in a traced field that PipeGen did not make.
    pub foreign: Counter,
    /// Consumed records of which every traced event had come out before.
    pub repeated: Counter,
    /// Consumed records with a header that is none.
    pub malformed_headers: Counter,
    /// Consumed records whose actual send time is no longer, or never was, known here: no uncorrected latency.
    pub unrecovered: Counter,
    classes: Mutex<BTreeMap<String, u64>>,
}

impl Counters {
    /// Counts a record given up on, under the class of its error.
    pub fn fail(&self, class: &str) {
        self.failed.add(1);
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = classes.get_mut(class) {
            *count += 1;
        } else {
            let class = if classes.len() < MAX_CLASSES { class } else { OTHER_CLASS };
            *classes.entry(class.to_owned()).or_default() += 1;
        }
    }

    /// Failures by class.
    #[must_use]
    pub fn failures(&self) -> BTreeMap<String, u64> {
        self.classes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_by_class_and_in_all() {
        let counters = Counters::default();
        for class in ["timeout", "full", "timeout"] {
            counters.fail(class);
        }
        assert_eq!(counters.failed.get(), 3);
        assert_eq!(counters.failures(), BTreeMap::from([("full".to_owned(), 1), ("timeout".to_owned(), 2)]));
    }

    #[test]
    fn classes_beyond_the_bound_share_one() {
        let counters = Counters::default();
        for number in 0..MAX_CLASSES + 3 {
            counters.fail(&format!("class {number}"));
        }
        let failures = counters.failures();
        assert_eq!((failures.len(), failures[OTHER_CLASS]), (MAX_CLASSES + 1, 3));
    }
}
