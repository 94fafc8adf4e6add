"""Each attack holds: bounded memory, no viewer kept waiting, the command's own exit code, nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks import ATTACKS, Attack, Ground


@pytest.mark.attack
@pytest.mark.heavy
@pytest.mark.parametrize("attack", [each for each in ATTACKS if not each.needs_stack], ids=str)
def test_an_attack_holds(attack: Attack, tmp_path: Path) -> None:
    assert attack.carry_out(Ground(tmp_path)).bounds() == []


@pytest.mark.attack
@pytest.mark.heavy
@pytest.mark.stack
@pytest.mark.parametrize("attack", [each for each in ATTACKS if each.needs_stack], ids=str)
def test_an_attack_on_a_run_holds(attack: Attack, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    endpoints = request.getfixturevalue("endpoints")
    assert attack.carry_out(Ground(tmp_path, endpoints)).bounds() == []
