//! What a seed means: the records of a release are those of the release before, and so is what is refused.
//!
//! `tests/seeded.txt` holds them as text. A change of that file changes the records that people get for their seeds; to
//! make one on purpose, run the test with `WRITE_SEEDED=1` and read the difference.
use std::fmt::Write as _;
use std::path::Path;

use pipegen_core::avro::{Plan, PlanOptions, Schema};
use pipegen_core::record_buffer::RecordBuffer;

const DUE_NS: i64 = 1_780_000_000_123_456_789;
const STEP_NS: i64 = 86_399_123_456_789;

const TEXTS: &str = "id customer_id order_id session_uuid email login hostname first_name last_name company product city \
    country_name region customerName phone country currency timezone locale street zip ipv6 ip mac url user_agent \
    method payment_method status event_type level priority category channel device browser os color gender tier unit \
    job description title version sku hash birth_date time created_at price latitude anything";
const NUMBERS: &str = "id customer_id order_id cents discount price balance quantity count age percent ratio rating \
    score temperature pressure latitude longitude speed distance weight duration bytes port year month attempt \
    created_at updated_ms event_time_us logged_ns expires_at birthday epoch unix_s sequence offset http_status anything";
const FLAGS: &str = "is_deleted is_active anything";
const TYPES: [&str; 13] = [
    r#""string""#,
    r#""int""#,
    r#""long""#,
    r#""double""#,
    r#""float""#,
    r#""boolean""#,
    r#""bytes""#,
    r#"["null", "long", "string"]"#,
    r#"{"type": "array", "items": "string"}"#,
    r#"{"type": "map", "values": "int"}"#,
    r#"{"type": "enum", "name": "E", "symbols": ["A", "B", "C"]}"#,
    r#"{"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}"#,
    r#"{"type": "fixed", "name": "D", "size": 9, "logicalType": "decimal", "precision": 12, "scale": 3}"#,
];
const LOGICAL: [&str; 14] = [
    r#"{"type": "int", "logicalType": "date"}"#,
    r#"{"type": "int", "logicalType": "time-millis"}"#,
    r#"{"type": "long", "logicalType": "time-micros"}"#,
    r#"{"type": "long", "logicalType": "timestamp-millis"}"#,
    r#"{"type": "long", "logicalType": "timestamp-micros"}"#,
    r#"{"type": "long", "logicalType": "timestamp-nanos"}"#,
    r#"{"type": "long", "logicalType": "local-timestamp-millis"}"#,
    r#"{"type": "string", "logicalType": "uuid"}"#,
    r#"{"type": "fixed", "name": "U", "size": 16, "logicalType": "uuid"}"#,
    r#"{"type": "fixed", "name": "L", "size": 12, "logicalType": "duration"}"#,
    r#"{"type": "fixed", "name": "F", "size": 5}"#,
    r#"{"type": "bytes", "logicalType": "decimal", "precision": 40, "scale": 20}"#,
    r#"{"type": "string", "logicalType": "date"}"#,
    r#"{"type": "fixed", "name": "S", "size": 2, "logicalType": "decimal", "precision": 9}"#,
];
const HINTS: [&str; 39] = [
    r#"{"min": 3, "max": 9}"#,
    r#"{"min": 9, "max": 3}"#,
    r#"{"min": 2000}"#,
    r#"{"max": -5}"#,
    r#"{"min": 1e30}"#,
    r#"{"one_of": ["A", "B"]}"#,
    r#"{"one_of": {"1": 2, "3": 4}}"#,
    r#"{"one_of": [1, 2], "weights": [9, 1]}"#,
    r#"{"one_of": []}"#,
    r#"{"normal": {"mean": 20, "deviation": 5}}"#,
    r#"{"normal": {"mean": 20, "deviation": -5}}"#,
    r#"{"lognormal": {"median": 35, "sigma": 0.9}}"#,
    r#"{"lognormal": {"median": 0, "sigma": 0.9}}"#,
    r#"{"zipf": 1.2, "pool": 50}"#,
    r#"{"zipf": 1.2}"#,
    r#"{"zipf": 0, "pool": 5}"#,
    r#"{"zipf": 21, "pool": 5}"#,
    r#"{"pool": 7}"#,
    r#"{"sequence": true}"#,
    r#"{"sequence": {"start": 8, "step": -3}, "min": 2, "max": 9}"#,
    r#"{"sequence": {"start": 80}, "max": 9}"#,
    r#"{"pattern": "A-{seq:08}-{int:1-99}-{digits:4}{hex:8}{lower:3}{upper:3}{uuid}"}"#,
    r#"{"pattern": "{oops}"}"#,
    r#"{"kind": "email"}"#,
    r#"{"kind": "price"}"#,
    r#"{"kind": "prise"}"#,
    r#"{"pool_of": "b"}"#,
    r#"{"pool_of": "zz"}"#,
    r#"{"states": {"start": "A", "next": {"A": {"B": 9, "C": 1}}, "entity": "b", "pool": 3}}"#,
    r#"{"states": {"start": "A"}}"#,
    r#"{"min_length": 3, "max_length": 9}"#,
    r#"{"decimals": 3, "min": 0.5, "max": 2.5}"#,
    r#"{"decimals": 99}"#,
    r#"{"null": 0.5}"#,
    r#"{"min_items": 0, "max_items": 5}"#,
    r#"{"true_share": 0.9}"#,
    r#"{"wrong": 1}"#,
    r#"{"quantiles": [1, 5, 90]}"#,
    r#"{"quantiles": [5, 1]}"#,
];
const KEYS: [&str; 8] = [
    r#"{"field": "a"}"#,
    r#"{"field": "z"}"#,
    r#"{"zipf": 1.1, "pool": 100}"#,
    r#"{"zipf": 21}"#,
    r#"{"hot": 0.5, "keys": 2, "pool": 100}"#,
    r#"{"hot": 0.5, "keys": 9, "pool": 9}"#,
    r#""none""#,
    r#"{"hot": 1, "zipf": 1}"#,
];
const FAULTS: [&str; 15] = [
    r#"{"late": 0.5, "late_by_ns": 3600000000000}"#,
    r#"{"out_of_order": 0.5}"#,
    r#"{"duplicates": 0.3}"#,
    r#"{"nulls": 0.5}"#,
    r#"{"nulls": 0.5, "null_fields": ["note"]}"#,
    r#"{"nulls": 0.5, "null_fields": ["what"]}"#,
    r#"{"corrupt": 0.5}"#,
    r#"{"unknown_schema_id": 0.5}"#,
    r#"{"rule_violations": 0.5}"#,
    r#"{"rule_violations": 0.5, "rule_fields": ["inner.size"]}"#,
    r#"{"oversized": 0.5, "oversized_bytes": 40}"#,
    r#"{"tombstones": 0.5}"#,
    r#"{"late": 0.7, "corrupt": 0.7}"#,
    r#"{"late": 2}"#,
    r#"{"sleet": 0.1}"#,
];
const FAULTY: &str = r#"{"type": "record", "name": "Order", "fields": [
    {"name": "order_id", "type": "string"},
    {"name": "note", "type": ["null", "string"]},
    {"name": "state", "type": "string", "pipegen": {"one_of": ["new", "paid"]}},
    {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [
        {"name": "size", "type": "int", "pipegen": {"min": 1, "max": 9}},
        {"name": "weight", "type": ["null", "double"], "pipegen": {"min": 1, "max": 2}}]}},
    {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}"#;
const RECURSIVE: &str = r#"{"type": "record", "name": "Node", "fields": [
    {"name": "next", "type": ["null", "Node"], "pipegen": {"null": 0.3}},
    {"name": "kids", "type": {"type": "array", "items": "Node"}},
    {"name": "tags", "type": {"type": "map", "values": ["null", "Node", "int"]}}]}"#;
const REFUSED: [&str; 22] = [
    "{",
    "1",
    r#""strin""#,
    "[]",
    r#"["int", "int"]"#,
    r#"["int", ["long"]]"#,
    r#"{"type": 1}"#,
    r#"{"items": "int"}"#,
    r#"{"type": "array"}"#,
    r#"{"type": "record", "name": "R"}"#,
    r#"{"type": "record", "name": "R", "fields": 1}"#,
    r#"{"type": "record", "name": "1R", "fields": []}"#,
    r#"{"type": "record", "name": "int", "fields": []}"#,
    r#"{"type": "record", "name": "R", "aliases": ["a.b", "-"], "fields": []}"#,
    r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}, {"name": "a", "type": "int"}]}"#,
    r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": "x"}]}"#,
    r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "order": "up"}]}"#,
    r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "R"}]}"#,
    r#"{"type": "enum", "name": "E", "symbols": []}"#,
    r#"{"type": "enum", "name": "E", "symbols": ["A", "A"]}"#,
    r#"{"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}"#,
    r#"{"type": "fixed", "name": "F", "size": -1}"#,
];

/// A record with one field of a type for each of the names.
fn record(names: &str, field_type: &str) -> String {
    let field = |name: &str| format!(r#"{{"name": "{name}", "type": {field_type}}}"#);
    let fields: Vec<String> = names.split_whitespace().map(field).collect();
    format!(r#"{{"type": "record", "name": "Order", "fields": [{}]}}"#, fields.join(", "))
}

/// Bytes as text where they are that, else as hexadecimal digits.
fn readable(part: Option<&[u8]>) -> String {
    let hex = |bytes: &[u8]| bytes.iter().fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}"));
    part.map_or("-".to_owned(), |bytes| match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => hex(bytes),
    })
}

/// What a schema's events send, or why there are none.
fn sent(title: &str, schema: &str, events: u64, options: &PlanOptions<'_>) -> String {
    let mut out = format!("# {title}\n");
    let plan = Schema::parse(schema).and_then(|schema| {
        schema.warnings().iter().for_each(|warning| writeln!(out, "{warning}").expect("memory"));
        Plan::compile(&schema, options)
    });
    let plan = match plan {
        Ok(plan) => plan,
        Err(error) => return format!("{out}{error}\n"),
    };
    let due_ns = |event: u64| DUE_NS + STEP_NS * i64::try_from(event).expect("a small number");
    let mut records = RecordBuffer::default();
    for event in 0..events {
        let fault = plan.push_outgoing(event, due_ns(event), due_ns, &mut records);
        let index = records.len() - 1;
        let (key, value) = (readable(records.key(index)), readable(records.value(index)));
        writeln!(out, "{key} {} {value}", fault.map_or("-", |kind| kind.name())).expect("memory");
    }
    out
}

fn all() -> String {
    let json = PlanOptions { seed: 7, value_format: Some("json"), ..PlanOptions::default() };
    let mut out = String::new();
    for (names, field_type) in [(TEXTS, "string"), (NUMBERS, "int"), (NUMBERS, "long"), (NUMBERS, "double")] {
        out += &sent(&format!("names of {field_type}"), &record(names, &format!("\"{field_type}\"")), 6, &json);
    }
    out += &sent("names of boolean", &record(FLAGS, r#""boolean""#), 12, &json);
    for field_type in TYPES.iter().chain(&LOGICAL) {
        let schema = record("a", field_type);
        out += &sent(field_type, &schema, 4, &json);
        let keyed = PlanOptions { seed: 7, key_field: Some("a"), ..PlanOptions::default() };
        out += &sent(&format!("{field_type}, binary and key"), &schema, 3, &keyed);
    }
    for hint in HINTS {
        let hints = format!(r#"{{"a": {hint}}}"#);
        for field_type in TYPES {
            // A named type is defined once.
            let b = if field_type.contains("name") { r#""string""# } else { field_type };
            let schema = record("a", field_type).replace("}]}", &format!(r#"}}, {{"name": "b", "type": {b}}}]}}"#));
            let options = PlanOptions { hints_json: Some(&hints), ..json.clone() };
            out += &sent(&format!("{hint} at {field_type}"), &schema, 3, &options);
        }
    }
    for field_type in ["string", "int"] {
        let schema = record("customer_id", &format!("\"{field_type}\""));
        let hints = r#"{"customer_id": {"zipf": 1.2}}"#;
        let options = PlanOptions { hints_json: Some(hints), ..json.clone() };
        out += &sent(&format!("zipf of a pool by name, {field_type}"), &schema, 6, &options);
    }
    for key in KEYS {
        out += &sent(key, &record("a b", r#""int""#), 12, &PlanOptions { key_json: Some(key), ..json.clone() });
    }
    for faults in FAULTS {
        let options = PlanOptions { faults_json: Some(faults), value_prefix: &[0, 0, 0, 0, 9], ..json.clone() };
        out += &sent(faults, FAULTY, 24, &PlanOptions { value_format: None, ..options });
    }
    out += &sent("recursive", RECURSIVE, 12, &json);
    for refused in REFUSED {
        out += &sent(refused, refused, 1, &json);
    }
    out
}

#[test]
fn a_seed_means_the_records_that_it_meant_before() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeded.txt");
    let now = all();
    if std::env::var_os("WRITE_SEEDED").is_some() {
        std::fs::write(&file, &now).expect("the file can be written");
    }
    let before = std::fs::read_to_string(&file).expect("the file is there");
    let changed = before.lines().zip(now.lines()).find(|(before, now)| before != now);
    assert_eq!(changed, None, "a record or a sentence has changed");
    assert_eq!(before.len(), now.len(), "there are more or fewer of them");
}
