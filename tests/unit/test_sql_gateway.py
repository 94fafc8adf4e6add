"""Statements at the SQL gateway: nothing is waited for without end, and every job that it names is known."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pipegen.errors import FlinkError
from pipegen.services import sql_gateway
from pipegen.services.http import HttpRefusedError
from pipegen.services.sql_gateway import SqlGatewayClient, StatementRefusedError, StatementResult

GONE = "Session '6d0c' does not exist."


class Gateway(SqlGatewayClient):
    """Answers as the gateway does, without one.

    Args:
        status: What it says of every operation.
        pages: What it answers for a result, by page; the last one for ever.
        refusals: What it refuses, by method and the end of the path.
    """

    def __init__(
        self,
        *,
        status: str = "FINISHED",
        pages: list[dict[str, Any]] | None = None,
        refusals: Mapping[tuple[str, str], HttpRefusedError] | None = None,
    ) -> None:
        super().__init__("http://127.0.0.1:1")
        self.status = status
        self._pages = pages or [{"resultType": "EOS"}]
        self._refusals = refusals or {}
        self.asked: list[tuple[str, str]] = []

    async def request(self, method: str, path: str, **_more: Any) -> Any:
        self.asked.append((method, path))
        await asyncio.sleep(0)
        for (refused, end), refusal in self._refusals.items():
            if method == refused and path.endswith(end):
                raise refusal
        if path.endswith("/status"):
            return {"status": self.status}
        if "/result/" in path:
            return self._pages.pop(0) if len(self._pages) > 1 else self._pages[0]
        return {"sessionHandle": "6d0c", "operationHandle": "op"}

    @property
    def operations(self) -> list[str]:
        """What was done with the operation, besides asking how it is."""
        return [path.rpartition("/")[2] for method, path in self.asked if method != "GET" and "/operations/" in path]


def page(**more: Any) -> dict[str, Any]:
    """A page of rows with one after it."""
    return {"resultType": "PAYLOAD", "nextResultUri": "/result/1", "results": {"data": [{"fields": [1]}]}} | more


async def executed(gateway: Gateway, jobs: list[str], *, timeout_s: float = 30) -> StatementResult:
    await gateway.open_session("run", {})
    return await gateway.execute("…", timeout_s=timeout_s, on_job=jobs.append)


def test_the_job_of_any_statement_is_named_with_its_rows() -> None:
    jobs: list[str] = []
    gateway = Gateway(pages=[{"resultType": "NOT_READY"}, page(jobID="a1", isQueryResult=False), {"resultType": "EOS"}])
    result = asyncio.run(executed(gateway, jobs))
    assert (result, jobs) == (StatementResult("a1", [[1]]), ["a1"])
    assert gateway.operations == ["close"]


def test_a_query_is_not_followed_and_its_job_is_named() -> None:
    jobs: list[str] = []
    gateway = Gateway(pages=[page(jobID="a1", isQueryResult=True)])  # every page has one after it
    result = asyncio.run(executed(gateway, jobs))
    assert (result, jobs) == (StatementResult("a1", [], query=True), ["a1"])
    assert gateway.operations == ["close"]


@pytest.mark.parametrize(
    "gateway",
    [Gateway(status="RUNNING"), Gateway(pages=[{"resultType": "NOT_READY"}]), Gateway(pages=[page()])],
    ids=["a statement that waits", "a result that is never ready", "rows without end"],
)
def test_whatever_a_statement_does_it_ends_in_its_time(gateway: Gateway) -> None:
    with pytest.raises(FlinkError, match=r"did not finish a statement within 0\.05 s"):
        asyncio.run(executed(gateway, [], timeout_s=0.05))
    assert gateway.operations == ["cancel", "close"]


def test_a_caller_that_is_cancelled_still_learns_of_the_job_that_is_being_submitted() -> None:
    async def scene() -> list[str]:
        jobs: list[str] = []
        gateway = Gateway(status="RUNNING", pages=[page(jobID="a1"), {"resultType": "EOS"}])
        caller = asyncio.create_task(executed(gateway, jobs))
        await asyncio.sleep(0.05)
        caller.cancel()
        gateway.status = "FINISHED"
        with pytest.raises(asyncio.CancelledError):
            await caller
        return jobs

    assert asyncio.run(scene()) == ["a1"]


def test_a_caller_that_is_cancelled_does_not_wait_for_a_statement_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_gateway, "_LAST_WAIT_S", 0.01)

    async def scene() -> list[str]:
        gateway = Gateway(status="RUNNING")
        caller = asyncio.create_task(executed(gateway, []))
        await asyncio.sleep(0.05)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        return gateway.operations

    assert asyncio.run(scene()) == ["cancel", "close"]


def test_a_refused_statement_says_so() -> None:
    refusal = HttpRefusedError(500, {"errors": ["org.x.SqlException: no such table"]})
    gateway = Gateway(refusals={("GET", "/result/0?rowFormat=JSON"): refusal})
    with pytest.raises(StatementRefusedError, match="no such table"):
        asyncio.run(executed(gateway, []))


@pytest.mark.parametrize(
    "refusal",
    [
        HttpRefusedError(500, {"errors": ["Internal server error.", f"o.a.f.SqlGatewayException: {GONE}\n\tat o.a"]}),
        HttpRefusedError(404, {"errors": ["Not found."]}),
    ],
)
def test_a_session_that_is_gone_is_closed(refusal: HttpRefusedError) -> None:
    async def scene() -> None:
        gateway = Gateway(refusals={("DELETE", "/sessions/6d0c"): refusal})
        await gateway.open_session("run", {})
        await gateway.end_session("6d0c")

    asyncio.run(scene())


def test_a_session_that_the_gateway_will_not_close_is_told() -> None:
    async def scene() -> None:
        gateway = Gateway(refusals={("DELETE", "/sessions/6d0c"): HttpRefusedError(500, {"errors": ["Out of memory"]})})
        await gateway.open_session("run", {})
        await gateway.end_session("6d0c")

    with pytest.raises(FlinkError, match="refused to close the session"):
        asyncio.run(scene())
