"""Records made readable for people: decoded, without the fields that shall not be shown, cut to a bounded length."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final

from pipegen.avro import decode_value, schema_id_of
from pipegen.datafile import KafkaRecord
from pipegen.moment import iso_at
from pipegen.redact import HIDDEN, redact
from pipegen.snapshot.messages import Direction, SeenMessage

_LONGEST_TEXT: Final = 2000
_TOO_DEEP: Final = "it is nested too deeply to be shown"


class MessageView:
    """How records are shown.

    Args:
        hidden_fields: Names of fields whose values are hidden wherever they stand; case does not matter.
        key_field: The field that is the Kafka key, if any: hidden with it.
        secrets: Secrets this process knows; none is ever shown.
    """

    def __init__(self, hidden_fields: Collection[str], *, key_field: str | None, secrets: Sequence[str]) -> None:
        self._hidden = frozenset(name.lower() for name in hidden_fields)
        self._hides_keys = key_field is not None and key_field.lower() in self._hidden
        self._secrets = secrets

    def show(self, record: KafkaRecord, direction: Direction, schema: Any, why_no_schema: str | None) -> SeenMessage:
        """One record as text.

        Args:
            record: The record.
            direction: Which topic it is of.
            schema: The schema of its framed id as parsed JSON; null when it has none or it is not known.
            why_no_schema: Why a framed value has no schema.
        """
        value, note = self._value(record.value, schema, why_no_schema)
        stamp = record.timestamp_ms
        return SeenMessage(
            direction=direction,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            at=None if stamp is None else _iso(stamp),
            key=self._key(record.key),
            value=value,
            value_bytes=None if record.value is None else len(record.value),
            schema_id=None if record.value is None else schema_id_of(record.value),
            note=note,
        )

    def _key(self, key: bytes | None) -> str | None:
        if key is None:
            return None
        return HIDDEN if self._hides_keys else self._cut(self._text(key))[0]

    def _value(self, value: bytes | None, schema: Any, why_no_schema: str | None) -> tuple[str | None, str | None]:
        if value is None:
            return None, "a tombstone: there is no value"
        if schema is not None:
            try:
                return self._cut(self._json(decode_value(value, schema)))
            except ValueError as error:
                return None, self._safe(f"it does not decode: {error}")
            except RecursionError:
                return None, _TOO_DEEP
        if why_no_schema is not None:
            return None, why_no_schema
        return self._cut(self._text(value))

    def _text(self, data: bytes) -> str:
        """JSON without what is hidden, else text, else bytes."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return f"0x{data[: _LONGEST_TEXT // 2].hex()}"
        try:
            return self._json(json.loads(text))
        except ValueError:
            return text
        except RecursionError:
            return _TOO_DEEP

    def _json(self, value: Any) -> str:
        return json.dumps(self._without_hidden(value), ensure_ascii=False, default=_plain)

    def _without_hidden(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                str(name): HIDDEN if str(name).lower() in self._hidden else self._without_hidden(part)
                for name, part in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._without_hidden(part) for part in value]
        return value

    def _cut(self, text: str) -> tuple[str, str | None]:
        safe = self._safe(text)
        if len(text) <= _LONGEST_TEXT:
            return safe, None
        return safe[:_LONGEST_TEXT] + "…", f"the first {_LONGEST_TEXT} of {len(text)} characters"

    def _safe(self, text: str) -> str:
        # JSON may hold halves of surrogate pairs, which are no text that can be sent.
        return redact(text, known=self._secrets).encode(errors="replace").decode()


def _plain(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


def _iso(stamp_ms: int) -> str | None:
    try:
        return iso_at(stamp_ms / 1000)
    except (OverflowError, ValueError, OSError):
        return None
