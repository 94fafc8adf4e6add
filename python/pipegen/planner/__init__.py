"""Asks Flink what a script means before anything is created: a planning session of its own, closed at the end.

Runs DDL in that session and explains what would start a job. Creates no topic, no job and no table that outlives it.
"""

from pipegen.planner.flink_sql import FlinkSql
from pipegen.planner.script import ScriptPlan, plan_script

__all__ = ["FlinkSql", "ScriptPlan", "plan_script"]
