"""The customer's logo: read from the project or fetched once, checked to be an image, and served from here.

The page never asks another host for it. What cannot be had is a sentence, never a reason not to run.
"""

from __future__ import annotations

import asyncio
import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import httpx2

from pipegen.errors import SettingsError
from pipegen.regular_file import read_regular
from pipegen.services.http_transport import AnswerTooLargeError, BoundedTransport
from pipegen.urls import without_credentials

_MOST_BYTES: Final = 1_000_000
_TIMEOUT_S: Final = 3.0
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_SVG: Final = "{http://www.w3.org/2000/svg}svg"


class LogoError(Exception):
    """The logo cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Logo:
    """An image, and what kind of image its bytes say it is."""

    content: bytes
    content_type: str


async def load_logo(url: str, project_dir: Path) -> Logo:
    """Reads (leading ``/``: from the project's folder) or fetches a logo.

    Raises:
        LogoError: when it is not there, too large, or no image.
    """
    shown = without_credentials(url) if "://" in url else url
    content = await _fetch(url) if url.startswith(("http://", "https://")) else _read(url, project_dir)
    if len(content) > _MOST_BYTES:
        raise LogoError(f"the logo {shown} is larger than {_MOST_BYTES // 1000} kB")
    content_type = image_type(content)
    if content_type is None:
        raise LogoError(f"the logo {shown} is not a PNG, JPEG, GIF, WebP or SVG image")
    return Logo(content, content_type)


def image_type(content: bytes) -> str | None:
    """The kind of image by its bytes alone; null for anything else."""
    for signature, content_type in _SIGNATURES:
        if content.startswith(signature):
            return content_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "image/svg+xml" if _is_svg(content) else None


def _is_svg(content: bytes) -> bool:
    if b"<!ENTITY" in content or b"<svg" not in content:
        return False
    try:
        return ET.fromstring(content).tag == _SVG  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError, LookupError):  # no XML, or in an encoding that is not known
        return False


def _read(url: str, project_dir: Path) -> bytes:
    try:
        folder = project_dir.resolve()
        file = (folder / url.lstrip("/")).resolve()
        if not file.is_relative_to(folder):
            raise LogoError(f"the logo {url} lies outside the project's folder")
        return read_regular(file, most_bytes=_MOST_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise LogoError(f"the logo {url} is larger than {_MOST_BYTES // 1000} kB") from error
        raise LogoError(f"the logo {url[:200]} cannot be read: {error.strerror}") from error
    except (ValueError, RuntimeError):  # a NUL character; a link that leads to itself
        raise LogoError(f"the logo {url[:200]!r} cannot be read: there is no such file") from None


async def _fetch(url: str) -> bytes:
    shown = without_credentials(url)
    try:
        async with (
            asyncio.timeout(_TIMEOUT_S),
            httpx2.AsyncClient(
                transport=BoundedTransport(most_bytes=_MOST_BYTES),
                timeout=_TIMEOUT_S,
                follow_redirects=True,
                max_redirects=3,
                trust_env=False,
            ) as client,
        ):
            answer = await client.get(url)
    except TimeoutError:
        raise LogoError(f"the logo {shown} could not be fetched within {_TIMEOUT_S:g} s") from None
    except AnswerTooLargeError:
        raise LogoError(f"the logo {shown} is larger than {_MOST_BYTES // 1000} kB") from None
    except SettingsError as error:
        raise LogoError(f"the logo {shown} could not be fetched: {error.message}") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise LogoError(f"the logo {shown} could not be fetched: {error or type(error).__name__}") from error
    if answer.status_code != httpx2.codes.OK:
        raise LogoError(f"the logo {shown} could not be fetched: HTTP {answer.status_code}")
    return answer.content
