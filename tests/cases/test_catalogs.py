"""Scripts that use tables of a persistent catalog: a run changes none of them, whatever the script does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints
from pipegen.stack.mirror import TransferError, repositories
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack
# Flink's own folder-based catalog, made for tests.
JAR = "org/apache/flink/flink-table-filesystem-test-utils/2.3.0/flink-table-filesystem-test-utils-2.3.0.jar"
TABLE = "CREATE TABLE {} (id BIGINT, name STRING, hdr MAP<STRING, BYTES> METADATA FROM 'headers') WITH ({})"
OPTIONS = (
    "'connector' = 'kafka', 'topic' = '{}', 'properties.bootstrap.servers' = 'theirs:9092', 'format' = 'json', "
    "'properties.group.id' = 'theirs', 'scan.startup.mode' = 'earliest-offset'"
)


@pytest.fixture
def jar(tmp_path: Path) -> Path:
    file = tmp_path / "catalog.jar"
    for repository in repositories():
        try:
            answer = httpx2.get(f"{repository.rstrip('/')}/{JAR}", timeout=60, follow_redirects=True)
            answer.raise_for_status()
        except (httpx2.HTTPError, TransferError):
            continue
        file.write_bytes(answer.content)
        return file
    raise AssertionError(f"no repository has {JAR}")


def opening(jar: Path, store: Path) -> list[str]:
    options = f"'type' = 'test-filesystem', 'path' = '{store}', 'default-database' = 'shop'"
    return [f"ADD JAR '{jar}'", f"CREATE CATALOG kept WITH ({options})", "USE CATALOG kept"]


def make_tables(endpoints: Endpoints, statements: list[str]) -> None:
    async def run() -> None:
        gateway = SqlGatewayClient(endpoints.sql_gateway_url)
        try:
            session = await gateway.open_session("theirs", {})
            for statement in statements:
                await gateway.execute(statement, timeout_s=60)
            await gateway.end_session(session)
        finally:
            await gateway.close()

    asyncio.run(run())


def held(store: Path) -> dict[str, bytes | None]:
    """Every folder and file of the catalog."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(store.rglob("*"))}


def test_a_run_leaves_the_tables_of_a_catalog_unchanged(
    jar: Path, tmp_path: Path, start_run: StartRun, endpoints: Endpoints, independent: Independent
) -> None:
    store = tmp_path / "store"
    (store / "shop").mkdir(parents=True)
    first = opening(jar, store)
    tables = [TABLE.format(name, OPTIONS.format(f"kept-{name}")) for name in ("orders", "sunk")]
    make_tables(endpoints, [*first, *tables])
    before = held(store)
    assert len(before) > 4
    script = tmp_path / "job.sql"
    script.write_text(
        ";\n".join(
            [
                *first,
                "CREATE TABLE extra (id BIGINT) WITH ('connector' = 'blackhole')",
                "CREATE DATABASE more",
                "ALTER TABLE sunk SET ('topic' = 'elsewhere')",
                "INSERT INTO sunk SELECT * FROM orders",
                "INSERT INTO extra SELECT id FROM orders",
                "DROP TABLE extra",
                "DROP TABLE orders",
            ]
        )
    )
    done = start_run(
        tmp_path, f"--sql={script}", "--duration=3s", "--message-rate=100", "--pipeline-timeout=60s", env=LENIENT
    ).finish()
    assert done.exit_code == 0, done.out + done.err
    assert held(store) == before
    kept, extra = done.summary["snapshot"]["outputs"]
    assert (kept["name"], kept["total"], kept["lost"]) == ("sunk", 300, 0)
    assert (extra["name"], extra["total"]) == ("extra", 300)
    for place, what in ((5, "CREATE DATABASE more"), (6, "ALTER TABLE sunk"), (10, "DROP TABLE orders")):
        assert f"job.sql:{place}: {what}" in done.err
    assert done.err.count("would change a catalog that outlives the run: it is left out") == 3
    assert independent.topics("kept-") == []
