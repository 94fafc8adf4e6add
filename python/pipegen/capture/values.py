"""What a topic's records become on their way to the file: decoded by the registry's schemas, and fields replaced."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import fastavro

from pipegen.avro import HEADER_BYTES, plain_types, read_binary, schema_id_of
from pipegen.avro.judged import readable
from pipegen.capture.mask import FieldMask, Mask
from pipegen.datafile import KafkaRecord
from pipegen.errors import ProjectError

_BAD: Final = (
    ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, OverflowError, AttributeError,
)  # fmt: skip
_RAW: Final = "Use --raw: it keeps the bytes."


class WriterSchema:
    """A schema that values were written with.

    Args:
        text: The schema as the registry has it.

    Raises:
        ValueError: it is no Avro schema that stands alone.
    """

    def __init__(self, text: str) -> None:
        try:
            self.parsed: Any = json.loads(text)
            self.full: Any = readable(self.parsed)
            self.plain: Any = fastavro.parse_schema(plain_types(self.parsed))
        except Exception as error:
            raise ValueError(str(error)) from error

    def read(self, body: bytes, wanted: WriterSchema) -> Any:
        """A value as another schema has it, named types of unions with their names.

        Raises:
            ValueError: it does not fit.
        """
        data = io.BytesIO(body)
        reader = None if wanted is self else wanted.plain
        try:
            value = read_binary(data, self.plain, reader, return_record_name=True, return_named_type=True)
        except (*_BAD, fastavro.read.SchemaResolutionError) as error:
            raise ValueError(str(error) or type(error).__name__) from error
        if rest := len(body) - data.tell():
            raise ValueError(f"{rest} bytes are left over")
        return value

    def write(self, value: Any) -> bytes:
        """The binary of a value."""
        out = io.BytesIO()
        fastavro.schemaless_writer(out, self.plain, value)
        return out.getvalue()


class TopicValues:
    """Makes the records of one topic what is written.

    Args:
        schemas: The schemas that the registry knows, by id.
        decoded: The one that values are written with; None where they stay bytes.
        fields: Replaces fields; None where nothing is replaced.
        key_mask: Replaces keys, whole; None where they are not.
    """

    def __init__(
        self,
        schemas: Mapping[int, WriterSchema],
        *,
        decoded: WriterSchema | None,
        fields: FieldMask | None,
        key_mask: Mask | None,
    ) -> None:
        self._schemas = schemas
        self._decoded = decoded
        self._fields = fields
        self._key_mask = key_mask
        self._walks: dict[int, Callable[[Any, dict[str, str]], Any]] = {}

    def made(self, record: KafkaRecord) -> KafkaRecord:
        """The record as it is written.

        Raises:
            ProjectError: its value cannot be decoded, or holds no fields that could be replaced.
        """
        replaced: dict[str, str] = {}
        try:
            value = None if record.value is None else self._value(record.value, replaced)
        except ValueError as error:
            where = f"topic {record.topic}, partition {record.partition}, offset {record.offset}"
            raise ProjectError(f"{where}: {error}", remedy=None if self._decoded is None else _RAW) from None
        key = None if record.key is None else self._key(record.key, replaced)
        headers = tuple((name, self._header(name, text)) for name, text in record.headers)
        return replace(record, key=key, value=value, headers=headers)

    def _value(self, value: bytes, replaced: dict[str, str]) -> bytes:
        schema_id = schema_id_of(value)
        schema = None if schema_id is None else self._schemas.get(schema_id)
        if self._decoded is not None:
            if schema is None:
                raise ValueError("the value is not framed with a schema of the registry")
            body = value[HEADER_BYTES:]
            record = schema.read(body, self._decoded)
            if self._fields is None and schema is self._decoded:
                return body
            return self._decoded.write(self._walked(self._decoded, record, replaced))
        if self._fields is None:
            return value
        if schema is not None:
            record = schema.read(value[HEADER_BYTES:], schema)
            return value[:HEADER_BYTES] + schema.write(self._walked(schema, record, replaced))
        made = self._json(value, replaced)
        if made is None:
            raise ValueError("--mask: the value is neither JSON nor Avro of the registry, so it has no fields")
        return made

    def _key(self, key: bytes, replaced: dict[str, str]) -> bytes:
        """The key: its fields are replaced as those of values are, and a key that is such a value altogether."""
        if self._key_mask is not None:
            try:
                return self._key_mask.text(key.decode()).encode()
            except UnicodeDecodeError:
                return self._key_mask.binary(key)
        if self._fields is None:
            return key
        schema_id = schema_id_of(key)
        schema = None if schema_id is None else self._schemas.get(schema_id)
        if schema is not None:
            try:
                record = schema.read(key[HEADER_BYTES:], schema)
                return key[:HEADER_BYTES] + schema.write(self._walked(schema, record, {}))
            except ValueError:
                pass  # bytes that begin as if they were framed
        try:
            text = key.decode()
        except UnicodeDecodeError:
            return key
        if text in replaced:
            return replaced[text].encode()
        return self._json(key, {}) or key

    def _header(self, name: str, value: bytes | None) -> bytes | None:
        if value is None or self._fields is None or not self._fields.named(name):
            return value
        try:
            return self._fields.mask.text(value.decode()).encode()
        except UnicodeDecodeError:
            return self._fields.mask.binary(value)

    def _json(self, data: bytes, replaced: dict[str, str]) -> bytes | None:
        assert self._fields is not None  # noqa: S101 -- only asked for with fields
        try:
            value = json.loads(data)
        except ValueError:
            return None
        if not isinstance(value, dict | list):
            return None
        return json.dumps(self._fields.json(value, replaced), ensure_ascii=False, separators=(",", ":")).encode()

    def _walked(self, schema: WriterSchema, record: Any, replaced: dict[str, str]) -> Any:
        if self._fields is None:
            return record
        if id(schema) not in self._walks:
            self._walks[id(schema)] = self._fields.avro(schema.full)
        return self._walks[id(schema)](record, replaced)


def joined(schemas: Mapping[str, WriterSchema]) -> list[Any]:
    """The schemas of several topics as branches of one union: what two of them define alike stands there once.

    Raises:
        ProjectError: two define the same name differently.
    """
    known: dict[str, Any] = {}
    return [_once(each.full, known, topic) for topic, each in schemas.items()]


def _once(node: Any, known: dict[str, Any], topic: str) -> Any:
    if isinstance(node, list):
        return [_once(each, known, topic) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: value for key, value in node.items() if not key.startswith("__")}
    if "name" in made and isinstance(made.get("type"), str):
        name = str(made["name"])
        if name in known:
            if known[name] != made:
                raise ProjectError(
                    f"topic {topic}: its schema defines {name} otherwise than that of another topic",
                    remedy="Capture each topic to a file of its own, or use --raw.",
                )
            return name
        known[name] = dict(made)
    for key in ("type", "items", "values"):
        if key in made:
            made[key] = _once(made[key], known, topic)
    if "fields" in made:
        made["fields"] = [{**field, "type": _once(field["type"], known, topic)} for field in made["fields"]]
    return made
