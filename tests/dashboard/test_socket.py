"""What a tab gets over the WebSocket."""

from __future__ import annotations

import time

import pytest
from wsproto.events import AcceptConnection, RejectConnection
from wsproto.extensions import PerMessageDeflate

from tests.dashboard.invented import running
from tests.dashboard.invented_topology import twenty_by_twenty
from tests.dashboard.invented_wide import wide
from tests.dashboard.serving import Serving
from tests.dashboard.websocket import WebSocket

DEADLINE_S = 20


def viewers(served: Serving) -> int:
    count: int = served.json("/healthz")["viewers"]
    return count


def wait_for_viewers(served: Serving, wanted: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while viewers(served) != wanted:
        assert time.monotonic() < deadline, f"{viewers(served)} viewers instead of {wanted}"


def test_a_tab_gets_the_newest_snapshot_at_once_and_then_every_one(served: Serving) -> None:
    served.publish(running(3), running(4))
    tab = WebSocket(served.port)
    first = tab.receive()
    served.publish(running(5), running(6))
    received = [first, tab.receive(), tab.receive()]
    tab.close()
    assert [frame["sequence"] for frame in received if frame] == [4, 5, 6]


def test_the_stream_is_compressed(served: Serving) -> None:
    tab = WebSocket(served.port, deflate=PerMessageDeflate())
    tab.close()
    assert isinstance(tab.answer, AcceptConnection)
    assert [extension.name for extension in tab.answer.extensions] == ["permessage-deflate"]


@pytest.mark.parametrize(
    "offer",
    [
        None,
        PerMessageDeflate(),
        PerMessageDeflate(server_max_window_bits=9, client_no_context_takeover=True),
        PerMessageDeflate(server_no_context_takeover=True),
    ],
    ids=["plain", "usual", "small window", "no context"],
)
def test_every_tab_understands_every_update_whatever_compression_it_offers(
    served: Serving, offer: PerMessageDeflate | None
) -> None:
    served.publish(running(3))
    tab, usual = WebSocket(served.port, deflate=offer), WebSocket(served.port, deflate=PerMessageDeflate())
    assert tab.receive() == usual.receive() == served.json("/api/metrics")
    for second in (4, 5, 6):
        served.publish(running(second))
        assert tab.receive() == usual.receive() == served.json("/api/metrics")
    for each in (tab, usual):
        each.close()


def test_a_page_of_another_site_gets_no_socket(served: Serving) -> None:
    tab = WebSocket(served.port, origin="https://evil.example")
    tab.close()
    assert isinstance(tab.answer, RejectConnection)
    assert tab.answer.status_code == 403


def test_a_tab_that_stops_reading_is_cut_and_the_others_miss_nothing(served: Serving) -> None:
    stuck = WebSocket(served.port, receive_buffer_bytes=4096)
    good = WebSocket(served.port)
    wait_for_viewers(served, 2)
    # Too varied to be squeezed by the compression: fills the stuck tab's buffers.
    padding = [
        "".join(chr(33 + (at * 7919 + salt * 104729 + at * at) % 90) for at in range(60_000)) for salt in range(7)
    ]
    sequence = 0
    while viewers(served) > 1:
        assert sequence < 400, "the stuck tab was never dropped"
        contents = running(1, sequence=sequence)
        contents["headline"] = {"level": "ok", "text": padding[sequence % 7], "detail": str(sequence)}
        served.publish(contents)
        frame = good.receive()
        assert frame is not None
        assert frame["sequence"] == sequence
        sequence += 1
    assert stuck.was_cut()
    stuck.close()
    good.close()


def test_a_tab_that_leaves_is_forgotten(served: Serving) -> None:
    tab = WebSocket(served.port)
    wait_for_viewers(served, 1)
    tab.close()
    wait_for_viewers(served, 0)


def test_a_job_of_50_vertices_and_100_topics_fits_into_15_kb(served: Serving) -> None:
    tab = WebSocket(served.port, deflate=PerMessageDeflate())
    wait_for_viewers(served, 1)
    served.publish(wide(700))
    frame = tab.receive()
    assert frame is not None
    assert len(frame["flink"]["vertices"]) == 50
    assert len(frame["kafka"]["topic_list"]) == 100
    assert tab.received_bytes < 15_000
    tab.close()


def test_twenty_inputs_and_twenty_outputs_fit_into_25_kb(served: Serving) -> None:
    tab = WebSocket(served.port, deflate=PerMessageDeflate())
    wait_for_viewers(served, 1)
    served.publish(twenty_by_twenty(426))
    frame = tab.receive()
    assert frame is not None
    assert (len(frame["inputs"]), len(frame["outputs"])) == (20, 20)
    assert tab.received_bytes < 25_000
    tab.close()
