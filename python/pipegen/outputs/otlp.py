"""Snapshots pushed as OTLP metrics, through the OpenTelemetry SDK (the extra ``otel``). Never holds up a run.

Names are those of OpenMetrics with dots and without the unit, which OTLP carries beside them:
``pipegen.flink.checkpoints.last_duration`` in ``s``. What is not known is left out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import pipegen
from pipegen.bus import EventBus, SnapshotTaken
from pipegen.errors import SettingsError
from pipegen.outputs.families import QUANTILES, Family, families, part_families, part_value
from pipegen.package import install_command
from pipegen.snapshot import Percentiles, Snapshot
from pipegen.snapshot.figures import read_figure
from pipegen.snapshot.parts import EACH_KINDS, EachKind, labelled, part_latencies
from pipegen.urls import without_credentials

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Meter, Observation

_METRICS_PATH: Final = "/v1/metrics"
_GRPC_PORT: Final = 4317
_HTTP_PORT: Final = 4318
_UNIT: Final = {"seconds": "s", "bytes": "By", "ratio": "1", "": ""}
_KIND: Final = {"seconds": "time", "bytes": "size", "ratio": "ratio"}
_TIMEOUT_S: Final = 5.0


def require_otel() -> None:
    """Makes sure that the extra is installed.

    Raises:
        SettingsError: it is not.
    """
    try:
        import opentelemetry.exporter.otlp.proto.http  # noqa: PLC0415 -- an extra
        import opentelemetry.sdk.metrics  # noqa: F401, PLC0415
    except ImportError:
        raise SettingsError(
            "otel.endpoint is set, but OpenTelemetry is not installed", remedy=f"Run {install_command('otel')}."
        ) from None


class OtlpPush:
    """Pushes the newest snapshot of a run every few seconds, and the last one at its end.

    Args:
        endpoint: Base address of the receiver, such as ``http://127.0.0.1:4318``.
        interval_s: Time between two pushes.
        on_failure: Hears, from another thread, once, that a push did not arrive.
        proxy: The setting ``proxy``.

    Raises:
        SettingsError: the extra is not installed.
    """

    def __init__(
        self, endpoint: str, *, interval_s: float, on_failure: Callable[[str], None], proxy: str | None = None
    ) -> None:
        require_otel()
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415 -- an extra
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415

        from pipegen.outputs.otlp_carrier import carrier  # noqa: PLC0415 -- an extra

        self._newest: Snapshot | None = None
        self._told = False
        self._on_failure = on_failure
        address = metrics_address(endpoint)
        self._address = without_credentials(address)
        self._carrier = carrier(proxy)
        # The exporter speaks through logging alone.
        log = logging.getLogger("opentelemetry")
        log.handlers = [_Heard(self._failed)]
        log.propagate = False
        exporter = OTLPMetricExporter(endpoint=address, timeout=_TIMEOUT_S, session=self._carrier.session)
        reader = PeriodicExportingMetricReader(
            exporter, export_interval_millis=interval_s * 1000, export_timeout_millis=_TIMEOUT_S * 1000
        )
        resource = Resource.create({"service.name": "pipegen", "service.version": pipegen.__version__})
        self._provider = MeterProvider(metric_readers=[reader], resource=resource, shutdown_on_exit=False)
        meter = self._provider.get_meter("pipegen", pipegen.__version__)
        _instruments(meter, self._observe, self._latencies)
        for kind in EACH_KINDS:
            _part_instruments(meter, kind, self._of_parts, self._latencies_of_parts)
        self._following: asyncio.Task[None] | None = None

    def start(self, bus: EventBus) -> None:
        """Follows the snapshots of a run; on the loop."""
        self._following = asyncio.create_task(self._follow(bus))

    async def finish(self) -> None:
        """Pushes what was last seen and ends. Idempotent."""
        following, self._following = self._following, None
        if following is None:
            return
        await asyncio.sleep(0)  # what is published already is still to be heard
        following.cancel()
        await asyncio.to_thread(self._provider.shutdown, timeout_millis=_TIMEOUT_S * 1000)

    async def _follow(self, bus: EventBus) -> None:
        events = bus.subscribe()
        try:
            async for event in events:
                if isinstance(event, SnapshotTaken):
                    self._newest = event.snapshot
        finally:
            bus.unsubscribe(events)

    def _observe(self, family: Family) -> Iterable[Observation]:
        from opentelemetry.metrics import Observation  # noqa: PLC0415 -- an extra

        snapshot = self._newest
        value = None if snapshot is None else read_figure(snapshot, family.path)
        if snapshot is not None and value is not None:
            yield Observation(value * family.factor, _attributes(snapshot))

    def _latencies(self, which: str) -> Iterable[Observation]:
        from opentelemetry.metrics import Observation  # noqa: PLC0415 -- an extra

        snapshot = self._newest
        if snapshot is None:
            return
        for stage in type(snapshot.latency).model_fields:
            distribution = getattr(getattr(snapshot.latency, stage), which, None)
            if not isinstance(distribution, Percentiles):
                continue
            labels = {**_attributes(snapshot), "stage": stage}
            for quantile, value_ms in _quantiles(distribution):
                yield Observation(value_ms / 1e3, {**labels, "quantile": quantile})

    def _of_parts(self, kind: EachKind, family: Family) -> Iterable[Observation]:
        from opentelemetry.metrics import Observation  # noqa: PLC0415 -- an extra

        snapshot = self._newest
        if snapshot is None:
            return
        for own, part in labelled(snapshot, kind):
            value = part_value(part, family)
            if value is not None:
                yield Observation(value, {**_attributes(snapshot), **own})

    def _latencies_of_parts(self, kind: EachKind) -> Iterable[Observation]:
        from opentelemetry.metrics import Observation  # noqa: PLC0415 -- an extra

        snapshot = self._newest
        if snapshot is None:
            return
        for own, part in labelled(snapshot, kind):
            for stage in part_latencies(kind):
                labels = {**_attributes(snapshot), **own, "stage": stage}
                for quantile, value_ms in _quantiles(getattr(part, stage)):
                    yield Observation(value_ms / 1e3, {**labels, "quantile": quantile})

    def _failed(self, text: str) -> None:
        if not self._told:
            self._told = True
            why = self._carrier.failure or text
            self._on_failure(f"OTLP push to {self._address} failed: {why}{_grpc_hint(self._address)}")


def metrics_address(endpoint: str) -> str:
    """The metrics URL of the receiver: adds ``/v1/metrics`` to the endpoint unless it is there; keeps a query."""
    parts = urlsplit(endpoint)
    path = parts.path.rstrip("/").removesuffix(_METRICS_PATH) + _METRICS_PATH
    return urlunsplit(parts._replace(path=path))


def _grpc_hint(address: str) -> str:
    if urlsplit(address).port != _GRPC_PORT:
        return ""
    return f"; {_GRPC_PORT} is OTLP's gRPC port: PipeGen pushes over HTTP, whose default port is {_HTTP_PORT}"


class _Heard(logging.Handler):
    """Hands the messages of the exporter on."""

    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        self._hear(" ".join(record.getMessage().split())[:300])


def otlp_name(family: Family) -> str:
    """The name of a figure in OTLP."""
    name = family.path
    if family.kind == "counter":
        return "pipegen." + name.removesuffix("_total").removesuffix(".total")
    if family.is_rate:
        base = name.removesuffix("_per_s")
        return f"pipegen.{base}" if base.endswith(("rate", "trend")) else f"pipegen.{base}_rate"
    for suffix in ("_ms", "_us", "_s", "_bytes", "_ratio"):
        if family.unit and name.endswith(suffix):
            base = name.removesuffix(suffix)
            # Where the same word counts records as well, as a lag does, the kind stays in the name.
            taken = any(other.path in {base, f"{base}_total"} for other in _every_family())
            return f"pipegen.{base}_{_KIND[family.unit]}" if taken else f"pipegen.{base}"
    return "pipegen." + name


@cache
def _every_family() -> tuple[Family, ...]:
    return (*families(), *(family for kind in EACH_KINDS for family in part_families(kind)))


def _instruments(
    meter: Meter,
    observe: Callable[[Family], Iterable[Observation]],
    latencies: Callable[[str], Iterable[Observation]],
) -> None:
    def watching(family: Family) -> Callable[[CallbackOptions], Iterable[Observation]]:
        return lambda _options: observe(family)

    for family in families():
        create = meter.create_observable_counter if family.kind == "counter" else meter.create_observable_gauge
        unit = "1/s" if family.is_rate else _UNIT[family.unit]
        create(otlp_name(family), callbacks=[watching(family)], unit=unit, description=f"{family.path} of the snapshot")
    meter.create_observable_gauge(
        "pipegen.latency",
        callbacks=[lambda _options: latencies("total")],
        unit="s",
        description="Latency from the due time, since the start of the load",
    )
    meter.create_observable_gauge(
        "pipegen.latency.interval",
        callbacks=[lambda _options: latencies("interval")],
        unit="s",
        description="Latency from the due time, since the snapshot before",
    )


def _part_instruments(
    meter: Meter,
    kind: EachKind,
    observe: Callable[[EachKind, Family], Iterable[Observation]],
    latencies: Callable[[EachKind], Iterable[Observation]],
) -> None:
    def watching(family: Family) -> Callable[[CallbackOptions], Iterable[Observation]]:
        return lambda _options: observe(kind, family)

    for family in part_families(kind):
        create = meter.create_observable_counter if family.kind == "counter" else meter.create_observable_gauge
        unit = "1/s" if family.is_rate else _UNIT[family.unit]
        create(otlp_name(family), callbacks=[watching(family)], unit=unit, description=f"{family.path} of the snapshot")
    meter.create_observable_gauge(
        f"pipegen.{kind}.latency",
        callbacks=[lambda _options: latencies(kind)],
        unit="s",
        description=f"Latency of the {kind} from the due time, since the start of the load",
    )


def _quantiles(distribution: Percentiles | None) -> Iterable[tuple[str, float]]:
    for quantile, field in QUANTILES if distribution is not None else ():
        value_ms: float | None = getattr(distribution, field)
        if value_ms is not None:
            yield quantile, value_ms


def _attributes(snapshot: Snapshot) -> dict[str, str]:
    run = snapshot.run
    return {"pipeline": run.pipeline, "run": run.id, "worker": str(run.worker)}
