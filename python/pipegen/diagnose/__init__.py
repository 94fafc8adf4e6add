"""What went wrong and what it means: the errors of a run, counted and explained, and the one sentence about it."""

from pipegen.diagnose.cause import find_cause
from pipegen.diagnose.error_log import ErrorLog
from pipegen.diagnose.explain import Explainer, ModelEndpoint, model_endpoint
from pipegen.diagnose.headline import headline, judged
from pipegen.diagnose.redact import HIDDEN, redact, secrets_of
from pipegen.diagnose.sight import Sight, Sights, sight_of, sight_of_snapshot

__all__ = [
    "HIDDEN",
    "ErrorLog",
    "Explainer",
    "ModelEndpoint",
    "Sight",
    "Sights",
    "find_cause",
    "headline",
    "judged",
    "model_endpoint",
    "redact",
    "secrets_of",
    "sight_of",
    "sight_of_snapshot",
]
