"""What a recording says of its run: everything that was set, and no secret."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipegen.config import load_settings, secret_values
from pipegen.outputs import make_manifest
from pipegen.project import open_project
from pipegen.replay import Manifest
from tests.tooling.checkout import ROOT

SECRETS = ("kafka-pass-1", "registry-pass-2", "producer-pass-3", "sql-pass-4", "url-pass-5", "token-6-abcdef")


def manifest_of(folder: Path) -> Manifest:
    project_dir = folder / "orders"
    shutil.copytree(ROOT / "examples" / "orders", project_dir)
    with (project_dir / ".pipegen.yaml").open("a") as file:
        file.write(
            "\nkafka:\n  security: {protocol: SASL_SSL, username: me, password: kafka-pass-1}\n"
            "schema_registry:\n  security: {username: me, password: registry-pass-2}\n"
            "producer_config: {sasl.password: producer-pass-3, acks: all}\n"
            "flink_url: http://me:url-pass-5@flink:8081\n"
        )
    source = project_dir / "sql" / "01_source.sql"
    source.write_text("-- 'password' = 'sql-pass-4'\n" + source.read_text())
    resolved = load_settings(project_dir=project_dir, flags={"duration": "5s"}, environ={})
    project = open_project(project_dir, resolved.settings)
    return make_manifest(
        run_id="abc234",
        project=project,
        resolved=resolved,
        command=["pipegen", "run", "--dashboard-token", "token-6-abcdef"],
        secrets=[*secret_values(resolved.settings), "token-6-abcdef"],
    )


def test_no_secret_of_settings_sql_or_command_line_is_recorded(tmp_path: Path) -> None:
    text = manifest_of(tmp_path).model_dump_json()
    assert [secret for secret in SECRETS if secret in text] == []


def test_settings_sql_and_schemas_are_recorded_as_they_were(tmp_path: Path) -> None:
    manifest = manifest_of(tmp_path)
    rows = {row.key: (row.value, row.source) for row in manifest.settings}
    assert rows["duration"] == ("5s", "flag --duration")
    assert rows["producer_config"][0].count("acks") == 1
    assert rows["flink_url"][0] == "http://flink:8081"
    assert [source.path for source in manifest.schemas] == ["schemas/input.avsc"]
    written = {source.path: source.text for source in manifest.sql}
    assert sorted(written) == ["sql/01_source.sql", "sql/02_sink.sql", "sql/03_process.sql"]
    assert written["sql/03_process.sql"] == (tmp_path / "orders/sql/03_process.sql").read_text()
    assert manifest.machine.cores is not None


def test_long_files_are_recorded_whole(tmp_path: Path) -> None:
    from pipegen.redact import redact_whole

    text = "".join(f"-- line {number}\n" for number in range(5_000)) + "'password' = 'sql-pass-4'\n"
    kept = redact_whole(text)
    assert kept.splitlines()[:-1] == text.splitlines()[:-1]
    assert "sql-pass-4" not in kept
