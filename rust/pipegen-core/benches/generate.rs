//! Generating and validating six-field records on one core.
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pipegen_core::avro::{Plan, PlanOptions, Schema};
use pipegen_core::record_buffer::RecordBuffer;

const SIX_FIELDS: &str = r#"{"type": "record", "name": "Order", "fields": [
    {"name": "order_id", "type": "string"},
    {"name": "customer_id", "type": "string"},
    {"name": "amount", "type": "double"},
    {"name": "quantity", "type": "int"},
    {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID", "SHIPPED"]}},
    {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
]}"#;
const BATCH: u64 = 1_000;
const DUE_NS: i64 = 1_780_000_000_000_000_000;

fn batch(plan: &Plan, records: &mut RecordBuffer) {
    records.clear();
    for event in 0..BATCH {
        plan.push(event, DUE_NS, records);
    }
}

fn six_fields(criterion: &mut Criterion) {
    let schema = Schema::parse(SIX_FIELDS).expect("the schema is sound");
    let mut group = criterion.benchmark_group("six fields");
    group.throughput(Throughput::Elements(BATCH));
    let mut records = RecordBuffer::default();
    for (name, key_field) in [("generate", None), ("generate with key", Some("customer_id"))] {
        let options = PlanOptions { seed: 1, value_prefix: &[0, 0, 0, 0, 1], key_field, ..PlanOptions::default() };
        let plan = Plan::compile(&schema, &options).expect("the schema can be generated");
        group.bench_function(name, |bencher| bencher.iter(|| batch(black_box(&plan), &mut records)));
    }
    group.bench_function("validate", |bencher| {
        bencher.iter(|| {
            for index in 0..records.len() {
                let value = records.value(index).unwrap_or_default();
                black_box(schema.check(&value[5..])).expect("generated records are valid");
            }
        });
    });
    group.finish();
}

criterion_group!(benches, six_fields);
criterion_main!(benches);
