"""A run of the orders example as a value, for tests that need no service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipegen.config import Settings
from pipegen.datafile import CsvOptions, open_data_file
from pipegen.project import open_project
from pipegen.project.plan.topology import Topology
from pipegen.run import schedule_of
from pipegen.run.spec import RunSpec
from pipegen.traffic import parse_pattern
from tests.unit.folder_topology import TOPICS, fed, read, written
from tests.unit.project_folder import write_orders


def spec_in(folder: Path, *, rows: Path | None = None, **settings: object) -> RunSpec:
    """Ten records in a second; the rows of a file where one is named."""
    chosen = Settings.model_validate({"stack": "none"} | settings)
    project = open_project(write_orders(folder), chosen)
    plan = parse_pattern(None, base_rate_per_s=10, duration_ns=10**9)
    file = open_data_file(rows, CsvOptions()) if rows is not None else None
    schedules = (schedule_of(plan, chosen),)
    return RunSpec(project, chosen, {}, plan, schedules, records=None, file=file, command=("pipegen", "run"))


def spec_as_read(folder: Path, **settings: object) -> RunSpec:
    """The same once Flink has read the SQL: what goes in comes out, with all its fields."""
    spec = spec_in(folder, **settings)
    columns = tuple(field.name for field in spec.project.input_schema.fields)
    topology = Topology(
        inputs=(fed("order_in", TOPICS.input, columns=columns),),
        outputs=(written("order_out", TOPICS.output, source="order_in", columns=columns),),
    )
    return replace(spec, project=read(folder, topology))
