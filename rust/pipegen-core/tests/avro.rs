//! Whatever hints, seeds and bytes come, the generator keeps to the schema and nothing panics.
use pipegen_core::avro::{Plan, PlanOptions, Schema};
use pipegen_core::record_buffer::RecordBuffer;
use proptest::prelude::*;

const DUE_NS: i64 = 1_780_000_000_123_456_789;
const NESTED: &str = r#"{"type": "record", "name": "N", "fields": [
    {"name": "text", "type": "string"},
    {"name": "flag", "type": "boolean"},
    {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A", "B"]}},
    {"name": "map", "type": {"type": "map", "values": ["null", "int", "N"]}},
    {"name": "list", "type": {"type": "array", "items": "null"}},
    {"name": "raw", "type": {"type": "fixed", "name": "F", "size": 3}}
]}"#;

fn field_of(field_type: &str) -> Schema {
    let text = format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "x", "type": {field_type}}}]}}"#);
    Schema::parse(&text).expect("the schema is sound")
}

fn field_types() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        r#""int""#,
        r#""long""#,
        r#""float""#,
        r#""double""#,
        r#""string""#,
        r#"["null", "long"]"#,
        r#"{"type": "bytes", "logicalType": "decimal", "precision": 5, "scale": 2}"#,
        r#"{"type": "fixed", "name": "D", "size": 2, "logicalType": "decimal", "precision": 4, "scale": 4}"#,
        r#"{"type": "long", "logicalType": "timestamp-nanos"}"#,
        r#"{"type": "int", "logicalType": "date"}"#,
    ])
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (-300_i64..300).prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has no other numbers", |number| number.is_finite())
            .prop_map(|n| format!("{n:e}")),
    ]
}

fn hint() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["min", "max", "zipf", "pool", "decimals", "null"]);
    let plain = (key, number()).prop_map(|(key, number)| format!(r#""{key}": {number}"#));
    let normal = (number(), number()).prop_map(|(a, b)| format!(r#""normal": {{"mean": {a}, "deviation": {b}}}"#));
    let log_normal = (number(), number()).prop_map(|(a, b)| format!(r#""lognormal": {{"median": {a}, "sigma": {b}}}"#));
    let sequence = (number(), number()).prop_map(|(a, b)| format!(r#""sequence": {{"start": {a}, "step": {b}}}"#));
    let kind = prop::sample::select(vec!["price", "age", "latitude", "bytes", "email"])
        .prop_map(|kind| format!(r#""kind": "{kind}""#));
    prop::collection::vec(prop_oneof![4 => plain, 1 => normal, 1 => log_normal, 1 => sequence, 1 => kind], 0..4)
        .prop_map(|parts| format!("{{{}}}", parts.join(", ")))
}

proptest! {
    #[test]
    fn hints_are_refused_or_kept_but_never_break_the_encoding(
        field_type in field_types(),
        hint in hint(),
        seed: u64,
        event: u64,
        due_ns in prop_oneof![Just(DUE_NS), any::<i64>()],
    ) {
        let schema = field_of(field_type);
        let hints = format!(r#"{{"x": {hint}}}"#);
        let options = PlanOptions { hints_json: Some(&hints), seed, key_field: Some("x"), ..PlanOptions::default() };
        if let Ok(plan) = Plan::compile(&schema, &options) {
            let mut records = RecordBuffer::default();
            (0..20).for_each(|step| plan.push(event.wrapping_add(step), due_ns, &mut records));
            for index in 0..20 {
                let value = records.value(index).unwrap_or_default();
                prop_assert_eq!(schema.check(value), Ok(()), "{}", hint);
            }
        }
    }

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let schema = Schema::parse(NESTED).expect("the schema is sound");
        if let Ok(length) = schema.walk(&bytes) {
            prop_assert_eq!(schema.check(&bytes[..length]), Ok(()));
        }
    }

    #[test]
    fn a_value_cut_short_is_never_accepted(seed: u64, event in 0_u64..1_000, cut in any::<prop::sample::Index>()) {
        let schema = Schema::parse(NESTED).expect("the schema is sound");
        let plan = Plan::compile(&schema, &PlanOptions { seed, ..PlanOptions::default() }).expect("it can be generated");
        let mut records = RecordBuffer::default();
        plan.push(event, DUE_NS, &mut records);
        let value = records.value(0).unwrap_or_default();
        prop_assert_eq!(schema.check(value), Ok(()));
        prop_assert!(schema.check(&value[..cut.index(value.len())]).is_err());
    }

    #[test]
    fn any_text_is_refused_as_a_schema_or_read(text in r#"[\[\]{}:, "a-z0-9]{0,60}"#) {
        let _either = Schema::parse(&text);
    }
}

#[test]
fn a_record_names_its_fields_in_order_and_anything_else_has_none() {
    let nested = Schema::parse(NESTED).expect("the schema is sound");
    assert_eq!(nested.field_names(), ["text", "flag", "kind", "map", "list", "raw"]);
    assert!(Schema::parse(r#""string""#).expect("the schema is sound").field_names().is_empty());
}

#[test]
fn a_fixed_holds_as_many_digits_as_its_bytes_always_can() {
    for (size, digits) in [(1, 2), (2, 4), (4, 9), (8, 18), (16, 38)] {
        let warnings = |precision: i32| {
            let kind = format!(r#""type": "fixed", "name": "D", "size": {size}, "logicalType": "decimal""#);
            let schema = Schema::parse(&format!(r#"{{{kind}, "precision": {precision}, "scale": 0}}"#)).unwrap();
            schema.warnings().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert!(warnings(digits).is_empty(), "{size}");
        let told = warnings(digits + 1).join("");
        assert!(told.contains(&format!("does not fit into {size} bytes; the plain type is used")), "{told}");
    }
}

fn values_of(schema: &Schema, hints: &str, events: u64) -> Vec<Vec<u8>> {
    let options = PlanOptions { hints_json: Some(hints), ..PlanOptions::default() };
    let plan = Plan::compile(schema, &options).expect("it can be generated");
    let mut records = RecordBuffer::default();
    (0..events).for_each(|event| plan.push(event, DUE_NS, &mut records));
    (0..usize::try_from(events).unwrap()).map(|index| records.value(index).unwrap_or_default().to_vec()).collect()
}

#[test]
fn stratified_texts_differ_and_come_from_all_that_a_pattern_has() {
    let hints = r#"{"x": {"pattern": "{digits:2}", "stratified": {"rows": 10}}}"#;
    let mut texts = values_of(&field_of(r#""string""#), hints, 10);
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 10);
    assert!(texts.iter().any(|text| text[2] != b'0'), "{texts:?}");
}

#[test]
fn a_long_that_is_called_as_a_time_counts_milliseconds_and_an_int_seconds() {
    for (kind, ticks) in [("long", DUE_NS / 1_000_000), ("int", DUE_NS / 1_000_000_000)] {
        let text =
            format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "created_at", "type": "{kind}"}}]}}"#);
        let schema = Schema::parse(&text).unwrap();
        let value = values_of(&schema, r#"{"created_at": {"lateness_ms": 0}}"#, 1).remove(0);
        let zigzag = value.iter().rev().fold(0_i64, |sum, byte| (sum << 7) | i64::from(byte & 0x7f));
        assert_eq!(zigzag >> 1, ticks, "{kind}");
    }
}
