"""The list ``traffic:`` in the settings: named phases, and each fault with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipegen.config import load_settings
from pipegen.errors import ConfigError
from pipegen.traffic import TrafficPlan, plan_traffic

PHASES = """\
message_rate: 100
duration: 10m
traffic:
  - name: warmup
    window: 0s-1m
    rate: 10%..100%
  - name: burst
    window: 2m-8m
    repeat: {every: 2m, for: 20s}
    spike:
      rate: 800%
      decay: 5s
  - window: 8m-9m
    rate: 0%
  - name: wave
    window: 9m-10m
    sine: {rate: 100%..300%, period: 30s}
"""


def plan_from(tmp_path: Path, text: str, environ: dict[str, str] | None = None, **flags: str) -> TrafficPlan:
    (tmp_path / ".pipegen.yaml").write_text(text, encoding="utf-8")
    resolved = load_settings(project_dir=tmp_path, flags=flags, environ=environ or {})
    return plan_traffic(resolved.settings, resolved.sources)


def test_phases_have_the_names_given_and_the_shapes_of_a_pattern(tmp_path: Path) -> None:
    plan = plan_from(tmp_path, PHASES)
    assert [(phase.name, phase.shape, phase.start_ns // 10**9) for phase in plan.phases] == [
        ("warmup", "ramp", 0),
        ("steady", "hold", 60),
        ("burst", "spike", 120),
        ("steady", "hold", 140),
        ("burst", "spike", 240),
        ("steady", "hold", 260),
        ("burst", "spike", 360),
        ("steady", "hold", 380),
        ("peak1", "hold", 480),
        ("wave", "sine", 540),
    ]
    (tmp_path / "other").mkdir()
    pattern = (
        "9m-10m:sine(100%..300%,period=30s), 2m-8m:repeat(every=2m,for=20s):spike(800%,decay=5s),"
        "0s-1m:10%..100%, 8m-9m:0%"
    )
    same = plan_from(tmp_path / "other", f"message_rate: 100\nduration: 10m\ntraffic_pattern: '{pattern}'")
    assert same.segments() == plan.segments()


def test_the_list_may_come_from_the_environment_as_json(tmp_path: Path) -> None:
    entries = [{"name": "rush", "window": "1s-2s", "steps": {"rate": "1/s..9/s", "count": 3}}]
    plan = plan_from(tmp_path, "{}", {"PIPEGEN_TRAFFIC": json.dumps(entries)})
    assert [phase.name for phase in plan.phases] == ["steady", "rush", "steady"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "remedy"),
    [
        ("rate: 10%", "rtae: 10%", 6, "traffic[0]: unknown key “rtae”", "Did you mean “rate”?"),
        ("decay: 5s", "decey: 5s", 12, "traffic[1].spike: unknown key “decey”", "Did you mean “decay”?"),
        ("decay: 5s", "decay: 5x", 12, "traffic[1].spike.decay: unknown unit “x”", "Units are"),
        ("decay: 5s", "decay: 5", 12, "traffic[1].spike.decay: a unit is missing after 5", "Units are"),
        ("decay: 5s", "decay: true", 12, "traffic[1].spike: decay is no text", "in one line"),
        ("      decay: 5s\n", "", 10, "traffic[1].spike: “decay” is missing", "Add “decay: …”."),
        ("0s-1m", "0s-1m:1%", 5, "traffic[0].window: expected the end, found “:”", "Write windows like"),
        ("    window: 0s-1m\n", "", 4, "traffic[0]: “window” is missing", "Add “window: …”."),
        ("    rate: 0%\n", "", 13, "traffic[2]: the phase has no shape; it needs exactly one of rate, sine", None),
        ("rate: 0%", "rate: 0%\n    steps: {}", 15, "traffic[2]: the phase has rate and steps", None),
        ("rate: 0%", "spike: 800%", 14, "traffic[2]: spike is not “key: value” pairs", "spike: {rate: …, decay: …}"),
        ("100%..300%", "100%", 17, "traffic[3].sine.rate: a sine goes between two levels", "100%..300%"),
        ("for: 20s", "for: 3m", 9, "traffic[1].repeat.for: a turn of 3m does not fit into every 2m", "how long"),
        ("8m-9m", "7m-9m", 13, "traffic[2].window: the window overlaps the one from 2m to 8m", "may touch"),
        ("9m-10m", "9m-11m", 16, "traffic[3].window: the window ends at 11m, after the run", "End the window"),
        ("name: wave", "name: burst", 7, "traffic[1].name: two phases are called burst", "its own name"),
        ("name: wave", "name: peak1", 15, "traffic[3].name: two phases are called peak1", "its own name"),
        ("name: wave", "name: steady", 15, "traffic[3].name: steady is the name of", "another name"),
        ("name: wave", "name: big wave", 15, "traffic[3].name: a phase's name must be one word", "letters, digits"),
        ("name: wave", "name: wave\n    name: sea", 16, "“traffic[3].name” stands twice", "Keep one"),
        ("traffic:\n", "traffic: 5\npipeline.hints:\n", 3, "traffic: Input should be a valid list", None),
    ],
)
def test_a_fault_has_its_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, message: str, remedy: str | None
) -> None:
    assert PHASES.count(old) == 1
    with pytest.raises(ConfigError) as caught:
        plan_from(tmp_path, PHASES.replace(old, new))
    assert caught.value.message.startswith(f"{tmp_path / '.pipegen.yaml'}:{line}: {message}")
    assert (remedy or "") in (caught.value.remedy or "")


def test_a_fault_in_a_value_is_pointed_at_by_its_character(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        plan_from(tmp_path, PHASES.replace("10%..100%", "10%..100"))
    assert caught.value.detail == "10%..100\n        ^"


def test_a_list_and_a_pattern_together_are_refused_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        plan_from(tmp_path, PHASES, traffic_pattern="1m-2m:5%")
    assert caught.value.message.startswith(f"{tmp_path / '.pipegen.yaml'}:3: traffic: ")
    assert "flag --traffic-pattern" in caught.value.message
