"""Settings: what they are, where they come from, and how a wrong one is explained."""

from pipegen.config.load import ResolvedSettings, load_settings, setting_keys
from pipegen.config.security import HttpSecurity, KafkaSecurity, secret_values
from pipegen.config.settings import DashboardSettings, PipelineSettings, Settings

__all__ = [
    "DashboardSettings",
    "HttpSecurity",
    "KafkaSecurity",
    "PipelineSettings",
    "ResolvedSettings",
    "Settings",
    "load_settings",
    "secret_values",
    "setting_keys",
]
