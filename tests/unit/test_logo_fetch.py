"""A logo is fetched once, within limits, and only what is an image is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipegen.dashboard import LogoError, load_logo
from pipegen.dashboard.logo import image_type
from tests.unit.raw_server import dripping, raw_server
from tests.unit.stand_in_http import Answer, Asked, StandInHttp

PNG = b"\x89PNG\r\n\x1a\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def fetched(answer: Callable[[Asked], Any], path: str = "/logo") -> bytes:
    service = StandInHttp(answer)
    try:
        return asyncio.run(load_logo(f"{service.url}{path}", Path())).content
    finally:
        service.close()


def hops(asked: Asked) -> Any:
    """`/3` goes to `/2`, that to `/1`, and `/0` is the logo."""
    left = int(asked.path.strip("/"))
    return Answer(302, b"", {"Location": f"/{left - 1}"}) if left else PNG


def test_three_redirections_are_followed_and_no_more() -> None:
    assert fetched(hops, "/3") == PNG
    with pytest.raises(LogoError):
        fetched(hops, "/4")


def test_a_logo_may_have_a_million_bytes() -> None:
    large = PNG + b"\0" * (1_000_000 - len(PNG))
    assert len(fetched(lambda _asked: large)) == 1_000_000
    with pytest.raises(LogoError, match="is larger than 1000 kB"):
        fetched(lambda _asked: large + b"\0")


def test_the_same_holds_for_a_file_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG + b"\0" * (1_000_000 - len(PNG)))
    assert asyncio.run(load_logo("/logo.png", tmp_path)).content_type == "image/png"
    (tmp_path / "logo.png").write_bytes(PNG + b"\0" * (1_000_001 - len(PNG)))
    with pytest.raises(LogoError, match="is larger than 1000 kB"):
        asyncio.run(load_logo("/logo.png", tmp_path))


@pytest.mark.parametrize("status", [404, 500, 204])
def test_an_answer_without_a_logo_is_told_with_its_status(status: int) -> None:
    with pytest.raises(LogoError, match=f"could not be fetched: HTTP {status}"):
        fetched(lambda _asked: Answer(status, b""))


def test_a_host_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(LogoError):
        asyncio.run(load_logo("http://127.0.0.1:1/logo", Path()))


def test_a_logo_that_arrives_too_slowly_is_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipegen.dashboard.logo._TIMEOUT_S", 0.3)
    with raw_server(dripping) as server, pytest.raises(LogoError, match=r"could not be fetched within 0\.3 s"):
        asyncio.run(load_logo(f"{server.url}/x.png", Path()))


def test_a_message_about_a_logo_shows_no_password() -> None:
    with pytest.raises(LogoError) as raised:
        asyncio.run(load_logo("http://me:S3CRET@127.0.0.1:1/x.png?sig=S3CRET", Path()))
    assert "S3CRET" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"XXXX\0\0\0\0WEBP", None),
        (SVG, "image/svg+xml"),
        (b"<!-- mine -->" + SVG, "image/svg+xml"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, None),
        (b"<html><svg/></html>", None),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_the_bytes_alone_say_what_an_image_is(content: bytes, kind: str | None) -> None:
    assert image_type(content) == kind
