"""The meters: a record's way from the send loop through its delivery report to the far end."""

import struct

import pytest

from pipegen.hotpath import HistogramSnapshot, Meters, Pacer, Permits, RecordBatch, Schedule, now_ns, probe_header

SECOND_NS = 1_000_000_000
HEADER = struct.Struct(">qQI")
PROBE_WORKER = 0xFFFF_FFFF


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
    issued, meters = permits(2), Meters()
    records = list(meters.batch(issued, [b"value", None], [b"key", None]))
    assert [(value, key) for value, key, *_ in records] == [(b"value", b"key"), (None, None)]
    for index, (_, _, timestamp_ms, headers, delivery) in enumerate(records):
        due_ns = issued.due_ns(index)
        assert timestamp_ms == due_ns // 1_000_000
        [(name, header)] = headers
        assert (name, HEADER.unpack(header)) == ("pipegen", (due_ns // 1_000, index, 0))
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


def test_sequences_have_no_gap_over_batches_and_carry_the_worker() -> None:
    meters = Meters(worker=2)
    headers = [headers[0][1] for _ in range(3) for _, _, _, headers, _ in batch(meters, 2)]
    assert [HEADER.unpack(header)[1:] for header in headers] == [(sequence, 2) for sequence in range(6)]


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
    meters = Meters()
    probe = probe_header(due_ns=now_ns(), sequence=4)
    assert HEADER.unpack(probe)[1:] == (4, PROBE_WORKER)
    outcome = meters.consumed([probe], value_bytes=[9], partitions=[0], consumed_ns=now_ns())
    totals = meters.totals()
    assert (outcome.count, outcome.probes) == (0, 1)
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
    meters.consumed(
        [None, None], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=5 * SECOND_NS, timestamps_ms=[4_000, -1]
    )
    assert meters.histogram("end_to_end").max_us == 1_000_000
    assert (meters.totals().unrecovered, meters.totals().unmeasured) == (1, 1)


def test_the_append_to_the_output_splits_the_latency_of_records_with_a_header() -> None:
    meters = Meters()
    headers = [HEADER.pack(1_000_000, 0, 1), HEADER.pack(1_000_000, 1, 1), None]
    meters.consumed(
        headers, value_bytes=[1] * 3, partitions=[0] * 3, consumed_ns=SECOND_NS * 5, appended_ms=[4_000, -1, 4_000]
    )
    assert meters.histogram("end_to_end").count == 2
    append, wait = meters.histogram("append"), meters.histogram("output_wait")
    assert (append.count, append.max_us, wait.max_us) == (1, 3_000_000, 1_000_000)


def test_a_clock_that_disagrees_shows_as_negative_latency() -> None:
    meters = Meters()
    meters.consumed([HEADER.pack(2_000_000, 0, 1)], value_bytes=[1], partitions=[0], consumed_ns=SECOND_NS)
    latency = meters.histogram("end_to_end")
    assert (latency.count, latency.negative_count, latency.min_negative_us) == (0, 1, -1_000_000)


def test_an_interval_is_the_difference_of_two_snapshots() -> None:
    meters = Meters()
    meters.consumed([HEADER.pack(0, 0, 1)], value_bytes=[1], partitions=[0], consumed_ns=1_000_000)
    earlier = meters.histogram("end_to_end")
    meters.consumed([HEADER.pack(0, 1, 1)], value_bytes=[1], partitions=[0], consumed_ns=500_000)
    whole = meters.histogram("end_to_end")
    interval = whole.since(earlier)
    assert (whole.count, whole.percentile_us(100), interval.count, interval.percentile_us(100)) == (2, 1_000, 1, 500)
    with pytest.raises(ValueError, match="not an earlier one"):
        earlier.since(whole)


def test_histograms_merge_and_travel_as_hdr_histograms() -> None:
    meters = Meters()
    meters.consumed(
        [HEADER.pack(0, 0, 1), HEADER.pack(0, 1, 1)], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=SECOND_NS
    )
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
    headers = [HEADER.pack(due_us, sequence, 0) for sequence, due_us in enumerate([100, 300, 200])]
    arrived = [headers[1], headers[0], headers[2], headers[2]]
    meters.consumed(arrived, value_bytes=[1] * 4, partitions=[0, 1, 0, 0], consumed_ns=SECOND_NS)
    totals = meters.totals()
    assert (totals.consumed, totals.distinct, totals.duplicated, totals.out_of_order) == (4, 3, 1, 0)
    meters.consumed(
        [HEADER.pack(0, 4, 0), HEADER.pack(0, 3, 0)], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=SECOND_NS
    )
    assert (meters.totals().out_of_order, meters.totals().uncertain) == (1, 0)
    assert meters.totals().newest_due_ns == 300_000
