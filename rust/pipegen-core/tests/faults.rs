//! Faults on purpose: as many as their shares say, the same ones for any senders, each what it claims to be.
use std::collections::BTreeMap;

use pipegen_core::avro::{Plan, PlanOptions, Schema};
use pipegen_core::fault::FaultKind;
use pipegen_core::header::{Header, Kind};
use pipegen_core::meters::{Arrived, Meters, Origin};
use pipegen_core::record_buffer::RecordBuffer;

const ORDER: &str = r#"{"type": "record", "name": "Order", "fields": [
    {"name": "order_id", "type": "string"},
    {"name": "quantity", "type": "int", "pipegen": {"min": 1, "max": 9}},
    {"name": "coupon", "type": ["null", "string"], "pipegen": {"null": 0}},
    {"name": "note", "type": "string"},
    {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
]}"#;
const FAULTS: &str = r#"{"late": 0.02, "out_of_order": 0.02, "duplicates": 0.02, "nulls": 0.02, "corrupt": 0.02,
    "unknown_schema_id": 0.02, "rule_violations": 0.02, "oversized": 0.02, "tombstones": 0.02, "oversized_bytes": 5000}"#;
const PREFIX: [u8; 5] = [0, 0, 0, 0, 7];
const DUE_NS: i64 = 1_780_000_000_000_000_000;

fn plan(schema: &Schema, faults_json: &str) -> Plan {
    let options =
        PlanOptions { seed: 3, value_prefix: &PREFIX, faults_json: Some(faults_json), ..PlanOptions::default() };
    Plan::compile(schema, &options).expect("the schema can be generated")
}

fn due_ns_of(event: u64) -> i64 {
    DUE_NS + i64::try_from(event).expect("small") * 1_000_000
}

#[test]
fn every_fault_comes_as_often_as_its_share_says_and_is_marked() {
    let schema = Schema::parse(ORDER).expect("the schema is sound");
    let plan = plan(&schema, FAULTS);
    let mut records = RecordBuffer::default();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for event in 0..20_000_u32 {
        let fault = plan.push_outgoing(event.into(), due_ns_of(event.into()), due_ns_of, &mut records);
        assert_eq!(records.fault(event as usize), fault);
        if let Some(kind) = fault {
            *counts.entry(kind.name()).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), FaultKind::ALL.len());
    assert!(counts.values().all(|count| (320..480).contains(count)), "{counts:?}");
}

#[test]
fn a_fault_depends_on_the_event_alone() {
    let schema = Schema::parse(ORDER).expect("the schema is sound");
    let plan = plan(&schema, FAULTS);
    let (mut forwards, mut backwards) = (RecordBuffer::default(), RecordBuffer::default());
    for event in 0..500 {
        plan.push_outgoing(event, due_ns_of(event), due_ns_of, &mut forwards);
        plan.push_outgoing(499 - event, due_ns_of(499 - event), due_ns_of, &mut backwards);
    }
    for event in 0..500 {
        assert_eq!(forwards.value(event), backwards.value(499 - event));
        assert_eq!(forwards.fault(event), backwards.fault(499 - event));
    }
}

#[test]
fn a_record_with_a_fault_is_what_the_fault_claims() {
    let schema = Schema::parse(ORDER).expect("the schema is sound");
    let plan = plan(&schema, FAULTS);
    let (mut sent, mut clean) = (RecordBuffer::default(), RecordBuffer::default());
    for event in 0..5_000_u32 {
        plan.push(event.into(), due_ns_of(event.into()), &mut clean);
        let fault = plan.push_outgoing(event.into(), due_ns_of(event.into()), due_ns_of, &mut sent);
        let (value, own) = (sent.value(event as usize), clean.value(event as usize));
        match fault {
            None => assert_eq!(value, own),
            Some(FaultKind::Tombstones) => assert_eq!(value, None),
            Some(FaultKind::Corrupt) => assert!(schema.check(&value.unwrap()[5..]).is_err()),
            Some(FaultKind::UnknownSchemaId) => {
                assert_eq!(value.unwrap()[..5], [0, 0x7f, 0xff, 0xff, 0xff]);
                assert_eq!(value.unwrap()[5..], own.unwrap()[5..]);
            }
            Some(FaultKind::Duplicates) => {
                let is_copy = |earlier: u32| sent.value(earlier as usize) == value;
                assert!((event.saturating_sub(64)..event).any(is_copy), "event {event}");
            }
            Some(kind) => {
                let value = value.unwrap();
                assert_eq!(schema.check(&value[5..]), Ok(()), "{kind:?}");
                assert_ne!(Some(value), own, "{kind:?}");
                assert_eq!(value.len() > 5_000, kind == FaultKind::Oversized);
            }
        }
    }
}

#[test]
fn a_fault_that_the_schema_has_no_place_for_is_refused() {
    let schema = Schema::parse(r#"{"type": "record", "name": "R", "fields": [{"name": "n", "type": "int"}]}"#).unwrap();
    for kind in ["late", "out_of_order", "nulls", "rule_violations", "oversized", "unknown_schema_id"] {
        let faults_json = format!(r#"{{"{kind}": 0.1}}"#);
        let options = PlanOptions { faults_json: Some(&faults_json), ..PlanOptions::default() };
        let error = Plan::compile(&schema, &options).expect_err(kind);
        assert_eq!(error.path, format!("faults.{kind}"));
    }
    let too_much =
        PlanOptions { faults_json: Some(r#"{"corrupt": 0.6, "tombstones": 0.6}"#), ..PlanOptions::default() };
    assert_eq!(Plan::compile(&schema, &too_much).expect_err("the sum is above 1").path, "faults");
}

#[test]
fn what_cannot_come_out_leaves_no_gap_and_is_never_taken_for_an_ordinary_record() {
    let meters = Meters::new(2, 1);
    let faults = [None, Some(FaultKind::Corrupt), Some(FaultKind::Duplicates), Some(FaultKind::Tombstones), None];
    let headers: Vec<Header> = faults
        .into_iter()
        .map(|fault| {
            meters.deliver(DUE_NS, DUE_NS, DUE_NS, fault);
            meters.send(DUE_NS, DUE_NS, 1, fault)
        })
        .collect();
    let ordinary: Vec<u64> = headers.iter().filter(|header| header.kind == Kind::Load).map(|h| h.number).collect();
    assert_eq!(ordinary, [0, 1, 2]);
    let arrived = headers.iter().map(|&header| Arrived {
        origin: Origin::Header(header),
        partition: 0,
        value_bytes: 1,
        appended_ms: -1,
        retraction: false,
        others_ms: -1,
        offset: -1,
    });
    let outcome = meters.consume(&arrived.collect::<Vec<_>>(), DUE_NS);
    assert_eq!(outcome.consumed, 5);
    let distinct = meters.sequence().distinct();
    assert_eq!((distinct, meters.sequence().duplicated()), (3, 0));
    assert_eq!((meters.faults.consumed_excluded.get(), meters.faults.delivered_excluded()), (2, 2));
    assert_eq!(meters.faults.sent(), BTreeMap::from([("corrupt", 1), ("duplicates", 1), ("tombstones", 1)]));
}

#[test]
fn a_number_with_one_bound_breaks_that_one() {
    for (kind, hint, is_outside) in [
        ("double", r#"{"min": 5}"#, (|value: f64| value < 5.0) as fn(f64) -> bool),
        ("double", r#"{"max": 5}"#, |value| value > 5.0),
        ("float", r#"{"min": 5}"#, |value| value < 5.0),
        ("float", r#"{"max": 5}"#, |value| value > 5.0),
    ] {
        let field = format!(r#"{{"name": "x", "type": "{kind}", "pipegen": {hint}}}"#);
        let schema = Schema::parse(&format!(r#"{{"type": "record", "name": "R", "fields": [{field}]}}"#)).unwrap();
        let plan = plan(&schema, r#"{"rule_violations": 1.0}"#);
        let mut records = RecordBuffer::default();
        for event in 0..50_u32 {
            plan.push_outgoing(event.into(), due_ns_of(event.into()), due_ns_of, &mut records);
            let value = &records.value(event as usize).unwrap()[PREFIX.len()..];
            let number = match *value {
                [a, b, c, d] => f32::from_le_bytes([a, b, c, d]).into(),
                _ => f64::from_le_bytes(value.try_into().unwrap()),
            };
            assert!(is_outside(number), "{kind} {hint}: {number}");
        }
    }
}
