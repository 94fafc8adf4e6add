//! A histogram of microseconds in atomics: 3 significant digits from 1 µs to over an hour, in HdrHistogram's layout.
//!
//! A negative value (clocks that disagree) is counted apart and its minimum kept: never dropped, never mixed in. A
//! value past the range counts in the last bucket and as overflow. Snapshots are cumulative; an interval is the
//! difference of two.
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

const SUB_BUCKETS: u64 = 2048;
const HALF: u64 = SUB_BUCKETS / 2;
const HALF_BITS: u32 = 10;
const DOUBLINGS: u32 = 21;
const BUCKETS: usize = index_of(MAX_VALUE_US) + 1;

/// The highest value told apart, in µs: 71.6 minutes. Larger ones are counted here and as overflow.
pub const MAX_VALUE_US: u64 = (SUB_BUCKETS << DOUBLINGS) - 1;

#[expect(clippy::cast_possible_truncation, reason = "the value is at most MAX_VALUE_US, the index below BUCKETS")]
const fn index_of(value_us: u64) -> usize {
    let doubling = (value_us | (SUB_BUCKETS - 1)).ilog2() - HALF_BITS;
    let sub_bucket = value_us >> doubling;
    (((doubling as u64 + 1) << HALF_BITS) + sub_bucket - HALF) as usize
}

const fn lowest_us(index: usize) -> u64 {
    let index = index as u64;
    if index < SUB_BUCKETS { index } else { (HALF + (index & (HALF - 1))) << ((index >> HALF_BITS) - 1) }
}

const fn highest_us(index: usize) -> u64 {
    lowest_us(index + 1) - 1
}

/// A question that a snapshot has no answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistogramError {
    /// `since` was given a snapshot that counts more than this one.
    NotEarlier,
    /// A percentile outside 0–100.
    Percentile,
}

impl fmt::Display for HistogramError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEarlier => write!(out, "the other snapshot is not an earlier one of the same histogram"),
            Self::Percentile => write!(out, "a percentile goes from 0 to 100"),
        }
    }
}

impl Error for HistogramError {}

/// The live histogram. Recording is wait-free.
#[derive(Debug)]
pub struct Histogram {
    buckets: Box<[AtomicU64]>,
    min_us: AtomicU64,
    max_us: AtomicU64,
    overflow: AtomicU64,
    negative: AtomicU64,
    min_negative_us: AtomicI64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
            min_us: AtomicU64::new(u64::MAX),
            max_us: AtomicU64::new(0),
            overflow: AtomicU64::new(0),
            negative: AtomicU64::new(0),
            min_negative_us: AtomicI64::new(0),
        }
    }
}

impl Histogram {
    /// Counts a difference of two times, in nanoseconds.
    pub fn record_ns(&self, value_ns: i64) {
        self.record_us(value_ns.div_euclid(1_000));
    }

    /// Counts one value.
    pub fn record_us(&self, value_us: i64) {
        let Ok(value_us) = u64::try_from(value_us) else {
            self.negative.fetch_add(1, Ordering::Relaxed);
            self.min_negative_us.fetch_min(value_us, Ordering::Relaxed);
            return;
        };
        if value_us > MAX_VALUE_US {
            self.overflow.fetch_add(1, Ordering::Relaxed);
        }
        // Looking first keeps the common case free of two locked writes.
        if value_us < self.min_us.load(Ordering::Relaxed) {
            self.min_us.fetch_min(value_us, Ordering::Relaxed);
        }
        if value_us > self.max_us.load(Ordering::Relaxed) {
            self.max_us.fetch_max(value_us, Ordering::Relaxed);
        }
        self.buckets[index_of(value_us.min(MAX_VALUE_US))].fetch_add(1, Ordering::Relaxed);
    }

    /// Everything counted so far.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let buckets: Vec<u64> = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
        Snapshot {
            count: buckets.iter().sum(),
            buckets,
            min_us: self.min_us.load(Ordering::Relaxed),
            max_us: self.max_us.load(Ordering::Relaxed),
            overflow_count: self.overflow.load(Ordering::Relaxed),
            negative_count: self.negative.load(Ordering::Relaxed),
            min_negative_us: self.min_negative_us.load(Ordering::Relaxed),
        }
    }
}

/// A histogram that no longer changes: cumulative, an interval, or several merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    buckets: Vec<u64>,
    count: u64,
    min_us: u64,
    max_us: u64,
    overflow_count: u64,
    negative_count: u64,
    min_negative_us: i64,
}

impl Default for Snapshot {
    fn default() -> Self {
        Histogram::default().snapshot()
    }
}

impl Snapshot {
    /// Values counted, overflowed ones included, negative ones not.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Values above [`MAX_VALUE_US`].
    #[must_use]
    pub const fn overflow_count(&self) -> u64 {
        self.overflow_count
    }

    /// Negative values.
    #[must_use]
    pub const fn negative_count(&self) -> u64 {
        self.negative_count
    }

    /// The most negative value since the histogram began, for an interval too; `None` without negative values.
    #[must_use]
    pub fn min_negative_us(&self) -> Option<i64> {
        (self.negative_count > 0).then_some(self.min_negative_us)
    }

    /// The smallest value: exact when cumulative, the bucket's lower bound in an interval or after an import.
    #[must_use]
    pub fn min_us(&self) -> Option<u64> {
        (self.count > 0).then_some(self.min_us)
    }

    /// The largest value: exact when cumulative, the bucket's upper bound in an interval or after an import.
    #[must_use]
    pub fn max_us(&self) -> Option<u64> {
        (self.count > 0).then_some(self.max_us)
    }

    /// The mean, from the buckets' middles, so within 0.05 % of the exact one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a mean of 3 significant digits")]
    pub fn mean_us(&self) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        let sum: f64 = self.occupied().map(|(index, count)| middle_us(index) * count as f64).sum();
        Some(sum / self.count as f64)
    }

    /// The value that `percentile` percent of all values do not exceed: its bucket's upper bound, at most the maximum.
    ///
    /// # Errors
    /// When the percentile is not from 0 to 100.
    pub fn percentile_us(&self, percentile: f64) -> Result<Option<u64>, HistogramError> {
        if !(0.0..=100.0).contains(&percentile) {
            return Err(HistogramError::Percentile);
        }
        let rank = rank_of(percentile, self.count);
        let mut seen = 0;
        let found = self.occupied().find(|(_, count)| {
            seen += count;
            seen >= rank
        });
        Ok(found.map(|(index, _)| highest_us(index).min(self.max_us).max(self.min_us)))
    }

    /// What was counted after `earlier`, a snapshot of the same histogram.
    ///
    /// # Errors
    /// When `earlier` counts something that this snapshot does not.
    pub fn since(&self, earlier: &Self) -> Result<Self, HistogramError> {
        let less = |now: u64, then: u64| now.checked_sub(then).ok_or(HistogramError::NotEarlier);
        let buckets = self
            .buckets
            .iter()
            .zip(&earlier.buckets)
            .map(|(&now, &then)| less(now, then))
            .collect::<Result<Vec<u64>, _>>()?;
        let first = buckets.iter().position(|&count| count > 0);
        let last = buckets.iter().rposition(|&count| count > 0);
        Ok(Self {
            count: buckets.iter().sum(),
            min_us: first.map_or(u64::MAX, |index| lowest_us(index).max(self.min_us)),
            max_us: last
                .map_or(0, |index| if index == BUCKETS - 1 { self.max_us } else { highest_us(index).min(self.max_us) }),
            overflow_count: less(self.overflow_count, earlier.overflow_count)?,
            negative_count: less(self.negative_count, earlier.negative_count)?,
            min_negative_us: self.min_negative_us,
            buckets,
        })
    }

    /// Both together, as one histogram over all their values.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        Self {
            buckets: self.buckets.iter().zip(&other.buckets).map(|(a, b)| a + b).collect(),
            count: self.count + other.count,
            min_us: self.min_us.min(other.min_us),
            max_us: self.max_us.max(other.max_us),
            overflow_count: self.overflow_count + other.overflow_count,
            negative_count: self.negative_count + other.negative_count,
            min_negative_us: self.min_negative_us.min(other.min_negative_us),
        }
    }

    /// Each non-empty bucket as its lowest value and count, in order.
    pub fn values_us(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.occupied().map(|(index, count)| (lowest_us(index), count))
    }

    /// A snapshot of these values and counts, as an import makes it. Values past the range count as overflow.
    #[must_use]
    pub fn from_values_us(values_us: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut snapshot = Self::default();
        for (value_us, count) in values_us {
            let index = index_of(value_us.min(MAX_VALUE_US));
            snapshot.buckets[index] += count;
            snapshot.count += count;
            snapshot.min_us = snapshot.min_us.min(lowest_us(index));
            snapshot.max_us = snapshot.max_us.max(highest_us(index));
            snapshot.overflow_count += if value_us > MAX_VALUE_US { count } else { 0 };
        }
        snapshot
    }

    fn occupied(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.buckets.iter().copied().enumerate().filter(|&(_, count)| count > 0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "buckets are below 2^32")]
fn middle_us(index: usize) -> f64 {
    f64::midpoint(lowest_us(index) as f64, highest_us(index) as f64)
}

/// Which value in order of size a percentile means, from 1.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the rank is clamped to the count"
)]
fn rank_of(percentile: f64, count: u64) -> u64 {
    // One step down before rounding up, as HdrHistogram does, so that 99.9 % of 1,000 is 999 and not 1,000.
    let rank = (percentile / 100.0).next_down() * count as f64;
    (rank.ceil() as u64).clamp(1, count.max(1))
}
