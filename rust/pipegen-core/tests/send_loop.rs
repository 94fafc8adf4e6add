//! The send loop against a client that is a double: what a real one makes of it is tested on a real broker, from Python.
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pipegen_core::client::{Client, ClientFault, Outgoing, Refusal, Reports};
use pipegen_core::clock::{Clock, FakeClock};
use pipegen_core::fault::FaultKind;
use pipegen_core::header::Header;
use pipegen_core::meters::{Latency, Meters};
use pipegen_core::pacer::{Pacer, PacerOptions, Permits};
use pipegen_core::record_buffer::{Parts, RecordBuffer};
use pipegen_core::schedule::{Schedule, Segment};
use pipegen_core::send_loop::{SendInput, SendLoop};
use pipegen_core::shard::Shard;

const SECOND_NS: i64 = 1_000_000_000;

/// A double of a Kafka client: takes what fits into its queue and reports on it at the next poll.
struct Double<'a> {
    clock: &'a FakeClock,
    room: usize,
    queued: Vec<usize>,
    taken: Vec<(Vec<u8>, i64, Header, i64)>,
    topics: Vec<usize>,
    refuse: Option<Refusal>,
    report_with: Option<&'static str>,
    fault: Option<ClientFault>,
    silent: bool,
    purged: bool,
    waited_until_ns: Vec<i64>,
}

impl<'a> Double<'a> {
    fn new(clock: &'a FakeClock) -> Self {
        Self {
            clock,
            room: usize::MAX,
            queued: vec![],
            taken: vec![],
            topics: vec![],
            refuse: None,
            report_with: None,
            fault: None,
            silent: false,
            purged: false,
            waited_until_ns: vec![],
        }
    }
}

impl Client for Double<'_> {
    fn send(&mut self, record: &Outgoing<'_>) -> Result<(), Refusal> {
        if let Some(refusal) = self.refuse {
            return Err(refusal);
        }
        if self.queued.len() >= self.room {
            return Err(Refusal::QueueFull);
        }
        let header = Header::decode(record.header).unwrap();
        let value = record.value.unwrap_or_default().to_vec();
        self.taken.push((value, record.timestamp_ms, header, self.clock.now_ns()));
        self.topics.push(record.topic);
        self.queued.push(record.token);
        Ok(())
    }

    fn poll(&mut self, timeout_ms: u16, reports: &mut dyn Reports) {
        self.clock.advance(i64::from(timeout_ms) * 1_000_000);
        if timeout_ms > 0 {
            self.waited_until_ns.push(self.clock.now_ns());
        }
        if let Some(fault) = self.fault.take() {
            reports.fault(fault);
        }
        if !self.silent || self.purged {
            let error = if self.purged { Some("_PURGE_QUEUE") } else { self.report_with };
            self.queued.drain(..).for_each(|token| reports.report(token, error));
        }
    }

    fn flush(&mut self, _timeout_ms: u16, reports: &mut dyn Reports) -> usize {
        self.poll(0, reports);
        self.queued.len()
    }

    fn purge(&mut self) {
        self.purged = true;
    }
}

struct Bench {
    clock: FakeClock,
    pacer: Pacer,
    meters: Meters,
    abandon: AtomicBool,
    faults: Cell<Vec<ClientFault>>,
}

impl Bench {
    /// A second at a rate, from now on.
    fn new(rate_per_s: f64) -> Self {
        let segment =
            Segment { start_ns: 0, end_ns: SECOND_NS, start_rate_per_s: rate_per_s, end_rate_per_s: rate_per_s };
        let schedule = Arc::new(Schedule::new(vec![segment]).unwrap());
        let pacer = Pacer::new(schedule, Shard::new(0, 1).unwrap(), PacerOptions::default()).unwrap();
        let clock = FakeClock::at(1_000 * SECOND_NS);
        pacer.start(clock.now_ns());
        let meters = Meters::new(0, 1);
        meters.seconds.start(clock.now_ns());
        Self { clock, pacer, meters, abandon: AtomicBool::new(false), faults: Cell::default() }
    }

    fn run(&self, client: &mut Double<'_>, fault: Option<FaultKind>) -> Result<(), ClientFault> {
        let send_loop = SendLoop {
            inputs: &[SendInput { pacer: &self.pacer, meters: &self.meters }],
            clock: &self.clock,
            wait: &|wait_ns| {
                self.clock.advance(wait_ns.max(1));
            },
            abandon: &self.abandon,
        };
        let make = |_input: usize, permits: &Permits, records: &mut RecordBuffer| {
            for (event, _) in permits.events() {
                records.push_parts(fault, |bytes| {
                    let start = bytes.len();
                    bytes.extend_from_slice(&event.to_be_bytes());
                    Parts { key: None, value: Some(start..bytes.len()) }
                });
            }
            Ok(())
        };
        let mut hear = |fault: &ClientFault| {
            let mut faults = self.faults.take();
            faults.push(fault.clone());
            self.faults.set(faults);
        };
        send_loop.run(client, make, &mut hear)
    }
}

#[test]
fn every_event_is_sent_once_when_it_is_due_and_counted_when_it_is_delivered() {
    let bench = Bench::new(300.0);
    let mut client = Double::new(&bench.clock);
    bench.run(&mut client, None).unwrap();
    assert_eq!(client.taken.len(), 300);
    for (number, (value, timestamp_ms, header, sent_ns)) in client.taken.iter().enumerate() {
        assert_eq!(value, &(number as u64).to_be_bytes());
        assert_eq!(header.number, number as u64);
        assert_eq!(*timestamp_ms, header.due_us.div_euclid(1_000));
        let late_us = sent_ns / 1_000 - header.due_us;
        assert!((0..=1_001).contains(&late_us), "event {number} was sent {late_us} µs after it was due");
    }
    let counters = &bench.meters.counters;
    assert_eq!((counters.sent.get(), counters.delivered.get(), counters.failed.get()), (300, 300, 0));
    assert_eq!(bench.meters.histogram(Latency::Ack).snapshot().count(), 300);
    assert_eq!(bench.pacer.late_total(), 0);
}

#[test]
fn a_full_queue_makes_records_wait_and_loses_none() {
    let bench = Bench::new(5_000.0);
    let mut client = Double::new(&bench.clock);
    client.room = 3;
    bench.run(&mut client, None).unwrap();
    assert_eq!(client.taken.len(), 5_000);
    assert_eq!(bench.meters.counters.delivered.get(), 5_000);
    assert!(bench.pacer.late_total() > 0, "waiting is counted");
}

#[test]
fn a_record_that_the_client_never_takes_fails_under_the_name_of_the_error() {
    let bench = Bench::new(10.0);
    let mut client = Double::new(&bench.clock);
    client.refuse = Some(Refusal::Never("MSG_SIZE_TOO_LARGE"));
    bench.run(&mut client, Some(FaultKind::Oversized)).unwrap();
    assert_eq!(bench.meters.counters.failures()["MSG_SIZE_TOO_LARGE"], 10);
    assert_eq!(bench.meters.counters.sent.get(), 10);
    assert_eq!(bench.meters.faults.sent()["oversized"], 10);
    assert_eq!(bench.meters.faults.delivered().get("oversized"), None);
}

#[test]
fn failed_delivery_reports_are_counted_by_class() {
    let bench = Bench::new(10.0);
    let mut client = Double::new(&bench.clock);
    client.report_with = Some("_MSG_TIMED_OUT");
    bench.run(&mut client, None).unwrap();
    assert_eq!(bench.meters.counters.failures()["_MSG_TIMED_OUT"], 10);
    assert_eq!(bench.meters.counters.delivered.get(), 0);
}

#[test]
fn a_stopped_pacer_ends_the_loop_and_what_is_under_way_is_waited_for() {
    let bench = Bench::new(100.0);
    bench.pacer.stop();
    let mut client = Double::new(&bench.clock);
    bench.run(&mut client, None).unwrap();
    assert_eq!(client.taken.len(), 0);
}

#[test]
fn abandoned_records_count_as_failed_whether_queued_or_not_yet() {
    let bench = Bench::new(10.0);
    bench.abandon.store(true, Ordering::Release);
    let mut client = Double::new(&bench.clock);
    client.silent = true;
    client.room = 4;
    bench.run(&mut client, None).unwrap();
    let failures = bench.meters.counters.failures();
    assert_eq!((failures["_PURGE_QUEUE"], failures["_QUEUE_FULL"]), (4, 6));
    assert_eq!(bench.meters.counters.sent.get(), 10);
}

#[test]
fn a_fault_of_the_client_is_told_and_a_fatal_one_ends_the_loop() {
    let fault = |fatal| ClientFault { name: "_TRANSPORT", text: "gone".to_owned(), fatal };
    let bench = Bench::new(10.0);
    let mut client = Double::new(&bench.clock);
    client.fault = Some(fault(false));
    bench.run(&mut client, None).unwrap();
    assert_eq!(bench.faults.take(), [fault(false)]);
    assert_eq!(bench.meters.counters.delivered.get(), 10);

    let bench = Bench::new(10.0);
    let mut client = Double::new(&bench.clock);
    client.fault = Some(fault(true));
    assert_eq!(bench.run(&mut client, None), Err(fault(true)));
}

#[test]
fn the_client_is_left_a_millisecond_before_a_record_is_due_for_it_may_wake_late() {
    let bench = Bench::new(10.0);
    let mut client = Double::new(&bench.clock);
    bench.run(&mut client, None).unwrap();
    let due_ns: Vec<i64> = client.taken.iter().map(|(_, _, _, sent_ns)| *sent_ns).collect();
    let left_ns = |until_ns: &i64| due_ns.iter().map(|due_ns| due_ns - until_ns).find(|left_ns| *left_ns >= 0);
    let left: Vec<i64> = client.waited_until_ns.iter().filter_map(left_ns).collect();
    assert!(left.len() >= due_ns.len());
    assert!(left.iter().all(|&left_ns| left_ns >= 1_000_000), "{left:?}");
}

#[test]
fn what_is_due_of_several_inputs_goes_out_in_order_of_due_time_and_of_equal_ones_in_the_order_of_the_inputs() {
    let (slow, mut fast) = (Bench::new(100.0), Bench::new(300.0));
    fast.meters = Meters::new(0, 1).of_input(1);
    fast.meters.seconds.start(slow.clock.now_ns());
    let mut client = Double::new(&slow.clock);
    let inputs = [&slow, &fast].map(|bench| SendInput { pacer: &bench.pacer, meters: &bench.meters });
    let send_loop = SendLoop {
        inputs: &inputs,
        clock: &slow.clock,
        wait: &|wait_ns| {
            slow.clock.advance(wait_ns.max(1));
        },
        abandon: &slow.abandon,
    };
    let make = |input: usize, permits: &Permits, records: &mut RecordBuffer| -> Result<(), ClientFault> {
        for _ in permits.events() {
            records.push_parts(None, |bytes| {
                bytes.push(u8::try_from(input).unwrap());
                Parts { key: None, value: Some(bytes.len() - 1..bytes.len()) }
            });
        }
        Ok(())
    };
    send_loop.run(&mut client, make, &mut |_| {}).unwrap();
    assert_eq!(client.taken.len(), 400);
    for ((value, _, header, _), &topic) in client.taken.iter().zip(&client.topics) {
        assert_eq!((usize::from(value[0]), usize::from(header.input)), (topic, topic));
    }
    let order: Vec<_> = client.taken.iter().map(|(_, _, header, _)| (header.due_us, header.input)).collect();
    assert!(order.is_sorted());
    // Event n of the one is due with event 3n + 1 of the other.
    assert_eq!(order.windows(2).filter(|pair| pair[0].0 == pair[1].0).count(), 100);
    for (bench, events) in [(&slow, 100), (&fast, 300)] {
        assert_eq!((bench.meters.counters.sent.get(), bench.meters.counters.delivered.get()), (events, events));
    }
    let numbers: Vec<_> = client.taken.iter().filter(|taken| taken.2.input == 1).map(|taken| taken.2.number).collect();
    assert_eq!(numbers, (0..300).collect::<Vec<_>>());
}
