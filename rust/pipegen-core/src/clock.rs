//! Time as an argument: one trait, the system's clock and a fake one. Nothing here waits; waiting is the binding's part.
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A source of epoch time in nanoseconds.
///
/// There is no `wait_until` on purpose: the core says *until when* to wait (see [`crate::pacer::Decision`]), the caller
/// waits as suits its thread, so tests advance a [`FakeClock`] and never sleep.
pub trait Clock {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    fn now_ns(&self) -> i64;
}

/// Wall time read once and carried on by the monotonic clock, so a stepped wall clock never bends a measurement.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    anchor_ns: i64,
    anchor: Instant,
}

impl SystemClock {
    /// Anchors the clock to the wall time of this moment. A process keeps one, so that all its figures compare.
    #[must_use]
    pub fn new() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { anchor_ns: i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX), anchor: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now_ns(&self) -> i64 {
        let elapsed_ns = i64::try_from(self.anchor.elapsed().as_nanos()).unwrap_or(i64::MAX);
        self.anchor_ns.saturating_add(elapsed_ns)
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct FakeClock {
    now_ns: AtomicI64,
}

impl FakeClock {
    /// A clock that reads `now_ns`.
    #[must_use]
    pub const fn at(now_ns: i64) -> Self {
        Self { now_ns: AtomicI64::new(now_ns) }
    }

    /// Moves the clock by `by_ns` and returns the new time.
    pub fn advance(&self, by_ns: i64) -> i64 {
        self.now_ns.fetch_add(by_ns, Ordering::Relaxed).saturating_add(by_ns)
    }

    /// Sets the clock, backwards too.
    pub fn set(&self, now_ns: i64) {
        self.now_ns.store(now_ns, Ordering::Relaxed);
    }
}

impl Clock for FakeClock {
    fn now_ns(&self) -> i64 {
        self.now_ns.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_is_near_wall_time_and_never_goes_back() {
        let clock = SystemClock::new();
        let first_ns = clock.now_ns();
        assert!(clock.now_ns() >= first_ns);
        assert!(first_ns > 1_700_000_000_000_000_000, "after November 2023");
    }

    #[test]
    fn a_fake_clock_moves_only_when_it_is_moved() {
        let clock = FakeClock::at(5);
        assert_eq!((clock.now_ns(), clock.advance(7), clock.now_ns()), (5, 12, 12));
        clock.set(1);
        assert_eq!(clock.now_ns(), 1);
    }
}
