"""One dashboard that is followed: asks it once a period, keeps its last answer, and says when it is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx2
from pydantic_core import from_json

from pipegen.errors import SettingsError
from pipegen.hotpath import HistogramSnapshot
from pipegen.services.http_transport import AnswerTooLargeError, BoundedTransport
from pipegen.services.proxies import ENVIRONMENT
from pipegen.snapshot import Snapshot
from pipegen.snapshot.stages import STAGES_BY_NAME
from pipegen.urls import checked_url, without_credentials

_TIMEOUT_S: Final = 3.0
_KEPT_S: Final = 30
_MOST_BYTES: Final = 8_000_000


class Source:
    """Another dashboard.

    Args:
        address: Its address as it was printed, with the token where it has one.

    Raises:
        SettingsError: the address is invalid, or its proxy cannot be used.
    """

    def __init__(self, address: str) -> None:
        written = address if "://" in address else f"http://{address}"
        try:
            parts = urlsplit(checked_url(written))
        except ValueError as error:
            raise SettingsError(
                f"{without_credentials(written)!r} is not the address of a dashboard: {error}",
                remedy="Write it like http://127.0.0.1:3001.",
            ) from None
        base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self.url: Final = without_credentials(base)
        token = parse_qs(parts.query).get("token", [None])[0]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        ENVIRONMENT.proxy_for(base, with_credentials=bool(token) or "@" in base)
        transport = BoundedTransport(most_bytes=_MOST_BYTES)
        self._client = httpx2.AsyncClient(
            base_url=base, headers=headers, timeout=_TIMEOUT_S, transport=transport, trust_env=False
        )
        self.snapshot: Snapshot | None = None
        self.failure: str | None = "not asked yet"
        self.waiting = False
        self.totals: Mapping[str, HistogramSnapshot] = {}
        self.intervals: dict[int, dict[str, HistogramSnapshot]] = {}
        self._answered_s: float | None = None

    @property
    def up(self) -> bool:
        """Whether the newest question was answered with figures."""
        return self.failure is None

    def age_ms(self) -> float | None:
        """Age of the last figures; null before the first."""
        return None if self._answered_s is None else (time.monotonic() - self._answered_s) * 1000

    async def ask(self) -> None:
        """Fetches the newest figures within 3 s; a failure is stored as a sentence."""
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                snapshot = await self._newest()
            if snapshot is None:
                self.waiting, self.failure = True, "its run is still starting"
                return
        except TimeoutError:
            self.waiting, self.failure = False, f"it did not answer within {_TIMEOUT_S:g} s"
        except AnswerTooLargeError as error:
            self.waiting, self.failure = False, f"the server there is not a dashboard: {error}"
        except httpx2.HTTPStatusError as error:
            self.failure = f"it answered with HTTP {error.response.status_code}"
        except httpx2.HTTPError as error:
            self.waiting = False
            self.failure = f"it does not answer: {error or type(error).__name__}"
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            self.failure = "the server there is not a dashboard of this version of PipeGen"
        else:
            self.snapshot, self.failure = snapshot, None
            self._answered_s = time.monotonic()

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.aclose()

    async def _newest(self) -> Snapshot | None:
        """The newest figures with their histograms; None while the run is starting."""
        answer = await self._client.get("/api/metrics")
        if answer.status_code == httpx2.codes.SERVICE_UNAVAILABLE:
            return None
        self.waiting = False
        answer.raise_for_status()
        snapshot = Snapshot.model_validate_json(answer.content)
        if self.snapshot is not None and snapshot.run.id != self.snapshot.run.id:
            self.intervals.clear()
        await self._ask_histograms()
        return snapshot

    async def _ask_histograms(self) -> None:
        since_s = max(self.intervals, default=int(time.time()) - _KEPT_S)
        # The newest second may still have been growing when it was read: read it again.
        answer = await self._client.get("/api/histograms", params={"since": since_s - 1})
        answer.raise_for_status()
        table = from_json(answer.content)
        for interval in table["intervals"]:
            self.intervals[int(interval["end_s"])] = _read(interval["stages"])
        self.totals = _read(table["total"])
        for old in sorted(self.intervals)[:-_KEPT_S]:
            del self.intervals[old]


def _read(stages: Mapping[str, str]) -> dict[str, HistogramSnapshot]:
    return {stage: HistogramSnapshot.from_hdr_base64(text) for stage, text in stages.items() if stage in STAGES_BY_NAME}
