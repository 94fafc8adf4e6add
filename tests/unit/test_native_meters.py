"""The meters: a record's way from the send loop through its delivery report to the far end."""

import struct

import pytest

from pipegen.hotpath import HistogramSnapshot, Meters, Pacer, Permits, RecordBatch, Schedule, now_ns, probe_header
from tests.unit.record_headers import HEADER
from tests.unit.record_headers import record_header as header

SECOND_NS = 1_000_000_000
RUN = 0x6162_6332_3334


class KafkaError:
    """Stands for the client's error object, of which only ``name()`` is used."""

    def name(self) -> str:
        return "_MSG_TIMED_OUT"


def permits(count: int, *, worker: int = 0) -> Permits:
    pacer = Pacer(Schedule([(0, SECOND_NS, 1_000.0, 1_000.0)]), shard_index=worker, shard_count=worker + 1)
    pacer.start(now_ns() - SECOND_NS)
    issued = pacer.acquire(max_events=count, timeout_ns=0)
    assert issued is not None
    assert issued.count == count
    return issued


def batch(meters: Meters, count: int) -> RecordBatch:
    return meters.batch(permits(count, worker=meters.worker), [b"value"] * count, [b"key"] * count)


def test_a_record_is_ready_for_the_kafka_client() -> None:
    issued, meters = permits(2), Meters(run=RUN)
    records = list(meters.batch(issued, [b"value", None], [b"key", None]))
    assert [(value, key) for value, key, *_ in records] == [(b"value", b"key"), (None, None)]
    for index, (_, _, timestamp_ms, headers, delivery) in enumerate(records):
        due_ns = issued.due_ns(index)
        assert timestamp_ms == due_ns // 1_000_000
        [(name, header)] = headers
        assert (name, HEADER.unpack(header)) == ("pipegen", (2, 0, 0, 0, index, due_ns // 1_000, RUN))
        assert delivery.due_ns == due_ns < delivery.sent_ns <= now_ns()


def test_a_record_counts_as_sent_when_it_is_yielded() -> None:
    meters = Meters()
    meters.start(now_ns())
    records = batch(meters, 3)
    assert (meters.totals().sent, records.remaining) == (0, 3)
    next(records)
    assert (meters.totals().sent, meters.totals().sent_bytes, records.remaining) == (1, 8, 2)
    assert len(list(records)) == 2
    assert list(records) == []
    assert (meters.totals().sent, records.remaining, sum(meters.sent_per_second())) == (3, 0, 3)
    assert meters.histogram("generator_delay").count == 3


def test_numbers_have_no_gap_over_batches_and_carry_the_worker() -> None:
    meters = Meters(worker=2)
    headers = [headers[0][1] for _ in range(3) for _, _, _, headers, _ in batch(meters, 2)]
    assert [HEADER.unpack(header)[3:5] for header in headers] == [(2, number) for number in range(6)]


def test_a_delivery_report_counts_and_measures_both_ways() -> None:
    meters = Meters()
    for *_, delivery in batch(meters, 3):
        delivery(None, object())
    totals = meters.totals()
    assert (totals.delivered, totals.failed, totals.failures) == (3, 0, {})
    corrected, uncorrected = meters.histogram("ack"), meters.histogram("ack_uncorrected")
    assert (corrected.count, uncorrected.count) == (3, 3)
    assert corrected.min_us is not None
    assert uncorrected.max_us is not None
    assert corrected.min_us > uncorrected.max_us, "the records were sent late, which only one of them hides"


def test_failures_are_counted_by_the_name_of_their_error() -> None:
    meters = Meters()
    *_, delivery = next(batch(meters, 1))
    delivery(KafkaError(), None)
    delivery(OSError("no name()"), None)
    meters.record_failed("_QUEUE_FULL")
    totals = meters.totals()
    assert (totals.delivered, totals.failed) == (0, 3)
    assert totals.failures == {"_MSG_TIMED_OUT": 1, "OSError": 1, "_QUEUE_FULL": 1}
    assert meters.histogram("ack").count == 0


@pytest.mark.parametrize("count", [3, 200], ids=["holding the GIL", "without the GIL"])
def test_consumed_records_are_measured_from_due_and_from_sent(count: int) -> None:
    meters = Meters()
    records = list(batch(meters, count))
    headers = [headers[0][1] for _, _, _, headers, _ in records]
    consumed_ns = now_ns()
    outcome = meters.consumed(headers, value_bytes=[7] * count, partitions=[0] * count, consumed_ns=consumed_ns)
    assert (outcome.count, outcome.probes, outcome.unmeasured) == (count, 0, 0)
    totals = meters.totals()
    assert (totals.consumed, totals.consumed_bytes, totals.unrecovered) == (count, 7 * count, 0)
    corrected, uncorrected = meters.histogram("end_to_end"), meters.histogram("end_to_end_uncorrected")
    assert (corrected.count, uncorrected.count) == (count, count)
    assert corrected.max_us == consumed_ns // 1_000 - records[0][4].due_ns // 1_000
    assert uncorrected.max_us == consumed_ns // 1_000 - records[0][4].sent_ns // 1_000


def test_a_probe_is_reported_apart_and_counted_nowhere_else() -> None:
    meters = Meters(run=RUN)
    probe = probe_header(due_ns=5_000, number=4, run=RUN)
    assert HEADER.unpack(probe) == (2, 1, 0, 0, 4, 5, RUN)
    outcome = meters.consumed([probe], value_bytes=[9], partitions=[0], consumed_ns=now_ns())
    totals = meters.totals()
    assert (outcome.count, outcome.probes, outcome.left_out) == (0, 1, [0])
    assert (totals.consumed, totals.consumed_bytes, totals.probes) == (0, 0, 1)
    assert meters.histogram("end_to_end").count == 0


def test_records_without_a_due_time_are_counted_and_said_to_be_unmeasured() -> None:
    meters = Meters()
    outcome = meters.consumed([None, b"short"], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=now_ns())
    assert (outcome.count, outcome.unmeasured) == (2, 2)
    assert (meters.totals().unmeasured, meters.totals().malformed_headers) == (2, 1)
    assert meters.histogram("end_to_end").percentile_us(99) is None


def test_a_timestamp_stands_in_for_a_missing_header() -> None:
    meters = Meters()
    meters.start(SECOND_NS)
    meters.consumed(
        [None, None], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=5 * SECOND_NS, timestamps_ms=[4_000, -1]
    )
    assert meters.histogram("end_to_end").max_us == 1_000_000
    assert (meters.totals().unrecovered, meters.totals().unmeasured) == (1, 1)


def test_the_append_to_the_output_splits_the_latency_of_records_with_a_header() -> None:
    meters = Meters()
    headers = [header(1_000_000, 0, 1), header(1_000_000, 1, 1), None]
    meters.consumed(
        headers, value_bytes=[1] * 3, partitions=[0] * 3, consumed_ns=SECOND_NS * 5, appended_ms=[4_000, -1, 4_000]
    )
    assert meters.histogram("end_to_end").count == 2
    append, wait = meters.histogram("append"), meters.histogram("output_wait")
    assert (append.count, append.max_us, wait.max_us) == (1, 3_000_000, 1_000_000)


def test_a_clock_that_disagrees_shows_as_negative_latency() -> None:
    meters = Meters()
    meters.consumed([header(2_000_000, 0, 1)], value_bytes=[1], partitions=[0], consumed_ns=SECOND_NS)
    latency = meters.histogram("end_to_end")
    assert (latency.count, latency.negative_count, latency.min_negative_us) == (0, 1, -1_000_000)


def test_an_interval_is_the_difference_of_two_snapshots() -> None:
    meters = Meters()
    meters.consumed([header(0, 0, 1)], value_bytes=[1], partitions=[0], consumed_ns=1_000_000)
    earlier = meters.histogram("end_to_end")
    meters.consumed([header(0, 1, 1)], value_bytes=[1], partitions=[0], consumed_ns=500_000)
    whole = meters.histogram("end_to_end")
    interval = whole.since(earlier)
    assert (whole.count, whole.percentile_us(100), interval.count, interval.percentile_us(100)) == (2, 1_000, 1, 500)
    with pytest.raises(ValueError, match="not an earlier one"):
        earlier.since(whole)


def test_histograms_merge_and_travel_as_hdr_histograms() -> None:
    meters = Meters()
    meters.consumed([header(0, 0, 1), header(0, 1, 1)], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=SECOND_NS)
    snapshot = meters.histogram("end_to_end")
    text = snapshot.to_hdr_base64()
    assert text.startswith("HISTFAAA")
    back = HistogramSnapshot.from_hdr_base64(text)
    merged = HistogramSnapshot.empty().merge(back).merge(snapshot)
    assert (back.count, merged.count) == (2, 4)
    assert (snapshot.percentile_us(50), merged.percentile_us(50)) == (1_000_000, pytest.approx(1_000_000, rel=1e-3))


def test_the_seconds_before_the_start_are_empty() -> None:
    meters = Meters()
    list(batch(meters, 2))
    assert meters.sent_per_second() == []
    meters.start(now_ns() - 3 * SECOND_NS)
    list(batch(meters, 2))
    assert meters.sent_per_second() == [0, 0, 0, 2]
    assert meters.sent_per_second(first_second=3) == [2]


def test_consumed_records_are_told_apart_by_sequence_and_partition() -> None:
    meters = Meters()
    assert meters.totals().newest_due_ns is None
    headers = [header(due_us, sequence, 0) for sequence, due_us in enumerate([100, 300, 200])]
    arrived = [headers[1], headers[0], headers[2], headers[2]]
    meters.consumed(arrived, value_bytes=[1] * 4, partitions=[0, 1, 0, 0], consumed_ns=SECOND_NS)
    totals = meters.totals()
    assert (totals.consumed, totals.distinct, totals.duplicated, totals.out_of_order) == (4, 3, 1, 0)
    meters.consumed([header(0, 4, 0), header(0, 3, 0)], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=SECOND_NS)
    assert (meters.totals().out_of_order, meters.totals().uncertain) == (1, 0)
    assert meters.totals().newest_due_ns == 300_000


def test_records_of_another_run_count_for_nothing_and_are_named() -> None:
    meters = Meters(run=RUN)
    meters.start(SECOND_NS)
    version_1 = struct.pack(">qQI", 2_000_000, 0, 0)
    arrived = [
        header(2_000_000, 0, 0, run=RUN + 1),
        header(2_000_000, 0, 0, run=RUN),
        version_1,
        probe_header(due_ns=2 * SECOND_NS, number=0, run=RUN + 1),
        None,
        None,
    ]
    outcome = meters.consumed(
        arrived,
        value_bytes=[1] * 6,
        partitions=[0] * 6,
        consumed_ns=3 * SECOND_NS,
        timestamps_ms=[2_000, 2_000, 2_000, 2_000, 999, 1_000],
    )
    assert (outcome.count, outcome.probes, outcome.other_runs, outcome.left_out) == (2, 0, 4, [0, 2, 3, 4])
    totals = meters.totals()
    assert (totals.consumed, totals.consumed_bytes, totals.other_runs) == (2, 2, 4)
    assert (totals.probes, totals.distinct, totals.duplicated) == (0, 1, 0)
    assert meters.histogram("end_to_end").count == 2


def test_before_the_start_no_timestamp_is_of_this_run() -> None:
    meters = Meters()
    outcome = meters.consumed(
        [None], value_bytes=[1], partitions=[0], consumed_ns=now_ns(), timestamps_ms=[now_ns() // 1_000_000]
    )
    assert (outcome.count, outcome.other_runs) == (0, 1)


def test_by_its_header_a_record_that_comes_again_is_not_timed_again() -> None:
    meters = Meters()
    for consumed_ns in (SECOND_NS, 9 * SECOND_NS):
        meters.consumed([header(0, 0, 0)], value_bytes=[1], partitions=[0], consumed_ns=consumed_ns)
    assert (meters.totals().consumed, meters.totals().duplicated) == (2, 1)
    assert (meters.histogram("end_to_end").count, meters.histogram("end_to_end").max_us) == (1, 1_000_000)


def test_a_record_that_takes_a_row_back_is_counted_and_not_timed_by_its_timestamp() -> None:
    meters = Meters()
    meters.start(0)
    meters.consumed(
        [None, None, header(0, 0, 0)],
        value_bytes=[1] * 3,
        partitions=[0] * 3,
        consumed_ns=SECOND_NS,
        timestamps_ms=[500, 900, 900],
        retractions=[True, False, True],
    )
    latency = meters.histogram("end_to_end")
    assert (meters.totals().consumed, meters.totals().unmeasured) == (3, 0)
    assert (latency.count, latency.min_us, latency.max_us) == (2, 100_000, 1_000_000)
