"""Bad input: a clear sentence that says what, where and what to do; exit code 2; no traceback; nothing started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.pipegen_process import Finished, pipegen


def refused(project: Path, *arguments: str | Path, **env: str) -> Finished:
    """A run that must be refused before anything starts."""
    done = pipegen("run", f"--project-dir={project}", "--stack=none", *arguments, **env)
    assert done.exit_code == 2, done.out + done.err
    assert "Traceback" not in done.out + done.err
    assert "looking for the services" not in done.err
    return done


def test_an_unknown_yaml_key_is_named_with_its_line_and_the_nearest_known_one(project: Path) -> None:
    settings = project / ".pipegen.yaml"
    settings.write_text("message_rte: 5\n" + settings.read_text())
    done = refused(project)
    assert f"{settings}:1" in done.err
    assert "message_rte" in done.err
    assert "“message_rate”" in done.err


def test_a_wrong_yaml_value_is_named_with_its_line(project: Path) -> None:
    (project / ".pipegen.yaml").write_text("name: orders\nduration: 30\n")
    done = refused(project)
    assert ".pipegen.yaml:2: duration: 30 has no unit" in done.err


@pytest.mark.parametrize("rate", ["0", "-5"])
def test_a_rate_that_is_not_positive_is_refused(project: Path, rate: str) -> None:
    done = refused(project, f"--message-rate={rate}")
    assert "flag --message-rate" in done.err
    assert "greater than 0" in done.err


@pytest.mark.parametrize(
    ("pattern", "position", "reason"),
    [
        ("5s-10s", 6, ""),
        ("5s-10s:400%,8s-12s:200%", 12, "overlap"),
        ("5s-60s:400%", 3, "30s"),
        ("5x-10s:400%", 0, ""),
    ],
)
def test_a_wrong_traffic_pattern_is_pointed_at(project: Path, pattern: str, position: int, reason: str) -> None:
    done = refused(project, f"--traffic-pattern={pattern}", "--duration=30s")
    lines = done.err.splitlines()
    shown = next(index for index, line in enumerate(lines) if line.strip() == pattern)
    caret = lines[shown + 1].index("^") - lines[shown].index(pattern)
    assert abs(caret - position) <= 1
    assert reason in done.err


def test_an_invalid_schema_is_named_with_file_and_json_path(project: Path) -> None:
    schema = project / "schemas" / "input.avsc"
    parsed = json.loads(schema.read_text())
    parsed["fields"][2]["type"] = "strin"
    schema.write_text(json.dumps(parsed))
    done = refused(project)
    assert str(schema) in done.err
    assert "fields[2]" in done.err
    assert "strin" in done.err


def test_a_schema_that_is_no_json_is_named_with_its_line(project: Path) -> None:
    schema = project / "schemas" / "input.avsc"
    schema.write_text('{"type": "record",\n  oops\n')
    done = refused(project)
    assert f"{schema}:2" in done.err


def test_a_missing_schema_is_named(project: Path) -> None:
    (project / "schemas" / "input.avsc").unlink()
    assert "schemas/input.avsc" in refused(project).err


def test_an_unknown_sql_variable_is_named_with_file_and_line(project: Path) -> None:
    source = project / "sql" / "01_source.sql"
    source.write_text(source.read_text().replace("${INPUT_TOPIC}", "${INPUT_TOPIK}"))
    done = pipegen("validate", f"--project-dir={project}")
    assert done.exit_code == 2
    assert "01_source.sql:" in done.out + done.err
    assert "INPUT_TOPIK" in done.out + done.err


def test_a_missing_project_folder_is_named(tmp_path: Path) -> None:
    done = pipegen("run", f"--project-dir={tmp_path / 'nowhere'}")
    assert done.exit_code == 2
    assert "nowhere" in done.err
    assert "pipegen init" in done.err


def test_a_folder_that_is_no_project_is_named(tmp_path: Path) -> None:
    done = pipegen("run", f"--project-dir={tmp_path}")
    assert done.exit_code == 2
    assert ".pipegen.yaml" in done.err


def test_an_unknown_flag_is_refused(project: Path) -> None:
    done = pipegen("run", f"--project-dir={project}", "--no-such-flag")
    assert done.exit_code == 2
    assert "no-such-flag" in done.err


def test_a_summary_file_in_a_missing_folder_is_refused_before_the_run(project: Path, tmp_path: Path) -> None:
    assert "does not exist" in refused(project, f"--summary-json={tmp_path / 'gone' / 's.json'}").err


def test_an_unknown_variable_of_ours_is_a_warning_that_names_the_nearest(project: Path) -> None:
    done = pipegen("run", f"--project-dir={project}", "--dry-run", PIPEGEN_MESAGE_RATE="5")
    assert done.exit_code == 0
    assert "PIPEGEN_MESAGE_RATE" in done.err
    assert "did you mean PIPEGEN_MESSAGE_RATE?" in done.err


def test_show_config_names_the_source_of_each_value_and_hides_credentials(project: Path) -> None:
    done = pipegen(
        "run",
        f"--project-dir={project}",
        "--show-config",
        "--message-rate=7",
        "--schema-registry-url=http://anna:hunter2@127.0.0.1:8082",
        PIPEGEN_DASHBOARD_PORT="3210",
    )
    assert done.exit_code == 0
    assert "hunter2" not in done.out
    row = {line.split()[0]: line for line in done.out.splitlines() if line.strip()}
    assert "7.0" in row["message_rate"]
    assert "flag --message-rate" in row["message_rate"]
    assert "environment variable PIPEGEN_DASHBOARD_PORT" in row["dashboard.port"]
    assert ".pipegen.yaml:" in row["pipeline.partitions"]
    assert "default" in row["flink_url"]


def test_a_dry_run_prints_each_phase_with_its_rate_and_the_total(project: Path) -> None:
    done = pipegen("run", f"--project-dir={project}", "--dry-run", "--duration=30s", "--traffic-pattern=10s-20s:400%")
    assert done.exit_code == 0
    out = done.out.replace("\u2009", "")
    assert "peak1" in out
    assert "400 msg/s" in out
    assert "6000" in out
