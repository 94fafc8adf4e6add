"""Temporary tables that hide those of a script: by name they win, also inside views. No catalog is changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipegen.project.plan.table import FlinkTable, TableColumn, TableName


@dataclass(slots=True)
class Shadows:
    """The temporary tables that hide those of the script, as statements to run."""

    covering: dict[TableName, FlinkTable] = field(default_factory=dict)
    kept: dict[TableName, TableName] = field(default_factory=dict)
    """Where the definition of a table is kept that was temporary itself."""
    count: int = 0

    def covered(self, table: FlinkTable, options: Mapping[str, str]) -> list[str]:
        """Statements that hide a table by one with these options; none where it is hidden already."""
        if self.covering.get(table.name) == table:
            return []
        texts = self._uncover(table.name)
        like = table.name
        if table.temporary:
            self.count += 1
            like = TableName(table.name.catalog, table.name.database, f"__pipegen_{self.count}")
            texts += [_copied(like, table.name), f"DROP TEMPORARY TABLE {table.name.sql}"]
            self.kept[table.name] = like
        self.covering[table.name] = table
        if table.partitioned_by:  # Flink 2.3 takes partitions over, whatever LIKE excludes
            return [*texts, f"CREATE TEMPORARY TABLE {table.name.sql} ({_columns(table)}) WITH ({written(options)})"]
        left_out = "OPTIONS EXCLUDING PARTITIONS" + (" EXCLUDING CONSTRAINTS" if table.without_key else "")
        return [
            *texts,
            f"CREATE TEMPORARY TABLE {table.name.sql} WITH ({written(options)}) LIKE {like.sql} (EXCLUDING {left_out})",
        ]

    def uncovered(self, name: Sequence[str]) -> list[str]:
        """Statements that bring back the script's own tables of a name, before it changes them; all without a name."""
        meant = [each for each in self.covering if not name or each.table == name[-1]]
        return [text for each in meant for text in self._uncover(each)]

    def _uncover(self, name: TableName) -> list[str]:
        if self.covering.pop(name, None) is None:
            return []
        texts = [f"DROP TEMPORARY TABLE IF EXISTS {name.sql}"]
        kept = self.kept.pop(name, None)
        if kept is not None:
            texts += [_copied(name, kept), f"DROP TEMPORARY TABLE {kept.sql}"]
        return texts


def _copied(name: TableName, like: TableName) -> str:
    return f"CREATE TEMPORARY TABLE {name.sql} LIKE {like.sql}"


def _columns(table: FlinkTable) -> str:
    """The columns, watermark and primary key of a table, as CREATE TABLE has them."""
    parts = [f"{_named(each.name)} {_kind(each)}" for each in table.columns]
    if table.watermark is not None:
        parts.append(f"WATERMARK FOR {_named(table.watermark.column)} AS {table.watermark.expression}")
    if table.primary_key and not table.without_key:
        parts.append(f"PRIMARY KEY ({', '.join(map(_named, table.primary_key))}) NOT ENFORCED")
    return ", ".join(parts)


def _kind(column: TableColumn) -> str:
    if column.kind == "computed":
        return f"AS {column.expression}"
    kind = column.type if column.nullable else f"{column.type} NOT NULL"
    if column.kind == "physical":
        return kind
    return f"{kind} METADATA FROM {_quoted(column.metadata_key or column.name)}" + (
        " VIRTUAL" if column.virtual else ""
    )


def _named(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def written(options: Mapping[str, str]) -> str:
    """Options as they stand in WITH."""
    return ", ".join(f"{_quoted(key)} = {_quoted(value)}" for key, value in options.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
