//! One record's way through the meters: sent, delivered, consumed, and measured from the time it was due.
use pipegen_core::header::{Header, Kind};
use pipegen_core::meters::{Arrived, Consumed, Latency, Meters, Origin};

const MS: i64 = 1_000_000;
const DUE_NS: i64 = 1_000_000 * MS;
const RUN: u64 = 7;

fn arrived(origin: Origin, value_bytes: u64) -> Arrived {
    Arrived { origin, partition: 0, value_bytes, appended_ms: -1, retraction: false, others_ms: -1, offset: -1 }
}

/// Meters of a run that has started.
fn started() -> Meters {
    let meters = Meters::new(0, RUN);
    meters.seconds.start(DUE_NS);
    meters
}

fn counted(consumed: u64) -> Consumed {
    Consumed { consumed, ..Consumed::default() }
}

fn percentile_us(meters: &Meters, latency: Latency) -> Option<u64> {
    meters.histogram(latency).snapshot().percentile_us(50.0).unwrap()
}

#[test]
fn latency_counts_from_the_due_time_and_its_twin_from_the_send_time() {
    let meters = Meters::new(3, RUN);
    let sent_ns = DUE_NS + 5 * MS;
    let header = meters.send(DUE_NS, sent_ns, 100, None);
    let expected = Header { kind: Kind::Load, input: 0, worker: 3, number: 0, due_us: DUE_NS / 1_000, run: RUN };
    assert_eq!(header, expected);
    meters.deliver(DUE_NS, sent_ns, DUE_NS + 7 * MS, None);
    let outcome = meters.consume(&[arrived(Origin::Header(header), 40)], DUE_NS + 30 * MS);
    assert_eq!(outcome, counted(1));

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
fn numbers_have_no_gap() {
    let meters = Meters::new(0, RUN);
    let numbers: Vec<u64> = (0..5).map(|step| meters.send(DUE_NS, DUE_NS + step, 1, None).number).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
}

#[test]
fn a_probe_is_no_part_of_the_load() {
    let meters = Meters::new(0, RUN);
    let probe = Header { kind: Kind::Probe, input: 0, worker: 0, number: 0, due_us: DUE_NS / 1_000, run: RUN };
    let outcome = meters.consume(&[arrived(Origin::Header(probe), 40)], DUE_NS + MS);
    assert_eq!(outcome, Consumed { probes: 1, left_out: vec![0], ..counted(0) });
    assert_eq!((meters.counters.consumed.get(), meters.counters.consumed_bytes.get()), (0, 0));
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), None);
}

#[test]
fn a_record_that_is_sent_before_the_load_is_no_part_of_it() {
    let meters = Meters::new(0, RUN).before_the_load();
    let header = meters.send(DUE_NS, DUE_NS, 40, None);
    let outcome = Meters::new(0, RUN).consume(&[arrived(Origin::Header(header), 40)], DUE_NS + MS);
    assert_eq!(outcome, Consumed { probes: 1, left_out: vec![0], ..counted(0) });
}

#[test]
fn a_record_without_a_due_time_is_counted_but_not_measured() {
    let meters = Meters::new(0, RUN);
    let outcome = meters.consume(&[arrived(Origin::Unknown, 1), arrived(Origin::Malformed, 1)], DUE_NS);
    assert_eq!(outcome, Consumed { unmeasured: 2, ..counted(2) });
    assert_eq!((meters.counters.unmeasured.get(), meters.counters.malformed_headers.get()), (2, 1));
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), None);
}

#[test]
fn a_timestamp_measures_from_the_due_time_only() {
    let meters = started();
    meters.consume(&[arrived(Origin::Timestamp(DUE_NS / MS), 1)], DUE_NS + 9 * MS);
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), Some(9_000));
    assert_eq!(percentile_us(&meters, Latency::EndToEndUncorrected), None);
    assert_eq!(meters.counters.unrecovered.get(), 1);
}

#[test]
fn the_append_to_the_output_splits_the_way_and_the_brokers_coarse_clock_makes_nothing_negative() {
    let meters = Meters::new(0, RUN);
    let record = |appended_ms| {
        let header = meters.send(DUE_NS + 700_000, DUE_NS + 700_000, 1, None);
        Arrived { appended_ms, ..arrived(Origin::Header(header), 1) }
    };
    meters.consume(&[record(-1)], DUE_NS + 9 * MS);
    assert_eq!(percentile_us(&meters, Latency::Append), None);
    // Due, appended and consumed within one millisecond of the broker's clock.
    meters.consume(&[record(DUE_NS / MS)], DUE_NS + 900_000);
    for latency in [Latency::Append, Latency::OutputWait] {
        assert_eq!(percentile_us(&meters, latency), Some(0));
        assert_eq!(meters.histogram(latency).snapshot().negative_count(), 0);
    }
    let split = Meters::new(0, RUN);
    split.consume(&[record(DUE_NS / MS + 30)], DUE_NS + 40 * MS);
    assert_eq!(percentile_us(&split, Latency::Append), Some(30_000));
    assert_eq!(percentile_us(&split, Latency::OutputWait), Some(10_000));
}

#[test]
fn another_workers_send_time_is_not_guessed() {
    let meters = Meters::new(0, RUN);
    let header = Header { worker: 1, ..meters.send(DUE_NS, DUE_NS, 1, None) };
    meters.consume(&[arrived(Origin::Header(header), 1)], DUE_NS + MS);
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
fn consumed_records_are_told_apart_by_number() {
    let meters = Meters::new(0, RUN);
    assert_eq!(meters.newest_due_ns(), None);
    let headers: Vec<Header> =
        (0..4).map(|step| meters.send(DUE_NS + step * MS, DUE_NS + step * MS, 1, None)).collect();
    let records = [0, 2, 1, 2].map(|index: usize| arrived(Origin::Header(headers[index]), 1));
    meters.consume(&records, DUE_NS + 9 * MS);
    let sequence = meters.sequence();
    assert_eq!((sequence.distinct(), sequence.duplicated(), sequence.out_of_order()), (3, 1, 1));
    assert_eq!(meters.newest_due_ns(), Some(DUE_NS + 2 * MS));
}

#[test]
fn what_another_run_sent_counts_for_nothing() {
    let meters = started();
    let own = meters.send(DUE_NS, DUE_NS, 1, None);
    let other = Header { run: RUN + 1, ..own };
    let records = [
        arrived(Origin::Header(other), 1),
        arrived(Origin::Header(own), 1),
        arrived(Origin::Header(Header { kind: Kind::Probe, ..other }), 1),
        arrived(Origin::Header(Header { kind: Kind::Excluded, ..other }), 1),
        arrived(Origin::OtherVersion, 1),
        arrived(Origin::Timestamp(DUE_NS / MS - 1), 1),
    ];
    let outcome = meters.consume(&records, DUE_NS + MS);
    assert_eq!(outcome, Consumed { other_runs: 5, left_out: vec![0, 2, 3, 4, 5], ..counted(1) });
    let counters = &meters.counters;
    assert_eq!((counters.other_runs.get(), counters.consumed.get(), counters.consumed_bytes.get()), (5, 1, 1));
    assert_eq!((counters.probes.get(), meters.faults.consumed_excluded.get()), (0, 0));
    let duplicated = meters.sequence().duplicated();
    assert_eq!((meters.sequence().distinct(), duplicated), (1, 0));
    assert_eq!(meters.histogram(Latency::EndToEnd).snapshot().count(), 1);
}

#[test]
fn a_timestamp_of_the_first_millisecond_is_of_this_run_and_none_is_before_the_start() {
    let meters = Meters::new(0, RUN);
    let first = [arrived(Origin::Timestamp(DUE_NS / MS), 1)];
    assert_eq!(meters.consume(&first, DUE_NS).other_runs, 1);
    meters.seconds.start(DUE_NS + 999_999);
    assert_eq!(meters.consume(&first, DUE_NS + MS), counted(1));
}

#[test]
fn by_its_header_a_record_is_timed_when_it_comes_out_first() {
    let meters = Meters::new(0, RUN);
    let header = meters.send(DUE_NS, DUE_NS, 1, None);
    let record = Arrived { appended_ms: DUE_NS / MS + 2, ..arrived(Origin::Header(header), 1) };
    for later_ms in [5, 8_000] {
        assert_eq!(meters.consume(&[record], DUE_NS + later_ms * MS), counted(1));
    }
    for latency in [Latency::EndToEnd, Latency::EndToEndUncorrected, Latency::Append, Latency::OutputWait] {
        assert_eq!(meters.histogram(latency).snapshot().count(), 1, "{}", latency.name());
    }
    assert_eq!(percentile_us(&meters, Latency::EndToEnd), Some(5_000));
}

#[test]
fn by_a_timestamp_every_record_is_timed_but_one_that_takes_a_row_back() {
    let meters = started();
    let row = arrived(Origin::Timestamp(DUE_NS / MS), 1);
    let records = [row, row, Arrived { retraction: true, ..row }];
    assert_eq!(meters.consume(&records, DUE_NS + 9 * MS), counted(3));
    assert_eq!(meters.histogram(Latency::EndToEnd).snapshot().count(), 2);
    assert_eq!(meters.counters.unmeasured.get(), 0);
}

/// A reader's meters of a run with two inputs, and a header of one of them.
fn telling_apart() -> Meters {
    let meters = Meters::new(9, RUN).telling_apart(2);
    meters.seconds.start(DUE_NS);
    meters
}

fn of_input(input: u16, number: u64, due_ms: i64) -> Header {
    Header { kind: Kind::Load, input, worker: 0, number, due_us: DUE_NS / 1_000 + due_ms * 1_000, run: RUN }
}

fn at_ms(due_ms: i64) -> i64 {
    DUE_NS / MS + due_ms
}

#[test]
fn what_comes_out_is_told_apart_by_the_input_in_the_header() {
    let meters = telling_apart();
    let headers = [of_input(0, 0, 0), of_input(1, 0, 4), of_input(1, 1, 6), of_input(1, 1, 6)];
    let records: Vec<Arrived> = headers.iter().map(|&header| arrived(Origin::Header(header), 1)).collect();
    meters.consume(&records, DUE_NS + 10 * MS);
    let (first, second) = (meters.of(0).unwrap(), meters.of(1).unwrap());
    assert_eq!((first.consumed.get(), first.distinct.get(), first.duplicated.get()), (1, 1, 0));
    assert_eq!((second.consumed.get(), second.distinct.get(), second.duplicated.get()), (3, 2, 1));
    assert_eq!((first.end_to_end().max_us(), first.end_to_end().count()), (Some(10_000), 1));
    let latencies = second.end_to_end();
    assert_eq!((latencies.min_us(), latencies.max_us(), latencies.count()), (Some(4_000), Some(6_000), 2));
    assert_eq!(meters.histogram(Latency::EndToEnd).snapshot().count(), 3);
    assert!(meters.of(2).is_none(), "the run has two inputs");
}

#[test]
fn a_header_of_an_input_that_the_run_does_not_have_is_counted_with_the_output_alone() {
    let meters = telling_apart();
    assert_eq!(meters.consume(&[arrived(Origin::Header(of_input(7, 0, 0)), 1)], DUE_NS), counted(1));
    assert_eq!((meters.of(0).unwrap().consumed.get(), meters.of(1).unwrap().consumed.get()), (0, 0));
}

#[test]
fn a_record_of_several_is_timed_from_the_last_of_them_and_its_input_from_its_own() {
    let meters = telling_apart();
    let joined = |header, latest_ms| Arrived { others_ms: at_ms(latest_ms), ..arrived(Origin::Joint(header), 1) };
    // The record of input 0 meets one that was due later, one that was due before it, and is then taken back.
    let met = joined(of_input(0, 0, 2), 8);
    let records = [met, joined(of_input(0, 0, 2), 2), Arrived { retraction: true, ..met }];
    meters.consume(&records, DUE_NS + 10 * MS);
    let output = meters.histogram(Latency::EndToEnd).snapshot();
    assert_eq!((output.count(), output.min_us(), output.max_us()), (2, Some(2_000), Some(8_000)));
    let own = meters.of(0).unwrap();
    assert_eq!((own.end_to_end().count(), own.end_to_end().max_us()), (1, Some(8_000)));
    assert_eq!((own.joined.get(), own.last.get()), (3, 1));
    assert_eq!(meters.newest_due_ns(), Some(DUE_NS + 8 * MS));
}

#[test]
fn a_record_of_several_with_one_due_time_is_timed_from_that_whenever_it_comes() {
    let meters = telling_apart();
    let record = arrived(Origin::Joint(of_input(1, 0, 0)), 1);
    meters.consume(&[record], DUE_NS + 3 * MS);
    meters.consume(&[record], DUE_NS + 9 * MS);
    let output = meters.histogram(Latency::EndToEnd).snapshot();
    assert_eq!((output.count(), output.min_us(), output.max_us()), (2, Some(3_000), Some(9_000)));
    let own = meters.of(1).unwrap();
    assert_eq!((own.end_to_end().count(), own.joined.get(), own.last.get()), (1, 0, 0));
    assert_eq!(percentile_us(&meters, Latency::EndToEndUncorrected), None);
}

mod traced {
    use pipegen_core::trace::reader::{Traced, TracedEvent, TracedRecords};

    use super::*;

    fn event(input: u16, event: u64, due_ms: i64) -> Traced {
        Traced::Event(TracedEvent { input, event, worker: 0, ordinal: event, due_offset_ns: due_ms * MS })
    }

    fn read(meters: &Meters, rows: &[&[Traced]], at_ms: i64) -> Consumed {
        let mut traces = TracedRecords::with_capacity(rows[0].len(), rows.len());
        rows.iter().copied().flatten().for_each(|each| traces.push(*each));
        let record = Arrived { partition: 1, offset: 5, ..arrived(Origin::Unknown, 1) };
        meters.consume_traced(&vec![record; rows.len()], Some(&traces), DUE_NS + at_ms * MS)
    }

    #[test]
    fn a_record_is_timed_when_its_event_first_comes_out_and_never_again() {
        let meters = started();
        assert_eq!(read(&meters, &[&[event(0, 7, 3)]], 10), counted(1));
        assert_eq!(read(&meters, &[&[event(0, 7, 3)], &[event(0, 6, 2)]], 90), counted(2));
        let (sequence, counters) = (meters.sequence(), &meters.counters);
        assert_eq!((sequence.distinct(), sequence.duplicated(), sequence.out_of_order()), (2, 1, 1));
        assert_eq!((counters.repeated.get(), counters.foreign.get(), counters.unmeasured.get()), (1, 0, 0));
        drop(sequence);
        let latencies = meters.histogram(Latency::EndToEnd).snapshot();
        assert_eq!((latencies.count(), latencies.min_us()), (2, Some(7_000)));
        let noted = meters.noted.of(pipegen_core::noted::NotedKind::Duplicated);
        assert_eq!((noted[0].number, noted[0].place, noted[0].traced), (7, Some((1, 5)), true));
    }

    #[test]
    fn what_two_workers_send_in_turn_has_an_order_of_its_own_for_each() {
        let meters = started();
        let of_worker = |worker, ordinal| {
            let event = ordinal * 2 + u64::from(worker);
            Traced::Event(TracedEvent { input: 0, event, worker, ordinal, due_offset_ns: 0 })
        };
        let rows = [[of_worker(0, 3)], [of_worker(1, 0)], [of_worker(1, 2)], [of_worker(1, 1)]];
        read(&meters, &rows.each_ref().map(|row| &row[..]), 10);
        assert_eq!(meters.sequence().out_of_order(), 1);
        let noted = meters.noted.of(pipegen_core::noted::NotedKind::OutOfOrder);
        assert_eq!((noted.len(), noted[0].number, noted[0].worker), (1, 3, 1));
    }

    #[test]
    fn a_joined_record_counts_from_the_latest_of_its_events() {
        let meters = started().telling_apart(3);
        let row: &[Traced] = &[event(0, 0, 1), event(1, 0, 8), event(2, 0, 4)];
        read(&meters, &[row], 10);
        read(&meters, &[&[event(0, 0, 1), event(1, 1, 9), Traced::Absent], row], 20);
        let latencies = meters.histogram(Latency::EndToEnd).snapshot();
        assert_eq!((latencies.count(), latencies.min_us()), (2, Some(2_000)));
        assert_eq!(meters.counters.repeated.get(), 1);
        let last = |input| meters.of(input).map(|of_input| (of_input.last.get(), of_input.joined.get()));
        assert_eq!((last(0), last(1), last(2)), (Some((0, 3)), Some((3, 3)), Some((0, 2))));
        assert_eq!(meters.of(1).unwrap().distinct.get(), 2);
    }

    #[test]
    fn a_foreign_value_and_one_that_is_not_due_yet_are_no_events() {
        let meters = started();
        let outcome = read(&meters, &[&[Traced::Foreign], &[event(0, 3, 50)], &[Traced::Absent]], 10);
        assert_eq!((outcome.unmeasured, meters.counters.foreign.get()), (3, 2));
        assert_eq!(meters.sequence().distinct(), 0);
    }

    #[test]
    fn a_row_that_is_taken_back_is_no_record_of_its_event() {
        let meters = started();
        let mut traces = TracedRecords::with_capacity(1, 1);
        traces.push(event(0, 0, 0));
        let record = Arrived { retraction: true, ..arrived(Origin::Unknown, 1) };
        assert_eq!(meters.consume_traced(&[record], Some(&traces), DUE_NS + MS), counted(1));
        assert_eq!((meters.sequence().distinct(), meters.counters.repeated.get()), (0, 0));
    }
}
