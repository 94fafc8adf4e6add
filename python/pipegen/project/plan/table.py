"""Tables as Flink itself describes them: from DESCRIBE and from the canonical text of SHOW CREATE TABLE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pipegen.project.plan.columns import Column, Source
from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.sql_type import HEADERS, SqlType, keeps_value, parse_type

_KAFKA: Final = frozenset({"kafka", "upsert-kafka"})
_CHANGELOG_FORMATS: Final = ("debezium-", "canal-", "maxwell-", "ogg-")
KAFKA_METADATA: Final[Mapping[str, SqlType]] = {
    "topic": parse_type("STRING"),
    "partition": parse_type("INT"),
    "headers": HEADERS,
    "leader-epoch": parse_type("INT"),
    "offset": parse_type("BIGINT"),
    "timestamp": parse_type("TIMESTAMP_LTZ(3)"),
    "timestamp-type": parse_type("STRING"),
}
"""What Kafka's connector offers as metadata, and of which type."""

ColumnKind = Literal["physical", "metadata", "computed"]


@dataclass(frozen=True, slots=True)
class TableName:
    """A table's full name."""

    catalog: str
    database: str
    table: str

    def __str__(self) -> str:
        return ".".join((self.catalog, self.database, self.table))

    @property
    def sql(self) -> str:
        """The name in backquotes."""
        return ".".join(f"`{part.replace('`', '``')}`" for part in (self.catalog, self.database, self.table))


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column.

    Attributes:
        name: Its name.
        type: Flink's type in DESCRIBE's spelling, without NOT NULL.
        nullable: Whether it may be null.
        kind: Stored in the record, metadata of the record, or computed.
        metadata_key: What the connector calls a metadata column.
        virtual: Whether a metadata column is read only.
        expression: How a computed column is made.
    """

    name: str
    type: str
    nullable: bool = True
    kind: ColumnKind = "physical"
    metadata_key: str | None = None
    virtual: bool = False
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Watermark:
    """Which column tells event time, and how far it lags."""

    column: str
    expression: str


@dataclass(frozen=True, slots=True)
class FlinkTable:
    """A table.

    Attributes:
        name: Its full name.
        columns: In their order.
        primary_key: Names of its columns.
        watermark: None without one.
        options: What stands in WITH, secrets included: never show them unmasked.
        partitioned_by: Names of columns.
        temporary: Whether it hides one of the catalog.
        replaces: The options that the script gives it, where it stands in for a table of another connector.
        without_key: Whether it stands in without that table's primary key.
    """

    name: TableName
    columns: tuple[TableColumn, ...]
    primary_key: tuple[str, ...] = ()
    watermark: Watermark | None = None
    options: Mapping[str, str] | None = None
    partitioned_by: tuple[str, ...] = ()
    temporary: bool = False
    replaces: Mapping[str, str] | None = None
    without_key: bool = False

    @property
    def own_connector(self) -> str:
        """The connector that the script names."""
        return self.connector if self.replaces is None else self.replaces.get("connector", "")

    def option(self, name: str) -> str | None:
        """An option's value."""
        return (self.options or {}).get(name)

    def hinted(self, options: Mapping[str, str]) -> FlinkTable:
        """The table with the options of a hint, which win."""
        return replace(self, options={**(self.options or {}), **options}) if options else self

    @property
    def connector(self) -> str:
        """The connector's name."""
        return self.option("connector") or ""

    @property
    def is_kafka(self) -> bool:
        """Whether it stands for a Kafka topic."""
        return self.connector in _KAFKA

    @property
    def is_changelog(self) -> bool:
        """Whether its records change or delete rows, where a plain table only adds them."""
        return self.connector == "upsert-kafka" or (self.format or "").startswith(_CHANGELOG_FORMATS)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics it reads or writes; empty where a pattern names them, or for other connectors."""
        return tuple(part for part in (self.option("topic") or "").split(";") if part) if self.is_kafka else ()

    @property
    def topic_pattern(self) -> str | None:
        """The pattern of its topics."""
        return self.option("topic-pattern") if self.is_kafka else None

    @property
    def format(self) -> str | None:
        """The format of the record's value."""
        return self.option("value.format") or self.option("format")

    @property
    def key_format(self) -> str | None:
        """The format of the record's key; None where the table does not read it."""
        return self.option("key.format")

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The columns that make the record's key."""
        told = self.option("key.fields")
        if told is not None:
            return tuple(part.strip() for part in told.split(";") if part.strip())
        return self.primary_key if self.connector == "upsert-kafka" else ()

    @property
    def key_prefix(self) -> str:
        """What stands before the names of key columns in the table, and not in the key."""
        return self.option("key.fields-prefix") or ""

    @property
    def value_fields(self) -> tuple[str, ...]:
        """The columns that make the record's value."""
        without_key = self.option("value.fields-include") == "EXCEPT_KEY"
        left_out = set(self.key_fields) if without_key else set()
        return tuple(column.name for column in self.physical if column.name not in left_out)

    @property
    def physical(self) -> tuple[TableColumn, ...]:
        """The columns that are stored in records."""
        return tuple(column for column in self.columns if column.kind == "physical")

    def metadata(self, key: str) -> TableColumn | None:
        """The column of a metadata key."""
        return next((column for column in self.columns if column.metadata_key == key), None)

    def scanned(self, metadata_keys: Sequence[str]) -> list[Column]:
        """The columns of a scan as plans number them: the stored ones, then the metadata that it names."""
        stored = [
            Column(column.name, frozenset({Source(0, column.name, metadata=False)}), parse_type(column.type))
            for column in self.physical
        ]
        return [*stored, *(self._metadata_column(key) for key in metadata_keys)]

    def _metadata_column(self, key: str) -> Column:
        declared = self.metadata(key)
        kind = KAFKA_METADATA.get(key) if self.is_kafka else None
        if kind is None and declared is not None:
            kind = parse_type(declared.type)
        return Column(key, frozenset({Source(0, key, metadata=True)}), kind)

    def sink_columns(self, fields: Sequence[str]) -> list[tuple[str, bool]]:
        """What a sink's columns are called, in the order of a plan: name or metadata key, and whether it is metadata.

        Args:
            fields: The names in the plan; metadata columns have their keys there.
        """
        stored = [(column.name, False) for column in self.physical]
        return [*stored, *((key, True) for key in fields[len(stored) :])]

    def carries(self, key: str) -> bool:
        """Whether a metadata column of this key can hold the record's own whole."""
        column = self.metadata(key)
        kind = KAFKA_METADATA.get(key)
        return column is not None and kind is not None and keeps_value(kind, parse_type(column.type))


def read_table(name: TableName, described: Sequence[Sequence[Any]], created: str) -> FlinkTable:
    """A table from Flink's answers.

    Args:
        name: Its full name.
        described: The rows of DESCRIBE: name, type, null, key, extras, watermark.
        created: The text of SHOW CREATE TABLE.
    """
    columns = tuple(_column(row) for row in described)
    marks = [Watermark(str(row[0]), str(row[5])) for row in described if len(row) > 5 and row[5]]
    tokens = list(tokenize(created))
    return FlinkTable(
        name=name,
        columns=columns,
        primary_key=_names_behind(tokens, ("PRIMARY", "KEY")),
        watermark=marks[0] if marks else None,
        options=_options(tokens),
        partitioned_by=_names_behind(tokens, ("PARTITIONED", "BY")),
        temporary=[token.upper for token in tokens[:2]] == ["CREATE", "TEMPORARY"],
    )


def plain_type(text: str) -> str:
    """DESCRIBE's type without what it says of the column's role."""
    return text.replace(" *ROWTIME*", "").replace(" *PROCTIME*", "")


def _column(row: Sequence[Any]) -> TableColumn:
    extras = str(row[4] or "") if len(row) > 4 else ""
    kind: ColumnKind = "physical"
    key = expression = None
    virtual = False
    if extras.startswith("AS "):
        kind, expression = "computed", extras.removeprefix("AS ")
    elif extras.startswith("METADATA"):
        kind = "metadata"
        tokens = list(tokenize(extras))
        key = next((token.value for token in tokens if token.kind == "string"), str(row[0]))
        virtual = tokens[-1].upper == "VIRTUAL"
    nullable = str(row[2]).lower() != "false"
    return TableColumn(str(row[0]), plain_type(str(row[1])), nullable, kind, key, virtual, expression)


def _names_behind(tokens: Sequence[Token], words: tuple[str, str]) -> tuple[str, ...]:
    """The names in the brackets behind two words."""
    for index in range(len(tokens) - 2):
        if (tokens[index].upper, tokens[index + 1].upper) == words and tokens[index + 2].text == "(":
            rest = tokens[index + 3 :]
            end = next(number for number, token in enumerate(rest) if token.text == ")")
            return tuple(token.value for token in rest[:end] if token.text != ",")
    return ()


def _options(tokens: Sequence[Token]) -> dict[str, str]:
    start = max((index for index, token in enumerate(tokens) if token.upper == "WITH"), default=len(tokens))
    strings = [token.value for token in tokens[start:] if token.kind == "string"]
    return dict(zip(strings[::2], strings[1::2], strict=False))
