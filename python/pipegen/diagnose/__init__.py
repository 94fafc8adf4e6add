"""What went wrong and what it means: the errors of a run, counted and explained, and the one sentence about it."""

from pipegen.diagnose.cause import find_cause
from pipegen.diagnose.error_log import ErrorLog
from pipegen.diagnose.explain import Explainer, ModelEndpoint, model_endpoint
from pipegen.diagnose.headline import headline, judged
from pipegen.diagnose.observation import Observation, Observations, observation_of
from pipegen.diagnose.remedy import remedy_of

__all__ = [
    "ErrorLog",
    "Explainer",
    "ModelEndpoint",
    "Observation",
    "Observations",
    "find_cause",
    "headline",
    "judged",
    "model_endpoint",
    "observation_of",
    "remedy_of",
]
