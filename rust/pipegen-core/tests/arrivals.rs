//! Random arrivals are a Poisson process along the traffic curve, repeatable, and the same for any number of workers.
#![expect(clippy::cast_precision_loss, reason = "statistics over a few million events")]

use pipegen_core::arrivals::Arrivals;
use pipegen_core::schedule::{Schedule, ScheduleError, Segment};
use pipegen_core::shard::Shard;
use proptest::prelude::*;

const SECOND_NS: i64 = 1_000_000_000;

fn schedule(parts: &[(i64, f64, f64)], seed: u64) -> Schedule {
    let mut start_ns = 0;
    let segments = parts
        .iter()
        .map(|&(duration_ns, start_rate_per_s, end_rate_per_s)| {
            let segment = Segment { start_ns, end_ns: start_ns + duration_ns, start_rate_per_s, end_rate_per_s };
            start_ns = segment.end_ns;
            segment
        })
        .collect();
    Schedule::with_arrivals(segments, Arrivals::Poisson { seed }).expect("a valid curve")
}

fn steady(rate_per_s: f64, seconds: i64, seed: u64) -> Schedule {
    schedule(&[(seconds * SECOND_NS, rate_per_s, rate_per_s)], seed)
}

fn all(schedule: &Schedule) -> Vec<i64> {
    schedule.due_each(0, 1, usize::MAX).collect()
}

fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64)
}

fn rate() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.01..5.0_f64, 5.0..9_000.0_f64]
}

fn curve() -> impl Strategy<Value = Vec<(i64, f64, f64)>> {
    prop::collection::vec((1_000_000..3 * SECOND_NS, rate(), rate()), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn due_times_never_go_back_and_asking_walking_and_counting_agree(
        parts in curve(), seed: u64, at in 0.0..1.2_f64, stride in 1..9_u64,
    ) {
        let schedule = schedule(&parts, seed);
        let due_ns = all(&schedule);
        prop_assert_eq!(due_ns.len() as u64, schedule.total_events());
        prop_assert!(due_ns.is_sorted());
        prop_assert!(due_ns.iter().all(|due_ns| (0..=schedule.duration_ns()).contains(due_ns)));
        let numbered = |event: u64| due_ns[usize::try_from(event).unwrap()];
        let agree = |event: u64| schedule.due_ns(event) == Some(numbered(event));
        prop_assert!((0..schedule.total_events()).step_by(97).all(agree));
        let strided: Vec<i64> = schedule.due_each(stride, stride, 500).collect();
        let expected: Vec<i64> =
            due_ns.iter().copied().skip(usize::try_from(stride).unwrap()).step_by(usize::try_from(stride).unwrap())
                .take(500).collect();
        prop_assert_eq!(strided, expected);
        #[expect(clippy::cast_possible_truncation, reason = "any offset will do")]
        let offset_ns = (at * schedule.duration_ns() as f64) as i64;
        let before = due_ns.partition_point(|&due_ns| due_ns < offset_ns) as u64;
        prop_assert_eq!(schedule.events_before(offset_ns), before);
    }

    #[test]
    fn any_number_of_workers_send_the_same_plan(parts in curve(), seed: u64, count in 1..6_u32) {
        let schedule = schedule(&parts, seed);
        let mut shared: Vec<i64> = (0..count)
            .flat_map(|index| {
                let shard = Shard::new(index, count).unwrap();
                let events = usize::try_from(shard.share_of(schedule.total_events())).unwrap();
                schedule.due_each(shard.event(0), count.into(), events).collect::<Vec<i64>>()
            })
            .collect();
        shared.sort_unstable();
        prop_assert_eq!(shared, all(&schedule));
    }
}

#[test]
fn the_same_seed_gives_the_same_times_and_another_gives_others() {
    assert_eq!(all(&steady(500.0, 10, 7)), all(&steady(500.0, 10, 7)));
    assert_ne!(all(&steady(500.0, 10, 7)), all(&steady(500.0, 10, 8)));
}

/// What follows is what a seed means: change a number only where everybody's seeds are to mean other times.
#[test]
fn a_seed_means_the_same_times_in_every_release() {
    let due_ns = all(&steady(500.0, 10, 7));
    assert_eq!((due_ns.len(), due_ns[0], due_ns[4_000]), (5027, 1_105_707, 8_002_562_472));
    let mixed = |found: u64, each: u64| found.wrapping_mul(31).wrapping_add(each);
    assert_eq!(due_ns.iter().fold(0, |found, &due_ns| mixed(found, due_ns.unsigned_abs())), 12_143_165_624_381_251_021);
    // Each seed draws a count of its own; odd ones are seldom drawn.
    let totals = (0..5_000).map(|seed| steady(1_000.0, 40, seed).total_events()).fold(0, mixed);
    assert_eq!(totals, 11_725_262_528_171_939_861);
}

#[test]
fn a_longer_run_begins_like_a_shorter_one() {
    let (short, long) = (all(&steady(2_000.0, 10, 7)), all(&steady(2_000.0, 30, 7)));
    assert_eq!(short, long[..short.len()]);
}

#[test]
fn totals_have_the_plans_mean_and_its_variance() {
    for events in [3_i64, 40, 5_000, 20_000] {
        let totals: Vec<f64> = (0..2_000).map(|seed| steady(10.0, events, seed).total_events() as f64 / 10.0).collect();
        let (mean, variance) = mean_and_variance(&totals);
        let expected = events as f64;
        assert!((mean / expected - 1.0).abs() < 4.0 / (expected * 20_000.0).sqrt(), "{events}: {mean}");
        assert!((variance * 10.0 / expected - 1.0).abs() < 0.13, "{events}: {variance}");
    }
}

#[test]
fn counts_of_equal_stretches_are_as_dispersed_as_poissons() {
    let schedule = steady(5_000.0, 400, 42);
    for stretch_ns in [SECOND_NS / 1_000, SECOND_NS / 100, SECOND_NS / 10, SECOND_NS] {
        let counts: Vec<f64> = (0..400 * SECOND_NS / stretch_ns)
            .take(4_000)
            .map(|index| schedule.planned_between(index * stretch_ns, (index + 1) * stretch_ns) as f64)
            .collect();
        let (mean, variance) = mean_and_variance(&counts);
        let tolerance = 4.5 * (2.0 / counts.len() as f64).sqrt();
        assert!((variance / mean - 1.0).abs() < tolerance, "{stretch_ns} ns: {}", variance / mean);
    }
}

#[test]
fn gaps_are_exponential_and_independent_of_the_one_before() {
    let due_ns = all(&steady(1_000.0, 200, 3));
    let mut gaps: Vec<f64> = due_ns.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e6).collect();
    let count = gaps.len() as f64;
    let (mean, variance) = mean_and_variance(&gaps);
    assert!((mean - 1.0).abs() < 0.01 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
    let together = gaps.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>();
    assert!((together / count / variance).abs() < 4.0 / count.sqrt(), "neighbours are uncorrelated");
    gaps.sort_unstable_by(f64::total_cmp);
    let distance = gaps
        .iter()
        .enumerate()
        .map(|(index, gap)| (1.0 - (-gap).exp() - (index as f64 + 0.5) / count).abs())
        .fold(0.0, f64::max);
    assert!(distance < 1.63 / count.sqrt(), "Kolmogorov-Smirnov at 1 %: {distance}");
}

#[test]
fn counts_follow_the_curve() {
    let ramp = schedule(&[(100 * SECOND_NS, 0.0, 2_000.0), (50 * SECOND_NS, 0.0, 0.0), (SECOND_NS, 700.0, 700.0)], 5);
    assert_eq!(ramp.planned_between(100 * SECOND_NS, 150 * SECOND_NS), 0, "nothing is due in a pause");
    let squares: f64 = (0..100)
        .map(|second| {
            let expected = 20.0 * second as f64 + 10.0;
            let found = ramp.planned_between(second * SECOND_NS, (second + 1) * SECOND_NS) as f64;
            (found - expected).powi(2) / expected
        })
        .sum();
    assert!((55.0..160.0).contains(&squares), "chi-squared with 100 degrees of freedom: {squares}");
}

#[test]
fn a_pause_throughout_plans_nothing_and_too_long_a_plan_is_refused() {
    assert_eq!(steady(0.0, 10, 1).total_events(), 0);
    let week = Segment { start_ns: 0, end_ns: 604_800 * SECOND_NS, start_rate_per_s: 1e7, end_rate_per_s: 1e7 };
    let error = Schedule::with_arrivals(vec![week], Arrivals::Poisson { seed: 1 }).unwrap_err();
    assert_eq!(error, ScheduleError::TooManyRandomEvents);
    assert_eq!(error.to_string(), "with Poisson arrivals a schedule plans at most 2^40 events");
}
