"""Business rules: compiled before the run, refused with their place, judged record by record, each fault apart."""

from __future__ import annotations

import datetime
import decimal
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipegen.config import load_settings
from pipegen.errors import SettingsError
from pipegen.project import Project
from pipegen.quality import Rule, project_rules, read_contract
from pipegen.quality.expression import EvaluationError, compile_expression
from pipegen.quality.record_values import rule_values
from pipegen.quality.tally import RuleBook
from pipegen.run.read.rules import rules_of
from tests.unit.run_spec import spec_as_read

FIELDS = {"input": ["price", "status"], "output": ["price", "status", "coupon"]}


def rules(folder: Path, yaml: str) -> list[Rule]:
    (folder / ".pipegen.yaml").write_text(yaml)
    resolved = load_settings(project_dir=folder, flags={}, environ={})
    return project_rules(resolved.settings, resolved.sources, FIELDS)  # type: ignore[arg-type]


def one_rule(expression: str, **more: str) -> str:
    extra = "".join(f"\n      {key}: {value}" for key, value in more.items())
    return f'data_quality:\n  rules:\n    - name: r\n      expression: "{expression}"{extra}\n'


def book(expression: str, tolerance_ratio: float = 0.0) -> RuleBook:
    return RuleBook([Rule("r", compile_expression(expression), "output", tolerance_ratio, "project")])


def test_a_rule_of_the_project_is_compiled_with_its_tolerance(tmp_path: Path) -> None:
    (rule,) = rules(tmp_path, one_rule("price > 0.0 && record.status in ['a']", tolerance="0.5%"))
    assert (rule.name, rule.side, rule.tolerance_ratio) == ("r", "output", 0.005)
    assert rule.expression.holds({"price": 2.5, "record": {"status": "a"}})


@pytest.mark.parametrize(
    ("expression", "said", "column"),
    [
        ("price >", "mismatched input 'the end'", 8),
        ("price > 1 and true", "mismatched input 'and'", 11),
        ("status = 'a'", "'= '", 8),
        ("prize > 1", "the output records have no field “prize”", 1),
        ("price > 1 && upper(status) == 'A'", "CEL has no function “upper”", 14),
        ("record.price > 1 && coupons == null", "no field “coupons”", 21),
        ("", "at least 1 character", None),
    ],
)
def test_a_bad_expression_is_refused_with_file_line_and_column(
    tmp_path: Path, expression: str, said: str, column: int | None
) -> None:
    with pytest.raises(SettingsError) as caught:
        rules(tmp_path, one_rule(expression))
    assert f"{tmp_path}/.pipegen.yaml:4: data_quality.rules[0].expression: " in caught.value.message
    assert said in caught.value.message
    if column is not None:
        assert f"column {column} " in caught.value.message
        assert caught.value.detail is not None
        assert caught.value.detail.splitlines()[1] == " " * (column - 1) + "^"


def test_the_nearest_field_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        rules(tmp_path, one_rule("prize > 1"))
    assert caught.value.remedy is not None
    assert "Did you mean “price”?" in caught.value.remedy


def test_names_that_macros_bind_are_no_fields(tmp_path: Path) -> None:
    (rule,) = rules(tmp_path, one_rule("['a'].exists(each, each == status) && type(price) == double"))
    assert rule.expression.variables == {"status", "price"}


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        (one_rule("price > 1.0", topic="input"), ":5: data_quality.rules[0].topic: the input topic is not read"),
        (one_rule("price > 1.0", tolerance="120%"), ":5: data_quality.rules[0].tolerance: "),
        (one_rule("price > 1.0", colour="red"), "data_quality.rules[0].colour"),
        (
            "data_quality:\n  rules:\n    - {name: r, expression: 'true'}\n    - {name: r, expression: 'true'}\n",
            ":4: data_quality.rules[1].name: two rules are called “r”",
        ),
    ],
)
def test_a_rule_that_cannot_be_is_a_settings_error_with_its_line(tmp_path: Path, yaml: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        rules(tmp_path, yaml)
    assert said in caught.value.message


def test_violations_count_and_the_tolerance_decides() -> None:
    strict, lenient = book("price > 0"), book("price > 0", 0.5)
    for price in (1, -1, 2, 3):
        for each in (strict, lenient):
            each.judge("output", {"price": price})
    (result,) = strict.views()
    assert (result.evaluated_total, result.violations_total, result.violation_ratio) == (4, 1, 0.25)
    assert result.result == "fail"
    assert lenient.views()[0].result == "pass"
    assert (strict.sampled["output"], strict.conforming) == (4, 3)


def test_a_rule_without_records_has_no_samples() -> None:
    waiting = book("price > 0")
    waiting.judge("input", {"price": -1})
    (result,) = waiting.views()
    assert (result.result, result.violation_ratio) == ("no_samples", None)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("price > 0", "types do not fit"),
        ("record.prize > 0", "there is no field 'prize'"),
        ("price", "neither true nor false"),
        ("1 / 0 == 1", "division by zero"),
        ("status.matches('[')", "not a valid regex"),
    ],
)
def test_a_rule_that_fails_on_a_record_is_counted_apart(expression: str, why: str) -> None:
    failing = book(expression)
    failing.judge("output", {"price": None, "status": "a"})
    (result,) = failing.views()
    assert (result.evaluated_total, result.violations_total, result.errors_total) == (0, 0, 1)
    assert result.last_error is not None
    assert why in result.last_error
    assert "\n" not in result.last_error


def test_what_avro_reads_is_put_into_the_words_of_cel() -> None:
    values = rule_values(
        {
            "day": datetime.date(2026, 5, 1),
            "local": datetime.datetime(2026, 5, 1, 9),  # noqa: DTZ001 -- local time, as Avro has it
            "at": datetime.time(9, 30),
            "id": uuid.UUID(int=7),
            "total": decimal.Decimal("2.50"),
            "tags": [datetime.date(2026, 5, 2)],
        }
    )
    expression = compile_expression(
        "day == timestamp('2026-05-01T00:00:00Z') && local.getHours() == 9 && at.startsWith('09:30') && "
        "id.endsWith('0007') && total == 2.5 && tags[0] > day"
    )
    assert expression.holds(values)


CONTRACT: dict[str, Any] = {
    "subject": "orders-value",
    "version": 3,
    "id": 17,
    "schema": "{}",
    "metadata": {"properties": {"owner": "shop"}},
    "ruleSet": {
        "migrationRules": [],
        "domainRules": [
            {
                "name": "positive",
                "doc": "prices are above zero",
                "kind": "CONDITION",
                "type": "CEL",
                "mode": "WRITE",
                "expr": "message.price > 0.0",
                "onFailure": "DLQ",
                "params": {"pipegen.tolerance": "2%"},
                "disabled": False,
            },
            {"name": "off", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true", "disabled": True},
            {"name": "mask", "kind": "TRANSFORM", "type": "CEL_FIELD", "mode": "WRITE", "expr": "value"},
            {"name": "mail", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "message.mail.isEmail()"},
            {"name": "odd", "kind": "CONDITION", "type": "CEL", "expr": "true", "params": {"pipegen.tolerance": "x"}},
            "nonsense",
        ],
    },
}


def test_the_rules_of_a_data_contract_are_taken_and_the_others_told_of() -> None:
    found = read_contract("orders-value", CONTRACT, "input")
    (rule,) = found.rules
    assert (rule.name, rule.side, rule.origin, rule.tolerance_ratio) == ("positive", "input", "registry", 0.02)
    contracted = RuleBook(found.rules)
    contracted.judge("input", {"price": -1.0})
    assert contracted.views()[0].violations_total == 1
    said = "\n".join(found.notes)
    assert "rule “off” is disabled" in said
    assert "rule “mask” is a TRANSFORM of type CEL_FIELD" in said
    assert "rule “mail” is not evaluated: CEL has no function “isEmail”" in said
    assert "rule “odd”: pipegen.tolerance" in said
    assert "rule 6 is not understood" in said


@pytest.mark.parametrize("answer", [None, {}, {"ruleSet": None}, {"ruleSet": {"domainRules": []}}, "text"])
def test_a_registry_without_data_contracts_is_said_to_have_none(answer: object) -> None:
    found = read_contract("orders-value", answer, "output")
    assert (found.rules, found.notes) == ((), ("orders-value has no data contract with rules",))


def test_an_answer_that_is_no_truth_is_an_error_not_a_violation() -> None:
    with pytest.raises(EvaluationError, match="neither true nor false but int"):
        compile_expression("1 + 1").holds({})


def test_a_rule_of_a_contract_without_a_tolerance_tolerates_nothing() -> None:
    rule = {"name": "r", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "message.price > 0.0"}
    for params in ({}, {"params": {}}, {"params": None}):
        contract = {"schema": "{}", "ruleSet": {"domainRules": [rule | params]}}
        (found,) = read_contract("orders-value", contract, "input").rules
        assert found.tolerance_ratio == 0


class TwoOutputs:
    """A project of which records come out twice."""

    def __init__(self, project: Project) -> None:
        (facts,) = project.outputs
        self.read = True
        self.outputs = (replace(facts, name="copies"), replace(facts, name="a-b", fields=("status",)))
        self.input_schema = project.input_schema


def rules_of_two(folder: Path, **settings: object) -> list[Rule]:
    spec = spec_as_read(folder, **settings)
    project: Any = TwoOutputs(spec.project)
    return rules_of(project, spec.settings, {"outputs.a-b.rules[0].expression": ".pipegen.yaml:7"})


def test_each_output_has_rules_of_its_own_about_its_own_fields(tmp_path: Path) -> None:
    given = [{"name": "r", "expression": "status == 'a'", "tolerance": "1%"}]
    (rule,) = rules_of_two(tmp_path, outputs={"a-b": {"rules": given}})
    assert (rule.name, rule.side, rule.output, rule.tolerance_ratio) == ("r", "output", "a-b", 0.01)
    wrong = [{"name": "r", "expression": "price > 1"}]
    with pytest.raises(SettingsError, match="the output records have no field “price”") as caught:
        rules_of_two(tmp_path, outputs={"a-b": {"rules": wrong}})
    assert caught.value.message.startswith(".pipegen.yaml:7: outputs.a-b.rules[0].expression: ")


def test_rules_of_the_pipeline_go_with_one_output_alone(tmp_path: Path) -> None:
    given = {"rules": [{"name": "r", "expression": "true"}]}
    with pytest.raises(SettingsError, match=r"there are several outputs \(copies, a-b\)") as caught:
        rules_of_two(tmp_path, data_quality=given)
    assert "outputs.NAME.rules" in (caught.value.remedy or "")
    spec = spec_as_read(tmp_path, data_quality=given)
    (name,) = (each.name for each in spec.project.outputs)
    both = spec_as_read(tmp_path, data_quality=given, outputs={name: {"rules": [{"name": "s", "expression": "true"}]}})
    found = rules_of(both.project, both.settings, {})
    assert [(rule.name, rule.output) for rule in found] == [("r", None), ("s", None)]


def test_two_rules_of_an_output_have_two_names(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="two rules are called “r”"):
        rules_of_two(tmp_path, outputs={"copies": {"rules": [{"name": "r", "expression": "true"}] * 2}})
