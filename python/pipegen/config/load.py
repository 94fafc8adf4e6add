"""Reads settings from flags, environment and YAML files and remembers where each value came from.

Precedence: flags, then ``PIPEGEN_*``, then the project's ``.pipegen.yaml``, then ``~/.pipegen.yaml``, then defaults.
Reads files and the environment; never prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipegen.config.security import is_secret
from pipegen.config.settings import Settings
from pipegen.config.source import source_of
from pipegen.config.yaml_source import YamlDocument, read_yaml
from pipegen.errors import SettingsError
from pipegen.redact import redact
from pipegen.regular_file import is_there
from pipegen.renamed import current_value, renamed_keys, renamed_warning
from pipegen.suggestion import nearest, shortened

PROJECT_FILE_NAME = ".pipegen.yaml"
ENV_PREFIX = "PIPEGEN_"
PROCESS_VARIABLES = frozenset(
    {
        "PIPEGEN_MAVEN_URL",
        "PIPEGEN_CACHE_DIR",
        "PIPEGEN_STACK_DIR",
        "PIPEGEN_DASHBOARD_TOKEN",
        "PIPEGEN_OLLAMA_URL",
        "PIPEGEN_OLLAMA_MODEL",
        "PIPEGEN_OPENAI_URL",
        "PIPEGEN_OPENAI_MODEL",
        "PIPEGEN_OPENAI_API_KEY",
    }
)
"""Variables that are no settings: they steer the program itself or are secrets kept out of files."""


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """The settings in force.

    Attributes:
        settings: The validated values.
        sources: For each dotted key where its value came from, in words (``flag --message-rate``); for a list of a YAML
            file also for its parts (``traffic[0].window``).
        warnings: Sentences about things that were ignored, such as an unknown ``PIPEGEN_`` variable, and old names.
    """

    settings: Settings
    sources: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Each dotted key with its value as text and its source, in the order of the model."""
        values = self.settings.model_dump(by_alias=True, mode="json")
        for key in setting_keys():
            value: Any = values
            for part in key.split("."):
                value = value[part]
            text = value if isinstance(value, str) else json.dumps(value)
            yield key, text, self.sources.get(key, "default")


@dataclass(slots=True)
class _Layer:
    values: dict[str, object] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def take(self, key: str, value: object, where: str) -> None:
        """Adds a value; an old one becomes the one that means the same now."""
        now = current_value(key, value)
        if now != value:
            self.warnings.append(renamed_warning(f"{where}: {key}: {value}", str(now)))
        self.values[key] = now
        self.where[key] = where


def setting_keys(model: type[BaseModel] = Settings, prefix: str = "") -> list[str]:
    """Every dotted setting key, in the order of the model."""
    keys: list[str] = []
    for name, info in model.model_fields.items():
        key = prefix + (info.alias or name)
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            keys.extend(setting_keys(info.annotation, key + "."))
        else:
            keys.append(key)
    return keys


def load_settings(
    *,
    project_dir: Path | None,
    flags: Mapping[str, object],
    flag_names: Mapping[str, str] | None = None,
    environ: Mapping[str, str],
    config_file: Path | None = None,
    home: Path | None = None,
) -> ResolvedSettings:
    """Settings from every source, validated.

    Args:
        project_dir: The project's folder, whose ``.pipegen.yaml`` is read when there is one.
        flags: Dotted key → value for the flags the user really gave; ``None`` values count as not given.
        flag_names: Dotted key → its option, where the name does not follow from the key.
        environ: The environment.
        config_file: Read instead of the project's ``.pipegen.yaml``; must exist.
        home: The user's home, for ``~/.pipegen.yaml``.

    Raises:
        SettingsError: naming file, line and key, and the nearest known key for an unknown one.
    """
    known = setting_keys()
    layers: list[_Layer] = []
    if home is not None and is_there(home / PROJECT_FILE_NAME):
        layers.append(_yaml_layer(read_yaml(home / PROJECT_FILE_NAME), known))
    if config_file is not None:
        if not is_there(config_file):
            raise SettingsError(f"--config {config_file}: no such file", remedy="Give the path of a YAML file.")
        layers.append(_yaml_layer(read_yaml(config_file), known))
    elif project_dir is not None and is_there(project_dir / PROJECT_FILE_NAME):
        layers.append(_yaml_layer(read_yaml(project_dir / PROJECT_FILE_NAME), known))
    layers.append(_env_layer(environ, known))
    flag_layer = _Layer()
    named = flag_names or {}
    for key, value in flags.items():
        if value is not None:
            name = named.get(key) or "--" + key.replace(".", "-").replace("_", "-")
            flag_layer.take(key, value, f"flag {name}")
    layers.append(flag_layer)

    merged: dict[str, object] = {}
    sources: dict[str, str] = {}
    for layer in layers:
        merged.update(layer.values)
        sources.update(layer.where)
    warnings = tuple(warning for layer in layers for warning in layer.warnings)
    return ResolvedSettings(_validate(merged, sources), sources, warnings)


def _yaml_layer(document: YamlDocument, known: list[str]) -> _Layer:
    layer = _Layer()
    renamed = renamed_keys(known)
    for written, (value, line) in document.leaves({*known, *renamed}).items():
        where = f"{document.path}:{line}"
        key = renamed.get(written, written)
        if key not in known:
            raise SettingsError(f"{where}: unknown setting “{shortened(key)}”", remedy=_nearest_sentence(key, known))
        if key in layer.values:
            raise SettingsError(f"{where}: “{key}” stands twice, once by its old name", remedy="Keep one of the two.")
        if key != written:
            layer.warnings.append(renamed_warning(f"{where}: {written}", key))
        layer.take(key, value, where)
        if isinstance(value, list):
            parts = document.lines_within(written)
            layer.where.update(
                {key + part.removeprefix(written): f"{document.path}:{part_line}" for part, part_line in parts.items()}
            )
    return layer


def _env_layer(environ: Mapping[str, str], known: list[str]) -> _Layer:
    layer = _Layer()
    by_variable = {_variable_of(key): key for key in known}
    renamed = {_variable_of(old): key for old, key in renamed_keys(known).items()}
    # The new name wins where both are set: it comes last.
    for variable in sorted(environ, key=lambda name: (name not in renamed, name)):
        if not variable.startswith(ENV_PREFIX) or variable in PROCESS_VARIABLES:
            continue
        key = by_variable.get(variable) or renamed.get(variable)
        if key is None:
            meant = nearest(variable, [*by_variable, *PROCESS_VARIABLES])
            hint = f"; did you mean {meant}?" if meant else ""
            layer.warnings.append(f"environment variable {shortened(variable)} is not a setting and was ignored{hint}")
            continue
        where = f"environment variable {variable}"
        if variable in renamed:
            layer.warnings.append(renamed_warning(where, _variable_of(key)))
        layer.take(key, _env_value(key, environ[variable]), where)
    return layer


def _variable_of(key: str) -> str:
    return ENV_PREFIX + key.replace(".", "_").upper()


_JSON_KEYS = frozenset(
    {
        "data_quality.optional_fields",
        "data_quality.rules",
        "faults.null_fields",
        "faults.rule_fields",
        "feed.null_values",
        "inputs",
        "outputs",
        "pipeline.hints",
        "pipeline.key",
        "producer_config",
        "thresholds",
        "traffic",
    }
)
"""Settings that a variable gives as JSON."""


def _env_value(key: str, text: str) -> object:
    if key == "pipeline.key" and text == "none":
        return text
    if key == "thresholds" and not text.lstrip().startswith("["):
        return [text]
    if key in _JSON_KEYS:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _nearest_sentence(key: str, known: list[str]) -> str:
    sections = sorted({name.rpartition(".")[0] for name in known if "." in name})
    leaf = key.rpartition(".")[2]
    same_leaf = (name for name in known if name.rpartition(".")[2] == leaf)
    meant = nearest(key, [*known, *sections]) or next(same_leaf, None)
    return f"Did you mean “{meant}”?" if meant else "`pipegen run --show-config` lists every setting."


def _validate(flat: Mapping[str, object], sources: Mapping[str, str]) -> Settings:
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        target = nested
        *sections, leaf = key.split(".")
        for section in sections:
            target = target.setdefault(section, {})
        target[leaf] = value
    try:
        return Settings.model_validate(nested)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])[1:]
        owner = next((name for name in flat if key == name or key.startswith((name + ".", name + "["))), key)
        reason = first["msg"].removeprefix("Value error, ")
        given = flat.get(owner)
        # An unreadable address may contain a password anywhere.
        told = str(given) in reason or is_secret(owner) or ("@" in str(given) and first["type"] == "value_error")
        shown = "" if told else f" (given: {redact(shortened(repr(given)))})"
        if key != owner and key in sources:
            raise SettingsError(f"{sources[key]}: {key}: {reason}") from None
        raise SettingsError(f"{source_of(sources, owner)}: {owner}: {reason}{shown}") from None
