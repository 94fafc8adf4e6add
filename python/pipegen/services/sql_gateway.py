"""The Flink SQL gateway: a session, statements run one after another, and its messages made readable."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipegen.config.addresses import SQL_GATEWAY_PORT
from pipegen.errors import FlinkError
from pipegen.project.plan.masked import masked
from pipegen.services.http import HttpRefusedError, JsonService, understood
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess
from pipegen.services.java_trace import root_cause
from pipegen.tasks import end

_POLL_S = 0.05
_LAST_WAIT_S = 5.0
_NOT_FOUND = 404
_GONE = re.compile(r"[Ss]ession '[^']*' does not exist")
_RUNNING = frozenset({"INITIALIZED", "PENDING", "RUNNING"})


class StatementRefusedError(Exception):
    """Flink refused a statement; ``message`` is its own root cause, ``trace`` the whole text it sent."""

    def __init__(self, message: str, trace: str) -> None:
        super().__init__(message)
        self.message = message
        self.trace = trace


@dataclass(frozen=True, slots=True)
class StatementResult:
    """What a statement left behind.

    Attributes:
        job_id: The job it started; None without one.
        rows: Its rows; none of a query's.
        query: Whether it was a query, whose job ends with the statement.
    """

    job_id: str | None
    rows: list[list[Any]]
    query: bool = False


class SqlGatewayClient(JsonService):
    """Runs SQL statements in one session."""

    def __init__(self, url: str, *, access: HttpAccess = OPEN_ACCESS) -> None:
        super().__init__(
            url,
            access=access,
            security="sql_gateway.security",
            name="Flink SQL gateway",
            kind="a Flink SQL gateway",
            error=FlinkError,
            remedy="Start the local stack with `pipegen deploy`, or name yours with --sql-gateway-url.",
            address_remedy=f"Name the SQL gateway (by default port {SQL_GATEWAY_PORT}), not the JobManager, "
            "with --sql-gateway-url.",
        )
        self._session: str | None = None

    @understood
    async def version(self) -> str:
        """Flink's version as the gateway says it.

        Raises:
            FlinkError: when it does not answer or is no SQL gateway.
        """
        try:
            answer = await self.request("GET", "/v1/info")
        except HttpRefusedError as refusal:
            raise self.refused("to say its version", refusal) from None
        return str(answer["version"])

    @understood
    async def open_session(self, name: str, properties: dict[str, str]) -> str:
        """Opens the session that later statements run in; returns its handle."""
        try:
            answer = await self.request(
                "POST", "/v1/sessions", json={"sessionName": name, "properties": properties}, timeout_s=30
            )
        except HttpRefusedError as refusal:
            raise self.refused("to open a session", refusal, detail=root_cause(_trace(refusal))) from None
        self._session = str(answer["sessionHandle"])
        return self._session

    async def end_session(self, handle: str) -> None:
        """Ends a session, this client's or another's; tables of it are gone, jobs go on. One that is gone is fine."""
        try:
            await self.request("DELETE", f"/v1/sessions/{handle}")
        except HttpRefusedError as refusal:
            if refusal.status != _NOT_FOUND and not _GONE.search(_trace(refusal)):
                raise self.refused("to close the session", refusal) from None

    @understood
    async def execute(
        self, statement: str, *, timeout_s: float, on_job: Callable[[str], None] = lambda _job_id: None
    ) -> StatementResult:
        """Runs one statement to its end: an INSERT ends when its job is submitted, a query when it is known as one.

        A caller that is cancelled is kept for a few seconds more: a job that is being submitted still gets its name.

        Args:
            statement: The statement.
            timeout_s: How long it may take.
            on_job: Told of its job as soon as it has one.

        Raises:
            StatementRefusedError: when Flink refuses it.
            FlinkError: when the gateway does not answer, or not within ``timeout_s``.
        """
        running = asyncio.create_task(self._executed(statement, on_job))
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.shield(running)
        except TimeoutError:
            raise FlinkError(
                f"the SQL gateway at {self.shown_url} did not finish a statement within {timeout_s:g} s",
                detail=masked(statement)[:500],
            ) from None
        except asyncio.CancelledError:
            await asyncio.wait({running}, timeout=_LAST_WAIT_S)
            raise
        finally:
            with contextlib.suppress(Exception):  # what it says now is of no interest any more
                await end(running)

    async def _executed(self, statement: str, on_job: Callable[[str], None]) -> StatementResult:
        if self._session is None:
            raise FlinkError("no session is open at the SQL gateway")
        base = f"/v1/sessions/{self._session}"
        try:
            answer = await self.request("POST", f"{base}/statements", json={"statement": statement}, timeout_s=30)
            operation = f"{base}/operations/{answer['operationHandle']}"
            try:
                await self._until_done(operation)
                result = await self._result(operation, on_job)
            except asyncio.CancelledError:
                await self._give_up(operation)
                raise
            await self.request("DELETE", f"{operation}/close")
        except HttpRefusedError as refusal:
            trace = _trace(refusal)
            raise StatementRefusedError(root_cause(trace), trace) from None
        return result

    async def _until_done(self, operation: str) -> None:
        while True:
            status = str((await self.request("GET", f"{operation}/status"))["status"])
            if status not in _RUNNING:
                return
            await asyncio.sleep(_POLL_S)

    async def _result(self, operation: str, on_job: Callable[[str], None]) -> StatementResult:
        rows: list[list[Any]] = []
        job_id: str | None = None
        path: str | None = f"{operation}/result/0?rowFormat=JSON"
        while path is not None:
            answer = await self.request("GET", path, timeout_s=30)
            if job_id is None and answer.get("jobID"):
                job_id = str(answer["jobID"])
                on_job(job_id)
            if answer.get("resultType") == "NOT_READY":
                await asyncio.sleep(_POLL_S)
                continue
            if answer.get("isQueryResult"):
                return StatementResult(job_id, [], query=True)
            rows.extend(row["fields"] for row in answer.get("results", {}).get("data", []))
            following = answer.get("nextResultUri")
            path = str(following) if following and answer.get("resultType") != "EOS" else None
        return StatementResult(job_id, rows)

    async def _give_up(self, operation: str) -> None:
        """Ends a statement that nobody waits for any more."""
        with contextlib.suppress(HttpRefusedError, FlinkError):
            await self.request("POST", f"{operation}/cancel")
            await self.request("DELETE", f"{operation}/close")


def _trace(refusal: HttpRefusedError) -> str:
    body: Any = refusal.body
    if isinstance(body, dict) and body.get("errors"):
        return "\n".join(str(part) for part in body["errors"])
    return str(body)
