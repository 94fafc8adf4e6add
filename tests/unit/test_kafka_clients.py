"""What PipeGen asks Kafka beyond sending and reading, on a double of Kafka that speaks its protocol."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import confluent_kafka as ck
import pytest

from pipegen.errors import KafkaError, SettingsError
from pipegen.services.kafka import (
    ClientFault,
    KafkaAccess,
    KafkaAdmin,
    as_kafka_error,
    client_config,
    fault_text,
    make_consumer,
    make_producer,
    producer_config,
)
from pipegen.services.kafka_survey import Broker, Found, KafkaSurvey, Stretch
from pipegen.services.kafka_tail import KafkaTail
from tests.unit.stand_in_kafka import StandInKafka

NOBODY = "127.0.0.1:1"
AT_MS = 1_770_000_000_000


@pytest.fixture(scope="module")
def kafka() -> Iterator[StandInKafka]:
    """Topic `orders` of three partitions: five records, two, and none."""
    opened = StandInKafka(brokers=2)
    opened.create("orders", 3)
    for number in range(5):
        opened.put("orders", [b"a%d" % number], partition=0, timestamp=AT_MS + 10 * number, key=b"k%d" % number)
    opened.put("orders", [b"b0", b"b1"], partition=1, timestamp=AT_MS + 1000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def admin(kafka: StandInKafka) -> KafkaAdmin:
    opened = KafkaAdmin(kafka.bootstrap_servers)
    # As in a run: once it has found the brokers, leaders are known at once.
    opened.cluster()
    return opened


def test_the_cluster_is_shown_with_brokers_topics_and_partitions(admin: KafkaAdmin, kafka: StandInKafka) -> None:
    cluster = admin.cluster()
    assert sorted(cluster.brokers) == [1, 2]
    assert sorted(cluster.brokers.values()) == sorted(kafka.bootstrap_servers.split(","))
    assert sorted(cluster.topics["orders"]) == [0, 1, 2]
    assert cluster.partitions == sum(len(topic) for topic in cluster.topics.values())
    assert all(part.leader in {1, 2} for part in cluster.topics["orders"].values())


def test_internal_topics_are_not_shown(kafka: StandInKafka, admin: KafkaAdmin) -> None:
    kafka.create("__consumer_offsets", 1)
    kafka.create("_mine", 1)
    assert {"_mine"} == {name for name in admin.cluster().topics if name.startswith("_")}


def test_brokers_that_are_not_there_are_a_sentence_with_a_remedy() -> None:
    with pytest.raises(KafkaError) as raised:
        KafkaAdmin(NOBODY).cluster(timeout_s=0.2)
    assert raised.value.message.startswith("Kafka at 127.0.0.1:1 cannot be reached")
    assert "pipegen deploy" in (raised.value.remedy or "")


def test_end_offsets_are_those_of_each_partition(admin: KafkaAdmin) -> None:
    assert admin.end_offsets("orders", [0, 1, 2]) == {0: 5, 1: 2, 2: 0}
    assert admin.end_offsets("orders", [1]) == {1: 2}


def test_end_offsets_of_brokers_that_are_gone_are_a_sentence() -> None:
    with pytest.raises(KafkaError, match=r"Kafka at .* cannot be reached"):
        KafkaAdmin(NOBODY).end_offsets("orders", [0], timeout_s=0.2)


def test_the_wait_for_leaders_ends_when_every_partition_answers(admin: KafkaAdmin) -> None:
    admin.await_leaders("orders", 3)


def test_where_the_broker_does_not_tell_append_times_are_not_believed_in(admin: KafkaAdmin) -> None:
    assert admin.times_appends("orders") is False


def test_brokers_say_which_of_them_controls(admin: KafkaAdmin, kafka: StandInKafka) -> None:
    brokers = KafkaSurvey(admin).brokers()
    assert {broker.id: broker.controller for broker in brokers} == {1: True, 2: False}
    assert sorted(broker.address for broker in brokers) == sorted(kafka.bootstrap_servers.split(","))
    assert isinstance(brokers[0], Broker)


def test_offsets_of_many_partitions_are_read_at_once(admin: KafkaAdmin) -> None:
    survey = KafkaSurvey(admin)
    spots = [("orders", 0), ("orders", 1), ("orders", 2)]
    assert survey.offsets(spots, "end") == {("orders", 0): 5, ("orders", 1): 2, ("orders", 2): 0}
    assert survey.offsets(spots, "begin") == {("orders", 0): 0, ("orders", 1): 0, ("orders", 2): 0}
    assert survey.offsets([], "end") == {}


def test_a_partition_that_is_not_there_is_left_out_and_alone_it_is_an_error(admin: KafkaAdmin) -> None:
    survey = KafkaSurvey(admin)
    assert survey.offsets([("orders", 1), ("orders", 9)], "end") == {("orders", 1): 2}
    with pytest.raises(KafkaError, match="offsets cannot be read"):
        survey.offsets([("orders", 9)], "end")


def test_committed_offsets_are_those_of_the_group(admin: KafkaAdmin, kafka: StandInKafka) -> None:
    consumer = ck.Consumer({"bootstrap.servers": kafka.bootstrap_servers, "group.id": "readers"})
    consumer.commit(offsets=[ck.TopicPartition("orders", 0, 3), ck.TopicPartition("orders", 1, 0)], asynchronous=False)
    consumer.close()
    survey = KafkaSurvey(admin)
    # Without a list of partitions Kafka answers for all; the double answers for none.
    assert survey.committed("readers") in ({}, {("orders", 0): 3, ("orders", 1): 0})
    assert survey.committed("nobody") == {}


def test_a_group_that_cannot_be_described_has_a_reason(admin: KafkaAdmin) -> None:
    survey = KafkaSurvey(admin)
    found, refused = survey.groups(["readers"])
    assert (found, list(refused)) == ({}, ["readers"])
    assert survey.groups([]) == ({}, {})
    assert survey.group_ids() == []


class SilentCoordinator:
    """In place of librdkafka's admin client, where a coordinator does not answer: notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []
        self.answers: dict[str, Future[Any]] = {}

    def list_consumer_group_offsets(
        self, request: list[ck.ConsumerGroupTopicPartitions], *, request_timeout: float
    ) -> dict[str, Future[Any]]:
        (group,) = request
        self.asked.append((group.group_id, request_timeout))
        self.answers[group.group_id] = Future()
        return {group.group_id: self.answers[group.group_id]}


def test_a_coordinator_that_does_not_answer_is_asked_once_for_longer_than_any_connection_lasts(
    admin: KafkaAdmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = SilentCoordinator()
    monkeypatch.setattr("pipegen.services.kafka_survey._TIMEOUT_S", 0.01)
    survey = KafkaSurvey(admin)
    monkeypatch.setattr(survey, "_admin", silent)
    for _ in range(3):
        with pytest.raises(KafkaError, match="cannot be reached"):
            survey.committed("readers")
    ((group, timeout_s),) = silent.asked
    assert (group, timeout_s >= 300) == ("readers", True)
    answer = ck.ConsumerGroupTopicPartitions("readers", [ck.TopicPartition("orders", 0, 7)])
    silent.answers["readers"].set_result(answer)
    assert survey.committed("readers") == {("orders", 0): 7}
    with pytest.raises(KafkaError):
        survey.committed("readers")
    assert len(silent.asked) == 2, "once it has answered it is asked anew"


def test_the_time_of_single_records_is_read_at_their_offsets(admin: KafkaAdmin) -> None:
    survey = KafkaSurvey(admin)
    assert survey.look_into({("orders", 0): Stretch(2, 5)}) == {("orders", 0): Found(None, 2, AT_MS + 20, 5)}
    counted = {("orders", 0): Stretch(3, 5, count=True), ("orders", 1): Stretch(1, 2, count=True)}
    assert survey.look_into(counted) == {
        ("orders", 0): Found(2, 3, AT_MS + 30, 5),
        ("orders", 1): Found(1, 1, AT_MS + 1000, 2),
    }
    assert survey.look_into({}) == {}
    survey.close()


def test_a_partition_without_a_record_has_no_time(admin: KafkaAdmin) -> None:
    survey = KafkaSurvey(admin)
    assert survey.look_into({("orders", 2): Stretch(0, 1)}) == {("orders", 2): Found(0, None, None, 0)}
    survey.close()


def test_the_newest_records_come_oldest_first(kafka: StandInKafka) -> None:
    tail = KafkaTail(KafkaAccess(kafka.bootstrap_servers))
    found = tail.newest("orders", 2)
    tail.close()
    assert [(record.partition, record.offset, record.value, record.key) for record in found] == [
        (0, 3, b"a3", b"k3"),
        (0, 4, b"a4", b"k4"),
        (1, 0, b"b0", None),
        (1, 1, b"b1", None),
    ]
    assert [record.timestamp_ms for record in found] == [AT_MS + 30, AT_MS + 40, AT_MS + 1000, AT_MS + 1000]
    assert {record.topic for record in found} == {"orders"}


def test_four_partitions_at_a_time_take_turns(kafka: StandInKafka) -> None:
    kafka.create("wide", 6)
    for number in range(6):
        kafka.put("wide", [b"%d" % number], partition=number)
    tail = KafkaTail(KafkaAccess(kafka.bootstrap_servers))
    turns = [{record.partition for record in tail.newest("wide", 1)} for _ in range(3)]
    tail.close()
    assert turns == [{4, 5, 0, 1}, {2, 3, 4, 5}, {0, 1, 2, 3}]


def test_a_topic_that_is_not_there_has_no_newest_records(kafka: StandInKafka) -> None:
    tail = KafkaTail(KafkaAccess(kafka.bootstrap_servers))
    assert tail.newest("nowhere", 5) == []
    tail.close()


def test_the_newest_records_of_brokers_that_are_gone_are_a_sentence() -> None:
    gone = StandInKafka()
    address = gone.bootstrap_servers
    gone.close()
    tail = KafkaTail(KafkaAccess(address))
    with pytest.raises(KafkaError, match="the newest records of topic orders cannot be read"):
        tail.newest("orders", 1)
    tail.close()


def test_a_consumer_begins_where_it_is_told_and_elsewhere_at_the_beginning(kafka: StandInKafka) -> None:
    told: list[int] = []
    consumer = make_consumer(
        kafka.bootstrap_servers,
        group_id="begins",
        topic="orders",
        start_offsets={0: 3},
        on_assigned=told.extend,
    )
    found = []
    deadline_s = time.monotonic() + 20
    while len(found) < 4 and time.monotonic() < deadline_s:
        message = consumer.poll(0.1)
        if message is not None and message.error() is None:
            found.append((message.partition(), message.offset()))
    consumer.close()
    assert sorted(found) == [(0, 3), (0, 4), (1, 0), (1, 1)]
    assert sorted(told) == [0, 1, 2]


def test_faults_of_the_connection_are_told_with_librdkafkas_name() -> None:
    faults: list[ClientFault] = []
    producer = make_producer(NOBODY, listener=faults.append)
    deadline_s = time.monotonic() + 20
    while not faults and time.monotonic() < deadline_s:
        producer.poll(0.1)
    assert faults[0].name in {"_TRANSPORT", "_ALL_BROKERS_DOWN"}
    assert faults[0].text
    assert faults[0].fatal is False
    assert fault_text("_ALL_BROKERS_DOWN") == "Local: All broker connections are down"
    assert fault_text("NOT_A_NAME") == "NOT_A_NAME"


def test_a_producer_is_idempotent_unless_it_is_told_not_to_wait_for_all_replicas() -> None:
    assert producer_config(NOBODY)["enable.idempotence"] is True
    assert producer_config(NOBODY)["acks"] == "all"
    for acks in ("all", "-1", -1):
        assert producer_config(NOBODY, properties={"acks": acks})["enable.idempotence"] is True
    assert producer_config(NOBODY, properties={"acks": 1})["enable.idempotence"] is False
    assert producer_config(NOBODY, properties={"linger.ms": 50})["linger.ms"] == 50


def test_security_goes_into_every_client_and_is_shown_by_none() -> None:
    access = KafkaAccess("broker:9092", {"sasl.password": "hush"})
    config = client_config(access, "me")
    assert (config["sasl.password"], config["bootstrap.servers"], config["client.id"]) == ("hush", "broker:9092", "me")
    assert "hush" not in repr(access)


def test_a_property_that_librdkafka_refuses_is_a_fault_of_the_settings() -> None:
    with pytest.raises(SettingsError, match=r"producer_config: .*acks") as raised:
        make_producer(NOBODY, properties={"acks": "much"})
    assert "CONFIGURATION.md" in (raised.value.remedy or "")


def test_an_error_of_librdkafka_becomes_a_sentence_with_its_code() -> None:
    error = as_kafka_error("it cannot be done", ck.KafkaException(ck.KafkaError(ck.KafkaError.TOPIC_ALREADY_EXISTS)))
    assert error.message.startswith("it cannot be done: ")
    assert error.code.kafka == "TOPIC_ALREADY_EXISTS"
