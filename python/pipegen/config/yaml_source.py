"""A YAML settings file with the line of every value, so that a fault can be pointed at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from pipegen.errors import SettingsError
from pipegen.regular_file import read_regular

_MOST_BYTES: Final = 256_000
_MOST_VALUES: Final = 50_000
_LONGEST_KEY: Final = 200
_MOST_BITS: Final = 256


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
            if not isinstance(key_node, yaml.ScalarNode) or len(key_node.value) > _LONGEST_KEY:
                raise SettingsError(f"{self.path}:{line}: a key has to be a short text", remedy="Write “key: value”.")
            key = f"{prefix}{key_node.value}"
            if key in found:
                raise SettingsError(f"{self.path}:{line}: “{key}” stands twice", remedy="Keep one of the two.")
            if isinstance(value_node, yaml.MappingNode) and key not in known:
                if not value_node.value or not any(name.startswith(key + ".") for name in known):
                    found[key] = (None, line)
                    continue
                self._walk(value_node, key + ".", known, found)
            else:
                value = self._value(value_node, key)
                if value is None and any(name.startswith(key + ".") for name in known):
                    continue  # an empty section, "dashboard:" with nothing below
                found[key] = (value, line)

    def _value(self, node: yaml.Node, key: str) -> Any:
        place = f"{self.path}:{node.start_mark.line + 1}"
        try:
            value = _Values("").construct_document(node)
            _check_numbers(value)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or node.start_mark
            where = f"{self.path}:{mark.line + 1}:{mark.column + 1}"
            raise SettingsError(f"{where}: not valid YAML: {key}: {error.problem}") from None
        except RecursionError:
            raise SettingsError(f"{place}: {key}: nested too deeply") from None
        except (ValueError, OverflowError, TypeError, AttributeError) as error:
            # PyYAML makes numbers and dates without looking whether there are such.
            raise SettingsError(f"{place}: not valid YAML: {key}: {error}") from None
        return value


def _check_numbers(value: Any) -> None:
    """Refuses whole numbers that no setting and not even a message can hold.

    Raises:
        ValueError: saying how large it is.
    """
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise ValueError(f"a number of more than {value.bit_length() * 3 // 10} digits")
    if isinstance(value, dict):
        for key, part in value.items():
            _check_numbers(key)
            _check_numbers(part)
    elif isinstance(value, list | tuple | set):
        for part in value:
            _check_numbers(part)


def _check_aliases(root: yaml.Node, path: Path) -> None:
    """Refuses a document whose aliases stand for more than anybody writes, or for themselves.

    Raises:
        SettingsError: naming the line.
        RecursionError: when it is nested too deeply.
    """
    counted: dict[int, int] = {}
    around: set[int] = set()

    def count(node: yaml.Node) -> int:
        if isinstance(node, yaml.ScalarNode):
            return 1
        place = f"{path}:{node.start_mark.line + 1}"
        if id(node) in around:
            raise SettingsError(f"{place}: an alias stands inside its own anchor", remedy="Write the value out.")
        if id(node) not in counted:
            around.add(id(node))
            parts = (
                node.value if isinstance(node, yaml.SequenceNode) else [part for pair in node.value for part in pair]
            )
            counted[id(node)] = 1 + sum(map(count, parts))
            around.discard(id(node))
        if counted[id(node)] > _MOST_VALUES:
            raise SettingsError(f"{place}: more than {_MOST_VALUES} values", remedy="Settings have fewer.")
        return counted[id(node)]

    count(root)


def read_yaml(path: Path) -> YamlDocument:
    """Parses a settings file.

    Raises:
        SettingsError: when it cannot be read, is not YAML, or is no mapping; with line and column where known.
    """
    try:
        text = read_regular(path, most_bytes=_MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"not UTF-8 text (byte {error.start})"
        raise SettingsError(f"{path}: cannot be read: {reason}") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is not None:
            _check_aliases(root, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise SettingsError(f"{where}: not valid YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SettingsError(f"{path}:{line}: not valid YAML: {error.reason}: {error.character!r}") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid YAML: {error}") from None
    except RecursionError:
        raise SettingsError(f"{path}: nested too deeply") from None
    except ValueError as error:  # such as an escape that stands for no character
        raise SettingsError(f"{path}: not valid YAML: {error}") from None
    if root is None:
        return YamlDocument(path, None)
    if not isinstance(root, yaml.MappingNode):
        raise SettingsError(f"{path}:1: expected settings as “key: value” lines", remedy="See the project's README.")
    return YamlDocument(path, root)
