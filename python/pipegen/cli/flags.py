"""Which setting each option of a command is: the only list of it. An option that was not given decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_SETTINGS: Final[Mapping[str, str]] = {
    "arrivals": "arrivals",
    "bootstrap_servers": "bootstrap_servers",
    "catch_up": "catch_up",
    "cleanup": "cleanup",
    "data_file": "feed.file",
    "dashboard_port": "dashboard.port",
    "duration": "duration",
    "expected_messages": "expected_messages",
    "feed_loop": "feed.loop",
    "flink_url": "flink_url",
    "generate_report": "generate_report",
    "feed": "pipeline.feed_external",
    "inspect_input": "inspect_input",
    "message_rate": "message_rate",
    "otlp_endpoint": "otel.endpoint",
    "pipeline_timeout": "pipeline_timeout",
    "port": "dashboard.port",
    "producers": "producers",
    "reports_dir": "reports_dir",
    "runs_dir": "runs_dir",
    "schema_registry_url": "schema_registry_url",
    "seed": "pipeline.seed",
    "sender": "sender",
    "speed": "feed.speed",
    "sql": "pipeline.sql",
    "sql_gateway_url": "sql_gateway_url",
    "stack": "stack",
    "strict": "strict",
    "threshold": "thresholds",
    "traffic_pattern": "traffic_pattern",
    "use_topics_as_written": "pipeline.use_topics_as_written",
    "write_external": "pipeline.write_external",
}
FLAG_NAMES: Final[Mapping[str, str]] = {
    setting: f"--{option.replace('_', '-')}" for option, setting in _SETTINGS.items() if option != "port"
}
"""Setting → the option of `pipegen run` that sets it."""


def flags_of(*groups: DataclassInstance, **single: object) -> dict[str, object]:
    """Setting → value as given on the command line; None where it was not.

    Args:
        groups: Groups of options; those that are no setting are left out.
        single: Options that stand alone and are settings, by the names of their parameters.
    """
    grouped = {each.name: getattr(group, each.name) for group in groups for each in fields(group)}
    arguments = {name: value for name, value in grouped.items() if name in _SETTINGS} | single
    given = {_SETTINGS[name]: value for name, value in arguments.items()}
    # An option that may be given several times is an empty list when it was not; folders are meant from here.
    return {key: _meant_from_here(value) for key, value in given.items()}


def _meant_from_here(value: object) -> object:
    if isinstance(value, Path):
        return value.absolute()
    if isinstance(value, list):
        return [_meant_from_here(each) for each in value] or None
    return value
