"""A logo of one's own: from the project or fetched once, an image for certain, and never a reason not to start."""

from __future__ import annotations

import asyncio
import base64
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipegen.dashboard.logo import LogoError, load_logo
from tests.dashboard.serving import serving

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BOMB = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'


@contextmanager
def web_server(content: bytes, status: int = 200) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/logo.png", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_logo_of_the_project_is_served_by_the_dashboard(tmp_path: Path) -> None:
    (tmp_path / "custom-logo.png").write_bytes(PNG)
    with serving(project_dir=tmp_path, logo_url="/custom-logo.png") as dashboard:
        assert b'data-logo="logo"' in dashboard.get("/")[2]
        _, headers, content = dashboard.get("/logo")
        assert (headers["content-type"], content) == ("image/png", PNG)


def test_a_logo_of_the_web_is_fetched_once_and_served_from_here(tmp_path: Path) -> None:
    with web_server(PNG) as (url, asked), serving(project_dir=tmp_path, logo_url=url) as dashboard:
        assert [dashboard.get("/logo")[2] for _ in range(3)] == [PNG] * 3
        assert url.encode() not in dashboard.get("/")[2]
        assert asked == ["/logo.png"]


def test_the_bytes_decide_what_an_image_is_and_scripts_in_it_never_run(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(SVG)
    with serving(project_dir=tmp_path, logo_url="/logo.png") as dashboard:
        _, headers, _ = dashboard.get("/logo")
    assert headers["content-type"] == "image/svg+xml"
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("content", [b"<html><script>x</script></html>", b"", BOMB, b"PNG", b"\x00" * 1_000_001])
def test_what_is_no_image_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(LogoError):
        asyncio.run(load_logo("/logo.png", tmp_path))


@pytest.mark.parametrize("url", ["/../outside.png", "/missing.png", "/link.png"])
def test_nothing_outside_the_project_is_read(tmp_path: Path, url: str) -> None:
    (tmp_path / "outside.png").write_bytes(PNG)
    project = tmp_path / "project"
    project.mkdir()
    (project / "link.png").symlink_to(tmp_path / "outside.png")
    with pytest.raises(LogoError):
        asyncio.run(load_logo(url, project))


def test_a_logo_that_cannot_be_had_is_a_warning_and_the_page_shows_the_own_mark(tmp_path: Path) -> None:
    with web_server(b"gone", status=404) as (url, _), serving(project_dir=tmp_path, logo_url=url) as dashboard:
        assert "HTTP 404" in dashboard.warnings[0]
        assert b"data-logo" not in dashboard.get("/")[2]
        assert dashboard.get("/logo")[0] == 404
