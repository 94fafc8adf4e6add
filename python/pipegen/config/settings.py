"""The settings as models: names, types, defaults and limits; the only list of what can be set.

One name everywhere: the YAML key ``dashboard.port`` is the variable ``PIPEGEN_DASHBOARD_PORT`` and the flag
``--dashboard-port``. Attributes end in their unit where the YAML value carries the unit in its text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from pipegen.choices import ArrivalKind, FeedMode, SenderChoice, Shape, StackKind, ValueFormat
from pipegen.config.addresses import (
    Brokers,
    FlinkUrl,
    GatewayUrl,
    LogoUrl,
    ProxyUrl,
    RegistryUrls,
    Url,
    local_addresses,
)
from pipegen.config.file_names import FileName
from pipegen.config.quality import DataQualitySettings
from pipegen.config.records import FaultSettings
from pipegen.config.security import HttpServiceSettings, KafkaSettings
from pipegen.config.topics import InputSettings, OutputSettings
from pipegen.units import format_duration, parse_duration_ns

_LOCAL: Final = local_addresses()


def _duration(value: object) -> object:
    return parse_duration_ns(value) if isinstance(value, str) else _refuse_bare_number(value)


def _refuse_bare_number(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool) and value != 0:
        raise ValueError(f"{value} has no unit: write it like {value}s")
    return value


Duration = Annotated[int, BeforeValidator(_duration), PlainSerializer(format_duration, return_type=str)]
"""Nanoseconds, written as text with a unit (``1m30s``)."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _split(value: object) -> object:
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


def _not_zero(value: object) -> object:
    if isinstance(value, int | str) and value in {0, "0"}:
        raise ValueError("a topic needs at least one replica; -1 uses the broker's default")
    return value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("a name has only characters that can be shown")
    return value


ShownName = Annotated[str, AfterValidator(_printable)]
ReplicationFactor = Annotated[int, BeforeValidator(_not_zero)]
FieldNames = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Names of fields: a list, or one text with commas, as the environment gives it."""
FilePaths = Annotated[tuple[FileName, ...], BeforeValidator(_split)]
"""Files, relative to the project: a list, or one text with commas."""
SECRET_FIELDS = (
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "authorization",
    "card_number",
    "cvv",
    "iban",
    "ssn",
)


class DashboardSettings(_Section):
    """How the page is served and looks."""

    port: int = Field(default=3000, ge=0, le=65535, description="Port of the dashboard; 0 takes any free one.")
    host: str = Field(default="127.0.0.1", description="Address the dashboard listens on.")
    update_interval_ns: Duration = Field(
        default=1_000_000_000, alias="update_interval", ge=100_000_000, description="Time between two updates."
    )
    minimal_mode: bool = Field(default=False, description="Leave out detailed metrics and recent messages.")
    theme: Literal["auto", "light", "dark"] = Field(default="auto", description="Colours of page and report.")
    brand_color: str = Field(
        default="#1890ff", pattern=r"^#[0-9a-fA-F]{6}$", description="The one accent colour, as #rrggbb."
    )
    logo_url: LogoUrl | None = Field(
        default=None, description="A logo: a file of the project (leading /) or an http(s) URL."
    )
    redact_fields: FieldNames = Field(
        default=SECRET_FIELDS,
        description="Fields whose values are hidden in recent messages, wherever they stand; case does not matter.",
    )


class PipelineSettings(_Section):
    """What the pipeline under load is made of."""

    shape: Shape | None = Field(
        default=None, description="one_to_one, filter or aggregate; inferred from the SQL when left out."
    )
    input_schema: FileName = Field(default=Path("schemas/input.avsc"), description="Avro schema of the input records.")
    sql_dir: FileName = Field(default=Path("sql"), description="Folder of the Flink SQL files, run in name order.")
    sql: FilePaths = Field(
        default=(),
        description="Flink SQL files to run as they are, in this order, instead of those of sql_dir: Flink says what "
        "they mean, and input_schema is not needed.",
    )
    use_topics_as_written: bool = Field(
        default=False, description="Use the topics that such files name. By default a run has topics of its own."
    )
    write_external: FieldNames = Field(
        default=(),
        description="Tables of connectors other than Kafka that the jobs write to as the SQL says. By default a topic "
        "of the run takes their rows.",
    )
    feed_external: FieldNames = Field(
        default=(),
        description="Tables of connectors other than Kafka that PipeGen feeds, although Flink can read them.",
    )
    input_topic: str | None = Field(default=None, description="Base name of the input topic; default NAME-input.")
    output_topic: str | None = Field(default=None, description="Base name of the output topic; default NAME-output.")
    unique_names: bool = Field(default=True, description="Append the run's id to topics and subjects.")
    partitions: int = Field(default=4, ge=1, le=10_000, description="Partitions of the topics PipeGen creates.")
    replication_factor: ReplicationFactor = Field(
        default=-1, ge=-1, le=32767, description="Replicas of the topics PipeGen creates; -1 uses the broker's default."
    )
    key_field: str | None = Field(default=None, description="Input field used as the Kafka key; none by default.")
    key: dict[str, object] | Literal["none"] | None = Field(
        default=None,
        description="Kafka key: {field: NAME}, {zipf: 1.1, pool: 1000}, {hot: 0.2, keys: 1, pool: 1000} or none.",
    )
    value_format: ValueFormat = Field(
        default="avro", description="avro: as the schema registry frames it; json: plain JSON, no registry."
    )
    seed: int = Field(default=42, ge=0, description="Seed of the generated records; same seed, same bytes.")
    hints: dict[str, object] = Field(default_factory=dict, description="Hints for generated values, by field path.")


class FeedSettings(_Section):
    """A data file whose rows are sent instead of generated records."""

    file: FileName | None = Field(
        default=None,
        description="CSV, NDJSON, Avro or Parquet file whose rows are sent; records are generated without.",
    )
    mode: FeedMode = Field(
        default="kafka",
        description="kafka: rows go through Kafka; filesystem: Flink reads the file, nothing is sent.",
    )
    loop: bool = Field(default=True, description="Begin again after the last row; otherwise the load ends there.")
    topic: str | None = Field(
        default=None, description="Topic of a file of captured records whose records are sent, where it has several."
    )
    time_column: str | None = Field(default=None, description="Field with the rows' own times, for feed.speed.")
    speed: float | None = Field(default=None, gt=0, le=1e9, description="Send rows at their own times, N times faster.")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="Between the cells of a CSV file; found out by itself."
    )
    encoding: str | None = Field(default=None, description="Encoding of a CSV file; found out by itself.")
    header: bool | None = Field(
        default=None, description="Whether the first line of a CSV file names the columns; found out by itself."
    )
    skip_lines: int | None = Field(default=None, ge=0, description="Lines above the table of a CSV file.")
    header_line: int | None = Field(
        default=None, ge=1, description="Line of a CSV file that names the columns; those above are passed over."
    )
    comment: str | None = Field(default=None, description="Lines of a CSV file that begin with this are passed over.")
    quote: str | None = Field(
        default=None, description="Sign around a cell of a CSV file that holds a delimiter; none for no such sign."
    )
    escape: str | None = Field(
        default=None, min_length=1, max_length=1, description="Sign before a quote within a quoted cell of a CSV file."
    )
    decimal_comma: bool = Field(default=False, description="Numbers of a CSV file are written 1.234,5.")
    null_values: list[str] | None = Field(
        default=None,
        description="Texts of a CSV file that mean null; by default nothing, NA, N/A, NULL and their like.",
    )


class ValiditySettings(_Section):
    """From where on the load generator does not count as reliable, and the run as invalid."""

    generator_delay_ns: Duration = Field(
        default=100_000_000,
        alias="generator_delay",
        gt=0,
        description="Largest p99 of sent minus due, over the whole load.",
    )
    achieved_ratio: float = Field(
        default=0.99,
        ge=0,
        le=1,
        description="Smallest share of the due records that has to be sent, and of the planned time to the real one.",
    )
    send_cpu_ratio: float = Field(default=0.9, gt=0, description="Largest CPU of a send loop; 1.0 is a whole core.")


class OtelSettings(_Section):
    """Where figures are pushed to."""

    endpoint: Url | None = Field(
        default=None,
        description="OTLP receiver to push figures to over HTTP, like http://127.0.0.1:4318. Needs the extra otel.",
    )
    interval_ns: Duration = Field(
        default=5_000_000_000, alias="interval", ge=100_000_000, description="Time between two pushes."
    )


class Settings(_Section):
    """Everything that can be set, flat where a flag has the same name."""

    name: ShownName | None = Field(
        default=None, description="Name of the pipeline; the project folder's name by default."
    )
    bootstrap_servers: Brokers = Field(default=_LOCAL["bootstrap_servers"], description="Kafka brokers, host:port,…")
    schema_registry_url: RegistryUrls = Field(
        default=_LOCAL["schema_registry_url"],
        description="Schema registry (Confluent API); a comma-separated list is tried in turn.",
    )
    flink_url: FlinkUrl = Field(default=_LOCAL["flink_url"], description="Flink JobManager REST API.")
    sql_gateway_url: GatewayUrl = Field(default=_LOCAL["sql_gateway_url"], description="Flink SQL gateway.")
    proxy: ProxyUrl | None = Field(
        default=None,
        description="HTTP proxy for services and OTLP, instead of HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; none for no "
        "proxy. NO_PROXY applies, and this machine is always contacted directly.",
    )
    stack: StackKind = Field(default="auto", description="Where the services come from: auto, local, docker or none.")
    message_rate: float = Field(default=100.0, gt=0, le=10_000_000, description="Base rate in messages per second.")
    duration_ns: Duration = Field(default=30_000_000_000, alias="duration", gt=0, description="How long to send.")
    pipeline_timeout_ns: Duration = Field(
        default=300_000_000_000,
        alias="pipeline_timeout",
        gt=0,
        description="Longest wait for start-up, and for the drain.",
    )
    expected_messages: int | None = Field(
        default=None,
        ge=0,
        description="Output records to wait for; derived for one_to_one pipelines. 0: none may come out.",
    )
    traffic_pattern: str | None = Field(default=None, description='Load shape, like "2m-4m:400%,6m-8m:300%".')
    traffic: list[dict[str, object]] = Field(
        default_factory=list, description="Load shape as a list of named phases, instead of a pattern."
    )
    arrivals: ArrivalKind = Field(
        default="uniform", description="uniform: records evenly spaced; poisson: at random, decided by pipeline.seed."
    )
    producers: int = Field(
        default=1, ge=1, le=64, description="Sending processes; each takes its share of the same plan."
    )
    sender: SenderChoice = Field(
        default="auto",
        description="What sends: native, a compiled loop over the Kafka client's library; python, the Kafka client "
        "itself; auto, native where it can be had.",
    )
    catch_up: bool = Field(default=True, description="Send overdue records late instead of skipping them.")
    producer_config: dict[str, str | int | float | bool] = Field(
        default_factory=dict, description="librdkafka properties of the producer, such as acks or linger.ms."
    )
    generate_report: bool = Field(default=True, description="Write an HTML report when the run ends.")
    thresholds: list[str | dict[str, object]] = Field(
        default_factory=list,
        description='What the run has to keep, like "error_rate<1%"; a text, or {expression, abort_on_fail, delay}.',
    )
    strict: bool = Field(
        default=False, description="End with exit code 100 when the run is invalid, even without thresholds."
    )
    validity: ValiditySettings = Field(
        default_factory=ValiditySettings, description="When the figures of a run count as invalid."
    )
    reports_dir: FileName = Field(default=Path("reports"), description="Folder for reports, relative to the project.")
    runs_dir: FileName = Field(
        default=Path("runs"), description="Folder for recordings of runs, relative to the project."
    )
    cleanup: bool = Field(default=True, description="Delete topics, subjects and the job when the run ends.")
    kafka: KafkaSettings = Field(default_factory=KafkaSettings, description="How to reach Kafka.")
    schema_registry: HttpServiceSettings = Field(
        default_factory=HttpServiceSettings, description="How to reach the registry."
    )
    flink: HttpServiceSettings = Field(default_factory=HttpServiceSettings, description="How to reach Flink.")
    sql_gateway: HttpServiceSettings = Field(
        default_factory=HttpServiceSettings, description="How to reach the SQL gateway."
    )
    pipeline: PipelineSettings = Field(default_factory=PipelineSettings, description="The pipeline under load.")
    inputs: dict[str, InputSettings] = Field(
        default_factory=dict,
        description="How each input is fed, by its table; what is not set is inferred.",
    )
    outputs: dict[str, OutputSettings] = Field(
        default_factory=dict, description="How each output is judged, by the name of its table."
    )
    inspect_input: bool = Field(
        default=False, description="Read the input topic back as well and check every value in it."
    )
    data_quality: DataQualitySettings = Field(
        default_factory=DataQualitySettings, description="What records are checked for."
    )
    faults: FaultSettings = Field(default_factory=FaultSettings, description="Faults on purpose.")
    feed: FeedSettings = Field(default_factory=FeedSettings, description="A data file to send.")
    otel: OtelSettings = Field(default_factory=OtelSettings, description="Figures pushed elsewhere.")
    dashboard: DashboardSettings = Field(default_factory=DashboardSettings, description="The dashboard.")
