"""A language model explains what no rule does. The model here is a fake server on 127.0.0.1 that plays one."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipegen.diagnose import ErrorLog, Explainer, ModelEndpoint, model_endpoint
from pipegen.errors import FaultCode, SettingsError


class FakeModel:
    """A server that plays a language model: answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.content: str | None = "The stars are wrong. Wait."
        self.gate = threading.Event()
        self.gate.set()
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.asked.append({"path": self.path, "key": self.headers["Authorization"], **body})
                model.gate.wait(30)
                message = {"role": "assistant", "content": model.content}
                plain = {"message": message} if self.path.endswith("/api/chat") else {"choices": [{"message": message}]}
                raw = json.dumps(plain if model.content is not None else {"odd": 1}).encode()
                try:
                    self.send_response(model.status)
                    self.send_header("Content-Length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)
                except OSError:
                    pass  # the one who asked has lost patience, as it should

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def model() -> Iterator[FakeModel]:
    fake = FakeModel()
    yield fake
    fake.close()


def with_explainer(
    endpoint: ModelEndpoint,
    errors: ErrorLog,
    act: Callable[[Explainer], Coroutine[Any, Any, None]],
    **options: float,
) -> None:
    async def whole() -> None:
        explainer = Explainer(endpoint, errors, **({"pause_s": 0.0, "timeout_s": 10.0} | options))
        task = asyncio.create_task(explainer.run())
        await act(explainer)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(whole())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 -- what is waited for happens in a server's thread
            await asyncio.sleep(0.01)


def strange(errors: ErrorLog, message: str = "mercury in retrograde") -> None:
    errors.report(component="flink", category="processing", message=message)


@pytest.mark.parametrize(("kind", "path"), [("ollama", "/api/chat"), ("openai", "/v1/chat/completions")])
def test_an_error_without_a_rule_is_explained_and_marked_as_a_models_words(
    model: FakeModel, kind: Any, path: str
) -> None:
    errors = ErrorLog()
    url = model.url + ("/v1" if kind == "openai" else "")

    async def act(explainer: Explainer) -> None:
        strange(errors)
        explainer.hear(errors.entries()[0])
        await until(lambda: errors.entries()[0].explained_by is not None)

    with_explainer(ModelEndpoint(kind, url, "tiny", "key-1" if kind == "openai" else None), errors, act)
    (entry,) = errors.entries()
    assert entry.explained_by == "model"
    assert entry.suggestion == "The stars are wrong. Wait."
    assert entry.rule is None
    assert entry.evidence is not None
    assert "language model tiny" in entry.evidence
    assert "not checked" in entry.evidence
    (question,) = model.asked
    assert (question["path"], question["model"]) == (path, "tiny")
    assert question["key"] == ("Bearer key-1" if kind == "openai" else None)
    assert "mercury in retrograde" in question["messages"][1]["content"]


def test_an_error_with_a_rule_is_not_asked_about(model: FakeModel) -> None:
    errors = ErrorLog()

    async def act(explainer: Explainer) -> None:
        errors.report(component="kafka", category="connection", message="x", code=FaultCode(kafka="_TRANSPORT"))
        explainer.hear(errors.entries()[0])
        strange(errors)
        explainer.hear(next(entry for entry in errors.entries() if entry.component == "flink"))
        await until(lambda: any(entry.explained_by == "model" for entry in errors.entries()))

    with_explainer(ModelEndpoint("ollama", model.url, "tiny"), errors, act)
    assert len(model.asked) == 1


def test_secrets_are_in_no_question_and_in_no_answer(model: FakeModel) -> None:
    errors = ErrorLog(secrets=["opensesame"])
    model.content = "Is password=hunter2 right? \x1b[31mopensesame"

    async def act(explainer: Explainer) -> None:
        strange(errors, "oddness at http://ada:hunter2@x:1 with opensesame, Authorization: Bearer aB3aB3aB3")
        explainer.hear(errors.entries()[0])
        await until(lambda: errors.entries()[0].explained_by is not None)

    with_explainer(ModelEndpoint("ollama", model.url, "tiny"), errors, act)
    everything = json.dumps(model.asked) + errors.entries()[0].model_dump_json()
    for secret in ("hunter2", "opensesame", "aB3aB3aB3", "\\u001b"):
        assert secret not in everything


def test_a_model_that_hangs_holds_nobody_up_and_is_given_up(model: FakeModel) -> None:
    errors = ErrorLog()
    model.gate.clear()

    async def act(explainer: Explainer) -> None:
        for name in "abcde":
            errors.report(key=name, component="flink", category="processing", message=f"odd {name}")
        for entry in errors.entries():
            explainer.hear(entry)
        await until(lambda: any("gave no explanation" in e.message and e.count == 3 for e in errors.entries()))

    with_explainer(ModelEndpoint("ollama", model.url, "tiny"), errors, act, timeout_s=0.2)
    assert len(model.asked) == 3
    assert {e.explained_by for e in errors.entries() if e.component == "flink"} == {None}


@pytest.mark.parametrize(
    ("status", "content"), [(500, "x"), (401, "x"), (200, None), (200, ""), (200, "<think>x</think>")]
)
def test_an_answer_that_is_none_is_said_and_not_shown(model: FakeModel, status: int, content: str | None) -> None:
    errors = ErrorLog()
    model.status, model.content = status, content

    async def act(explainer: Explainer) -> None:
        strange(errors)
        explainer.hear(errors.entries()[0])
        await until(lambda: len(errors.entries()) == 2)

    with_explainer(ModelEndpoint("ollama", model.url, "tiny"), errors, act)
    assert {entry.explained_by for entry in errors.entries() if entry.component == "flink"} == {None}
    own = next(entry for entry in errors.entries() if entry.component == "pipegen")
    assert own.severity == "info"


def test_questions_are_limited_in_rate_and_number(model: FakeModel) -> None:
    errors = ErrorLog()

    async def act(explainer: Explainer) -> None:
        for number in range(60):
            errors.report(key=f"k{number}", component="flink", category="processing", message=f"odd {number}")
            explainer.hear(errors.entries()[0])
        await until(lambda: len(model.asked) >= 1)
        # With an hour between two questions the second one is never seen.
        await until(lambda: any(entry.explained_by == "model" for entry in errors.entries()))

    with_explainer(ModelEndpoint("ollama", model.url, "tiny"), errors, act, pause_s=3600.0)
    assert len(model.asked) == 1


def test_hearing_is_safe_from_another_thread(model: FakeModel) -> None:
    errors = ErrorLog()

    async def act(explainer: Explainer) -> None:
        strange(errors)
        await asyncio.to_thread(explainer.hear, errors.entries()[0])
        await until(lambda: errors.entries()[0].explained_by is not None)

    with_explainer(ModelEndpoint("ollama", model.url, "tiny"), errors, act)


def test_the_environment_names_the_model() -> None:
    assert model_endpoint({}) is None
    ollama = {"PIPEGEN_OLLAMA_URL": "http://localhost:11434/", "PIPEGEN_OLLAMA_MODEL": "llama3.2"}
    assert model_endpoint(ollama) == ModelEndpoint("ollama", "http://localhost:11434", "llama3.2")
    openai = {
        "PIPEGEN_OPENAI_URL": "https://models.example/v1",
        "PIPEGEN_OPENAI_MODEL": "m",
        "PIPEGEN_OPENAI_API_KEY": "opensesame",
    }
    assert model_endpoint(openai) == ModelEndpoint("openai", "https://models.example/v1", "m", "opensesame")
    assert "opensesame" not in repr(model_endpoint(openai))


@pytest.mark.parametrize("name", ["PIPEGEN_OLLAMA_URL", "PIPEGEN_OPENAI_MODEL"])
def test_half_a_model_is_refused_with_what_is_missing(name: str) -> None:
    with pytest.raises(SettingsError, match="belong together"):
        model_endpoint({name: "http://x"})
