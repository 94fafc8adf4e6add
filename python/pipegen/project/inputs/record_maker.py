"""Makes the record of one input from its tables, its schema file and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipegen.avro import InputSchema
from pipegen.config.topics import InputSettings
from pipegen.errors import ProjectError
from pipegen.project.envelope import ENVELOPE_FORMATS, row_inside
from pipegen.project.inputs.change_plan import (
    ChangePlan,
    change_format,
    changes_told,
    refuse_few_keys,
    row_key,
    rows_before,
    with_schema,
)
from pipegen.project.inputs.event_time import event_time_hints
from pipegen.project.inputs.fit import refuse_unfit
from pipegen.project.inputs.format import record_format
from pipegen.project.inputs.generator_options import generator_hints
from pipegen.project.inputs.key_plan import KeyPlan, key_columns, key_format, name_in_key, raw_bits
from pipegen.project.inputs.pools import stream_of
from pipegen.project.inputs.record import InputRecord, Load
from pipegen.project.inputs.record_schema import NAMESPACE, column_schema
from pipegen.project.inputs.relations import Relations
from pipegen.project.plan.table import FlinkTable, TableColumn
from pipegen.project.plan.topology import Input
from pipegen.suggestion import did_you_mean

_CHANGES_PER_KEY: Final = 0.01
"""How many changes a second a row of a loaded table gets."""


class RecordMaker:
    """Makes the record of one input.

    Args:
        source: The input.
        settings: What the settings say of it.
        schema: Its schema file; None where the table's columns are its schema.

    Raises:
        ProjectError: tables that disagree, a type that cannot be made, a hint for what is no column, a schema file that
            does not fit.
    """

    def __init__(self, source: Input, settings: InputSettings, schema: InputSchema | None) -> None:
        self.input = source
        self._settings = settings
        self._table = source.tables[0]
        self._keyed = next((each for each in source.tables if each.key_format), self._table)
        self._file = schema
        self._notes: list[str] = []
        self._format = record_format(self._table)
        for other in source.tables[1:]:
            self._refuse_disagreement(other)
        self._fields: list[dict[str, Any]] = []
        self._hints: dict[str, dict[str, Any]] = {}
        self.paths: dict[str, str] = {}
        self._value_fields = 0
        self._refuse_envelope()
        self._columns()
        self.told = self._told()
        self.changes = changes_told(source, settings)

    def _refuse_disagreement(self, other: FlinkTable) -> None:
        first = self._table
        where = f"{first.name.table} and {other.name.table} read one topic"
        if record_format(other) != self._format:
            raise ProjectError(
                f"{where} in two formats: {first.format} and {other.format}",
                remedy="Give both tables the same format, also of times.",
            )
        if other.key_format not in {None, self._keyed.key_format}:
            raise ProjectError(
                f"{where} with two formats of its key: {self._keyed.key_format} and {other.key_format}",
                remedy="Give both tables the same key.format.",
            )
        types = {column.name: column.type for column in first.physical}
        for column in other.physical:
            if types.get(column.name, column.type) != column.type:
                raise ProjectError(
                    f"{where}, and {column.name} is {types[column.name]} in one and {column.type} in the other",
                    remedy="Declare it alike in both.",
                )

    def _refuse_envelope(self) -> None:
        form = self._table.format or ""
        if self._file is None or form not in ENVELOPE_FORMATS or row_inside(self._file.parsed, form) is None:
            return
        raise ProjectError(
            f"{self._file.path} describes a change, and changes of {self.input.name} are made from the schema of a row",
            remedy=f"Give the schema of the row, or leave it out: then rows are made from {self.input.name}'s columns.",
        )

    @property
    def _value_columns(self) -> tuple[TableColumn, ...]:
        found: dict[str, TableColumn] = {}
        for table in self.input.tables:
            names = set(table.value_fields)
            for column in table.physical:
                if column.name in names and (column.name not in found or not column.nullable):
                    found[column.name] = column
        return tuple(found.values())

    def _columns(self) -> None:
        where = self._table.name.table
        if self._file is not None:
            self._fields = [dict(each) for each in self._file.parsed["fields"]]
            self.paths = {str(each["name"]): str(each["name"]) for each in self._fields}
            self._notes += refuse_unfit(
                self._file.parsed, self._value_columns, file=str(self._file.path), where=where, written=self._format
            )
        else:
            for column in self._value_columns:
                self._add(column, where, is_json=self._format.startswith("json"))
        if not self._fields:
            raise ProjectError(
                f"{where} has no column that is stored in records", remedy="Declare the columns of the topic's records."
            )
        self._value_fields = len(self._fields)
        key_is_json = (self._keyed.key_format or "") in {"json", "raw"}
        for column in key_columns(self._keyed):
            if column.name not in self.paths:
                self._add(column, where, is_json=key_is_json)

    def _add(self, column: TableColumn, where: str, *, is_json: bool) -> None:
        made = column_schema(column, where=where, is_json=is_json)
        self._fields.append(made.field)
        self._hints |= made.hints
        self.paths |= made.paths

    def _told(self) -> dict[str, dict[str, Any]]:
        """What a person says about columns: in the schema file or a generator's options, stronger in the settings."""
        generator = generator_hints(self._table)
        self._notes += generator.notes
        told: dict[str, dict[str, Any]] = {name: dict(hint) for name, hint in generator.hints.items()} | {
            str(each["name"]): dict(each["pipegen"]) for each in self._fields if isinstance(each.get("pipegen"), dict)
        }
        for path, hint in self._settings.hints.items():
            if path.partition(".")[0] not in self.paths:
                known = [column for column in self.paths if "." not in column]
                raise ProjectError(
                    f"inputs.{self.input.name}.hints: there is no column {path} in the records",
                    remedy=did_you_mean(path, known) or f"Columns: {', '.join(known)}.",
                )
            told[path] = {**told.get(path, {}), **hint}
        return told

    @property
    def is_loaded(self) -> bool:
        """Whether rows of it are there before the load, as far as its own settings say."""
        looked_up = self.input.versioned or any(table.is_changelog for table in self.input.tables)
        return self._settings.load == "before" or (self._settings.load is None and looked_up)

    @property
    def rows_from_file(self) -> bool:
        """Whether its records are the rows of a file."""
        return self._settings.file is not None

    @property
    def symbols(self) -> dict[str, dict[str, Any]]:
        """The values of each field that is an enum, as a hint: its schema says them as firmly."""
        kinds = {str(each["name"]): _value_of(each["type"]) for each in self._fields} if self._file is not None else {}
        return {
            name: {"one_of": list(kind["symbols"])}
            for name, kind in kinds.items()
            if isinstance(kind, dict) and kind.get("type") == "enum"
        }

    def record(
        self, relations: Relations, seed: int, number: int, lowest_rates: Mapping[str, float], totals: Mapping[str, int]
    ) -> InputRecord:
        """The record, now that it is known how the inputs hang together."""
        name = self.input.name
        times, doubts = event_time_hints(self._table)
        traces = tuple(trace for node, trace in relations.traced.items() if node.input == name)
        notes = [*self._notes, *doubts, *relations.notes.get(name, []), *(trace.told(name) for trace in traces)]
        found: dict[str, dict[str, Any]] = {}
        for column, hint in times.items():
            found[column] = {**hint, "null": 0}
        for column, hint in relations.hints_of(name, seed, lowest_rates, totals).items():
            found[column] = {"null": 0, **hint}
        self._same_as_value(found)
        for column, hint in self.told.items():
            base = found.get(column, {})
            if set(hint) & {"lateness_ms", "unit", "time_format"} and "shared" not in base:
                found[column] = {**base, **hint}
            else:
                found[column] = self._over(base, hint)
        hints = dict(self._hints)
        for column, hint in found.items():
            path = self.paths.get(column, column)
            hints[path] = {**hints.get(path, {}), **hint}
        self._drop_needless_null(hints)
        follow = relations.follows.get(name)
        whole = self._schema(self._fields)
        return InputRecord(
            name=name,
            format=self._format,
            schema=self._schema(self._fields[: self._value_fields]),
            generated=whole,
            value_fields=self._value_fields,
            hints=hints,
            null_share=None if self._file is not None else 0.0,
            seed=seed if number == 0 else stream_of(seed, number),
            key=self._key() or self._key_of_rows(),
            key_setting=None if key_columns(self._keyed) or self.changes else self._settings.key,
            follow=follow,
            load=self._load(relations),
            changes=self._change_plan(relations),
            notes=tuple(notes),
            traces=traces,
        )

    def _same_as_value(self, found: dict[str, dict[str, Any]]) -> None:
        """A column of the key named like one of the value, but for its prefix, has the same values."""
        prefix = self._keyed.key_prefix
        types = {column.name: column.type for column in self._value_columns}
        for column in key_columns(self._keyed) if prefix else ():
            twin = name_in_key(self._keyed, column)
            if column.name in found or types.get(twin) != column.type:
                continue
            if twin not in found:
                hint = self.told.get(twin, {})
                sequence, pool = hint.get("sequence"), hint.get("pool")
                if set(hint) - {"pool", "zipf", "null"} and sequence is not True:
                    continue
                shared: dict[str, Any] = {"stream": stream_of(self.input.name, twin)}
                if sequence is not True:
                    shared |= {"pool": pool or 1_000} | ({"zipf": hint["zipf"]} if "zipf" in hint else {})
                found[twin] = {"shared": shared, "null": 0}
            found[column.name] = dict(found[twin])

    @staticmethod
    def _over(base: Mapping[str, Any], hint: Mapping[str, Any]) -> dict[str, Any]:
        """What a person says, over what was inferred; the size and the skew of a pool are in it already."""
        if "shared" in base:
            return {**base, **{key: value for key, value in hint.items() if key in {"null", "length", "present_if"}}}
        if set(hint) <= {"null", "present_if"}:
            return {**base, **hint}
        return {**({"null": base["null"]} if "null" in base else {}), **hint}

    def _drop_needless_null(self, hints: dict[str, dict[str, Any]]) -> None:
        """A share of null has a meaning only where null can be."""
        for path, hint in hints.items():
            if "null" in hint and not _nullable(self._fields, path):
                del hint["null"]

    def _schema(self, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if self._file is not None:
            return {**self._file.parsed, "fields": list(fields)}
        return {"type": "record", "name": "record", "namespace": NAMESPACE, "fields": list(fields)}

    def _key(self) -> KeyPlan | None:
        columns = key_columns(self._keyed)
        if not columns:
            return None
        form = key_format(self._keyed)
        pairs = tuple((self.paths[column.name], name_in_key(self._keyed, column)) for column in columns)
        schema = None
        if form.startswith("avro"):
            by_name = {each["name"]: each for each in self._fields}
            fields = [{**by_name[path], "name": name} for path, name in pairs]
            schema = {"type": "record", "name": "record", "namespace": NAMESPACE, "fields": fields}
        return KeyPlan(form, pairs, schema, raw_bits(self._keyed) if form == "raw" else None)

    def _load(self, relations: Relations) -> Load | None:
        records = relations.loaded.get(self.input.name)
        if records is None or not relations.load_before(self.input.name):
            return None
        if self.changes is not None:
            records = rows_before(self.changes, records)
        return Load(records, max(records * _CHANGES_PER_KEY, 1.0))

    def _key_of_rows(self) -> KeyPlan | None:
        """The key of a table that changes and does not read it: all changes of a row are in one partition, in order."""
        if self.changes is None:
            return None
        return KeyPlan("json", tuple((self.paths[name], name) for name in row_key(self.input, self.changes)))

    def _change_plan(self, relations: Relations) -> ChangePlan | None:
        form = change_format(self.input)
        if self.changes is None or form is None:
            return None
        keys = row_key(self.input, self.changes)
        refuse_few_keys(self.input, keys, relations.keys.get(self.input.name, ()))
        pool = relations.loaded[self.input.name]
        name = self._table.name.table
        return ChangePlan(form, self.changes, pool, keys, name, with_schema=with_schema(self.input))


def _nullable(fields: Sequence[Mapping[str, Any]], path: str) -> bool:
    name, _, inside = path.partition(".")
    kind = next((each["type"] for each in fields if each["name"] == name), None)
    while inside:
        kind = _value_of(kind)
        if not isinstance(kind, dict) or "fields" not in kind:
            return True
        name, _, inside = inside.partition(".")
        kind = next((each["type"] for each in kind["fields"] if each["name"] == name), None)
    return isinstance(kind, list) and "null" in kind


def _value_of(kind: Any) -> Any:
    """The type behind null, arrays and maps."""
    while True:
        if isinstance(kind, list):
            kind = next((branch for branch in kind if branch != "null"), None)
        elif isinstance(kind, dict) and kind["type"] in {"array", "map"}:
            kind = kind["items"] if kind["type"] == "array" else kind["values"]
        elif isinstance(kind, dict) and not isinstance(kind["type"], str):
            kind = kind["type"]
        else:
            return kind
