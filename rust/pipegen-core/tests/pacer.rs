//! The pacer under a fake clock: what it hands out when, and what it says about being late.
use std::sync::Arc;

use pipegen_core::clock::{Clock, FakeClock};
use pipegen_core::pacer::{Decision, Pacer, PacerOptions, Permits};
use pipegen_core::schedule::{Schedule, Segment};
use pipegen_core::shard::{Shard, ShardError};
use proptest::prelude::*;

const MS: i64 = 1_000_000;
const SECOND_NS: i64 = 1_000 * MS;
const START_NS: i64 = 1_000 * SECOND_NS;

fn steady(rate_per_s: f64, duration_ns: i64) -> Arc<Schedule> {
    let segment =
        Segment { start_ns: 0, end_ns: duration_ns, start_rate_per_s: rate_per_s, end_rate_per_s: rate_per_s };
    Arc::new(Schedule::new(vec![segment]).unwrap())
}

fn pacer(schedule: &Arc<Schedule>, options: PacerOptions) -> Pacer {
    let pacer = Pacer::new(Arc::clone(schedule), Shard::new(0, 1).unwrap(), options).unwrap();
    pacer.start(START_NS);
    pacer
}

fn permits(decision: Decision) -> Permits {
    match decision {
        Decision::Due(permits) => permits,
        other => panic!("permits expected, not {other:?}"),
    }
}

#[test]
fn nothing_is_handed_out_before_the_start_is_known() {
    let schedule = steady(1_000.0, SECOND_NS);
    let pacer = Pacer::new(schedule, Shard::new(0, 1).unwrap(), PacerOptions::default()).unwrap();
    assert_eq!(pacer.poll(START_NS, 10), Decision::NotStarted);
    pacer.start(START_NS);
    assert_eq!(pacer.poll(START_NS, 10), Decision::Wait { until_ns: START_NS + MS / 2 });
}

#[test]
fn an_event_is_handed_out_at_its_due_time_and_not_before() {
    let schedule = steady(1_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions::default());
    let due_ns = START_NS + MS / 2;
    assert_eq!(pacer.poll(due_ns - 1, 10), Decision::Wait { until_ns: due_ns });
    let permits = permits(pacer.poll(due_ns, 10));
    assert_eq!((permits.first_event, permits.due_ns.as_slice(), permits.issued_ns), (0, [due_ns].as_slice(), due_ns));
    assert_eq!((pacer.issued_total(), pacer.late_total(), pacer.lateness_ns(due_ns)), (1, 0, 0));
}

#[test]
fn a_high_rate_wakes_once_per_interval_and_takes_what_is_due_together() {
    let schedule = steady(10_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions::default());
    let clock = FakeClock::at(START_NS);
    let (mut wakes, mut events) = (0_usize, 0);
    loop {
        match pacer.poll(clock.now_ns(), 1_000) {
            Decision::Due(permits) => {
                wakes += 1;
                events += permits.due_ns.len();
            }
            Decision::Wait { until_ns } => clock.set(until_ns),
            Decision::Exhausted => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(events, 10_000);
    assert!((990..=1_010).contains(&wakes), "{wakes} wakes");
}

#[test]
fn a_full_batch_is_followed_at_once_by_the_next() {
    let schedule = steady(10_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions::default());
    let now_ns = START_NS + 2 * MS;
    assert_eq!(permits(pacer.poll(now_ns, 15)).due_ns.len(), 15);
    assert_eq!(pacer.poll(now_ns, 15), Decision::Wait { until_ns: now_ns + MS });
    assert_eq!(permits(pacer.poll(now_ns, 5)).due_ns.len(), 5);
}

#[test]
fn a_slow_sender_keeps_the_plan_and_is_told_how_late_it_is() {
    let schedule = steady(1_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions::default());
    let now_ns = START_NS + 100 * MS;
    assert_eq!(pacer.lateness_ns(now_ns), 100 * MS - MS / 2);
    let permits = permits(pacer.poll(now_ns, 1_000));
    assert_eq!(permits.due_ns.len(), 100, "every event that is due, none given up");
    assert_eq!((pacer.late_total(), pacer.skipped_total()), (90, 0), "those more than 10 ms behind");
}

#[test]
fn without_catching_up_overdue_events_are_skipped_and_counted() {
    let schedule = steady(1_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions { catch_up: false, ..PacerOptions::default() });
    let permits = permits(pacer.poll(START_NS + 100 * MS, 1_000));
    assert_eq!((permits.first_event, permits.due_ns.len()), (90, 10));
    assert_eq!((pacer.skipped_total(), pacer.late_total(), pacer.issued_total()), (90, 0, 10));
}

#[test]
fn skipping_the_whole_plan_exhausts_it() {
    let schedule = steady(1_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions { catch_up: false, ..PacerOptions::default() });
    assert_eq!(pacer.poll(START_NS + 60 * SECOND_NS, 10), Decision::Exhausted);
    assert_eq!((pacer.skipped_total(), pacer.exhausted()), (1_000, true));
}

#[test]
fn a_stopped_pacer_hands_out_nothing_more() {
    let schedule = steady(1_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions::default());
    pacer.stop();
    assert_eq!(pacer.poll(START_NS + SECOND_NS, 10), Decision::Stopped);
    assert!(pacer.stopped() && !pacer.exhausted());
}

#[test]
fn shards_and_durations_that_make_no_sense_are_refused() {
    assert_eq!(Shard::new(2, 2), Err(ShardError { index: 2, count: 2 }));
    assert_eq!(Shard::new(0, 0), Err(ShardError { index: 0, count: 0 }));
    let options = PacerOptions { min_interval_ns: -1, ..PacerOptions::default() };
    let error = Pacer::new(steady(1.0, SECOND_NS), Shard::new(0, 1).unwrap(), options).unwrap_err();
    assert_eq!(error.to_string(), "min_interval_ns must not be negative");
}

#[test]
fn threads_that_share_a_pacer_never_get_the_same_event() {
    let schedule = steady(100_000.0, SECOND_NS);
    let pacer = pacer(&schedule, PacerOptions::default());
    let mut events: Vec<u64> = std::thread::scope(|scope| {
        let take = || {
            let mut events = Vec::new();
            while let Decision::Due(permits) = pacer.poll(START_NS + SECOND_NS, 7) {
                events.extend(permits.events().map(|(event, _)| event));
            }
            events
        };
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    events.sort_unstable();
    // The last, unfilled batch may rest for the minimum interval.
    assert!(events.len() >= 99_993);
    assert!(events.iter().copied().eq(0..events.len() as u64));
}

proptest! {
    #[test]
    fn shards_together_send_the_whole_plan_each_event_once_at_its_due_time(
        rate in 1.0..3_000.0_f64, count in 1..5_u32, pause_ns in 0..50 * MS, max_events in 1..200_u64,
    ) {
        let schedule = steady(rate, SECOND_NS);
        let mut sent = Vec::new();
        for index in 0..count {
            let shard = Shard::new(index, count).unwrap();
            let pacer = Pacer::new(Arc::clone(&schedule), shard, PacerOptions::default()).unwrap();
            pacer.start(START_NS);
            let clock = FakeClock::at(START_NS);
            loop {
                match pacer.poll(clock.now_ns(), max_events) {
                    Decision::Due(permits) => {
                        prop_assert!(permits.due_ns.iter().all(|&due_ns| due_ns <= clock.now_ns()));
                        sent.extend(permits.events());
                        clock.advance(pause_ns);
                    }
                    Decision::Wait { until_ns } => {
                        prop_assert!(until_ns > clock.now_ns());
                        clock.set(until_ns);
                    }
                    other => {
                        prop_assert_eq!(other, Decision::Exhausted);
                        break;
                    }
                }
            }
            prop_assert_eq!(pacer.issued_total(), pacer.shard_events());
        }
        sent.sort_unstable();
        let plan: Vec<(u64, i64)> =
            (0..schedule.total_events()).map(|event| (event, START_NS + schedule.due_ns(event).unwrap())).collect();
        prop_assert_eq!(sent, plan);
    }

    #[test]
    fn whatever_holds_a_sender_up_the_plan_stays_and_each_event_is_sent_in_time_sent_late_or_skipped(
        holdups_ns in prop::collection::vec(0..3 * SECOND_NS, 1..20), catch_up in any::<bool>(),
    ) {
        let segment = |start_ns, end_ns, start_rate_per_s, end_rate_per_s| {
            Segment { start_ns: start_ns * SECOND_NS, end_ns: end_ns * SECOND_NS, start_rate_per_s, end_rate_per_s }
        };
        let curve = vec![segment(0, 3, 200.0, 900.0), segment(3, 4, 0.0, 0.0), segment(4, 8, 50.5, 50.5)];
        let schedule = Arc::new(Schedule::new(curve).unwrap());
        let options = PacerOptions { catch_up, ..PacerOptions::default() };
        let pacer = pacer(&schedule, options);
        let clock = FakeClock::at(START_NS);
        let mut holdups_ns = holdups_ns.into_iter();
        let (mut sent, mut late) = (Vec::new(), 0);
        loop {
            match pacer.poll(clock.now_ns(), 100) {
                Decision::Due(permits) => {
                    late += permits
                        .due_ns
                        .iter()
                        .filter(|&due_ns| clock.now_ns() - due_ns > options.late_threshold_ns)
                        .count();
                    sent.extend(permits.events());
                    clock.advance(holdups_ns.next().unwrap_or(0));
                }
                Decision::Wait { until_ns } => clock.set(until_ns),
                other => {
                    prop_assert_eq!(other, Decision::Exhausted);
                    break;
                }
            }
        }
        prop_assert_eq!(pacer.issued_total() + pacer.skipped_total(), schedule.total_events());
        prop_assert_eq!((pacer.issued_total(), pacer.late_total()), (sent.len() as u64, late as u64));
        prop_assert_eq!(if catch_up { pacer.skipped_total() } else { late as u64 }, 0);
        for (event, due_ns) in sent {
            prop_assert_eq!(due_ns, START_NS + schedule.due_ns(event).unwrap(), "due when the plan says, however late");
        }
    }
}
