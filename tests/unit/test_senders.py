"""One sender and several look alike from outside; no service is needed before the first record."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import psutil
import pytest

from pipegen.errors import SettingsError
from pipegen.hotpath import now_ns
from pipegen.run import record_plan
from pipegen.run.feed.generated import SchemaIds, input_plan
from pipegen.run.names import names_for
from pipegen.run.send.client import open_sending
from pipegen.run.send.interfaces import Senders, SendInput, SendLoop
from pipegen.run.send.senders import senders_of
from pipegen.run.spec import RunSpec
from pipegen.services.kafka import KafkaAccess
from tests.unit.input_tables import table
from tests.unit.record_headers import record_header
from tests.unit.run_spec import spec_in
from tests.unit.test_table_rows import spec as script_spec

NOBODY = KafkaAccess("127.0.0.1:1")


def senders_for(spec: RunSpec) -> Senders:
    """Its senders; a crash is in nobody's interest here."""
    return senders_of(spec, names_for("abc234", "orders", spec.settings), on_crash=print)


def loop_of(senders: Senders, spec: RunSpec, steps: list[str]) -> SendLoop:
    """The send loop, ready, with records that carry no schema id."""
    records = record_plan(spec.project.input_schema, spec.settings, schema_id=None)
    sending = open_sending("auto", NOBODY, "orders-input")
    send_input = SendInput(sending, [records], NOBODY, ["orders-input"], [SchemaIds()], spec.project.inputs)
    return asyncio.run(senders.make_loop(send_input, steps.append))


@pytest.mark.parametrize("producers", [1, 2])
def test_senders_are_ready_without_a_schema_id_and_have_the_whole_plan(tmp_path: Path, producers: int) -> None:
    spec = spec_in(tmp_path, producers=producers, pipeline={"value_format": "json"})
    senders = senders_for(spec)
    steps: list[str] = []
    assert not senders.pids()
    try:
        loop = loop_of(senders, spec, steps)
        processes = [psutil.Process(pid) for pid in senders.pids()]
        assert len(processes) == (producers if producers > 1 else 0)
        assert (senders.pace.shard_events, senders.pace.exhausted, senders.pace.stopped) == (10, False, False)
        assert senders.meters.totals().sent == 0
        assert (loop.cpu_s, senders.meters.sent_per_second()) == (None, [])
        loop.stop()
        assert senders.pace.stopped
    finally:
        senders.close()
    assert steps == (["starting 2 sending processes"] if producers > 1 else [])
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@pytest.mark.parametrize("producers", [1, 2])
def test_what_comes_back_is_of_this_run_once_its_load_has_started(tmp_path: Path, producers: int) -> None:
    senders = senders_for(spec_in(tmp_path, producers=producers, pipeline={"value_format": "json"}))
    senders.meters.start(2_000_000_000)
    mark = int.from_bytes(b"abc234", "big")
    senders.own_meters.consumed(
        [None, None, record_header(2_000_000, 0, run=mark), record_header(2_000_000, 0, run=mark + 1)],
        value_bytes=[1] * 4,
        partitions=[0] * 4,
        consumed_ns=3_000_000_000,
        timestamps_ms=[1_999, 2_000, 2_000, 2_000],
    )
    totals = senders.meters.totals()
    assert (totals.consumed, totals.other_runs, totals.distinct) == (2, 2, 1)


@pytest.mark.parametrize("producers", [1, 2])
def test_with_several_inputs_consumed_records_are_told_apart_by_input(tmp_path: Path, producers: int) -> None:
    spec = script_spec(
        tmp_path, table("orders", ["id INT"]), table("rates", ["id INT"]), inputs={}, producers=producers
    )
    meters, mark = senders_for(spec).own_meters, int.from_bytes(b"abc234", "big")
    headers = [record_header(2_000_000, number, run=mark, source=1) for number in range(3)]
    meters.consumed(headers, value_bytes=[1] * 3, partitions=[0] * 3, consumed_ns=3_000_000_000)
    assert [meters.arrivals(number).consumed for number in range(2)] == [0, 3]


def test_several_processes_send_to_several_inputs_and_report_each(tmp_path: Path) -> None:
    tables = (
        table("orders", ["id INT"]),
        table("rates", ["id INT"], options={"key.format": "raw", "key.fields": "id"}),
    )
    spec = script_spec(tmp_path, *tables, inputs={}, producers=2, duration="1s")
    senders, inputs = senders_for(spec), spec.project.inputs
    made = [input_plan(each, spec.settings, ids=SchemaIds(), schedule=None) for each in inputs]
    topics = ["orders-x", "rates-x"]
    sending = open_sending("auto", NOBODY, *topics)
    try:
        loop = asyncio.run(
            senders.make_loop(SendInput(sending, made, NOBODY, topics, [SchemaIds()] * 2, inputs), print)
        )
        start_ns = now_ns()
        senders.meters.start(start_ns)
        senders.pace.start(start_ns)
        loop.start()
        deadline_s = time.monotonic() + 30
        while not senders.pace.exhausted and time.monotonic() < deadline_s:
            time.sleep(0.05)
        totals = [meters.totals().sent for meters in senders.by_input]
        loop.abandon()
    finally:
        senders.close()
    assert totals == [schedule.total_events for schedule in spec.schedules] == [50, 50]
    assert senders.meters.totals().sent == 100


def test_a_data_file_is_not_sent_by_several_processes(tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("order_id\n1\n")
    with pytest.raises(SettingsError, match="a data file is sent by one process"):
        senders_for(spec_in(tmp_path / "project", rows=rows, producers=2))
