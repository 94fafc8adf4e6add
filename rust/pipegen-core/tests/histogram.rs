//! The histogram against the `hdrhistogram` crate, and what it does at the edges of its range.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hdrhistogram::Histogram as Oracle;
use hdrhistogram::serialization::Deserializer;
use pipegen_core::hdr::{export_base64, import_base64};
use pipegen_core::histogram::{Histogram, HistogramError, MAX_VALUE_US, Snapshot};
use proptest::prelude::*;

const PERCENTILES: [f64; 9] = [0.1, 10.0, 50.0, 75.0, 90.0, 99.0, 99.9, 99.99, 100.0];

fn oracle(values_us: &[u64]) -> Oracle<u64> {
    let mut oracle = Oracle::new_with_bounds(1, MAX_VALUE_US, 3).unwrap();
    for &value_us in values_us {
        oracle.record(value_us).unwrap();
    }
    oracle
}

fn counted(values_us: &[u64]) -> Snapshot {
    let histogram = Histogram::default();
    for &value_us in values_us {
        histogram.record_us(i64::try_from(value_us).unwrap());
    }
    histogram.snapshot()
}

fn value_us() -> impl Strategy<Value = u64> {
    prop_oneof![0..3_000_u64, 0..5_000_000_u64, 0..=MAX_VALUE_US]
}

fn values_us() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(value_us(), 1..400)
}

proptest! {
    // Each case fills tens of thousands of buckets several times, slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn percentiles_are_those_of_the_reference(values_us in values_us()) {
        let (snapshot, oracle) = (counted(&values_us), oracle(&values_us));
        let max_us = *values_us.iter().max().unwrap();
        for percentile in PERCENTILES {
            let expected = oracle.value_at_quantile(percentile / 100.0).min(max_us);
            prop_assert_eq!(snapshot.percentile_us(percentile).unwrap(), Some(expected), "p{}", percentile);
        }
        prop_assert_eq!(snapshot.count(), oracle.len());
        prop_assert_eq!((snapshot.min_us(), snapshot.max_us()), (values_us.iter().min().copied(), Some(max_us)));
        let mean_us = snapshot.mean_us().unwrap();
        prop_assert!((mean_us - oracle.mean()).abs() <= 1.0 + oracle.mean() * 1e-3);
    }

    #[test]
    fn a_percentile_is_within_three_digits_of_the_exact_one(mut values_us in values_us()) {
        let snapshot = counted(&values_us);
        values_us.sort_unstable();
        let exact_us = values_us[values_us.len().div_ceil(2) - 1];
        let found_us = snapshot.percentile_us(50.0).unwrap().unwrap();
        prop_assert!(found_us >= exact_us && found_us - exact_us <= exact_us / 1_000);
    }

    #[test]
    fn an_interval_is_what_was_counted_in_between(first in values_us(), second in values_us()) {
        let earlier = counted(&first);
        let both = counted(&[first, second.clone()].concat());
        let interval = both.since(&earlier).unwrap();
        prop_assert!(interval.values_us().eq(counted(&second).values_us()));
        prop_assert_eq!(interval.count(), second.len() as u64);
        prop_assert!(interval.max_us().unwrap() >= *second.iter().max().unwrap());
        prop_assert!(interval.min_us().unwrap() <= *second.iter().min().unwrap());
    }

    #[test]
    fn merging_is_counting_together(first in values_us(), second in values_us()) {
        let merged = counted(&first).merge(&counted(&second));
        prop_assert_eq!(merged, counted(&[first, second].concat()));
    }

    #[test]
    fn an_export_reads_back_and_other_tools_read_the_same(values_us in values_us()) {
        let snapshot = counted(&values_us);
        let text = export_base64(&snapshot).unwrap();
        let back = import_base64(&text).unwrap();
        prop_assert!(back.values_us().eq(snapshot.values_us()));
        prop_assert_eq!(back.count(), snapshot.count());
        prop_assert!(text.starts_with("HISTFAA"), "the mark of V2 compressed in base64: {}", text);
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        let read: Oracle<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap();
        prop_assert_eq!(read, oracle(&values_us));
    }
}

#[test]
fn a_percentile_that_falls_on_a_whole_rank_is_that_value() {
    let snapshot = counted(&(1..=1_000).collect::<Vec<u64>>());
    let found_us = [50.0, 99.0, 99.9, 100.0].map(|percentile| snapshot.percentile_us(percentile).unwrap());
    assert_eq!(found_us, [Some(500), Some(990), Some(999), Some(1_000)]);
}

#[test]
fn an_empty_histogram_knows_no_value() {
    let empty = Snapshot::default();
    assert_eq!((empty.count(), empty.min_us(), empty.max_us(), empty.mean_us()), (0, None, None, None));
    assert_eq!(empty.percentile_us(99.0), Ok(None));
    assert_eq!(import_base64(&export_base64(&empty).unwrap()).unwrap().count(), 0);
}

#[test]
fn negative_values_are_counted_apart_with_their_minimum() {
    let histogram = Histogram::default();
    for value_ns in [-1, -5_000_001, 2_000] {
        histogram.record_ns(value_ns);
    }
    let snapshot = histogram.snapshot();
    assert_eq!((snapshot.count(), snapshot.negative_count()), (1, 2));
    assert_eq!((snapshot.min_negative_us(), snapshot.min_us()), (Some(-5_001), Some(2)));
    assert_eq!(snapshot.since(&snapshot).unwrap().min_negative_us(), None);
}

#[test]
fn a_value_above_the_range_is_counted_and_said_to_overflow() {
    let histogram = Histogram::default();
    histogram.record_us(i64::MAX);
    histogram.record_us(3_600_000_000);
    let snapshot = histogram.snapshot();
    assert_eq!((snapshot.count(), snapshot.overflow_count()), (2, 1));
    assert_eq!(snapshot.max_us(), Some(i64::MAX.unsigned_abs()));
    let hour_us = snapshot.percentile_us(50.0).unwrap().unwrap();
    assert!((3_600_000_000..3_603_600_000).contains(&hour_us), "an hour is in range: {hour_us}");
}

#[test]
fn a_later_snapshot_is_no_earlier_one() {
    let (less, more) = (counted(&[1]), counted(&[1, 2]));
    assert_eq!(less.since(&more), Err(HistogramError::NotEarlier));
}

#[test]
fn percentiles_outside_0_to_100_are_refused() {
    for percentile in [-0.1, 100.1, f64::NAN] {
        assert_eq!(counted(&[1]).percentile_us(percentile), Err(HistogramError::Percentile));
    }
}

#[test]
fn text_that_is_no_histogram_is_refused_with_a_sentence() {
    for text in ["", "not base64!", "AAAA", "HISTFAAAABd42pNpmSzMwMDAwgABTA=="] {
        let error = import_base64(text).unwrap_err().to_string();
        assert!(error.starts_with("not a base64 HdrHistogram V2 compressed histogram: "), "{error}");
    }
}

#[test]
fn threads_counting_at_once_lose_nothing() {
    let histogram = Histogram::default();
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let histogram = &histogram;
            scope.spawn(move || (0..50_000).for_each(|value_us| histogram.record_us(value_us + thread)));
        }
    });
    let snapshot = histogram.snapshot();
    assert_eq!((snapshot.count(), snapshot.min_us(), snapshot.max_us()), (150_000, Some(0), Some(50_001)));
}

#[test]
fn a_histogram_that_says_it_has_more_than_there_is_is_refused_before_room_is_made_for_it() {
    let mut plain = vec![0x1c, 0x84, 0x93, 0x13];
    plain.extend(u32::MAX.to_be_bytes());
    plain.extend([0; 4]);
    plain.extend(3_u32.to_be_bytes());
    plain.extend(1_u64.to_be_bytes());
    plain.extend(u64::from(u32::MAX).to_be_bytes());
    plain.extend(1_f64.to_be_bytes());
    for cut in [plain.len(), 7, 4, 0] {
        let error = import_base64(&BASE64.encode(&plain[..cut])).unwrap_err().to_string();
        assert!(error.ends_with("it ends before its counts do"), "{error}");
    }
}
