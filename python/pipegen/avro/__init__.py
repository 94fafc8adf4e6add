"""Avro on the Python side: reading schemas with a place for each fault, and Confluent framing.

Not the hot path: records are generated and checked in Rust. This is for set-up, messages and looks.
"""

from pipegen.avro.container import ContainerWriter, long_bytes
from pipegen.avro.framing import HEADER_BYTES, decode_value, decoder_of, frame, schema_id_of, unframe
from pipegen.avro.plain_types import plain_types
from pipegen.avro.reading import read_binary
from pipegen.avro.schema import InputSchema, SchemaField, load_schema, parse_schema_text

__all__ = [
    "HEADER_BYTES",
    "ContainerWriter",
    "InputSchema",
    "SchemaField",
    "decode_value",
    "decoder_of",
    "frame",
    "load_schema",
    "long_bytes",
    "parse_schema_text",
    "plain_types",
    "read_binary",
    "schema_id_of",
    "unframe",
]
