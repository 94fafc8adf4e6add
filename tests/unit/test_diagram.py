"""The pipeline as a drawing: each part with its state and figures, each arrow with the rate that goes along it."""

from __future__ import annotations

import itertools
import re
from typing import Any

from pipegen.config import DashboardSettings
from pipegen.dashboard.diagram import diagram_page, diagram_text, parts_of
from pipegen.units import format_count
from tests.dashboard.invented import snapshot
from tests.dashboard.invented_topology import three_by_two, twenty_by_twenty
from tests.dashboard.states import STATES


def running(**parts: dict[str, Any]) -> dict[str, Any]:
    contents = STATES["running"]()
    for at, part in enumerate(("producer", "kafka", "flink", "output", "consumer"), start=1):
        contents[part] |= {"rate": 1_000.0 * at}
    for part, changes in parts.items():
        contents[part] |= changes
    return contents


def test_the_parts_stand_in_the_order_in_which_records_meet_them_with_their_figures() -> None:
    contents = running(producer={"total": 5_000, "errors": 2}, consumer={"total": 4_000, "lag": 7})
    parts = parts_of(snapshot(contents))
    assert [part.title for part in parts] == [
        *("Producer", "Kafka", "Flink", "Output", "Consumer", "Schema registry"),
    ]
    assert parts[0].lines == ("5\u2009000 delivered", "2 failed")
    assert parts[1].lines[0] == "topic orders-input-7f3a"
    assert parts[2].lines[2] == "Source: orders[1] x4: running"
    assert parts[4].lines == ("4\u2009000 consumed", "lag 7")
    assert parts[5].lines == ("orders-input-7f3a-value v1", "orders-output-7f3a-value v1")
    assert (parts[0].rate, parts[5].rate) == ("1\u2009000 msg/s", "")


def test_several_inputs_and_outputs_are_named_as_in_the_sql_each_with_its_records() -> None:
    parts = parts_of(snapshot(three_by_two()))
    for part, ends in ((parts[1], three_by_two()["inputs"]), (parts[3], three_by_two()["outputs"])):
        assert part.lines[: len(ends)] == tuple(f"{end['name']}: {format_count(end['total'])} records" for end in ends)
    wide = parts_of(snapshot(twenty_by_twenty()))
    assert [wide[at].lines[8] for at in (1, 3)] == ["and 12 more"] * 2


def test_what_is_not_known_is_a_dash_and_a_state_has_its_reason() -> None:
    contents = STATES["starting"]()
    contents["kafka"] |= {"input_topic": None, "input_total": None, "brokers": None}
    contents["flink"] |= {"job_name": None, "job_state": None}
    contents["registry"] |= {"input_version": None, "output_subject": None}
    parts = parts_of(snapshot(contents))
    assert parts[1].lines == ("topic -", "- records", "brokers: -")
    assert parts[2].lines == ("job -", "no job", "no job yet")
    assert parts[5].lines == ("orders-input-7f3a-value v-",)


def test_each_arrow_of_the_text_has_the_rate_of_what_goes_along_it() -> None:
    lines = diagram_text(snapshot(running())).splitlines()
    arrows = [line.split("|")[1].strip() for line in lines if line.startswith("        |")]
    assert [re.sub(r"\D", "", rate) for rate in arrows] == ["1000", "2000", "4000", "5000"]
    assert lines[0].startswith("orders, run 7f3a: running, as of 2026-11-24T08:07:06")
    boxes = [line for line in lines if line.startswith(("+", "| "))]
    assert {len(line) for line in boxes} == {68}


def test_a_long_name_is_cut_to_its_box() -> None:
    contents = running(kafka={"input_topic": "x" * 80})
    line = next(line for line in diagram_text(snapshot(contents)).splitlines() if "topic xxx" in line)
    assert line == "| topic " + "x" * 55 + "... |"
    contents = running(kafka={"input_topic": "x" * 58})
    assert "| topic " + "x" * 58 + " |" in diagram_text(snapshot(contents)).splitlines()


def test_before_the_first_snapshot_the_drawing_says_so() -> None:
    assert diagram_text(None) == "No snapshot yet: the run is still starting.\n"
    assert b"The run is still starting." in diagram_page(None, DashboardSettings())


def numbers(svg: str, pattern: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, found)) for found in re.findall(pattern, svg)]


def test_the_boxes_of_the_page_stand_apart_within_the_drawing_and_arrows_join_them() -> None:
    page = diagram_page(snapshot(running()), DashboardSettings()).decode()
    ((wide, high),) = numbers(page, r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
    boxes = numbers(page, r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"')
    assert len(boxes) == 6
    *chain, registry = boxes
    for (left, top, width, height), (following, *_) in itertools.pairwise(chain):
        assert left + width < following
        assert (top, width, height) == (chain[0][1], chain[0][2], chain[0][3])
    assert registry[1] > chain[0][1] + chain[0][3]
    for left, top, width, height in boxes:
        assert left >= 0
        assert left + width <= wide
        assert top + height <= high
    arrows = numbers(page, r'd="M([\d.]+) ([\d.]+)H([\d.]+)M[\d.]+ [\d.]+L[\d.]+ [\d.]+L[\d.]+ [\d.]+"')
    assert len(arrows) == 4
    for (start, y, end), (left, top, width, height), (following, *_) in zip(arrows, chain, chain[1:], strict=False):
        assert left + width < start < end < following
        assert top < y < top + height


def test_the_words_of_a_part_stand_within_its_box() -> None:
    page = diagram_page(snapshot(running()), DashboardSettings()).decode()
    for group in re.findall(r"<g data-health.*?</g>", page, re.DOTALL):
        ((left, top, width, height),) = numbers(
            group, r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"'
        )
        words = numbers(group, r'<text x="([\d.]+)" y="([\d.]+)"')
        ys = [y for _, y in words]
        assert len(words) >= 3
        assert all(left < x < left + width and top < y < top + height for x, y in words)
        assert ys == sorted(ys)


def test_the_registry_is_tied_to_the_middle_of_the_boxes_at_both_of_its_ends() -> None:
    page = diagram_page(snapshot(running()), DashboardSettings()).decode()
    boxes = sorted(
        {(float(x), float(wide)) for x, wide in re.findall(r'<rect x="([\d.]+)"[^>]* width="([\d.]+)"', page)}
    )
    links = [float(x) for x in re.findall(r'd="M([\d.]+) [\d.]+V', page)]
    middles = [x + wide / 2 for x, wide in boxes if wide == boxes[0][1]]
    assert len(middles) == 5
    assert links == [middles[1], middles[3]]
