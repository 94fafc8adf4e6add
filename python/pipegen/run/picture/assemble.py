"""The picture of a run at one moment. Pure: no I/O and no state."""

from __future__ import annotations

from typing import Final

from pipegen.diagnose import headline
from pipegen.run.picture.compose import Picture, Sections, compose
from pipegen.run.picture.consumer import consumer
from pipegen.run.picture.faults import faults
from pipegen.run.picture.flink import flink
from pipegen.run.picture.kafka import kafka
from pipegen.run.picture.moment import Moment, RunFacts
from pipegen.run.picture.output import output
from pipegen.run.picture.pipeline import pipeline
from pipegen.run.picture.producer import producer
from pipegen.run.picture.registry import RecordChecks, registry
from pipegen.run.picture.run_state import run_state
from pipegen.run.picture.system import system
from pipegen.run.picture.traffic import traffic
from pipegen.snapshot import Cause, Headline
from pipegen.units import NS_PER_S

_EVENTS_SHOWN: Final = 10
"""Of each kind and output, so that a snapshot stays small."""
_AGAINST_THE_SCHEMA = ("corrupt", "unknown_schema_id")


def assemble(sequence: int, facts: RunFacts, moment: Moment) -> Picture:
    """The picture of a moment."""
    names, status, totals = facts.names, moment.status, moment.totals
    accounts = pipeline(moment)
    sections = Sections(
        run=run_state(facts, moment),
        traffic=traffic(
            facts.plan, arrivals=facts.arrivals, planned_total=facts.planned_total, offset_ns=_load_offset_ns(moment)
        ),
        producer=producer(moment),
        kafka=kafka(moment.kafka, input_topic=names.input_topic, probes=status.probes + _loaded_total(moment)),
        flink=flink(
            moment.flink,
            moment.kafka,
            group_id=names.flink_group,
            no_job=None if status.job_ids else "no job is submitted yet",
        ),
        output=output(moment.kafka, output_topic=names.output_topic, probes=totals.probes),
        consumer=consumer(moment, group_ids=[names.output_group(number) for number, _ in enumerate(moment.sights, 1)]),
        registry=registry(
            moment.registry,
            url=status.registry_url,
            input_subject=names.input_subject,
            output_subject=names.output_subject,
            checks=_record_checks(moment),
        ),
        system=system(moment.system),
        pipeline=accounts,
        data_quality=moment.inspection.section(accounts.section, totals.delivered),
        faults=faults(facts.fault_shares, totals),
        latency=moment.latency,
    )
    now_s = moment.now_ns / NS_PER_S

    def sentence(cause: Cause) -> Headline:
        return headline(
            run=sections.run.section,
            failure=status.failure,
            remedy=status.remedy,
            producer=sections.producer.section,
            flink=sections.flink.section,
            pipeline=accounts.section,
            latency=moment.latency.section,
            errors=list(moment.errors),
            cause=cause,
            now_s=now_s,
        )

    return compose(
        sequence,
        sections,
        at_s=now_s,
        past=moment.past,
        errors=moment.errors,
        error_trends=moment.error_trends,
        sql=status.statements,
        headline=sentence,
        inputs=moment.inputs,
        outputs=moment.outputs,
        events=status.events.first(_EVENTS_SHOWN),
    )


def _loaded_total(moment: Moment) -> int:
    """Records that inputs were loaded with before the load."""
    return sum(each.section.loaded_total or 0 for each in moment.inputs)


def _load_offset_ns(moment: Moment) -> int | None:
    """How far into the plan the load is; None while nothing is sent."""
    status = moment.status
    if status.load_start_ns is None or status.load_end_ns is not None:
        return None
    return moment.now_ns - status.load_start_ns


def _record_checks(moment: Moment) -> RecordChecks:
    totals, status = moment.totals, moment.status
    return RecordChecks(
        checked=totals.consumed - status.unchecked_total,
        invalid=totals.undecodable,
        made=totals.sent,
        broken=sum(totals.injected.get(name, 0) for name in _AGAINST_THE_SCHEMA),
        cache_misses=status.schema_lookups,
    )
