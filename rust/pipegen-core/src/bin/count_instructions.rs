//! Work of the hot path to count instructions of: `count_instructions TASK RECORDS`. Prints nothing.
//!
//! Run it under callgrind with two numbers of records; the difference is the work, without start-up.
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use pipegen_core::avro::{Plan, PlanOptions, Profile, ProfilePlan, Schema};
use pipegen_core::client::{Client, ClientFault, Outgoing, Refusal, Reports};
use pipegen_core::clock::FakeClock;
use pipegen_core::meters::{Arrived, Meters, Origin};
use pipegen_core::pacer::{Decision, Pacer, PacerOptions, Permits};
use pipegen_core::record_buffer::RecordBuffer;
use pipegen_core::schedule::{Schedule, Segment};
use pipegen_core::send_loop::{SendInput, SendLoop};
use pipegen_core::shard::Shard;

const SIX_FIELDS: &str = r#"{"type": "record", "name": "Order", "fields": [
    {"name": "order_id", "type": "string"},
    {"name": "customer_id", "type": "string"},
    {"name": "amount", "type": "double"},
    {"name": "quantity", "type": "int"},
    {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID", "SHIPPED"]}},
    {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
]}"#;
const DUE_NS: i64 = 1_780_000_000_000_000_000;
const SECOND_NS: i64 = 1_000_000_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().expect("a task");
    let records: u64 = arguments.next().and_then(|text| text.parse().ok()).expect("a number of records");
    match task.as_str() {
        "generate" => generate(records, Then::Nothing),
        "validate" => generate(records, Then::Validate),
        "profile" => generate(records, Then::Profile),
        "pace" => pace(records),
        "measure" => measure(records),
        "send" => send(records),
        _ => panic!("there is no task {task}"),
    }
}

/// What is done with records that are made once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Nothing,
    Validate,
    Profile,
}

fn generate(records: u64, then: Then) {
    let schema = Schema::parse(SIX_FIELDS).expect("the schema is sound");
    let options = PlanOptions { seed: 1, value_prefix: &[0, 0, 0, 0, 1], ..PlanOptions::default() };
    let plan = Plan::compile(&schema, &options).expect("the schema can be generated");
    let mut buffer = RecordBuffer::default();
    // Looking at them alone: the same hundred records again and again.
    let made = if then == Then::Nothing { records } else { 100 };
    for event in 0..made {
        if event % 500 == 0 {
            buffer.clear();
        }
        plan.push(event, DUE_NS, &mut buffer);
    }
    let mut profile = Profile::default();
    let looking = ProfilePlan::compile(&schema, &mut profile);
    if then != Then::Nothing {
        for round in 0..records {
            let index = usize::try_from(round % 100).expect("a small number");
            let value = &buffer.value(index).unwrap_or_default()[5..];
            if then == Then::Validate {
                black_box(schema.check(value)).expect("generated records are valid");
            } else {
                looking.observe(&schema, value, &mut profile);
            }
        }
    }
    black_box(&profile);
    black_box(&buffer);
}

fn pace(records: u64) {
    let segment =
        Segment { start_ns: 0, end_ns: 1_000 * SECOND_NS, start_rate_per_s: 10_000.0, end_rate_per_s: 20_000.0 };
    let schedule = Arc::new(Schedule::new(vec![segment]).expect("a valid curve"));
    let shard = Shard::new(0, 1).expect("the only shard");
    let pacer = Pacer::new(Arc::clone(&schedule), shard, PacerOptions::default()).expect("valid options");
    pacer.start(0);
    let (mut now_ns, mut issued) = (0, 0);
    while issued < records {
        now_ns += 1_000_000;
        if let Decision::Due(permits) = pacer.poll(now_ns, 500) {
            issued += permits.due_ns.len() as u64;
            black_box(&permits);
        }
    }
}

fn measure(records: u64) {
    let meters = Meters::new(0, 1);
    meters.seconds.start(DUE_NS);
    for sequence in 0..records {
        let due_ns = DUE_NS + i64::try_from(sequence).expect("a small number") * 1_000;
        let header = meters.send(due_ns, due_ns + 20_000, 100, None);
        meters.deliver(due_ns, due_ns + 20_000, due_ns + 5_000_000, None);
        let origin = Origin::Header(header);
        let arrived = Arrived {
            origin,
            partition: 0,
            value_bytes: 100,
            appended_ms: -1,
            retraction: false,
            others_ms: -1,
            offset: -1,
        };
        black_box(meters.consume(&[arrived], due_ns + 16_000_000));
    }
}

/// A double of a Kafka client: takes everything and acknowledges it at the next poll.
#[derive(Default)]
struct Taker(Vec<usize>);

impl Client for Taker {
    fn send(&mut self, record: &Outgoing<'_>) -> Result<(), Refusal> {
        black_box(record);
        self.0.push(record.token);
        Ok(())
    }

    fn poll(&mut self, _timeout_ms: u16, reports: &mut dyn Reports) {
        self.0.drain(..).for_each(|token| reports.report(token, None));
    }

    fn flush(&mut self, timeout_ms: u16, reports: &mut dyn Reports) -> usize {
        self.poll(timeout_ms, reports);
        0
    }

    fn purge(&mut self) {}
}

/// The send loop with everything overdue: what it adds to making, pacing and measuring, which are in it as well.
fn send(records: u64) {
    let schema = Schema::parse(SIX_FIELDS).expect("the schema is sound");
    let options = PlanOptions { seed: 1, value_prefix: &[0, 0, 0, 0, 1], ..PlanOptions::default() };
    let plan = Plan::compile(&schema, &options).expect("the schema can be generated");
    let end_ns = i64::try_from(records).expect("a small number") * 1_000_000;
    let segment = Segment { start_ns: 0, end_ns, start_rate_per_s: 1_000.0, end_rate_per_s: 1_000.0 };
    let schedule = Arc::new(Schedule::new(vec![segment]).expect("a valid curve"));
    let shard = Shard::new(0, 1).expect("the only shard");
    let pacer = Pacer::new(schedule, shard, PacerOptions::default()).expect("valid options");
    let meters = Meters::new(0, 1);
    meters.seconds.start(DUE_NS);
    pacer.start(DUE_NS);
    let clock = FakeClock::at(DUE_NS + end_ns);
    let abandon = AtomicBool::new(false);
    let inputs = [SendInput { pacer: &pacer, meters: &meters }];
    let sending = SendLoop { inputs: &inputs, clock: &clock, wait: &|_| {}, abandon: &abandon };
    let make = |_input: usize, permits: &Permits, buffer: &mut RecordBuffer| -> Result<(), ClientFault> {
        for (event, due_ns) in permits.events() {
            plan.push(event, due_ns, buffer);
        }
        Ok(())
    };
    sending.run(&mut Taker::default(), make, &mut |_| {}).expect("the double has no fault");
}
