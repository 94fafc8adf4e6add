//! The open-loop pacer: a token bucket whose tokens are the events of one shard of a schedule.
//!
//! Given the time it says which events are due; it never waits and never lowers the plan. An event not taken in time
//! stays due (`catch_up`) and is counted late, or is skipped and counted skipped. State is a few atomics over one pure
//! function, so several threads may poll and any thread may look.
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use crate::schedule::Schedule;
use crate::shard::Shard;

const NOT_STARTED: i64 = i64::MIN;

/// An event that is sent later than this after its due time is late.
pub const LATE_THRESHOLD_NS: i64 = 10_000_000;

/// A pacer that cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacerError {
    /// A duration that must not be negative is.
    Negative {
        /// The argument's name.
        name: &'static str,
    },
}

impl fmt::Display for PacerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Negative { name } => write!(out, "{name} must not be negative"),
        }
    }
}

impl Error for PacerError {}

/// How a pacer treats events that nobody took in time.
#[derive(Debug, Clone, Copy)]
pub struct PacerOptions {
    /// Keep overdue events (and count them late) instead of skipping them.
    pub catch_up: bool,
    /// An event taken later than this after its due time is late.
    pub late_threshold_ns: i64,
    /// At least this long between two batches, so that a high rate costs few wake-ups.
    pub min_interval_ns: i64,
}

impl Default for PacerOptions {
    fn default() -> Self {
        Self { catch_up: true, late_threshold_ns: LATE_THRESHOLD_NS, min_interval_ns: 1_000_000 }
    }
}

/// Leave to send a run of events: each with its number in the plan and the time it was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permits {
    /// The shard's index.
    pub worker: u32,
    /// The first event's number in the global plan.
    pub first_event: u64,
    /// The distance from one event number to the next: the number of shards.
    pub stride: u64,
    /// When each event was due, ns since the epoch, in order; never empty.
    pub due_ns: Vec<i64>,
    /// When they were issued, ns since the epoch.
    pub issued_ns: i64,
}

impl Permits {
    /// Each event's number in the plan and its due time.
    #[must_use]
    pub fn events(&self) -> impl ExactSizeIterator<Item = (u64, i64)> + '_ {
        self.due_ns.iter().enumerate().map(|(step, &due_ns)| (self.first_event + step as u64 * self.stride, due_ns))
    }
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Send these.
    Due(Permits),
    /// Nothing before this time, ns since the epoch.
    Wait {
        /// When to ask again.
        until_ns: i64,
    },
    /// No start time has been set.
    NotStarted,
    /// Every event of the shard has been issued or skipped.
    Exhausted,
    /// Stopped from outside.
    Stopped,
}

/// One worker's pacer.
#[derive(Debug)]
pub struct Pacer {
    schedule: Arc<Schedule>,
    shard: Shard,
    options: PacerOptions,
    shard_events: u64,
    start_ns: AtomicI64,
    last_issue_ns: AtomicI64,
    next: AtomicU64,
    issued: AtomicU64,
    late: AtomicU64,
    skipped: AtomicU64,
    stopped: AtomicBool,
}

impl Pacer {
    /// A pacer that has not started.
    ///
    /// # Errors
    /// When a duration in the options is negative.
    pub fn new(schedule: Arc<Schedule>, shard: Shard, options: PacerOptions) -> Result<Self, PacerError> {
        for (name, value) in
            [("late_threshold_ns", options.late_threshold_ns), ("min_interval_ns", options.min_interval_ns)]
        {
            if value < 0 {
                return Err(PacerError::Negative { name });
            }
        }
        let shard_events = shard.share_of(schedule.total_events());
        Ok(Self {
            schedule,
            shard,
            options,
            shard_events,
            start_ns: AtomicI64::new(NOT_STARTED),
            last_issue_ns: AtomicI64::new(NOT_STARTED),
            next: AtomicU64::new(0),
            issued: AtomicU64::new(0),
            late: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        })
    }

    /// Sets the time at which the plan's offset 0 lies; it may be in the future, or past for a worker that is late.
    pub fn start(&self, start_ns: i64) {
        self.start_ns.store(start_ns, Ordering::Release);
    }

    /// Ends the pacer for good.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// What to do at `now_ns`; takes at most `max_events` events.
    pub fn poll(&self, now_ns: i64, max_events: u64) -> Decision {
        let max_events = max_events.max(1);
        loop {
            if self.stopped() {
                return Decision::Stopped;
            }
            let Some(elapsed_ns) = self.elapsed_ns(now_ns) else { return Decision::NotStarted };
            let next = self.next.load(Ordering::Acquire);
            if next >= self.shard_events {
                return Decision::Exhausted;
            }
            let first = if self.options.catch_up {
                next
            } else {
                next.max(self.due_before(elapsed_ns.saturating_sub(self.options.late_threshold_ns)))
            };
            let due = self.due_before(elapsed_ns.saturating_add(1)).saturating_sub(first);
            let rest_until_ns = self.last_issue_ns.load(Ordering::Relaxed).saturating_add(self.options.min_interval_ns);
            let resting = due < max_events && now_ns < rest_until_ns;
            if first == next && (due == 0 || resting) {
                return Decision::Wait { until_ns: self.due_at(next).max(rest_until_ns) };
            }
            let taken = if resting { 0 } else { due.min(max_events) };
            if self.next.compare_exchange(next, first + taken, Ordering::AcqRel, Ordering::Acquire).is_err() {
                continue;
            }
            self.skipped.fetch_add(first - next, Ordering::Relaxed);
            if taken > 0 {
                return Decision::Due(self.issue(first, taken, now_ns));
            }
        }
    }

    fn issue(&self, first: u64, taken: u64, now_ns: i64) -> Permits {
        let start_ns = self.start_ns.load(Ordering::Acquire);
        let first_event = self.shard.event(first);
        let stride = u64::from(self.shard.count);
        let count = usize::try_from(taken).unwrap_or(usize::MAX);
        let mut due_ns = Vec::with_capacity(count);
        due_ns.extend(
            self.schedule.due_each(first_event, stride, count).map(|offset_ns| start_ns.saturating_add(offset_ns)),
        );
        let late_before_ns = now_ns.saturating_sub(self.options.late_threshold_ns);
        let late = due_ns.partition_point(|&due_ns| due_ns < late_before_ns);
        self.last_issue_ns.store(now_ns, Ordering::Relaxed);
        self.issued.fetch_add(taken, Ordering::Relaxed);
        self.late.fetch_add(late as u64, Ordering::Relaxed);
        Permits { worker: self.shard.index, first_event, stride, due_ns, issued_ns: now_ns }
    }

    /// How far the oldest event not yet taken is behind its due time; 0 when none is. It grows when nobody polls.
    #[must_use]
    pub fn lateness_ns(&self, now_ns: i64) -> i64 {
        let next = self.next.load(Ordering::Acquire);
        if self.elapsed_ns(now_ns).is_none() || next >= self.shard_events {
            return 0;
        }
        now_ns.saturating_sub(self.due_at(next)).max(0)
    }

    /// How long until the next event is due: 0 when one is, or when none is left; [`i64::MAX`] before the start.
    #[must_use]
    pub fn next_due_in_ns(&self, now_ns: i64) -> i64 {
        let next = self.next.load(Ordering::Acquire);
        if next >= self.shard_events {
            return 0;
        }
        if self.elapsed_ns(now_ns).is_none() {
            return i64::MAX;
        }
        self.due_at(next).saturating_sub(now_ns).max(0)
    }

    /// Events handed out.
    #[must_use]
    pub fn issued_total(&self) -> u64 {
        self.issued.load(Ordering::Relaxed)
    }

    /// Events handed out later than the threshold after their due time.
    #[must_use]
    pub fn late_total(&self) -> u64 {
        self.late.load(Ordering::Relaxed)
    }

    /// Events never handed out because they were overdue.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Events of the plan that belong to this shard.
    #[must_use]
    pub const fn shard_events(&self) -> u64 {
        self.shard_events
    }

    /// Whether every event of the shard has been handed out or skipped.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.next.load(Ordering::Acquire) >= self.shard_events
    }

    /// Whether [`Self::stop`] was called.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    fn elapsed_ns(&self, now_ns: i64) -> Option<i64> {
        let start_ns = self.start_ns.load(Ordering::Acquire);
        (start_ns != NOT_STARTED).then(|| now_ns.saturating_sub(start_ns))
    }

    fn due_before(&self, offset_ns: i64) -> u64 {
        self.shard.share_of(self.schedule.events_before(offset_ns))
    }

    fn due_at(&self, ordinal: u64) -> i64 {
        let offset_ns = self.schedule.due_ns(self.shard.event(ordinal)).unwrap_or(0);
        self.start_ns.load(Ordering::Acquire).saturating_add(offset_ns)
    }
}
