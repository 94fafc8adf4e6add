"""Attacks on PipeGen's clients, from whatever answers in place of a service, a dashboard or a logo's server."""

from __future__ import annotations

import json
import signal
import urllib.request
from functools import partial
from typing import Final

from tests.attacks.attack import Attack, Ground, Outcome
from tests.attacks.odd_services import ODD, odd_broker, odd_service
from tests.attacks.process import Target, started
from tests.attacks.viewer import watching
from tests.unit.project_folder import change, write_orders
from tests.unit.raw_server import raw_server, saying
from tests.unit.test_recording import record

CLOSED: Final = "127.0.0.1:1"
CREDENTIALS: Final = "me:S3CRET-word"
_ENDLESS: Final = ("a byte at a time", "without end", "500 MB in 2 MB", "nothing", "100 Continue without end")


def services(url: str, brokers: str = CLOSED) -> list[str]:
    """Flags that name a service's address for all of them."""
    return [
        f"--bootstrap-servers={brokers}",
        f"--schema-registry-url={url}",
        f"--flink-url={url}",
        f"--sql-gateway-url={url}",
    ]


def checked(ground: Ground, name: str) -> Outcome:
    outcome = Outcome()
    with odd_service(name) as odd, started("check", *services(odd.url), folder=ground.folder) as target:
        target.end(outcome, wanted=2)
        outcome.expect(len(odd.heads) >= 3, "not every service was asked")
    outcome.expect(b"\x1b" not in target.out, "an escape sequence reached the terminal")
    return outcome


def run_that_starts(ground: Ground, name: str) -> Outcome:
    """A run whose services answer oddly, and its last push to a receiver that does so too."""
    outcome, summary = Outcome(), ground.folder / "summary.json"
    project = write_orders(ground.folder / "orders")
    with odd_service(name) as odd:
        words = ["run", f"--project-dir={project}", f"--summary-json={summary}", f"--otlp-endpoint={odd.url}"]
        with started(*words, "--stack=none", "--duration=1s", *services(odd.url), folder=ground.folder) as target:
            target.end(outcome, wanted=3)
    told = json.loads(summary.read_text())
    outcome.expect(told["left_behind"] == [], f"left behind: {told['left_behind']}")
    outcome.expect(len(list((project / "reports").iterdir())) == 1, "there is no report")
    return outcome


def watched(ground: Ground, name: str) -> Outcome:
    """A dashboard over services that answer oddly, and the signal that ends it meanwhile."""
    outcome = Outcome()
    with odd_service(name) as odd:
        words = ["dashboard", "--standalone", "--port=0", "--no-open", "--pipeline=p=in:out:job", "--messages"]
        with started(*words, *services(odd.url)[:3], folder=ground.folder) as target:
            followed(target, outcome, number=signal.SIGINT, wanted=130)
    return outcome


def aggregated(ground: Ground, name: str) -> Outcome:
    """Several dashboards as one, of which one answers oddly: the other is shown all the same."""
    outcome = Outcome()
    assert record(ground.folder / "run", 60) == []
    words = ["replay", str(ground.folder / "run"), "--port=0", "--no-open"]
    well_folder = ground.folder / "well"
    well_folder.mkdir()
    with odd_service(name) as odd, started(*words, folder=well_folder) as well:
        shown = f"http://127.0.0.1:{well.port}"
        words = ["dashboard", "--port=0", "--no-open", f"--aggregate={odd.url}", f"--aggregate={shown}"]
        with started(*words, folder=ground.folder) as target:
            port = target.port
            target.until(lambda: shows(port, "orders"), "sight of the dashboard that is well")
            followed(target, outcome, number=signal.SIGTERM, wanted=143)
    return outcome


def shows(port: int, word: str) -> bool:
    """Whether a dashboard's snapshot has a word."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/metrics", timeout=20) as answer:
            return word in answer.read().decode()
    except OSError:
        return False


def followed(target: Target, outcome: Outcome, *, number: signal.Signals, wanted: int) -> None:
    """A viewer looks at it for some seconds; then it is ended."""
    with watching(target.port, outcome) as viewer:
        target.calm()
        target.until(lambda: viewer.answers > 80 or viewer.failed, "answers to a viewer")
    target.end(outcome, wanted=wanted, number=number)


def logo(ground: Ground, name: str) -> Outcome:
    """A logo whose server answers oddly: a warning, and the page is served."""
    outcome = Outcome()
    assert record(ground.folder / "run", 5) == []
    project = write_orders(ground.folder / "orders")
    with odd_service(name) as odd:
        change(project / ".pipegen.yaml", "dashboard:\n", f'dashboard:\n  logo_url: "{odd.url}/x.png"\n')
        words = ["replay", str(ground.folder / "run"), "--port=0", "--no-open", f"--project-dir={project}"]
        with started(*words, folder=ground.folder) as target:
            followed(target, outcome, number=signal.SIGTERM, wanted=143)
            outcome.expect("warning: the logo" in target.err, f"nothing is said of the logo: {target.err}")
    return outcome


def redirected(ground: Ground) -> Outcome:
    """Services that send PipeGen, with its credentials, to another host."""
    outcome = Outcome()
    with raw_server(saying(b"{}")) as thief:
        to_thief = f"Location: {thief.url.replace('127.0.0.1', 'localhost')}/x\r\n"
        for status in ("301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"):
            with raw_server(saying(b"", status=status, headers=to_thief)) as odd:
                url = odd.url.replace("//", f"//{CREDENTIALS}@")
                with started("check", *services(url), folder=ground.folder) as target:
                    target.end(outcome, wanted=2)
                outcome.expect("S3CRET" not in target.out.decode() + target.err, "the password is printed")
        outcome.expect(thief.heads == [], f"another host was asked: {thief.heads[:1]}")
    return outcome


def proxy_of_the_environment(ground: Ground) -> Outcome:
    """Questions to this machine, with credentials, where the environment names a proxy."""
    outcome = Outcome()
    with raw_server(saying(b"{}")) as proxy, odd_service("null") as odd:
        names = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"), proxy.url)
        words = ["check", *services(odd.url.replace("//", f"//{CREDENTIALS}@"))]
        with started(*words, folder=ground.folder, **names, NO_PROXY="", no_proxy="") as target:
            target.end(outcome, wanted=2)
        outcome.expect(proxy.heads == [], f"a proxy was asked for this machine: {proxy.heads[:1]}")
    return outcome


def broker(ground: Ground, said: bytes, *, times: int = 1) -> Outcome:
    outcome = Outcome()
    with odd_broker(said, times=times) as address, odd_service("null") as odd:
        with started("check", *services(odd.url, address), folder=ground.folder) as target:
            target.end(outcome, wanted=2)
        outcome.expect(len(target.err) < 2_000, f"the client is heard on the terminal: {target.err[:300]}")
    return outcome


BROKERS: Final = {
    "noise": (bytes(range(256)) * 100, 1),
    "a length of 2 GB": (b"\x7f\xff\xff\xff" + bytes(100_000), 20_000),
    "a negative length": (b"\xff\xff\xff\xff" * 100, 1),
    "an HTTP page": (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 1),
    "empty answers": (b"\x00\x00\x00\x04\x00\x00\x00\x01", 1_000),
}
ATTACKS: Final = [
    *(Attack("check", f"services that answer: {name}", partial(checked, name=name)) for name in ODD),
    *(Attack("run", f"services that answer: {name}", partial(run_that_starts, name=name)) for name in ODD),
    *(Attack("dashboard --standalone", f"services that answer: {name}", partial(watched, name=name)) for name in ODD),
    *(
        Attack("dashboard --aggregate", f"a dashboard that answers: {name}", partial(aggregated, name=name))
        for name in ODD
    ),
    *(Attack("logo", f"a server that answers: {name}", partial(logo, name=name)) for name in _ENDLESS),
    *(
        Attack("check", f"a broker that answers: {name}", partial(broker, said=said, times=times))
        for name, (said, times) in BROKERS.items()
    ),
    Attack("check", "services that redirect elsewhere", redirected),
    Attack("check", "a proxy in the environment, for services of this machine", proxy_of_the_environment),
]
