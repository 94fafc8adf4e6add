//! What one record costs in the hot path, outside Python. Compare figures within one run only: machines differ.
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pipegen_core::histogram::Histogram;
use pipegen_core::meters::{Arrived, Meters, Origin};
use pipegen_core::pacer::{Decision, Pacer, PacerOptions};
use pipegen_core::schedule::{Schedule, Segment};
use pipegen_core::shard::Shard;
use pipegen_core::trace::codec::{Codec, TraceKind};

const SECOND_NS: i64 = 1_000_000_000;
const BATCH: u64 = 1_000;

/// A wave of many short ramps, as the smooth traffic shapes compile to.
fn wave() -> Arc<Schedule> {
    let segments = (0..1_000).map(|index| {
        let (low, high) = if index % 2 == 0 { (500_000.0, 900_000.0) } else { (900_000.0, 500_000.0) };
        Segment {
            start_ns: index * SECOND_NS,
            end_ns: (index + 1) * SECOND_NS,
            start_rate_per_s: low,
            end_rate_per_s: high,
        }
    });
    Arc::new(Schedule::new(segments.collect()).expect("a valid curve"))
}

fn schedule(criterion: &mut Criterion) {
    let schedule = wave();
    let events = schedule.total_events();
    let mut group = criterion.benchmark_group("schedule");
    group.bench_function("due_ns", |bencher| bencher.iter(|| schedule.due_ns(black_box(events / 3))));
    group.bench_function("events_before", |bencher| {
        bencher.iter(|| schedule.events_before(black_box(333 * SECOND_NS + 7)));
    });
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("due_each", |bencher| {
        bencher.iter(|| schedule.due_each(black_box(events / 3), 1, 1_000).sum::<i64>());
    });
    group.finish();
}

fn pacer(criterion: &mut Criterion) {
    let schedule = wave();
    let ready = || {
        let shard = Shard::new(0, 1).expect("the only shard");
        let pacer = Pacer::new(Arc::clone(&schedule), shard, PacerOptions::default()).expect("valid options");
        pacer.start(0);
        pacer
    };
    let mut group = criterion.benchmark_group("pacer");
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("poll", |bencher| {
        let drain = |pacer: Pacer| matches!(pacer.poll(SECOND_NS, BATCH), Decision::Due(_));
        bencher.iter_batched(ready, drain, BatchSize::SmallInput);
    });
    group.finish();
}

fn meters(criterion: &mut Criterion) {
    let (histogram, meters) = (Histogram::default(), Meters::new(0, 1));
    meters.seconds.start(0);
    let mut group = criterion.benchmark_group("meters");
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("histogram", |bencher| {
        bencher.iter(|| (0..1_000).for_each(|value_us| histogram.record_us(black_box(value_us * 37))));
    });
    group.bench_function("send", |bencher| {
        bencher.iter(|| {
            (0..1_000).for_each(|due_ns| {
                black_box(meters.send(black_box(due_ns), due_ns + 5_000, 100, None));
            });
        });
    });
    group.bench_function("deliver", |bencher| {
        bencher
            .iter(|| (0..1_000).for_each(|due_ns| meters.deliver(black_box(due_ns), due_ns + 5_000, 9_000_000, None)));
    });
    let arrived = |due_ns| {
        let origin = Origin::Header(meters.send(due_ns, due_ns + 5_000, 100, None));
        Arrived {
            origin,
            partition: 0,
            value_bytes: 100,
            appended_ms: -1,
            retraction: false,
            others_ms: -1,
            offset: -1,
        }
    };
    // New ones each time: a record that comes again is not timed again.
    let fresh = || (0..1_000).map(arrived).collect::<Vec<Arrived>>();
    group.bench_function("consume", |bencher| {
        bencher.iter_batched(fresh, |records| meters.consume(black_box(&records), 50_000_000), BatchSize::SmallInput);
    });
    group.finish();
    criterion.bench_function("snapshot", |bencher| bencher.iter(|| histogram.snapshot()));
}

/// Values of a trace turned back into the numbers of their events.
fn trace(criterion: &mut Criterion) {
    const LIMIT: u64 = 1 << 40;
    let mut group = criterion.benchmark_group("trace");
    group.throughput(Throughput::Elements(BATCH));
    for (name, kind) in [("int", TraceKind::Int), ("long", TraceKind::Long)] {
        let codec = Codec::new(kind, 7, "");
        let values: Vec<i64> = (0..BATCH).map(|number| codec.whole(number)).collect();
        group.bench_function(name, |bencher| {
            let back = |value: &i64| codec.number_of_whole(*value, LIMIT);
            bencher.iter(|| black_box(&values).iter().filter_map(back).sum::<u64>());
        });
    }
    for (name, kind) in [("uuid", TraceKind::Uuid), ("text", TraceKind::Text)] {
        let codec = Codec::new(kind, 7, "order-");
        let text = |number| {
            let mut out = Vec::new();
            codec.put_text(number, &mut out);
            out
        };
        let values: Vec<Vec<u8>> = (0..BATCH).map(text).collect();
        group.bench_function(name, |bencher| {
            let back = |value: &Vec<u8>| codec.number_of_text(value, LIMIT);
            bencher.iter(|| black_box(&values).iter().filter_map(back).sum::<u64>());
        });
    }
    group.finish();
}

criterion_group!(benches, schedule, pacer, meters, trace);
criterion_main!(benches);
