//! Whatever values come, the statistics of a field say what a slow and exact count says.
use std::collections::HashSet;

use pipegen_core::avro::{FieldStats, Plan, PlanOptions, Profile, ProfilePlan, Schema};
use pipegen_core::record_buffer::RecordBuffer;
use pipegen_core::sketch::{DISTINCT_ERROR, HyperLogLog, Moments, Range, hash_bytes, hash_number};
use proptest::prelude::*;

const DUE_NS: i64 = 1_780_000_000_123_000_000;
const ORDER: &str = r#"{"type": "record", "name": "Order", "fields": [
    {"name": "id", "type": "long"},
    {"name": "coupon", "type": ["null", "string"]},
    {"name": "price", "type": "double"},
    {"name": "paid", "type": "boolean"},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
    {"name": "buyer", "type": ["null", {"type": "record", "name": "Buyer", "fields": [
        {"name": "name", "type": "string"}]}]},
    {"name": "tags", "type": {"type": "array", "items": "string"}},
    {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A", "B"]}},
    {"name": "any", "type": ["null", "int", "string"]}
]}"#;

fn distinct_of(hashes: impl Iterator<Item = u64>) -> u64 {
    let mut sketch = HyperLogLog::default();
    hashes.for_each(|hash| sketch.insert(hash));
    sketch.estimate()
}

/// Five standard errors, or six values of few: two that share a register count as one, which chance does now and then.
fn is_near(estimate: u64, truth: u64) -> bool {
    let off = estimate.abs_diff(truth);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let allowed = (truth as f64 * DISTINCT_ERROR * 5.0).max(6.0);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let off = off as f64;
    off <= allowed
}

fn stats_of<'a>(stats: &'a [FieldStats], path: &str) -> &'a FieldStats {
    stats.iter().find(|field| field.path == path).expect("the field is looked at")
}

fn profile(schema_json: &str, values: &[Vec<u8>]) -> Vec<FieldStats> {
    let schema = Schema::parse(schema_json).expect("the schema is sound");
    let mut profile = Profile::default();
    let plan = ProfilePlan::compile(&schema, &mut profile);
    for value in values {
        schema.check(value).expect("the value is valid");
        plan.observe(&schema, value, &mut profile);
    }
    profile.stats()
}

/// Zigzag and varint, written a second time on purpose.
fn long(value: i64) -> Vec<u8> {
    let mut rest = u64::from_ne_bytes(((value << 1) ^ (value >> 63)).to_ne_bytes());
    let mut out = Vec::new();
    while rest > 127 {
        out.push(u8::try_from(rest & 127).expect("7 bits") | 128);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).expect("7 bits"));
    out
}

#[test]
fn estimates_are_near_the_truth_at_every_size() {
    for truth in [0, 1, 2, 10] {
        assert_eq!(distinct_of((0..truth).map(hash_number)), truth);
    }
    for truth in [100, 1_000, 5_000, 10_000, 20_000, 50_000, 200_000, 1_000_000] {
        let numbers = distinct_of((0..truth).map(hash_number));
        assert!(is_near(numbers, truth), "{numbers} instead of {truth}");
        let texts = distinct_of((0..truth).map(|number| hash_bytes(format!("customer-{number:08}").as_bytes())));
        assert!(is_near(texts, truth), "{texts} instead of {truth} texts");
    }
}

#[test]
fn repetition_changes_no_estimate() {
    assert_eq!(distinct_of((0..5_000).map(hash_number)), distinct_of((0..50_000).map(|n| hash_number(n % 5_000))));
}

#[test]
fn a_decimal_and_a_time_are_shown_as_people_write_them() {
    let schema = r#"{"type": "record", "name": "R", "fields": [
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}}]}"#;
    let value =
        |at: i64, total: &[u8]| [long(at), long(i64::try_from(total.len()).expect("short")), total.to_vec()].concat();
    let stats = profile(schema, &[value(0, &[0xff]), value(1_780_000_000_123, &[0x04, 0xd2])]);
    let range = |path| stats_of(&stats, path).range.clone().expect("there is a range");
    assert_eq!(range("at"), ("1970-01-01T00:00:00.000Z".to_owned(), "2026-05-28T20:26:40.123Z".to_owned()));
    assert_eq!(range("total"), ("-0.01".to_owned(), "12.34".to_owned()));
    assert_eq!(stats_of(&stats, "total").type_word, "decimal(9,2)");
}

#[test]
fn a_real_number_has_the_range_and_the_mean_of_its_values() {
    for (field_type, bytes) in [
        ("double", [1.5_f64, -2.5].map(|value| value.to_le_bytes().to_vec())),
        ("float", [1.5_f32, -2.5].map(|value| value.to_le_bytes().to_vec())),
    ] {
        let schema_json =
            format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "x", "type": "{field_type}"}}]}}"#);
        let schema = Schema::parse(&schema_json).expect("the schema is sound");
        let mut profile = Profile::default();
        let plan = ProfilePlan::compile(&schema, &mut profile);
        for value in &bytes {
            plan.observe(&schema, value, &mut profile);
        }
        assert_eq!(profile.stats()[0].range, Some(("-2.5".to_owned(), "1.5".to_owned())), "{field_type}");
        let (mean, _) = profile.take_interval()[0].numbers.expect("these are numbers");
        assert!((mean + 0.5).abs() < 1e-9, "{field_type}: {mean}");
    }
}

#[test]
fn schemas_that_evolve_share_the_fields_they_have_in_common() {
    let old =
        Schema::parse(r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}"#).expect("sound");
    let new = r#"{"type": "record", "name": "R", "fields": [
        {"name": "a", "type": "int"}, {"name": "b", "type": ["null", "int"]}]}"#;
    let new = Schema::parse(new).expect("sound");
    let mut profile = Profile::default();
    let (first, second) = (ProfilePlan::compile(&old, &mut profile), ProfilePlan::compile(&new, &mut profile));
    first.observe(&old, &long(7), &mut profile);
    second.observe(&new, &[long(9), long(0)].concat(), &mut profile);
    let stats = profile.stats();
    assert_eq!((stats_of(&stats, "a").present, stats_of(&stats, "b").nulls), (2, 1));
    assert_eq!(stats_of(&stats, "a").range, Some(("7".to_owned(), "9".to_owned())));
}

#[test]
fn a_wide_schema_is_looked_at_only_so_far_and_says_so() {
    let fields: Vec<String> = (0..260).map(|n| format!(r#"{{"name": "f{n}", "type": "int"}}"#)).collect();
    let text = format!(r#"{{"type": "record", "name": "R", "fields": [{}]}}"#, fields.join(","));
    let schema = Schema::parse(&text).expect("sound");
    let mut profile = Profile::default();
    let plan = ProfilePlan::compile(&schema, &mut profile);
    plan.observe(&schema, &(0..260).flat_map(long).collect::<Vec<u8>>(), &mut profile);
    assert_eq!((profile.stats().len(), profile.skipped()), (200, 60));
    assert_eq!(profile.stats()[199].range, Some(("199".to_owned(), "199".to_owned())));
}

#[test]
fn a_recursive_schema_ends() {
    let schema = r#"{"type": "record", "name": "N", "fields": [
        {"name": "n", "type": "int"}, {"name": "next", "type": ["null", "N"]}]}"#;
    let value = [long(1), long(1), long(2), long(0)].concat();
    let stats = profile(schema, &[value]);
    assert_eq!((stats_of(&stats, "n").present, stats_of(&stats, "next.n").present), (1, 1));
    assert_eq!((stats_of(&stats, "next").present, stats_of(&stats, "next.next").nulls), (1, 1));
}

proptest! {
    #[test]
    fn counts_and_ranges_are_those_of_a_plain_count(values in prop::collection::vec(prop::option::of(any::<i64>()), 1..200)) {
        let schema = r#"{"type": "record", "name": "R", "fields": [{"name": "x", "type": ["null", "long"]}]}"#;
        let bytes: Vec<Vec<u8>> = values.iter().map(|value| match value {
            None => long(0),
            Some(value) => [long(1), long(*value)].concat(),
        }).collect();
        let stats = profile(schema, &bytes);
        let there: Vec<i64> = values.iter().flatten().copied().collect();
        let field = stats_of(&stats, "x");
        prop_assert_eq!(field.present, there.len() as u64);
        prop_assert_eq!(field.nulls, (values.len() - there.len()) as u64);
        let range = there.iter().min().zip(there.iter().max()).map(|(min, max)| (min.to_string(), max.to_string()));
        prop_assert_eq!(field.range.clone(), range);
        prop_assert!(is_near(field.distinct, there.iter().collect::<HashSet<_>>().len() as u64));
    }

    #[test]
    fn generated_records_are_counted_whole(seed: u64, count in 1_u64..60) {
        let schema = Schema::parse(ORDER).expect("the schema is sound");
        let plan = Plan::compile(&schema, &PlanOptions { seed, ..PlanOptions::default() }).expect("it can be generated");
        let mut records = RecordBuffer::default();
        (0..count).for_each(|event| plan.push(event, DUE_NS, &mut records));
        let values: Vec<Vec<u8>> =
            (0..records.len()).map(|index| records.value(index).unwrap_or_default().to_vec()).collect();
        let stats = profile(ORDER, &values);
        for field in &stats {
            let reached = if field.path == "buyer.name" { stats_of(&stats, "buyer").present } else { count };
            prop_assert_eq!(field.present + field.nulls, reached, "{}", field.path);
            prop_assert!(field.distinct <= field.present, "{}", field.path);
        }
        prop_assert_eq!(stats_of(&stats, "kind").range.clone(), None);
    }

    #[test]
    fn bytes_that_are_no_value_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let schema = Schema::parse(ORDER).expect("the schema is sound");
        let mut profile = Profile::default();
        ProfilePlan::compile(&schema, &mut profile).observe(&schema, &bytes, &mut profile);
    }

    #[test]
    fn a_range_of_texts_is_that_of_their_bytes(texts in prop::collection::vec("[a-zé]{0,12}", 1..40)) {
        let mut range = Range::default();
        for text in &texts {
            range.take_text(text.as_bytes());
        }
        let (min, max) = (texts.iter().min().expect("one"), texts.iter().max().expect("one"));
        prop_assert_eq!(range, Range::Text(min.as_str().into(), max.as_str().into()));
    }

    #[test]
    fn a_mean_is_right_far_from_zero(start in -1e15_f64..1e15, offs in prop::collection::vec(0_u8..100, 1..100)) {
        let mut moments = Moments::default();
        for off in &offs {
            moments.take(start + f64::from(*off));
        }
        let count = f64::from(u32::try_from(offs.len()).expect("few"));
        let mean = offs.iter().map(|off| f64::from(*off)).sum::<f64>() / count;
        let variance = offs.iter().map(|off| (f64::from(*off) - mean).powi(2)).sum::<f64>() / count;
        let (found, deviation) = moments.mean_and_deviation().expect("numbers");
        prop_assert!((found - start - mean).abs() < 0.5);
        prop_assert!((deviation - variance.sqrt()).abs() < 1.0);
    }
}
