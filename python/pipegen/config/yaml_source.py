"""A YAML settings file with the line of every value, so that a fault can be pointed at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipegen.errors import SettingsError


class _Values(yaml.SafeLoader):
    """Makes values whose keys are text: YAML 1.1 reads the key ``on`` as true."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:bool":
                key_node.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A parsed settings file."""

    path: Path
    root: yaml.MappingNode | None

    def leaves(self, known: Collection[str]) -> dict[str, tuple[Any, int]]:
        """Dotted key → value and 1-based line.

        A mapping is a section unless ``known`` names it as a setting of its own (then its value is the mapping).

        Raises:
            SettingsError: when a key stands twice.
        """
        found: dict[str, tuple[Any, int]] = {}
        if self.root is not None:
            self._walk(self.root, "", known, found)
        return found

    def lines_within(self, key: str) -> dict[str, int]:
        """Part → 1-based line for the parts of a list, named like ``traffic[0].window``.

        Raises:
            SettingsError: when a key stands twice in one of its mappings.
        """
        found: dict[str, int] = {}
        node: yaml.Node | None = self.root
        line = 1
        for name in key.split("."):
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            node, line = next(
                ((value, key_node.start_mark.line + 1) for key_node, value in pairs if key_node.value == name),
                (None, line),
            )
        if node is not None:
            self._list_parts(node, key, line, found)
        return found

    def _list_parts(self, node: yaml.Node, name: str, line: int, found: dict[str, int]) -> None:
        if name in found:
            raise SettingsError(f"{self.path}:{line}: “{name}” stands twice", remedy="Keep one of the two.")
        # Parts of parts: traffic[0].sine.rate is as deep as it goes, and an alias may stand inside its own anchor.
        if name.count(".") > 3 or name.count("[") > 3:
            return
        found[name] = line
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._list_parts(item, f"{name}[{index}]", item.start_mark.line + 1, found)
        elif isinstance(node, yaml.MappingNode):
            for key_node, value_node in node.value:
                self._list_parts(value_node, f"{name}.{key_node.value}", key_node.start_mark.line + 1, found)

    def _walk(
        self, node: yaml.MappingNode, prefix: str, known: Collection[str], found: dict[str, tuple[Any, int]]
    ) -> None:
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = f"{prefix}{key_node.value}"
            if key in found:
                raise SettingsError(f"{self.path}:{line}: “{key}” stands twice", remedy="Keep one of the two.")
            if isinstance(value_node, yaml.MappingNode) and key not in known:
                if not value_node.value or not any(name.startswith(key + ".") for name in known):
                    found[key] = (None, line)
                    continue
                self._walk(value_node, key + ".", known, found)
            else:
                value = _Values("").construct_document(value_node)
                if value is None and any(name.startswith(key + ".") for name in known):
                    continue  # an empty section, "dashboard:" with nothing below
                found[key] = (value, line)


def read_yaml(path: Path) -> YamlDocument:
    """Parses a settings file.

    Raises:
        SettingsError: when it cannot be read, is not YAML, or is no mapping; with line and column where known.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(f"{path}: cannot be read: {reason}") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise SettingsError(f"{where}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid YAML: {error}") from None
    if root is None:
        return YamlDocument(path, None)
    if not isinstance(root, yaml.MappingNode):
        raise SettingsError(f"{path}:1: expected settings as “key: value” lines", remedy="See the project's README.")
    return YamlDocument(path, root)
