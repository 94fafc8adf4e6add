"""A skip says what to run, and CI takes none that is not listed."""

from __future__ import annotations

import pytest

from tests.skips import fault_of

pytest_plugins = ["pytester"]


@pytest.mark.parametrize(
    ("reason", "options", "outcome"),
    [
        ("no Chromium: run `make test`", [], {"skipped": 1}),
        ("no Chromium", [], {"failed": 1}),
        ("no Chromium: run `make test`", ["--no-skips"], {"failed": 1}),
    ],
)
def test_a_skip_is_judged_by_what_it_says_and_where_it_happens(
    pytester: pytest.Pytester, reason: str, options: list[str], outcome: dict[str, int]
) -> None:
    pytester.makepyfile(f"import pytest\ndef test_it():\n    pytest.skip({reason!r})\n")
    result = pytester.runpytest("-p", "tests.skips", *options)
    result.assert_outcomes(**outcome)


def test_a_skip_by_a_mark_is_judged_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.skip(reason='later')\ndef test_it():\n    pass\n")
    pytester.runpytest("-p", "tests.skips").assert_outcomes(errors=1)


def test_a_listed_skip_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.skips.ALLOWED", {"tests/x.py::": "there is none here"})
    assert fault_of("run `make it`", "tests/x.py::test_a", none_allowed=True) is None
    assert fault_of("run `make it`", "tests/y.py::test_a", none_allowed=True) is not None
