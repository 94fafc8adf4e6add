"""Every argument of the compiled part: a wrong type is a TypeError, a value out of range a ValueError that says so."""

from collections.abc import Callable

import pytest

from pipegen import hotpath
from pipegen.hotpath import Delivery, HistogramSnapshot, KafkaSender, Meters, Pacer, Permits, RecordBatch, Schedule
from pipegen.services.librdkafka import native_client

SECOND_NS = 1_000_000_000
BEYOND_64_BITS = 1 << 80
LIBRARY = native_client({}).library


def schedule() -> Schedule:
    return Schedule([(0, SECOND_NS, 10.0, 10.0)])


def permits(**options: int) -> Permits:
    pacer = Pacer(schedule(), **options)
    pacer.start(hotpath.now_ns() - SECOND_NS)
    issued = pacer.acquire(max_events=3, timeout_ns=0)
    assert issued is not None
    return issued


def sender(path: object = None, **changes: object) -> KafkaSender:
    """A sender that no broker answers: nothing listens on port 1."""
    arguments = {"properties": [("bootstrap.servers", "127.0.0.1:1")], "topics": ["t"], "on_fault": lambda *_: None}
    return KafkaSender(LIBRARY if path is None else path, **(arguments | changes))


def send_one(**changes: object) -> list[str | None]:
    arguments = {"value": b"x", "key": None, "timestamp_ms": 0, "header": b"", "timeout_ms": 0}
    arguments |= changes
    return sender().send(arguments.pop("value"), arguments.pop("key"), **arguments)


WRONG_TYPES: list[tuple[str, Callable[[], object]]] = [
    ("Schedule: no sequence", lambda: Schedule(5)),
    ("Schedule: a float as time", lambda: Schedule([(0, 1.5, 1.0, 1.0)])),
    ("Schedule: text as rate", lambda: Schedule([(0, 1, "1", 1.0)])),
    ("Schedule: arrivals by position", lambda: Schedule([(0, 1, 1.0, 1.0)], "poisson")),
    ("Schedule: arrivals", lambda: Schedule([(0, 1, 1.0, 1.0)], arrivals=None)),
    ("Schedule: seed", lambda: Schedule([(0, 1, 1.0, 1.0)], seed="a")),
    ("Schedule.due_ns", lambda: schedule().due_ns(1.0)),
    ("Schedule.events_before", lambda: schedule().events_before("1")),
    ("Schedule.planned_between by position", lambda: schedule().planned_between(0, 1)),
    ("Schedule.rate_at", lambda: schedule().rate_at(None)),
    ("Pacer: no schedule", lambda: Pacer(None)),
    ("Pacer: shard by position", lambda: Pacer(schedule(), 0, 1)),
    ("Pacer: catch_up", lambda: Pacer(schedule(), catch_up="yes")),
    ("Pacer: late_threshold_ns", lambda: Pacer(schedule(), late_threshold_ns=1e6)),
    ("Pacer.start", lambda: Pacer(schedule()).start("now")),
    ("Pacer.acquire by position", lambda: Pacer(schedule()).acquire(1, 1)),
    ("Pacer.acquire: timeout_ns", lambda: Pacer(schedule()).acquire(max_events=1, timeout_ns=0.5)),
    ("Permits: not made by hand", Permits),
    ("Permits.due_ns", lambda: permits().due_ns("0")),
    ("RecordBatch: not made by hand", RecordBatch),
    ("Delivery: not made by hand", Delivery),
    ("Meters: worker by position", lambda: Meters(1)),
    ("Meters.batch: permits", lambda: Meters().batch(3, [b"", b"", b""])),
    ("Meters.batch: text as value", lambda: Meters().batch(permits(), ["a", "b", "c"])),
    ("Meters.batch: text as key", lambda: Meters().batch(permits(), [b"", b"", b""], ["a", "b", "c"])),
    ("Meters.record_failed", lambda: Meters().record_failed(5)),
    ("Meters.record_undecodable", lambda: Meters().record_undecodable("1")),
    (
        "Meters.consumed: text as header",
        lambda: Meters().consumed(["x"], value_bytes=[1], partitions=[0], consumed_ns=0),
    ),
    (
        "Meters.consumed: one size for all",
        lambda: Meters().consumed([None], value_bytes=1, partitions=[0], consumed_ns=0),
    ),
    (
        "Meters.consumed: a float as time",
        lambda: Meters().consumed([None], value_bytes=[1], partitions=[0], consumed_ns=0.5),
    ),
    ("Meters.histogram", lambda: Meters().histogram(1)),
    ("Meters.sent_per_second by position", lambda: Meters().sent_per_second(0)),
    ("HistogramSnapshot: not made by hand", HistogramSnapshot),
    ("HistogramSnapshot.percentile_us", lambda: HistogramSnapshot.empty().percentile_us("99")),
    ("HistogramSnapshot.since", lambda: HistogramSnapshot.empty().since(None)),
    ("HistogramSnapshot.merge", lambda: HistogramSnapshot.empty().merge([])),
    ("HistogramSnapshot.from_hdr_base64", lambda: HistogramSnapshot.from_hdr_base64(b"HIST")),
    ("probe_header by position", lambda: hotpath.probe_header(1, 2, 3)),
    ("KafkaSender: path", lambda: sender(5)),
    ("KafkaSender: properties as a mapping of numbers", lambda: sender(properties=[(1, 2)])),
    ("KafkaSender: topics", lambda: sender(topics=None)),
    ("KafkaSender.send: text as value", lambda: send_one(value="x")),
    ("KafkaSender.send: a float as time", lambda: send_one(timestamp_ms=0.5)),
    ("KafkaSender.send: text as header", lambda: send_one(header="x")),
    ("KafkaSender.run: no pacer", lambda: sender().run([(None, Meters(), None)])),
]


@pytest.mark.parametrize("call", [call for _, call in WRONG_TYPES], ids=[name for name, _ in WRONG_TYPES])
def test_a_wrong_type_is_a_type_error(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        call()


OUT_OF_RANGE: list[tuple[str, Callable[[], object]]] = [
    ("expected tuple of length 4, but got tuple of length 3", lambda: Schedule([(0, 1, 1.0)])),
    ("a schedule needs at least one segment", lambda: Schedule([])),
    (
        "segment 1 starts at 6 ns but must start at 5 ns, where the one before it ends",
        lambda: Schedule([(0, 5, 1.0, 1.0), (6, 9, 1.0, 1.0)]),
    ),
    ("segment 0 must end after it starts", lambda: Schedule([(0, 0, 1.0, 1.0)])),
    (
        "segment 0 has the rate -1 per second; rates go from 0 to 10000000",
        lambda: Schedule([(0, 1, -1.0, 1.0)]),
    ),
    (
        "segment 0 has the rate NaN per second; rates go from 0 to 10000000",
        lambda: Schedule([(0, 1, 1.0, float("nan"))]),
    ),
    (
        f"end_ns must be from {-(2**63) + 1} to {2**63 - 1}, not a number beyond 64 bits",
        lambda: Schedule([(0, BEYOND_64_BITS, 1.0, 1.0)]),
    ),
    (
        'arrivals must be uniform or poisson, not "random"',
        lambda: Schedule([(0, 1, 1.0, 1.0)], arrivals="random"),
    ),
    (f"seed must be from 0 to {2**63 - 1}, not -1", lambda: Schedule([(0, 1, 1.0, 1.0)], seed=-1)),
    (
        "with Poisson arrivals a schedule plans at most 2^40 events",
        lambda: Schedule([(0, 200_000 * SECOND_NS, 1e7, 1e7)], arrivals="poisson"),
    ),
    ("the plan has 10 events, numbered from 0; there is no event 10", lambda: schedule().due_ns(10)),
    (f"event must be from 0 to {2**63 - 1}, not -1", lambda: schedule().due_ns(-1)),
    ("shard_index 2 must be below shard_count 2", lambda: Pacer(schedule(), shard_index=2, shard_count=2)),
    ("shard_index must be from 0 to 4294967295, not -1", lambda: Pacer(schedule(), shard_index=-1)),
    ("shard_count must be from 1 to 4294967295, not 0", lambda: Pacer(schedule(), shard_count=0)),
    ("late_threshold_ns must not be negative", lambda: Pacer(schedule(), late_threshold_ns=-1)),
    ("min_interval_ns must not be negative", lambda: Pacer(schedule(), min_interval_ns=-1)),
    (
        "max_events must be from 1 to 4294967295, not 0",
        lambda: Pacer(schedule()).acquire(max_events=0, timeout_ns=0),
    ),
    (
        f"timeout_ns must be from 0 to {2**63 - 1}, not -1",
        lambda: Pacer(schedule()).acquire(max_events=1, timeout_ns=-1),
    ),
    ("there are 3 permits; there is no index 3", lambda: permits().due_ns(3)),
    (f"run must be from 0 to {2**63 - 1}, not -1", lambda: Meters(run=-1)),
    ("worker must be from 0 to 4294967295, not -1", lambda: Meters(worker=-1)),
    ("the batch has 1 items, permits has 3; they must be as many", lambda: Meters().batch(permits(), [b""])),
    (
        "keys has 1 items, values has 3; they must be as many",
        lambda: Meters().batch(permits(), [b"", b"", b""], [b""]),
    ),
    (
        "the permits are of worker 1 and the meters of worker 0",
        lambda: Meters().batch(permits(shard_index=1, shard_count=2), [b"", b"", b""]),
    ),
    (f"count must be from 0 to {2**63 - 1}, not -1", lambda: Meters().record_undecodable(-1)),
    (
        "value_bytes has 0 items, headers has 1; they must be as many",
        lambda: Meters().consumed([None], value_bytes=[], partitions=[0], consumed_ns=0),
    ),
    (
        "partitions has 0 items, headers has 1; they must be as many",
        lambda: Meters().consumed([None], value_bytes=[1], partitions=[], consumed_ns=0),
    ),
    (
        "partitions must be from 0 to 4294967295, not -1",
        lambda: Meters().consumed([None], value_bytes=[1], partitions=[-1], consumed_ns=0),
    ),
    (
        "timestamps_ms has 2 items, headers has 1; they must be as many",
        lambda: Meters().consumed([None], value_bytes=[1], partitions=[0], consumed_ns=0, timestamps_ms=[1, 2]),
    ),
    (
        "appended_ms has 2 items, headers has 1; they must be as many",
        lambda: Meters().consumed([None], value_bytes=[1], partitions=[0], consumed_ns=0, appended_ms=[1, 2]),
    ),
    (
        "retractions has 0 items, headers has 1; they must be as many",
        lambda: Meters().consumed([None], value_bytes=[1], partitions=[0], consumed_ns=0, retractions=[]),
    ),
    (
        f"value_bytes must be from 0 to {2**63 - 1}, not -1",
        lambda: Meters().consumed([None], value_bytes=[-1], partitions=[0], consumed_ns=0),
    ),
    (
        'there is no histogram "acks"; there are generator_delay, ack, ',
        lambda: Meters().histogram("acks"),
    ),
    (f"first_second must be from 0 to {2**63 - 1}, not -1", lambda: Meters().sent_per_second(first_second=-1)),
    ("a percentile goes from 0 to 100", lambda: HistogramSnapshot.empty().percentile_us(100.5)),
    (
        "not a base64 HdrHistogram V2 compressed histogram: ",
        lambda: HistogramSnapshot.from_hdr_base64("no histogram"),
    ),
    (f"number must be from 0 to {2**63 - 1}, not -1", lambda: hotpath.probe_header(due_ns=0, number=-1, run=0)),
    (f"run must be from 0 to {2**63 - 1}, not -1", lambda: hotpath.is_of_load(b"", run=-1)),
]


@pytest.mark.parametrize(("sentence", "call"), OUT_OF_RANGE, ids=[sentence for sentence, _ in OUT_OF_RANGE])
def test_a_value_out_of_range_is_a_value_error_with_a_sentence(sentence: str, call: Callable[[], object]) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the sentence is compared as text, not as a pattern
        call()
    assert str(caught.value).startswith(sentence)


MADE = [schedule(), permits(), Meters(), Meters().totals(), HistogramSnapshot.empty()]


@pytest.mark.parametrize("made", MADE, ids=lambda made: type(made).__name__)
def test_an_object_cannot_be_changed_from_outside(made: object) -> None:
    with pytest.raises(AttributeError):
        made.count = 5  # type: ignore[attr-defined]
