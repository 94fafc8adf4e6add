//! The plan: a piecewise linear rate curve and the exact due time of every event on it.
//!
//! Event *n* (from 0) is due when the area under the curve, the number of events planned so far, reaches *n* + ½, or,
//! with Poisson arrivals, the place that [`crate::arrivals`] gives it. Three things follow for even arrivals. Fractions
//! of an event carry over segment borders, so nothing drifts. A schedule plans its area rounded to the nearest whole
//! number (a half rounds down). And at a border where the area is whole, the usual case, the nearest event is half an
//! interval away, so rounding errors never move an event over a border.
use std::error::Error;
use std::fmt;

use crate::arrivals::{Arrivals, MAX_RANDOM_EVENTS, Places};

/// The highest rate a segment may have. Above it two events would be less than 100 ns apart.
pub const MAX_RATE_PER_S: f64 = 10_000_000.0;

const NS_PER_S: f64 = 1e9;
/// 2^50: every event number and its half are exact in a float.
const MAX_EVENTS: f64 = 1_125_899_906_842_624.0;

/// A stretch of time in which the rate goes linearly from one value to another. Equal values are a step, zeros a pause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Offset from the start of the run, inclusive.
    pub start_ns: i64,
    /// Offset from the start of the run, exclusive.
    pub end_ns: i64,
    /// Events per second at `start_ns`.
    pub start_rate_per_s: f64,
    /// Events per second just before `end_ns`.
    pub end_rate_per_s: f64,
}

impl Segment {
    #[expect(clippy::cast_precision_loss, reason = "a duration above 2^53 ns, 104 days, may be off by a nanosecond")]
    fn seconds(ns: i64) -> f64 {
        ns as f64 / NS_PER_S
    }

    fn duration_s(&self) -> f64 {
        Self::seconds(self.end_ns - self.start_ns)
    }

    fn slope(&self) -> f64 {
        (self.end_rate_per_s - self.start_rate_per_s) / self.duration_s()
    }

    fn area(&self) -> f64 {
        f64::midpoint(self.start_rate_per_s, self.end_rate_per_s) * self.duration_s()
    }

    fn area_until(&self, offset_ns: i64) -> f64 {
        let elapsed_s = Self::seconds(offset_ns - self.start_ns);
        (self.start_rate_per_s + self.slope() * elapsed_s / 2.0) * elapsed_s
    }

    /// Where the area since `start_ns` reaches `area`: the root of `slope/2·t² + rate·t = area`, in the form that
    /// stays exact when the slope is near zero.
    fn reach_ns(&self, area: f64) -> i64 {
        let rate = self.start_rate_per_s;
        let root = (rate * rate + 2.0 * self.slope() * area).max(0.0).sqrt();
        let elapsed_s = 2.0 * area / (rate + root);
        #[expect(clippy::cast_possible_truncation, reason = "clamped to the segment; NaN and infinity too")]
        let reached_ns = (elapsed_s * NS_PER_S).round() as i64;
        self.start_ns.saturating_add(reached_ns).clamp(self.start_ns, self.end_ns)
    }
}

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
    /// A rate is negative, not a number, or above [`MAX_RATE_PER_S`].
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
            Self::Rate { index, rate_per_s } => {
                write!(out, "segment {index} has the rate {rate_per_s} per second; rates go from 0 to {MAX_RATE_PER_S}")
            }
            Self::TooManyEvents => write!(out, "the schedule plans more than 2^50 events"),
            Self::TooManyRandomEvents => write!(out, "with Poisson arrivals a schedule plans at most 2^40 events"),
        }
    }
}

impl Error for ScheduleError {}

/// The global plan, never changed once built. A worker takes a [`crate::shard::Shard`] of it.
#[derive(Debug, Clone)]
pub struct Schedule {
    segments: Vec<Segment>,
    /// Area before each segment, and the whole area last.
    areas: Vec<f64>,
    places: Places,
    total_events: u64,
}

impl Schedule {
    /// Builds the plan with even arrivals.
    ///
    /// # Errors
    /// When the segments are not contiguous from 0, or a rate is out of range.
    pub fn new(segments: Vec<Segment>) -> Result<Self, ScheduleError> {
        Self::with_arrivals(segments, Arrivals::Uniform)
    }

    /// Builds the plan.
    ///
    /// # Errors
    /// When the segments are not contiguous from 0, a rate is out of range, or there are more events than the kind of
    /// arrivals can number.
    pub fn with_arrivals(segments: Vec<Segment>, arrivals: Arrivals) -> Result<Self, ScheduleError> {
        if segments.is_empty() {
            return Err(ScheduleError::Empty);
        }
        let mut areas = Vec::with_capacity(segments.len() + 1);
        let (mut expected_ns, mut area) = (0, 0.0);
        for (index, segment) in segments.iter().enumerate() {
            if segment.start_ns != expected_ns {
                return Err(ScheduleError::NotContiguous { index, start_ns: segment.start_ns, expected_ns });
            }
            if segment.end_ns <= segment.start_ns {
                return Err(ScheduleError::NotForward { index });
            }
            for rate_per_s in [segment.start_rate_per_s, segment.end_rate_per_s] {
                if !(0.0..=MAX_RATE_PER_S).contains(&rate_per_s) {
                    return Err(ScheduleError::Rate { index, rate_per_s });
                }
            }
            areas.push(area);
            area += segment.area();
            expected_ns = segment.end_ns;
        }
        areas.push(area);
        if area > MAX_EVENTS {
            return Err(ScheduleError::TooManyEvents);
        }
        if arrivals != Arrivals::Uniform && area > MAX_RANDOM_EVENTS {
            return Err(ScheduleError::TooManyRandomEvents);
        }
        let places = Places::new(arrivals, area);
        let total_events = places.events_within(area);
        Ok(Self { segments, areas, places, total_events })
    }

    /// How many events the whole plan has.
    #[must_use]
    pub const fn total_events(&self) -> u64 {
        self.total_events
    }

    /// How long the plan lasts.
    #[must_use]
    pub fn duration_ns(&self) -> i64 {
        self.segments.last().map_or(0, |segment| segment.end_ns)
    }

    /// When event `event` is due, as an offset from the start; `None` past the last event.
    #[must_use]
    pub fn due_ns(&self, event: u64) -> Option<i64> {
        (event < self.total_events).then(|| {
            let place = self.places.place_of(event);
            self.reach_ns(self.segment_of(place), place)
        })
    }

    /// Due offsets of `count` events from `first_event` on, `stride` apart: one search, then a walk.
    pub fn due_each(&self, first_event: u64, stride: u64, count: usize) -> impl Iterator<Item = i64> + '_ {
        let mut walk = self.places.walk();
        let mut index = None;
        (0..count as u64).map_while(move |step| {
            let event = first_event + step * stride;
            if event >= self.total_events {
                return None;
            }
            let place = walk.place_of(event);
            let mut reached = index.unwrap_or_else(|| self.segment_of(place));
            while self.areas[reached + 1] < place {
                reached += 1;
            }
            index = Some(reached);
            Some(self.reach_ns(reached, place))
        })
    }

    /// How many events are due before `offset_ns`: the inverse of [`Self::due_ns`].
    #[must_use]
    pub fn events_before(&self, offset_ns: i64) -> u64 {
        if offset_ns <= 0 {
            return 0;
        }
        let index = self.segments.partition_point(|segment| segment.end_ns <= offset_ns);
        let area = match self.segments.get(index) {
            Some(segment) => self.areas[index] + segment.area_until(offset_ns),
            None => self.areas[index],
        };
        let mut events = self.places.events_within(area).min(self.total_events);
        // The estimate is off by at most one where an event falls on the offset; the due times decide.
        while events > 0 && self.due_ns(events - 1).is_some_and(|due_ns| due_ns >= offset_ns) {
            events -= 1;
        }
        while self.due_ns(events).is_some_and(|due_ns| due_ns < offset_ns) {
            events += 1;
        }
        events
    }

    /// How many events are due from `from_ns` on and before `to_ns`.
    #[must_use]
    pub fn planned_between(&self, from_ns: i64, to_ns: i64) -> u64 {
        self.events_before(to_ns).saturating_sub(self.events_before(from_ns))
    }

    /// The planned rate at an offset, in events per second; 0 outside the plan.
    #[must_use]
    pub fn rate_at(&self, offset_ns: i64) -> f64 {
        let index = self.segments.partition_point(|segment| segment.end_ns <= offset_ns);
        match self.segments.get(index) {
            Some(segment) if offset_ns >= 0 => {
                segment.start_rate_per_s + segment.slope() * Segment::seconds(offset_ns - segment.start_ns)
            }
            _ => 0.0,
        }
    }

    fn segment_of(&self, place: f64) -> usize {
        self.areas[1..].partition_point(|&area| area < place).min(self.segments.len() - 1)
    }

    fn reach_ns(&self, index: usize, place: f64) -> i64 {
        self.segments[index].reach_ns(place - self.areas[index])
    }
}
