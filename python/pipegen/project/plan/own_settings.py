"""SET statements that a run leaves out: where its jobs run, what they are called, and where their state lies.

Pure. A run has these of its own, as it has topics of its own; everything else that a script sets is what it means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipegen.project.plan.lexer import Token, tokenize

DML_SYNC: Final = "table.dml-sync"
_NAME: Final = "pipeline.name"
_CLUSTER: Final = frozenset({"execution.target", "web.port", "web.address"})
_CLUSTERS: Final = (
    "$internal.",
    "high-availability",
    "jobmanager.rpc.",
    "jobmanager.web.",
    "kubernetes.",
    "recovery.",
    "rest.",
    "yarn.",
)
_STATE: Final = frozenset(
    {
        "dstl.dfs.base-path",
        "execution.checkpointing.dir",
        "execution.checkpointing.externalized-checkpoint-retention",
        "execution.checkpointing.savepoint-dir",
        # Without its folder, which is left out, a storage in files starts no job.
        "execution.checkpointing.storage",
        "execution.savepoint.path",
        "execution.state-recovery.path",
        "savepoints.state.backend.fs.dir",
        "state.backend.changelog.storage",
        "state.backend.fs.checkpointdir",
        "state.changelog.dstl.dfs.base-path",
        "state.changelog.storage",
        "state.checkpoint-storage",
        "state.checkpoints.dir",
        "state.savepoints.dir",
    }
)
_UNICODE: Final = re.compile(r"\\([0-9a-fA-F]{4})")


def left_out(option: str, value: str) -> str | None:
    """Why a run does not hand a setting on, in a sentence that never holds the value; None where it does.

    Args:
        option: The option as Flink reads it, also one that is deprecated.
        value: What it is set to.
    """
    if option == DML_SYNC:
        waits = value.strip().lower() != "false"
        return f"{option} makes every INSERT wait for its job: it is left out" if waits else None
    if option == _NAME:
        return f"{option} is left out: a run finds its jobs by a name of its own"
    if option in _CLUSTER or option.startswith(_CLUSTERS):
        return f"{option} is left out: the jobs run on the cluster that the run's settings name"
    if option in _STATE:
        return f"{option} is left out: jobs start without state, and keep theirs where their cluster does"
    return None


def setting_of(text: str) -> tuple[str, str] | None:
    """The option and the value of a SET, in any spelling that Flink takes; None for any other statement."""
    tokens = list(tokenize(text))
    if not tokens or tokens[0].upper != "SET":
        return None
    equals = next((index for index, token in enumerate(tokens) if token.text == "="), None)
    return None if equals is None else (_written(tokens[1:equals]).strip(), _written(tokens[equals + 1 :]).strip())


def _written(tokens: Sequence[Token]) -> str:
    """What stands there: literals, which Flink joins, or words without quotes."""
    if not any(token.kind in {"string", "escaped"} for token in tokens):
        return "".join(token.text for token in tokens)
    by_code = any(token.upper == "&" for token in tokens)
    value = "".join(_literal(token) for token in tokens if token.kind in {"string", "escaped"})
    return _UNICODE.sub(lambda match: chr(int(match[1], 16)), value) if by_code else value


def _literal(token: Token) -> str:
    return token.value if token.kind == "string" else token.text[2:-1].replace("''", "'").replace("\\", "")
