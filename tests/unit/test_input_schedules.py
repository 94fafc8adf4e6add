"""The message rate of a run shared among its inputs, and when the records of each are due."""

from __future__ import annotations

import pytest

from pipegen.config import Settings
from pipegen.errors import SettingsError
from pipegen.project.inputs import Follow, InputRecord, Load
from pipegen.run.all_schedules import together
from pipegen.run.feed.input_rates import input_rates
from pipegen.run.feed.input_schedules import schedules_of
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S


def record(name: str, *, follows: str | None = None, share: float = 1.0, keys: int | None = None) -> InputRecord:
    return InputRecord(
        name=name,
        format="json",
        schema={},
        generated={},
        value_fields=0,
        hints={},
        null_share=0.0,
        seed=1,
        follow=None if follows is None else Follow(follows, (), share, 0, 2 * NS_PER_S),
        load=None if keys is None else Load(keys, keys / 100),
    )


def settings(rate: float = 100, **inputs: object) -> Settings:
    return Settings.model_validate({"message_rate": rate, "inputs": inputs})


def test_the_message_rate_is_the_total_and_shared_evenly() -> None:
    assert input_rates([record("a"), record("b")], settings()) == {"a": 50, "b": 50}


def test_rates_that_are_set_and_those_of_loaded_tables_come_first() -> None:
    records = [record("a"), record("b"), record("c"), record("t", keys=1000)]
    assert input_rates(records, settings(a={"rate": 30})) == {"a": 30, "b": 30, "c": 30, "t": 10}


def test_records_that_follow_others_are_a_part_of_the_share_of_those() -> None:
    records = [record("payments", follows="orders", share=0.5), record("orders"), record("clicks")]
    rates = input_rates(records, settings(250))
    assert rates == {"payments": 50, "orders": 100, "clicks": 100}


def test_what_follows_an_input_whose_rate_is_set_is_sent_besides() -> None:
    records = [record("orders"), record("payments", follows="orders"), record("clicks")]
    assert input_rates(records, settings(orders={"rate": 30})) == {"orders": 30, "payments": 30, "clicks": 40}


@pytest.mark.parametrize(
    ("records", "rates", "told"),
    [
        ([record("a"), record("b")], {"a": {"rate": 200}}, "200 msg/s of a leave nothing of the message rate"),
        ([record("a")], {"a": {"rate": 50}}, "the rates of all inputs are set and are 50 msg/s together"),
        ([record("a", follows="b"), record("b", follows="a")], {}, "a and b follow each other"),
    ],
)
def test_rates_that_cannot_be_are_refused(records: list[InputRecord], rates: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        input_rates(records, settings(**rates))
    assert told in caught.value.message


def test_the_plans_of_all_inputs_are_the_plan() -> None:
    plan = parse_pattern("1s-2s:300%", base_rate_per_s=100, duration_ns=4 * NS_PER_S)
    each = schedules_of([record("a"), record("b")], plan, settings())
    assert [schedule.total_events for schedule in each] == [300, 300]
    whole = together(each)
    assert (whole.total_events, whole.duration_ns) == (600, 4 * NS_PER_S)
    assert whole.planned_between(from_ns=NS_PER_S, to_ns=2 * NS_PER_S) == 300
    assert whole.events_before(NS_PER_S) == 100


def test_what_follows_is_due_the_middle_of_its_delay_later_and_ends_later() -> None:
    plan = parse_pattern(None, base_rate_per_s=100, duration_ns=4 * NS_PER_S)
    orders, payments = schedules_of([record("orders"), record("payments", follows="orders")], plan, settings())
    assert orders.total_events == payments.total_events == 200
    for event in (0, 7, 199):
        assert payments.due_ns(event) == orders.due_ns(event) + NS_PER_S


def test_random_arrivals_cannot_be_followed() -> None:
    plan = parse_pattern(None, base_rate_per_s=100, duration_ns=NS_PER_S)
    records = [record("orders"), record("payments", follows="orders")]
    chosen = settings().model_copy(update={"arrivals": "poisson"})
    with pytest.raises(SettingsError, match=r"inputs\.payments: it follows orders"):
        schedules_of(records, plan, chosen)


def test_in_a_short_load_few_followers_are_of_events_that_never_come() -> None:
    follow = Follow("orders", (), 1.0, 0, 2 * NS_PER_S)
    assert (follow.block(100.0), follow.block(100.0, 400), follow.block(100.0, 1_000_000)) == (64, 2, 64)


def test_an_input_may_have_a_traffic_pattern_of_its_own_and_what_follows_it_has_the_same() -> None:
    records = [record("orders"), record("payments", follows="orders", share=0.5), record("clicks")]
    told = settings(250, orders={"traffic": "5s-10s:300%"})
    plan = parse_pattern(None, base_rate_per_s=250, duration_ns=10 * NS_PER_S)
    orders, payments, clicks = schedules_of(records, plan, told)
    assert (orders.total_events, clicks.total_events) == (100 * 5 + 300 * 5, 1000)
    assert payments.total_events == orders.total_events // 2
    assert orders.planned_between(from_ns=6 * NS_PER_S, to_ns=7 * NS_PER_S) == 300


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"orders": {"traffic": "5s-1s:300%"}}, "inputs.orders.traffic: "),
        ({"payments": {"traffic": "5s-10s:300%"}}, "inputs.payments.traffic: it follows orders"),
    ],
)
def test_a_traffic_pattern_that_cannot_be_is_refused(inputs: dict[str, object], told: str) -> None:
    records = [record("orders"), record("payments", follows="orders")]
    plan = parse_pattern(None, base_rate_per_s=100, duration_ns=10 * NS_PER_S)
    with pytest.raises(SettingsError) as caught:
        schedules_of(records, plan, settings(**inputs))
    assert caught.value.message.startswith(told)
