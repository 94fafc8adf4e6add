"""Data quality: rules in CEL, statistics of each field, anomalies, and one score. It reads no topic by itself."""

from pipegen.quality.contract_rules import read_contract
from pipegen.quality.inspection import Inspection, InspectionSettings, OutputQuality, unmeasured
from pipegen.quality.rule import Rule, output_rules, project_rules
from pipegen.quality.sample import Decode, RuleThread

__all__ = [
    "Decode",
    "Inspection",
    "InspectionSettings",
    "OutputQuality",
    "Rule",
    "RuleThread",
    "output_rules",
    "project_rules",
    "read_contract",
    "unmeasured",
]
