//! The first events of a run that were sent late, or came out twice or in another order, each with where it was seen.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many events of each kind are kept.
pub const NOTED_MAX: usize = 100;

/// Why an event is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotedKind {
    /// It came out before.
    Duplicated,
    /// A later one of the same sender came out before it on the same partition.
    OutOfOrder,
    /// It was sent later than due.
    Late,
}

impl NotedKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Duplicated, Self::OutOfOrder, Self::Late];

    /// The name used everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Duplicated => "duplicated",
            Self::OutOfOrder => "out_of_order",
            Self::Late => "late",
        }
    }
}

/// An event and where it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotedEvent {
    /// Its input.
    pub input: u16,
    /// The worker that numbered it.
    pub worker: u32,
    /// Its number: in the plan for an event known by a trace, else among those that its worker sent to its input.
    pub number: u64,
    /// Whether a trace tells it.
    pub traced: bool,
    /// When it was due, in µs since the epoch.
    pub due_us: i64,
    /// When it was seen, in µs since the epoch.
    pub seen_us: i64,
    /// Its partition and offset in the output; `None` for one that was not read there.
    pub place: Option<(u32, i64)>,
}

/// The first events of each kind.
#[derive(Debug, Default)]
pub struct NotedEvents {
    counts: [AtomicUsize; 3],
    events: [Mutex<Vec<NotedEvent>>; 3],
}

impl NotedEvents {
    /// Keeps an event, unless there are enough of its kind.
    pub fn note(&self, kind: NotedKind, event: impl FnOnce() -> NotedEvent) {
        // Looked at without the lock first: where everything is late, this is done for each record.
        let count = &self.counts[kind as usize];
        if count.load(Ordering::Relaxed) >= NOTED_MAX {
            return;
        }
        let mut events = self.events[kind as usize].lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() < NOTED_MAX {
            events.push(event());
            count.store(events.len(), Ordering::Relaxed);
        }
    }

    /// The events of a kind, in the order in which they were seen.
    #[must_use]
    pub fn of(&self, kind: NotedKind) -> Vec<NotedEvent> {
        self.events[kind as usize].lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_hundred_of_each_kind_are_kept() {
        let noted = NotedEvents::default();
        let event =
            |number| NotedEvent { input: 0, worker: 0, number, traced: true, due_us: 0, seen_us: 0, place: None };
        (0..250).for_each(|number| noted.note(NotedKind::Late, || event(number)));
        noted.note(NotedKind::Duplicated, || event(7));
        assert_eq!(noted.of(NotedKind::Late), (0..100).map(event).collect::<Vec<_>>());
        assert_eq!(noted.of(NotedKind::Duplicated), [event(7)]);
        assert_eq!(noted.of(NotedKind::OutOfOrder), []);
    }
}
