"""Data files: CSV, NDJSON, Avro container files and Parquet, inferred, described and read row by row.

Knows neither Kafka nor Flink, and prints nothing. Memory stays flat however long a file is.
"""

from pipegen.datafile.avro_file import AvroFile
from pipegen.datafile.capture_file import (
    TOPICS_KEY,
    CaptureEncoder,
    CaptureFile,
    KafkaRecord,
    capture_schema,
    captured_binary,
    encoder_of,
    read_captured,
)
from pipegen.datafile.column import ColumnProfile
from pipegen.datafile.encoder import RowEncoder, find_field, read_times_us
from pipegen.datafile.flink_csv import write_flink_csv
from pipegen.datafile.kinds import DEFAULT_NULLS
from pipegen.datafile.layout import NO_QUOTE, CsvOptions
from pipegen.datafile.names import record_name
from pipegen.datafile.opening import DataFile, open_data_file
from pipegen.datafile.profile import FileProfile, profile_file
from pipegen.datafile.schema import schema_of, schema_text
from pipegen.datafile.spool import Encoder, Spool, fill_spool
from pipegen.datafile.table import Table

__all__ = [
    "DEFAULT_NULLS",
    "NO_QUOTE",
    "TOPICS_KEY",
    "AvroFile",
    "CaptureEncoder",
    "CaptureFile",
    "ColumnProfile",
    "CsvOptions",
    "DataFile",
    "Encoder",
    "FileProfile",
    "KafkaRecord",
    "RowEncoder",
    "Spool",
    "Table",
    "capture_schema",
    "captured_binary",
    "encoder_of",
    "fill_spool",
    "find_field",
    "open_data_file",
    "profile_file",
    "read_captured",
    "read_times_us",
    "record_name",
    "schema_of",
    "schema_text",
    "write_flink_csv",
]
