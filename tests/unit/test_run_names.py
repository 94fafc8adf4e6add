"""What a run calls its things, and when the services are the user's own."""

from __future__ import annotations

import pytest

from pipegen.config import Settings
from pipegen.journal import Journal, RunHead
from pipegen.run.connect import ADDRESS_KEYS, find_services, named_by_user
from pipegen.run.names import names_for, new_run_id
from pipegen.session.access import DashboardAccess
from pipegen.stack import Silent


def test_the_id_of_a_run_has_six_characters_that_nobody_mixes_up() -> None:
    ids = [new_run_id() for _ in range(200)]
    assert {len(run_id) for run_id in ids} == {6}
    assert not set("".join(ids)) & set("l10oO")
    assert len(set(ids)) == 200


def test_topics_carry_the_id_unless_they_are_to_be_the_same_for_every_run() -> None:
    own = names_for("abc234", "orders", Settings())
    assert (own.input_topic, own.output_topic) == ("orders-input-abc234", "orders-output-abc234")
    assert (own.input_subject, own.output_subject) == ("orders-input-abc234-value", "orders-output-abc234-value")
    assert (own.consumer_group, own.flink_group) == ("pipegen-orders-abc234", "pipegen-orders-abc234-flink")
    pipeline = {"unique_names": False, "input_topic": "in", "output_topic": "out"}
    shared = names_for("abc234", "orders", Settings.model_validate({"pipeline": pipeline}))
    assert (shared.input_topic, shared.output_topic) == ("in", "out")


@pytest.mark.parametrize("key", ADDRESS_KEYS)
def test_one_address_of_the_users_is_enough_for_nothing_to_be_started(key: str) -> None:
    assert named_by_user({key: "flag"}) is True
    settings = Settings.model_validate({"flink_url": "http://mine"})
    found = find_services(
        settings,
        {key: "flag"},
        journal=Journal(RunHead("k3m9xa", 4711, "", "/orders"), on_failure=_fail),
        progress=Silent(),
        cancelled=None,  # type: ignore[arg-type]
    )
    assert (found.stack_dir, found.endpoints.flink_url) == (None, "http://mine")


def _fail(text: str, remedy: str) -> None:
    raise AssertionError(text + remedy)


def test_a_setting_that_is_no_address_does_not_count() -> None:
    assert named_by_user({"duration": "flag", "message_rate": "flag"}) is False
    assert named_by_user({}) is False


def test_a_dashboard_asks_for_its_token_unless_it_is_told_not_to() -> None:
    assert (DashboardAccess().insecure, DashboardAccess().token, DashboardAccess().open_browser) == (False, None, None)
