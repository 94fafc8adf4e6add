"""The Flink SQL gateway: a session, statements run one after another, and its messages made readable."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from pipegen.config.addresses import SQL_GATEWAY_PORT
from pipegen.errors import FlinkError
from pipegen.services.http import HttpRefusedError, JsonService
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess

_POLL_S = 0.05
_RUNNING = frozenset({"INITIALIZED", "PENDING", "RUNNING"})
_CAUSE = re.compile(r"^(?:Caused by: )?((?:[\w$]+\.)+[\w$]+(?:Exception|Error)\w*)(?:: (.*))?$")

_THROWN = re.compile(
    r"(?m)^\s*(?:Caused by: |<Exception on server side:\s*)?((?:[\w$]+\.)+[\w$]+(?:Exception|Error)\w*)\b"
)


class StatementRefusedError(Exception):
    """Flink refused a statement; ``message`` is its own root cause, ``trace`` the whole text it sent."""

    def __init__(self, message: str, trace: str) -> None:
        super().__init__(message)
        self.message = message
        self.trace = trace


@dataclass(frozen=True, slots=True)
class StatementResult:
    """What a statement left behind: the job it started, if any, and its rows."""

    job_id: str | None
    rows: list[list[Any]]


class SqlGatewayClient(JsonService):
    """Runs SQL statements in one session."""

    def __init__(self, url: str, *, access: HttpAccess = OPEN_ACCESS) -> None:
        super().__init__(
            url,
            access=access,
            name="Flink SQL gateway",
            error=FlinkError,
            remedy="Start the local stack with `pipegen deploy`, or name yours with --sql-gateway-url.",
        )
        self._session: str | None = None

    async def version(self) -> str:
        """Flink's version as the gateway says it.

        Raises:
            FlinkError: when it does not answer or is no SQL gateway.
        """
        try:
            answer = await self.request("GET", "/v1/info")
        except HttpRefusedError as refusal:
            raise self.refused("to say its version", refusal) from None
        if not isinstance(answer, dict) or "version" not in answer:
            raise FlinkError(
                f"{self.shown_url} answers, but not like a Flink SQL gateway",
                remedy=f"Name the SQL gateway (by default port {SQL_GATEWAY_PORT}), not the JobManager, "
                "with --sql-gateway-url.",
            )
        return str(answer["version"])

    async def open_session(self, name: str, properties: dict[str, str]) -> None:
        """Opens the session that later statements run in."""
        try:
            answer = await self.request(
                "POST", "/v1/sessions", json={"sessionName": name, "properties": properties}, timeout_s=30
            )
        except HttpRefusedError as refusal:
            raise self.refused("to open a session", refusal, detail=root_cause(_trace(refusal))) from None
        self._session = str(answer["sessionHandle"])

    async def close_session(self) -> None:
        """Closes the session; tables of it are gone, jobs go on."""
        if self._session is None:
            return
        session, self._session = self._session, None
        try:
            await self.request("DELETE", f"/v1/sessions/{session}")
        except HttpRefusedError as refusal:
            raise self.refused("to close the session", refusal) from None

    async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
        """Runs one statement to its end (an INSERT ends when its job is submitted).

        Raises:
            StatementRefusedError: when Flink refuses it.
            FlinkError: when the gateway does not answer, or not within ``timeout_s``.
        """
        if self._session is None:
            raise FlinkError("no session is open at the SQL gateway")
        base = f"/v1/sessions/{self._session}"
        try:
            answer = await self.request("POST", f"{base}/statements", json={"statement": statement}, timeout_s=30)
            operation = f"{base}/operations/{answer['operationHandle']}"
            await asyncio.wait_for(self._until_done(operation), timeout_s)
            rows, job_id = await self._rows(operation)
            await self.request("DELETE", f"{operation}/close")
        except HttpRefusedError as refusal:
            trace = _trace(refusal)
            raise StatementRefusedError(root_cause(trace), trace) from None
        except TimeoutError:
            raise FlinkError(
                f"the SQL gateway at {self.shown_url} did not finish a statement within {timeout_s:g} s",
                detail=statement[:500],
            ) from None
        return StatementResult(job_id, rows)

    async def _until_done(self, operation: str) -> None:
        while True:
            status = str((await self.request("GET", f"{operation}/status"))["status"])
            if status not in _RUNNING:
                return
            await asyncio.sleep(_POLL_S)

    async def _rows(self, operation: str) -> tuple[list[list[Any]], str | None]:
        rows: list[list[Any]] = []
        job_id: str | None = None
        path: str | None = f"{operation}/result/0?rowFormat=JSON"
        while path is not None:
            answer = await self.request("GET", path, timeout_s=30)
            job_id = answer.get("jobID") or job_id
            if answer.get("resultType") == "NOT_READY":
                await asyncio.sleep(_POLL_S)
                continue
            rows.extend(row["fields"] for row in answer.get("results", {}).get("data", []))
            following = answer.get("nextResultUri")
            path = str(following) if following and answer.get("resultType") != "EOS" else None
        return rows, job_id


def _trace(refusal: HttpRefusedError) -> str:
    body: Any = refusal.body
    if isinstance(body, dict) and body.get("errors"):
        return "\n".join(str(part) for part in body["errors"])
    return str(body)


def exception_classes(trace: str) -> tuple[str, ...]:
    """The exception classes that a Java stack trace names as thrown, outermost first."""
    return tuple(dict.fromkeys(_THROWN.findall(trace)))


def root_cause(trace: str) -> str:
    """The last exception with a message in a Java stack trace, as ``message``; the first line where there is none.

    The parser's list of all that it would have liked better is left out: it can be fifty lines long.
    """
    cause: str | None = None
    lines = trace.splitlines()
    index = 0
    while index < len(lines):
        match = _CAUSE.match(lines[index].strip().removeprefix("<Exception on server side:").strip())
        index += 1
        if match is None or not match.group(2):
            continue
        # A message may go on over several lines until the frames ("at …") begin.
        text = [match.group(2)]
        while index < len(lines) and not re.match(r"\s*(at |Caused by: |\.\.\. \d+ more)", lines[index]):
            text.append(lines[index].rstrip())
            index += 1
        cause = "\n".join(text).partition("\nWas expecting")[0].strip()
    return cause or (lines[0].strip() if lines else "no message")


_PLACE = re.compile(r"(?:[Ff]rom|[Aa]t) line (\d+), column (\d+)")


def fault_place(trace: str) -> tuple[int, int] | None:
    """Line and column, counted from 1, of the fault in the statement; None where Flink names no place.

    The validator says it in an exception of its own, above the one that names the cause.
    """
    places = _PLACE.findall(trace)
    return (int(places[-1][0]), int(places[-1][1])) if places else None
