"""Has Flink read the SQL of a project folder, once its services are found: from then on the run knows what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipegen.errors import PipelineError
from pipegen.planner import ScriptPlan, plan_script
from pipegen.project import Finding, ProjectFolder
from pipegen.project.flink_project import PlannedScript
from pipegen.run.announcement import told_of_inputs
from pipegen.run.connect import Clients
from pipegen.run.context import RunContext, warn
from pipegen.run.feed.generated import fault_warnings
from pipegen.run.folder_sql import doubts_of, doubts_of_shapes, folder_as_read
from pipegen.run.planning import with_sql_read
from pipegen.run.read.inspection import inspection_of
from pipegen.run.read.outputs import outputs_of
from pipegen.run.replaced import stand_in_rules
from pipegen.run.send.senders import senders_of
from pipegen.services.sql_gateway import StatementRefusedError

_REMEDY: Final = "Correct the SQL; `pipegen validate --flink` says all that Flink has against it."


async def read_sql(context: RunContext, clients: Clients, variables: Mapping[str, str]) -> RunContext:
    """The run with what Flink says of its SQL; a script was read before.

    Args:
        context: The run.
        clients: Clients of its services.
        variables: What ``${…}`` stands for.

    Raises:
        PipelineError: Flink refuses a statement.
        ProjectError: nothing can be fed, or nothing can be read back.
        SettingsError: a rule names a field that the output does not have.
        FlinkError: Flink does not answer.
    """
    spec, names = context.spec, context.names
    folder = spec.project
    if not isinstance(folder, ProjectFolder):
        _warn_of_faults(context)
        for doubt in doubts_of_shapes(folder) if isinstance(folder, PlannedScript) else ():
            warn(context, f"{_where(doubt, folder.dir)}: {doubt.message}", doubt.remedy)
        return context
    context.go("starting", "asking Flink what the SQL means")
    timeout_s = spec.settings.pipeline_timeout_ns / 1e9
    try:
        plan = await plan_script(
            folder.written,
            clients.gateway,
            variables=variables,
            timeout_s=timeout_s,
            replaced=stand_in_rules(spec.settings),
        )
    except StatementRefusedError as refusal:
        raise PipelineError(f"Flink does not say what the SQL means: {refusal.message}", remedy=_REMEDY) from None
    _tell(context, folder, plan)
    project = folder_as_read(folder, plan, names, spec.settings, spec.sources)
    for line in told_of_inputs(project) if len(project.inputs) > 1 else ():
        context.go("starting", line)
    for doubt in doubts_of(project, spec.settings):
        warn(context, f"{_where(doubt, folder.dir)}: {doubt.message}", doubt.remedy)
    spec = with_sql_read(spec, project)
    senders = context.senders
    if len(project.inputs) > 1:
        senders = senders_of(spec, names, on_crash=context.crashed)
        context.observers.sent_by(senders.pids)
    outputs = outputs_of(project, spec.settings, names, senders.own_meters)
    inspection = inspection_of(spec, names, outputs, on_crash=context.crashed)
    read = replace(context, spec=spec, senders=senders, inspection=inspection, outputs=outputs)
    _warn_of_faults(read)
    return read


def _warn_of_faults(context: RunContext) -> None:
    """Which faults the pipeline may not survive."""
    for warning in fault_warnings(context.spec.settings, source_format=context.spec.project.input_format):
        warn(context, warning, None)


def _tell(context: RunContext, folder: ProjectFolder, plan: ScriptPlan) -> None:
    """Warns of what is doubtful; the first statement that Flink refuses ends the run."""
    for finding in plan.findings:
        where = _where(finding, folder.dir)
        if finding.severity == "warning":
            warn(context, f"{where}: {finding.message}", finding.remedy)
        if finding.severity != "error":
            continue
        detail = None
        for index, statement in enumerate(folder.written):
            last = statement.place.line + statement.text.count("\n")
            if str(statement.place.file) == finding.file and statement.place.line <= (finding.line or 0) <= last:
                context.tracker.set_statement(index, state="error", error=finding.message)
                detail = folder.statements[index].text
        # What is ours to say has its remedy; Flink's words have none.
        said = finding.message if finding.remedy else f"Flink refuses this statement: {finding.message}"
        raise PipelineError(f"{where}: {said}", detail=detail, remedy=finding.remedy or _REMEDY)


def _where(finding: Finding, project_dir: Path) -> str:
    file = Path(finding.file)
    shown = file.relative_to(project_dir) if file.is_relative_to(project_dir) else file
    return finding.model_copy(update={"file": str(shown)}).where
