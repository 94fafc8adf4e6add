"""Traffic patterns: the text a user writes, the plan it means, and a drawing of that plan.

Knows nothing of Kafka, Flink or the clock: a plan is offsets from the start of the run.
"""

from pipegen.traffic.choice import plan_traffic
from pipegen.traffic.drawing import draw_plan
from pipegen.traffic.plan import Phase, TrafficPlan, parse_pattern

__all__ = ["Phase", "TrafficPlan", "draw_plan", "parse_pattern", "plan_traffic"]
