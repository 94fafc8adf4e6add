"""A group of options is declared once, and a command that takes it has each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import typer

from pipegen.cli.command import Declaration


@dataclass(frozen=True, slots=True)
class Place:
    host: Annotated[str, typer.Option("--host", help="Where.")] = "here"


@dataclass(frozen=True, slots=True)
class Address(Place):
    port: Annotated[int | None, typer.Option("--port", help="Which port.")] = None


def called(*arguments: str, most_used: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """What the body of a command is given."""
    given: list[tuple[Any, ...]] = []

    def body(
        loud: Annotated[bool, typer.Option("--loud")] = False,
        address: Address = Address(),
        end: Annotated[int, typer.Option("--end")] = 1,
    ) -> None:
        """A command."""
        given.append((loud, address, end))

    command: Any = Declaration(body, most_used=most_used).command("body")
    names = ["loud", "host", "port", "end", *(["help_all"] if most_used else [])]
    assert [param.name for param in command.params] == names
    with pytest.raises(SystemExit) as ended:
        command(list(arguments))
    assert ended.value.code == 0
    return given[0]


def test_a_body_gets_a_group_as_one_value() -> None:
    assert called("--port=3", "--host=there", "--loud") == (True, Address("there", 3), 1)


def test_a_group_that_nothing_was_given_of_has_its_defaults() -> None:
    assert called() == (False, Address(), 1)


def test_the_option_that_explains_all_options_is_none_of_the_body() -> None:
    assert called("--end=2", most_used=("host",)) == (False, Address(), 2)


def test_a_value_that_is_none_is_refused_as_for_any_option() -> None:
    def body(address: Address = Address()) -> None:
        raise AssertionError(address)

    command: Any = Declaration(body).command("body")
    with pytest.raises(SystemExit) as ended:
        command(["--port=x"])
    assert ended.value.code == 2
