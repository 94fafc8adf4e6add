//! A worker's part of the global plan.
use std::error::Error;
use std::fmt;

/// Which events of the global plan are ours: `index`, `index + count`, `index + 2·count`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    pub(crate) index: u32,
    pub(crate) count: u32,
}

/// A shard that there is not: `index` is not below `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardError {
    /// The index asked for.
    pub index: u32,
    /// The number of shards asked for.
    pub count: u32,
}

impl fmt::Display for ShardError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, count } = self;
        write!(out, "shard_index {index} must be below shard_count {count}")
    }
}

impl Error for ShardError {}

impl Shard {
    /// Shard `index` of `count`.
    ///
    /// # Errors
    /// When `index` is not below `count`.
    pub const fn new(index: u32, count: u32) -> Result<Self, ShardError> {
        if index < count { Ok(Self { index, count }) } else { Err(ShardError { index, count }) }
    }

    /// How many of the first `events` events of the plan are ours.
    #[must_use]
    pub const fn share_of(self, events: u64) -> u64 {
        let (index, count) = (self.index as u64, self.count as u64);
        if events > index { (events - index).div_ceil(count) } else { 0 }
    }

    /// The plan's number of our event `ordinal`.
    #[must_use]
    pub const fn event(self, ordinal: u64) -> u64 {
        self.index as u64 + ordinal * self.count as u64
    }
}
