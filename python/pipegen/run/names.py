"""The names of one run: its id, topics, subjects and groups."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipegen.config import HttpSecurity, KafkaSecurity, Settings
from pipegen.project import InputFacts
from pipegen.services.http_access import registry_variables
from pipegen.services.kafka_access import flink_kafka_variables

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_run_id() -> str:
    """Six characters that are easy to read aloud; unique enough for topics on one cluster."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(6))


@dataclass(frozen=True, slots=True)
class RunNames:
    """What a run calls its things on the services."""

    run_id: str
    input_topic: str
    output_topic: str
    consumer_group: str
    flink_group: str
    job_name: str
    suffix: str = ""
    """What this run adds to the names of topics."""

    def topic_of(self, base: str) -> str:
        """The run's topic for a name."""
        return base + self.suffix

    def input_topics(self, inputs: Sequence[InputFacts]) -> list[str]:
        """The run's topic of each input, the first one first."""
        return [self.input_topic, *(self.topic_of(each.topic) for each in inputs[1:])]

    def output_group(self, number: int) -> str:
        """Consumer group of what reads an output back; the first one is 1."""
        return self.consumer_group if number == 1 else f"{self.consumer_group}-{number}"

    @property
    def input_group(self) -> str:
        """Consumer group of what reads the input back."""
        return f"{self.consumer_group}-input"

    @property
    def run_mark(self) -> int:
        """The run in the header of every record: the id's characters, so that a dump of a topic shows whose it is."""
        return int.from_bytes(self.run_id.encode("ascii"), "big")

    @property
    def input_subject(self) -> str:
        """Subject of the input records' schema."""
        return f"{self.input_topic}-value"

    @property
    def output_subject(self) -> str:
        """Subject of the output records' schema."""
        return f"{self.output_topic}-value"


def names_for(run_id: str, pipeline: str, settings: Settings) -> RunNames:
    """The names of a run; with ``pipeline.unique_names`` topics carry the run's id."""
    suffix = f"-{run_id}" if settings.pipeline.unique_names else ""
    return RunNames(
        run_id=run_id,
        input_topic=(settings.pipeline.input_topic or f"{pipeline}-input") + suffix,
        output_topic=(settings.pipeline.output_topic or f"{pipeline}-output") + suffix,
        consumer_group=f"pipegen-{pipeline}-{run_id}",
        flink_group=f"pipegen-{pipeline}-{run_id}-flink",
        job_name=f"pipegen-{pipeline}-{run_id}",
        suffix=suffix,
    )


def sql_variables(
    names: RunNames,
    *,
    bootstrap_servers: str,
    schema_registry_url: str,
    data_file: Path | None,
    kafka: KafkaSecurity | None = None,
    registry: HttpSecurity | None = None,
) -> Mapping[str, str]:
    """What ``${…}`` stands for in the project's SQL."""
    return {
        "RUN_ID": names.run_id,
        "INPUT_TOPIC": names.input_topic,
        "OUTPUT_TOPIC": names.output_topic,
        "BOOTSTRAP_SERVERS": bootstrap_servers,
        "GROUP_ID": names.flink_group,
        # A name that says why, should it ever reach Flink.
        "DATA_FILE": data_file.as_uri() if data_file is not None else "no-data-file-outside-filesystem-mode",
        **flink_kafka_variables(kafka or KafkaSecurity()),
        **registry_variables(registry or HttpSecurity(), schema_registry_url),
    }
