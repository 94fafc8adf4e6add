"""The event bus: publish from any thread, listen on the loop; a slow listener loses its oldest events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from pipegen.bus.events import Event

_BACKLOG_EVENTS = 256


class Subscription:
    """One listener's view of the stream: ``async for event in subscription``.

    Holds at most 256 unread events; beyond that the oldest go and ``dropped`` counts them.
    """

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def push(self, event: Event) -> None:
        """Adds an event; called by the bus, on the loop."""
        if len(self._events) >= _BACKLOG_EVENTS:
            self._events.popleft()
            self.dropped += 1
        self._events.append(event)
        self._arrived.set()

    def close(self) -> None:
        """Ends the iteration after what is already there."""
        self._closed = True
        self._arrived.set()

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            while self._events:
                yield self._events.popleft()
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()


class EventBus:
    """Fans events out to every subscription. Bound to the loop it is made on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._subscriptions: set[Subscription] = set()

    def subscribe(self) -> Subscription:
        """A new listener; sees events from now on. On the loop only."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Ends a listener. On the loop only."""
        self._subscriptions.discard(subscription)
        subscription.close()

    def publish(self, event: Event) -> None:
        """Hands an event to every listener. From any thread; returns at once."""
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._fan_out(event)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._fan_out, event)

    def close(self) -> None:
        """Ends every listener after what it has. On the loop only."""
        for subscription in tuple(self._subscriptions):
            self.unsubscribe(subscription)

    def _fan_out(self, event: Event) -> None:
        for subscription in tuple(self._subscriptions):
            subscription.push(event)
