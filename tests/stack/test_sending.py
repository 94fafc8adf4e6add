"""Both ways of sending, on a real broker: they put the same into a topic, and count it the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from pipegen.choices import SenderChoice
from pipegen.errors import SettingsError
from pipegen.hotpath import Meters, Pacer, Permits, RecordBatch, RecordPlan, Schedule, Totals, now_ns, probe_header
from pipegen.run.send.client import open_sending
from pipegen.run.send.interfaces import SendLoop
from pipegen.run.send.thread import Feed, RecordSource
from pipegen.services import process_maps
from pipegen.services.kafka import ClientFault, KafkaAdmin
from pipegen.stack import Endpoints
from tests.brokers import free_ports

pytestmark = pytest.mark.stack
BOTH: tuple[SenderChoice, ...] = ("native", "python")
EVENTS = 3_000
PARTITIONS = 3
SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "fields": [
            {"name": "order_id", "type": "string"},
            {"name": "note", "type": "string", "pipegen": {"min_length": 5, "max_length": 20}},
            {"name": "coupon", "type": ["null", "string"], "default": None},
            {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        ],
    }
)
FAULTS = {"late": 0.05, "duplicates": 0.05, "corrupt": 0.05, "tombstones": 0.05, "nulls": 0.05, "oversized": 0.01}


@dataclass
class Sent:
    """What one send loop did."""

    totals: Totals
    meters: Meters
    pacer: Pacer
    faults: list[ClientFault]
    crashes: list[BaseException] = field(default_factory=list)


@pytest.fixture
def topic(endpoints: Endpoints, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Makes topics of the test's own."""
    admin = KafkaAdmin(endpoints.bootstrap_servers)
    made: list[str] = []

    def make(end: str) -> str:
        name = f"{request.node.originalname.replace('_', '-')[-60:]}-{end}"
        admin.create_topic(name, partitions=PARTITIONS, replication_factor=1)
        admin.await_leaders(name, PARTITIONS)
        made.append(name)
        return name

    yield make
    admin.delete_topics(made)


def plan(schedule: Schedule) -> RecordPlan:
    faults = json.dumps(FAULTS | {"oversized_bytes": 2_000_000})
    key = json.dumps({"zipf": 1.1, "pool": 50})
    return RecordPlan(SCHEMA, seed=7, value_prefix=b"\0\0\0\0\1", key_json=key, faults_json=faults, schedule=schedule)


def send(
    choice: SenderChoice,
    bootstrap_servers: str,
    topic: str,
    *,
    start_ns: int | None = None,
    properties: dict[str, Any] | None = None,
    records: RecordSource | None = None,
    meanwhile: Callable[[SendLoop, Meters], None] = lambda _loop, _meters: None,
) -> Sent:
    """Sends a second's records, all of them due already."""
    schedule = Schedule([(0, 1_000_000_000, float(EVENTS), float(EVENTS))])
    pacer, meters, faults, crashes = Pacer(schedule), Meters(), list[ClientFault](), list[BaseException]()
    sending = open_sending(choice, bootstrap_servers, topic, properties=properties, listener=faults.append)
    assert sending.kind == choice
    loop = sending.loop(Feed(records or plan(schedule), pacer, meters), on_crash=crashes.append)
    start_ns = start_ns or now_ns() - 2_000_000_000
    meters.start(start_ns)
    pacer.start(start_ns)
    loop.start()
    meanwhile(loop, meters)
    loop.join(60)
    assert not loop.is_alive()
    assert loop.cpu_s is not None
    return Sent(meters.totals(), meters, pacer, faults, crashes)


def read(bootstrap_servers: str, topic: str) -> list[list[tuple[object, ...]]]:
    """Everything in a topic, partition by partition, in its order; through a client that is not PipeGen's."""
    consumer = Consumer(
        {"bootstrap.servers": bootstrap_servers, "group.id": "independent", "enable.partition.eof": True}
    )
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    found: list[list[tuple[object, ...]]] = [[] for _ in range(PARTITIONS)]
    open_partitions = set(range(PARTITIONS))
    while open_partitions:
        for message in consumer.consume(10_000, 0.3):
            if message.error():
                open_partitions.discard(message.partition())
            else:
                about = (message.key(), message.value(), message.timestamp(), message.headers())
                found[message.partition()].append(about)
    consumer.close()
    return found


def counted(totals: Totals) -> dict[str, object]:
    names = ("sent", "sent_bytes", "delivered", "failed", "failures", "injected", "injected_delivered")
    return {name: getattr(totals, name) for name in (*names, "excluded_delivered")}


def test_both_put_the_same_bytes_into_the_topic_and_count_them_the_same(
    endpoints: Endpoints, topic: Callable[[str], str]
) -> None:
    address, start_ns = endpoints.bootstrap_servers, now_ns() - 2_000_000_000
    topics = {choice: topic(choice) for choice in BOTH}
    sent = {choice: send(choice, address, topics[choice], start_ns=start_ns) for choice in BOTH}
    found = {choice: read(address, topics[choice]) for choice in BOTH}
    assert sent["native"].crashes == sent["python"].crashes == []
    assert found["native"] == found["python"]
    assert counted(sent["native"].totals) == counted(sent["python"].totals)
    totals = sent["native"].totals
    assert totals.sent == EVENTS
    assert totals.delivered == sum(map(len, found["native"]))
    assert totals.failures == {"MSG_SIZE_TOO_LARGE": totals.injected["oversized"]}
    assert totals.injected["tombstones"] == sum(record[1] is None for part in found["native"] for record in part) > 50
    for each in sent.values():
        assert each.meters.histogram("ack").count == totals.delivered
        assert each.meters.histogram("generator_delay").count == EVENTS
        assert each.pacer.late_total == EVENTS


@pytest.mark.parametrize("choice", BOTH)
def test_records_of_two_inputs_go_to_their_own_topics_and_are_counted_apart(
    choice: SenderChoice, endpoints: Endpoints, topic: Callable[[str], str]
) -> None:
    topics, crashes = [topic(f"{choice}-{number}") for number in range(2)], list[BaseException]()
    schedules = [Schedule([(0, 1_000_000_000, rate, rate)]) for rate in (1_000.0, 2_000.0)]
    feeds = [
        Feed(RecordPlan(SCHEMA, seed=number), Pacer(schedule), Meters(run=7, input_index=number))
        for number, schedule in enumerate(schedules)
    ]
    loop = open_sending(choice, endpoints.bootstrap_servers, *topics).loop(*feeds, on_crash=crashes.append)
    start_ns = now_ns() - 2_000_000_000
    for feed in feeds:
        feed.meters.start(start_ns)
        feed.pacer.start(start_ns)
    loop.start()
    loop.join(60)
    assert crashes == []
    for number, (name, feed) in enumerate(zip(topics, feeds, strict=True)):
        headers = [record[3] for part in read(endpoints.bootstrap_servers, name) for record in part]
        inputs = {int.from_bytes(told[0][1][2:4], "big") for told in headers}  # type: ignore[index]
        assert (len(headers), inputs) == (1_000 * (number + 1), {number})
        assert feed.meters.totals().delivered == len(headers)


@pytest.mark.parametrize("choice", BOTH)
def test_a_full_queue_makes_records_wait_and_loses_none(
    choice: SenderChoice, endpoints: Endpoints, topic: Callable[[str], str]
) -> None:
    name = topic(choice)
    sent = send(choice, endpoints.bootstrap_servers, name, properties={"queue.buffering.max.messages": 20})
    assert sent.totals.delivered + sent.totals.injected["oversized"] == sent.totals.sent == EVENTS
    assert sum(map(len, read(endpoints.bootstrap_servers, name))) == sent.totals.delivered


@pytest.mark.parametrize("choice", BOTH)
def test_records_that_no_broker_takes_are_failed_by_the_name_of_the_error_and_the_fault_is_told(
    choice: SenderChoice,
) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    sent = send(choice, address, "nowhere", properties={"delivery.timeout.ms": 1500, "acks": 1})
    too_large = sent.totals.injected["oversized"]
    assert sent.totals.failures == {"_MSG_TIMED_OUT": EVENTS - too_large, "MSG_SIZE_TOO_LARGE": too_large}
    assert sent.totals.delivered == 0
    assert {fault.name for fault in sent.faults} == {"_TRANSPORT", "_ALL_BROKERS_DOWN"}
    assert all(fault.text and not fault.fatal for fault in sent.faults)


@pytest.mark.parametrize("choice", BOTH)
def test_what_is_given_up_on_is_failed_whether_it_was_queued_or_waited_for_room(choice: SenderChoice) -> None:
    def give_up(loop: SendLoop, meters: Meters) -> None:
        while meters.totals().sent < 11:
            threading.Event().wait(0.01)
        loop.abandon()

    address = f"127.0.0.1:{free_ports(1)[0]}"
    sent = send(choice, address, "nowhere", properties={"queue.buffering.max.messages": 10}, meanwhile=give_up)
    assert sent.totals.failed == sent.totals.sent >= 11
    assert sent.totals.failures["_PURGE_QUEUE"] == 10
    assert sent.totals.failures["_QUEUE_FULL"] >= 1


@pytest.mark.parametrize("choice", BOTH)
def test_a_probe_goes_before_the_load_with_the_same_client(
    choice: SenderChoice, endpoints: Endpoints, topic: Callable[[str], str]
) -> None:
    name = topic(choice)
    sending = open_sending(choice, endpoints.bootstrap_servers, name)
    header = probe_header(due_ns=now_ns(), number=0, run=1)
    assert sending.send(b"one", b"k", timestamp_ms=1234567890123, header=header, timeout_s=30) == [None]
    assert sending.send(b"x" * 2_000_000, None, timestamp_ms=1, header=header, timeout_s=30) == ["MSG_SIZE_TOO_LARGE"]
    records = [record for part in read(endpoints.bootstrap_servers, name) for record in part]
    assert records == [(b"k", b"one", (1, 1234567890123), [("pipegen", header)])]


class _Rows:
    """Records that are made in Python, as those of a data file are."""

    def __init__(self, fail_at: int | None = None) -> None:
        self._fail_at = fail_at

    def batch(self, permits: Permits, meters: Meters) -> RecordBatch:
        events = range(permits.first_event, permits.first_event + permits.count)
        if self._fail_at in events:
            raise ArithmeticError("this row cannot be made")
        return meters.batch(permits, [b"%d" % event for event in events], None)


def test_rows_made_in_python_are_sent_by_the_compiled_loop_too(
    endpoints: Endpoints, topic: Callable[[str], str]
) -> None:
    name = topic("native")
    sent = send("native", endpoints.bootstrap_servers, name, records=_Rows())
    values = {record[1] for part in read(endpoints.bootstrap_servers, name) for record in part}
    assert values == {b"%d" % event for event in range(EVENTS)}
    assert sent.totals.delivered == EVENTS


@pytest.mark.parametrize("choice", BOTH)
def test_a_row_that_cannot_be_made_ends_the_loop_and_is_told(
    choice: SenderChoice, endpoints: Endpoints, topic: Callable[[str], str]
) -> None:
    sent = send(choice, endpoints.bootstrap_servers, topic(choice), records=_Rows(fail_at=700))
    assert [str(crash) for crash in sent.crashes] == ["this row cannot be made"]
    assert sent.totals.sent == 500


@pytest.mark.parametrize("wrong", [{"linger.hours": 5}, {"linger.ms": "soon"}, {"enable.idempotence": True, "acks": 1}])
def test_a_property_that_is_refused_is_told_in_the_same_words(wrong: dict[str, Any]) -> None:
    told = []
    for choice in BOTH:
        with pytest.raises(SettingsError) as refused:
            open_sending(choice, "127.0.0.1:1", "nowhere", properties=wrong)
        told.append((refused.value.message.replace("Failed to create producer: ", ""), refused.value.remedy))
    assert told[0] == told[1]
    assert told[0][0].startswith("producer_config: ")


def test_where_the_library_cannot_be_found_python_sends_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    maps = tmp_path / "maps"  # stands for the list of a process whose client has the library built in
    maps.write_text("7f0000-7f0001 r--p 00000000 fe:00 1 /usr/lib/libc.so.6\n")
    monkeypatch.setattr(process_maps, "_MAPS", maps)
    sending = open_sending("auto", "127.0.0.1:1", "nowhere")
    assert (sending.kind, sending.reason) == (
        "python",
        "confluent_kafka has its librdkafka built in, where no other code can use it",
    )
    with pytest.raises(SettingsError, match="sender: native cannot be used: confluent_kafka has"):
        open_sending("native", "127.0.0.1:1", "nowhere")


def test_a_library_that_is_not_the_one_in_use_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    maps = tmp_path / "maps"  # names a library that is not loaded
    maps.write_text(f"7f0000-7f0001 r--p 00000000 fe:00 1 {tmp_path}/librdkafka.so.1\n")
    monkeypatch.setattr(process_maps, "_MAPS", maps)
    assert open_sending("auto", "127.0.0.1:1", "nowhere").reason.startswith("librdkafka is not loaded from ")


def test_the_compiled_loop_is_what_is_used_by_itself() -> None:
    sending = open_sending("auto", "127.0.0.1:1", "nowhere")
    assert sending.kind == "native"
    assert sending.reason.startswith("librdkafka 2.")
