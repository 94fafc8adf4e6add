"""A project folder as Flink has read it: which table is fed, which topic is read back first, whose topics are whose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipegen.errors import ProjectError
from pipegen.project.flink_project import PlannedScript, output_topic, topics_of
from pipegen.project.inputs.format import json_format
from pipegen.project.interface import InputFacts
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.topology import Input, Output, Topology
from pipegen.project.project import ProjectFolder
from pipegen.project.unfed import unfed_of, without_unfed


@dataclass(frozen=True, slots=True)
class FolderTopics:
    """What a run of a folder calls its topics.

    Attributes:
        input: The topic that is sent to.
        output: The topic that is read back first.
        suffix: What the run adds to all other names.
    """

    input: str
    output: str
    suffix: str


def read_folder(
    folder: ProjectFolder,
    planned: Sequence[Planned],
    topology: Topology,
    topics: FolderTopics,
    *,
    reads_file: bool,
    keeps_start: bool,
    left: Collection[str] = (),
) -> PlannedScript:
    """The folder as a pipeline that can be run; of its inputs the schema file is that of the first.

    Args:
        folder: The folder.
        planned: Its statements as Flink has planned them.
        topology: What they read and write.
        topics: What the run calls its topics.
        reads_file: Whether Flink reads the data file by itself, so that no topic is sent to.
        keeps_start: Whether sources start and end where the SQL says.
        left: Inputs that somebody else fills.

    Raises:
        ProjectError: when nothing can be fed, or nothing is written that can be read back.
    """
    if reads_file:
        # Nothing is sent, to whatever topic.
        fed, others, unfed = _file_source(topology), [], unfed_of(topology.inputs)
    else:
        topology, unfed = without_unfed(topology, left)
        fed = _fed(topology, topics)
        others = [each for each in topology.inputs if each is not fed]
    outputs = _outputs(topology, topics, fed, reads_file=reads_file)
    first = outputs[0]
    return PlannedScript(
        dir=folder.dir,
        name=folder.name,
        planned=tuple(planned),
        topology=replace(topology, inputs=(fed, *others), outputs=tuple(outputs)),
        inputs=(_facts(fed, topics, folder), *(_further(each, topics, folder) for each in others)),
        topics={**_sent_to(fed, topics), output_topic(first): topics.output},
        suffix=topics.suffix,
        unfed=unfed,
        keeps_start=keeps_start,
        schema_paths=folder.schema_paths,
        chosen_shape=folder.chosen_shape,
    )


def _sent_to(fed: Input, topics: FolderTopics) -> dict[str, str]:
    """The topic that is sent to; the others of a table over several get names like any other."""
    if not fed.topics:
        return {}
    return {topics.input if topics.input in fed.topics else fed.topics[0]: topics.input}


def _facts(fed: Input, topics: FolderTopics, folder: ProjectFolder) -> InputFacts:
    table = fed.tables[0]
    times = json_format(table) if (table.format or "").endswith("json") else None
    return InputFacts(fed.name, topics.input, table.format, folder.input_schema, json_times=times)


def _further(each: Input, topics: FolderTopics, folder: ProjectFolder) -> InputFacts:
    """An input besides the first; what its records are made from is for others to say."""
    topic = topics_of(each.tables[0])[0].removesuffix(topics.suffix)
    return InputFacts(each.name, topic, each.tables[0].format, folder.input_schema)


def _fed(topology: Topology, topics: FolderTopics) -> Input:
    """The table of ``${INPUT_TOPIC}``; where none names it, the first that nothing else fills."""
    if not topology.inputs:
        raise ProjectError(
            "no statement reads a Kafka table that the SQL does not write itself, so there is nothing to send",
            remedy="Let an INSERT read a table with 'topic' = '${INPUT_TOPIC}', directly or by views.",
        )
    return next((each for each in topology.inputs if topics.input in each.topics), topology.inputs[0])


def _file_source(topology: Topology) -> Input:
    """The table that reads the data file, as an input without a topic."""
    files = [each for each in topology.others if each.read and each.table.connector == "filesystem"]
    if not files:
        raise ProjectError(
            "feed.mode is filesystem, and no statement reads a file",
            remedy="Read 'path' = '${DATA_FILE}' in a table, or set feed.mode to kafka.",
        )
    return Input(files[0].name, (), (files[0].table,))


def _outputs(topology: Topology, topics: FolderTopics, fed: Input, *, reads_file: bool) -> list[Output]:
    """All that is read back, the table of ``${OUTPUT_TOPIC}`` first; else what the input leads to."""
    outputs = list(topology.outputs)
    if not outputs:
        raise ProjectError(
            "no statement writes what can be read back, so there is no pipeline to run",
            remedy="Let an INSERT write a table with 'topic' = '${OUTPUT_TOPIC}'.",
        )
    if reads_file:
        outputs = [replace(each, paths=tuple(each.from_others)) for each in outputs]
    named = [each for each in outputs if topics.output in each.topics]
    led = [each for each in outputs if any(path.input == fed.name for path in each.paths)]
    first = (named or led or outputs)[0]
    return [first, *(each for each in outputs if each is not first)]
