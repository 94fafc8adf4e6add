//! Properties of the plan that hold for every rate curve.
use pipegen_core::schedule::{Schedule, ScheduleError, Segment};
use pipegen_core::shard::Shard;
use proptest::prelude::*;

const SECOND_NS: i64 = 1_000_000_000;

fn segments(parts: &[(i64, f64, f64)]) -> Vec<Segment> {
    let mut start_ns = 0;
    parts
        .iter()
        .map(|&(duration_ns, start_rate_per_s, end_rate_per_s)| {
            let segment = Segment { start_ns, end_ns: start_ns + duration_ns, start_rate_per_s, end_rate_per_s };
            start_ns = segment.end_ns;
            segment
        })
        .collect()
}

fn schedule(parts: &[(i64, f64, f64)]) -> Schedule {
    Schedule::new(segments(parts)).expect("a valid curve")
}

fn rate() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.01..5.0_f64, 5.0..2_000.0_f64]
}

fn curve() -> impl Strategy<Value = Vec<(i64, f64, f64)>> {
    let part = (1_000_000..5 * SECOND_NS, rate(), rate(), any::<bool>());
    prop::collection::vec(
        part.prop_map(|(duration_ns, start, end, step)| (duration_ns, start, if step { start } else { end })),
        1..8,
    )
}

fn area(parts: &[(i64, f64, f64)]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds")]
    parts.iter().map(|&(duration_ns, start, end)| f64::midpoint(start, end) * duration_ns as f64 / 1e9).sum()
}

proptest! {
    #[test]
    fn due_times_never_go_back_and_stay_inside(parts in curve()) {
        let schedule = schedule(&parts);
        let due_ns: Vec<i64> = (0..schedule.total_events()).map(|event| schedule.due_ns(event).unwrap()).collect();
        prop_assert!(due_ns.is_sorted());
        prop_assert!(due_ns.iter().all(|&due_ns| (0..=schedule.duration_ns()).contains(&due_ns)));
        prop_assert_eq!(schedule.due_ns(schedule.total_events()), None);
    }

    #[test]
    fn the_total_is_the_area_to_the_nearest_event(parts in curve()) {
        #[expect(clippy::cast_precision_loss, reason = "small totals")]
        let total = schedule(&parts).total_events() as f64;
        prop_assert!((total - area(&parts)).abs() <= 0.5 + 1e-9);
    }

    #[test]
    fn events_before_is_the_inverse_of_due(parts in curve(), at in 0.0..1.2_f64) {
        let schedule = schedule(&parts);
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "any offset will do")]
        let offset_ns = (at * schedule.duration_ns() as f64) as i64;
        let before = schedule.events_before(offset_ns);
        prop_assert!(before == 0 || schedule.due_ns(before - 1).unwrap() < offset_ns);
        prop_assert!(schedule.due_ns(before).is_none_or(|due_ns| due_ns >= offset_ns));
        if let Some(due_ns) = schedule.due_ns(before) {
            prop_assert!(schedule.events_before(due_ns) <= before, "an event is not before itself");
            prop_assert!(schedule.events_before(due_ns + 1) > before);
        }
        prop_assert_eq!(schedule.planned_between(0, offset_ns), before);
        prop_assert_eq!(schedule.planned_between(offset_ns, i64::MAX), schedule.total_events() - before);
    }

    #[test]
    fn walking_gives_the_same_due_times_as_asking(parts in curve(), first in 0..50_u64, stride in 1..9_u64) {
        let schedule = schedule(&parts);
        let walked: Vec<i64> = schedule.due_each(first, stride, 1_000).collect();
        let asked: Vec<i64> = (0..1_000).map_while(|step| schedule.due_ns(first + step * stride)).collect();
        prop_assert_eq!(walked, asked);
    }

    #[test]
    fn shards_share_out_the_plan_without_gap_or_overlap(count in 1..12_u32, events in 0..500_u64) {
        let mut all: Vec<u64> = (0..count)
            .flat_map(|index| {
                let shard = Shard::new(index, count).unwrap();
                (0..shard.share_of(events)).map(move |ordinal| shard.event(ordinal))
            })
            .collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..events).collect::<Vec<u64>>());
    }

    #[test]
    fn cutting_a_step_into_pieces_changes_nothing(rate in 0.3..900.0_f64, pieces in 1..60_usize) {
        let whole = schedule(&[(SECOND_NS * 60, rate, rate)]);
        let piece_ns = SECOND_NS * 60 / i64::try_from(pieces).unwrap();
        let mut parts = vec![(piece_ns, rate, rate); pieces];
        parts[0].0 += SECOND_NS * 60 - piece_ns * i64::try_from(pieces).unwrap();
        let cut = schedule(&parts);
        prop_assert!(whole.total_events().abs_diff(cut.total_events()) <= 1);
        for event in 0..whole.total_events().min(cut.total_events()) {
            prop_assert!((whole.due_ns(event).unwrap() - cut.due_ns(event).unwrap()).abs() <= 1);
        }
    }
}

#[test]
fn a_constant_rate_spreads_events_evenly_and_centres_them() {
    let schedule = schedule(&[(2 * SECOND_NS, 2.0, 2.0)]);
    let due_ns: Vec<i64> = (0..4).map(|event| schedule.due_ns(event).unwrap()).collect();
    assert_eq!(due_ns, [250_000_000, 750_000_000, 1_250_000_000, 1_750_000_000]);
    assert_eq!((schedule.total_events(), schedule.rate_at(SECOND_NS)), (4, 2.0));
}

#[test]
fn every_second_of_a_constant_rate_plans_exactly_that_rate() {
    let schedule = schedule(&[(30 * SECOND_NS, 10_000.0, 10_000.0)]);
    assert_eq!(schedule.total_events(), 300_000);
    for second in 0..30 {
        assert_eq!(schedule.planned_between(second * SECOND_NS, (second + 1) * SECOND_NS), 10_000);
    }
}

#[test]
fn fractions_of_an_event_carry_over_borders() {
    let parts: Vec<(i64, f64, f64)> = vec![(SECOND_NS, 0.1, 0.1); 30];
    assert_eq!(schedule(&parts).total_events(), 3);
}

#[test]
fn a_ramp_plans_its_area_and_its_rate_grows() {
    let schedule = schedule(&[(10 * SECOND_NS, 0.0, 100.0)]);
    assert_eq!(schedule.total_events(), 500);
    assert_eq!(schedule.events_before(5 * SECOND_NS), 125);
    assert!((schedule.rate_at(5 * SECOND_NS) - 50.0).abs() < 1e-9);
}

#[test]
fn the_rate_of_a_ramp_counts_from_where_the_ramp_starts() {
    let schedule = schedule(&[(10 * SECOND_NS, 7.0, 7.0), (10 * SECOND_NS, 0.0, 100.0)]);
    assert!((schedule.rate_at(15 * SECOND_NS) - 50.0).abs() < 1e-9);
}

#[test]
fn nothing_is_due_in_a_pause() {
    let schedule = schedule(&[(SECOND_NS, 5.0, 5.0), (SECOND_NS, 0.0, 0.0), (SECOND_NS, 5.0, 5.0)]);
    assert_eq!(schedule.planned_between(SECOND_NS, 2 * SECOND_NS), 0);
    assert_eq!((schedule.total_events(), schedule.rate_at(SECOND_NS)), (10, 0.0));
}

#[test]
fn no_event_drifts_in_a_week() {
    let week_ns = 7 * 86_400 * SECOND_NS;
    let schedule = schedule(&[(week_ns, 1_000.0, 1_000.0)]);
    assert_eq!(schedule.due_ns(schedule.total_events() - 1), Some(week_ns - 500_000));
}

#[test]
fn a_curve_that_makes_no_sense_is_refused() {
    let refuse = |parts: &[(i64, f64, f64)]| Schedule::new(segments(parts)).unwrap_err();
    assert_eq!(refuse(&[]), ScheduleError::Empty);
    assert_eq!(refuse(&[(0, 1.0, 1.0)]), ScheduleError::NotForward { index: 0 });
    for rate_per_s in [-1.0, 1e8, f64::INFINITY] {
        assert_eq!(refuse(&[(1, 1.0, rate_per_s)]), ScheduleError::Rate { index: 0, rate_per_s });
    }
    assert!(matches!(refuse(&[(1, f64::NAN, 1.0)]), ScheduleError::Rate { .. }));
    let mut gap = segments(&[(5, 1.0, 1.0), (5, 1.0, 1.0)]);
    gap[1].start_ns = 6;
    assert_eq!(
        Schedule::new(gap).unwrap_err().to_string(),
        "segment 1 starts at 6 ns but must start at 5 ns, where the one before it ends"
    );
    let decades = vec![(i64::MAX / 8, 1e7, 1e7); 4];
    assert_eq!(refuse(&decades), ScheduleError::TooManyEvents);
}
