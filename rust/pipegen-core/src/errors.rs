//! What can go wrong, one small enum per operation; each says a whole sentence, the binding maps them to exceptions.
use std::error::Error;
use std::fmt;

/// A rate curve that cannot be a schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScheduleError {
    /// No segment at all.
    Empty,
    /// The segment does not start where the one before it ended (the first one: at 0).
    NotContiguous {
        /// Index of the segment.
        index: usize,
        /// Where it starts.
        start_ns: i64,
        /// Where it had to start.
        expected_ns: i64,
    },
    /// The segment ends at or before its start.
    NotForward {
        /// Index of the segment.
        index: usize,
    },
    /// A rate is negative, not a number, or above [`crate::schedule::MAX_RATE_PER_S`].
    Rate {
        /// Index of the segment.
        index: usize,
        /// The rate in question.
        rate_per_s: f64,
    },
    /// More events than can be numbered exactly.
    TooManyEvents,
    /// More events than random arrivals can deal out in time.
    TooManyRandomEvents,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(out, "a schedule needs at least one segment"),
            Self::NotContiguous { index, start_ns, expected_ns } => write!(
                out,
                "segment {index} starts at {start_ns} ns but must start at {expected_ns} ns, where the one before it ends"
            ),
            Self::NotForward { index } => write!(out, "segment {index} must end after it starts"),
            Self::Rate { index, rate_per_s } => write!(
                out,
                "segment {index} has the rate {rate_per_s} per second; rates go from 0 to {}",
                crate::schedule::MAX_RATE_PER_S
            ),
            Self::TooManyEvents => write!(out, "the schedule plans more than 2^50 events"),
            Self::TooManyRandomEvents => write!(out, "with Poisson arrivals a schedule plans at most 2^40 events"),
        }
    }
}

/// A pacer that cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacerError {
    /// `shard_index` is not below `shard_count`, or `shard_count` is 0.
    Shard {
        /// The index asked for.
        index: u32,
        /// The number of shards asked for.
        count: u32,
    },
    /// A duration that must not be negative is.
    Negative {
        /// The argument's name.
        name: &'static str,
    },
}

impl fmt::Display for PacerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shard { index, count } => {
                write!(out, "shard_index {index} must be below shard_count {count}, and below {}", u32::MAX)
            }
            Self::Negative { name } => write!(out, "{name} must not be negative"),
        }
    }
}

/// Two histograms, or bytes meant as one, that do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistogramError {
    /// `since` was given a snapshot that counts more than this one.
    NotEarlier,
    /// A percentile outside 0–100.
    Percentile,
    /// Bytes that are not base64 of an HdrHistogram V2 compressed histogram.
    Import(String),
    /// The histogram could not be written.
    Export(String),
}

impl fmt::Display for HistogramError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEarlier => write!(out, "the other snapshot is not an earlier one of the same histogram"),
            Self::Percentile => write!(out, "a percentile goes from 0 to 100"),
            Self::Import(why) => write!(out, "not a base64 HdrHistogram V2 compressed histogram: {why}"),
            Self::Export(why) => write!(out, "the histogram could not be exported: {why}"),
        }
    }
}

/// A `pipegen` header that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderError {
    /// The length found; a header has [`crate::header::HEADER_BYTES`].
    pub found_bytes: usize,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a pipegen header has {} bytes, not {}", crate::header::HEADER_BYTES, self.found_bytes)
    }
}

impl Error for ScheduleError {}
impl Error for PacerError {}
impl Error for HistogramError {}
impl Error for HeaderError {}
