"""Data files: CSV, NDJSON, Avro container files and Parquet, inferred, described and read row by row.

Knows neither Kafka nor Flink, and prints nothing. Memory stays flat however long a file is.
"""

from pipegen.datafile.files.avro_file import AvroFile
from pipegen.datafile.files.kinds import DEFAULT_NULLS
from pipegen.datafile.files.layout import NO_QUOTE, CsvOptions
from pipegen.datafile.files.names import record_name
from pipegen.datafile.files.table import Table
from pipegen.datafile.inference.column import ColumnProfile
from pipegen.datafile.inference.profile import FileProfile, profile_file
from pipegen.datafile.inference.schema import schema_of, schema_text
from pipegen.datafile.opening import DataFile, open_data_file
from pipegen.datafile.rows.capture_file import (
    TOPICS_KEY,
    CaptureEncoder,
    CaptureFile,
    KafkaRecord,
    capture_schema,
    captured_binary,
    encoder_of,
    read_captured,
)
from pipegen.datafile.rows.encoder import RowEncoder, find_field, read_times_us
from pipegen.datafile.rows.flink_csv import write_flink_csv
from pipegen.datafile.rows.spool import Encoder, Spool, fill_spool

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
