//! Records sent in each second of the run, by actual send time, to hold against the plan. A day at most.
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// How many seconds are kept; later ones are not counted here.
pub const MAX_SECONDS: usize = 86_400;

const NOT_STARTED: i64 = i64::MIN;
const NS_PER_S: i64 = 1_000_000_000;

/// One count a second since the start of the run.
#[derive(Debug)]
pub struct Seconds {
    start_ns: AtomicI64,
    counts: Box<[AtomicU32]>,
}

impl Default for Seconds {
    fn default() -> Self {
        Self { start_ns: AtomicI64::new(NOT_STARTED), counts: (0..MAX_SECONDS).map(|_| AtomicU32::new(0)).collect() }
    }
}

impl Seconds {
    /// Sets where second 0 begins, in ns since the epoch. Without it nothing is counted.
    pub fn start(&self, start_ns: i64) {
        self.start_ns.store(start_ns, Ordering::Release);
    }

    /// Where second 0 begins; none before the start.
    #[must_use]
    pub fn start_ns(&self) -> Option<i64> {
        let start_ns = self.start_ns.load(Ordering::Acquire);
        (start_ns != NOT_STARTED).then_some(start_ns)
    }

    /// Counts one record sent at `now_ns`.
    pub fn count(&self, now_ns: i64) {
        let start_ns = self.start_ns.load(Ordering::Acquire);
        if start_ns == NOT_STARTED {
            return;
        }
        let second = now_ns.saturating_sub(start_ns).div_euclid(NS_PER_S);
        if let Some(count) = usize::try_from(second).ok().and_then(|second| self.counts.get(second)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The counts of second `first` to the one of `now_ns`, which is not over yet; empty before the start.
    #[must_use]
    pub fn until(&self, now_ns: i64, first: usize) -> Vec<u32> {
        let start_ns = self.start_ns.load(Ordering::Acquire);
        if start_ns == NOT_STARTED || now_ns < start_ns {
            return Vec::new();
        }
        let second = usize::try_from((now_ns - start_ns) / NS_PER_S).unwrap_or(MAX_SECONDS);
        let end = second.saturating_add(1).min(MAX_SECONDS);
        self.counts[first.min(end)..end].iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_fall_into_the_second_they_were_sent_in() {
        let seconds = Seconds::default();
        seconds.count(NS_PER_S);
        assert_eq!(seconds.until(5 * NS_PER_S, 0), [0_u32; 0], "not started");
        seconds.start(10 * NS_PER_S);
        for sent_ns in [9 * NS_PER_S, 10 * NS_PER_S, 11 * NS_PER_S - 1, 12 * NS_PER_S] {
            seconds.count(sent_ns);
        }
        assert_eq!(seconds.until(12 * NS_PER_S, 0), [2, 0, 1]);
        assert_eq!(seconds.until(12 * NS_PER_S, 2), [1]);
        assert_eq!(seconds.until(9 * NS_PER_S, 0), [0_u32; 0], "before the start");
    }
}
