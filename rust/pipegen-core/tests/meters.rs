//! One record's way through the meters: sent, delivered, consumed, and measured from the time it was due.
use pipegen_core::header::{Header, PROBE_WORKER};
use pipegen_core::meters::{Arrived, Consumed, Latency, Meters, Origin};

const MS: i64 = 1_000_000;
const DUE_NS: i64 = 1_000_000 * MS;

fn arrived(origin: Origin, value_bytes: u64) -> Arrived {
    Arrived { origin, partition: 0, value_bytes, appended_ms: -1 }
}

fn percentile_us(meters: &Meters, latency: Latency) -> Option<u64> {
    meters.histogram(latency).snapshot().percentile_us(50.0).unwrap()
}

#[test]
fn latency_counts_from_the_due_time_and_its_twin_from_the_send_time() {
    let meters = Meters::new(3);
    let sent_ns = DUE_NS + 5 * MS;
    let header = meters.send(DUE_NS, sent_ns, 100, None);
    assert_eq!(header, Header { due_us: DUE_NS / 1_000, sequence: 0, worker: 3 });
    meters.deliver(DUE_NS, sent_ns, DUE_NS + 7 * MS, None);
    let outcome = meters.consume(&[arrived(Origin::Header(header), 40)], DUE_NS + 30 * MS);
    assert_eq!(outcome, Consumed { consumed: 1, probes: 0, unmeasured: 0 });

    assert_eq!(percentile_us(&meters, Latency::GeneratorDelay), Some(5_000));
    assert_eq!(percentile_us(&meters, Latency::Ack), Some(7_000));
    assert_eq!(percentile_us(&meters, Latency::AckUncorrected), Some(2_000));
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), Some(30_000));
    assert_eq!(percentile_us(&meters, Latency::EndToEndUncorrected), Some(25_000));
    let counters = &meters.counters;
    assert_eq!((counters.sent.get(), counters.delivered.get(), counters.consumed.get()), (1, 1, 1));
    assert_eq!((counters.sent_bytes.get(), counters.consumed_bytes.get()), (100, 40));
}

#[test]
fn sequences_have_no_gap() {
    let meters = Meters::new(0);
    let sequences: Vec<u64> = (0..5).map(|step| meters.send(DUE_NS, DUE_NS + step, 1, None).sequence).collect();
    assert_eq!(sequences, [0, 1, 2, 3, 4]);
}

#[test]
fn a_probe_is_no_part_of_the_load() {
    let meters = Meters::new(0);
    let probe = Header { due_us: DUE_NS / 1_000, sequence: 0, worker: PROBE_WORKER };
    let outcome = meters.consume(&[arrived(Origin::Header(probe), 40)], DUE_NS + MS);
    assert_eq!(outcome, Consumed { consumed: 0, probes: 1, unmeasured: 0 });
    assert_eq!((meters.counters.consumed.get(), meters.counters.consumed_bytes.get()), (0, 0));
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), None);
}

#[test]
fn a_record_without_a_due_time_is_counted_but_not_measured() {
    let meters = Meters::new(0);
    let outcome = meters.consume(&[arrived(Origin::Unknown, 1), arrived(Origin::Malformed, 1)], DUE_NS);
    assert_eq!(outcome, Consumed { consumed: 2, probes: 0, unmeasured: 2 });
    assert_eq!((meters.counters.unmeasured.get(), meters.counters.malformed_headers.get()), (2, 1));
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), None);
}

#[test]
fn a_timestamp_measures_from_the_due_time_only() {
    let meters = Meters::new(0);
    meters.consume(&[arrived(Origin::Timestamp(DUE_NS / MS), 1)], DUE_NS + 9 * MS);
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), Some(9_000));
    assert_eq!(percentile_us(&meters, Latency::EndToEndUncorrected), None);
    assert_eq!(meters.counters.unrecovered.get(), 1);
}

#[test]
fn the_append_to_the_output_splits_the_way_and_the_brokers_coarse_clock_makes_nothing_negative() {
    let meters = Meters::new(0);
    let header = meters.send(DUE_NS + 700_000, DUE_NS + 700_000, 1, None);
    let record = |appended_ms| Arrived { appended_ms, ..arrived(Origin::Header(header), 1) };
    meters.consume(&[record(-1)], DUE_NS + 9 * MS);
    assert_eq!(percentile_us(&meters, Latency::Append), None);
    // Due, appended and consumed within one millisecond of the broker's clock.
    meters.consume(&[record(DUE_NS / MS)], DUE_NS + 900_000);
    for latency in [Latency::Append, Latency::OutputWait] {
        assert_eq!(percentile_us(&meters, latency), Some(0));
        assert_eq!(meters.histogram(latency).snapshot().negative_count(), 0);
    }
    let split = Meters::new(0);
    split.consume(&[record(DUE_NS / MS + 30)], DUE_NS + 40 * MS);
    assert_eq!(percentile_us(&split, Latency::Append), Some(30_000));
    assert_eq!(percentile_us(&split, Latency::OutputWait), Some(10_000));
}

#[test]
fn another_workers_send_time_is_not_guessed() {
    let meters = Meters::new(0);
    meters.send(DUE_NS, DUE_NS, 1, None);
    let foreign = Header { due_us: DUE_NS / 1_000, sequence: 0, worker: 1 };
    meters.consume(&[arrived(Origin::Header(foreign), 1)], DUE_NS + MS);
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), Some(1_000));
    assert_eq!(percentile_us(&meters, Latency::EndToEndUncorrected), None);
    assert_eq!(meters.counters.unrecovered.get(), 1);
}

#[test]
fn every_latency_is_found_by_its_name() {
    for latency in Latency::ALL {
        assert_eq!(Latency::named(latency.name()), Some(latency));
    }
    assert_eq!(Latency::named("acks"), None);
}

#[test]
fn consumed_records_are_told_apart_by_sequence() {
    let meters = Meters::new(0);
    assert_eq!(meters.newest_due_ns(), None);
    let headers: Vec<Header> =
        (0..4).map(|step| meters.send(DUE_NS + step * MS, DUE_NS + step * MS, 1, None)).collect();
    let records = [0, 2, 1, 2].map(|index: usize| arrived(Origin::Header(headers[index]), 1));
    meters.consume(&records, DUE_NS + 9 * MS);
    let sequence = meters.sequence();
    assert_eq!((sequence.distinct(), sequence.duplicated(), sequence.out_of_order()), (3, 1, 1));
    assert_eq!(meters.newest_due_ns(), Some(DUE_NS + 2 * MS));
}
