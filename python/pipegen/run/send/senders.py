"""Chooses the senders of a run: one thread, or several processes behind the same interface."""

from __future__ import annotations

from collections.abc import Callable

from pipegen.errors import SettingsError
from pipegen.run.names import RunNames
from pipegen.run.send.interfaces import Senders
from pipegen.run.send.pool import WorkerPool
from pipegen.run.send.single import SingleSender
from pipegen.run.spec import RunSpec


def senders_of(spec: RunSpec, names: RunNames, *, on_crash: Callable[[BaseException], None]) -> Senders:
    """The senders that the settings ask for; none is started.

    Raises:
        SettingsError: a data file, or changes of rows, are to be sent by several senders.
    """
    if spec.settings.producers == 1:
        catch_up = spec.settings.catch_up
        return SingleSender(spec.schedules, run_mark=names.run_mark, catch_up=catch_up, on_crash=on_crash)
    if spec.from_files:
        raise SettingsError(
            "producers: a data file is sent by one process",
            remedy="Leave out --producers, or generate the records.",
        )
    if spec.changes_rows:
        raise SettingsError(
            "producers: changes of rows are sent by one process, so that those of a row keep their order",
            remedy="Leave out --producers.",
        )
    return WorkerPool(spec, run_mark=names.run_mark, on_crash=on_crash)
