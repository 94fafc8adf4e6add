"""The table that an output stands for: which of its figures are known, why the others are not, and what would help."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.hotpath import TableCounts, TableMeter
from pipegen.project.table_facts import TableFacts
from pipegen.run.picture.table import ONLY_ADDED, table_state
from pipegen.snapshot.tables import TableState

SECOND_NS = 1_000_000_000
UPSERT = TableFacts(key=("id",))


def counts(*, writes: int, keys: int, in_one_second: int = 1, timed: bool = True) -> TableCounts:
    """So many writes that go round the keys, so many rounds in each second."""
    meter = TableMeter()
    meter.start(0)
    for number in range(writes):
        at_ns = number // (keys * in_one_second) * SECOND_NS
        due_ms = at_ns // 1_000_000 if timed else -1
        meter.take(
            [b"%d" % (number % keys)],
            [b"v"],
            headers=[None],
            consumed_ns=at_ns,
            timestamps_ms=[due_ms if timed else -1],
        )
    return meter.counts(0)


def state(facts: TableFacts, found: TableCounts, untimed: str | None = None) -> tuple[TableState, Mapping[str, str]]:
    table, reasons = table_state(facts, found, untimed=untimed)
    assert table is not None
    return table, reasons


def test_an_output_that_only_adds_rows_stands_for_no_table() -> None:
    assert table_state(None, None, untimed=None) == (None, {"table": ONLY_ADDED})


def test_a_format_whose_rows_are_not_read_is_named() -> None:
    _, reasons = table_state(TableFacts("some-avro"), None, untimed=None)
    assert reasons == {"table": "rows in the format some-avro are not read"}


def test_a_table_with_a_key_has_all_figures() -> None:
    table, _ = state(UPSERT, counts(writes=300, keys=100))
    assert (table.rows, table.keys, table.inserts_total, table.updates_total) == (100, 100, 100, 200)
    assert (table.updates_per_key, table.same_second_total, table.out_of_order) == (2.0, 0, 0)
    assert table.advice is None


def test_without_a_due_time_the_order_is_not_known() -> None:
    table, reasons = state(UPSERT, counts(writes=3, keys=1), untimed="the SQL carries none")
    assert (table.rows, table.out_of_order) == (1, None)
    assert reasons["table.out_of_order"] == "the SQL carries none"
    untimed, reasons = state(UPSERT, counts(writes=3, keys=1, timed=False))
    assert untimed.out_of_order is None
    assert reasons["table.out_of_order"] == "no row came out with a header or a timestamp that says when it was due"


def test_where_rows_rightly_go_back_their_order_is_not_judged() -> None:
    table, reasons = state(TableFacts(key=("id",), steps_back="a Top-N may"), counts(writes=3, keys=1))
    assert (table.out_of_order, reasons["table.out_of_order"]) == (None, "a Top-N may")


def test_a_table_without_a_key_has_rows_but_no_updates() -> None:
    table, reasons = state(TableFacts("debezium-json"), counts(writes=3, keys=3))
    assert (table.rows, table.updates_total, table.returned_total, table.updates_per_key) == (3, None, None, None)
    assert "its rows have no primary key" in reasons["table.updates_total"]


def test_records_without_a_key_make_the_rows_unknown() -> None:
    meter = TableMeter()
    meter.take([None, b"k", b"k"], [b"v", b"v", None], headers=[None] * 3, consumed_ns=0)
    table, reasons = state(UPSERT, meter.counts(0))
    assert (table.rows, table.updates_total, table.tombstones_total) == (None, None, 1)
    assert reasons["table.rows"] == "1 records came out without a key, or cannot be read"


def test_updates_that_come_in_one_second_lead_to_the_setting_that_combines_them() -> None:
    often = counts(writes=600, keys=10, in_one_second=4)
    table, _ = state(TableFacts(key=("id",), combinable=True), often)
    assert table.same_second_ratio == round(450 / 590, 4)
    assert table.advice is not None
    assert table.advice.startswith("76.27 % of the updates")
    assert "SET 'table.exec.mini-batch.enabled' = 'true'" in table.advice
    told, _ = state(TableFacts(key=("id",), combinable=True, mini_batch=True), often)
    assert told.advice is not None
    assert "sink.buffer-flush.interval" in told.advice
    of_kafka, _ = state(TableFacts("debezium-json", key=("id",), combinable=True, mini_batch=True), often)
    assert of_kafka.advice is None
