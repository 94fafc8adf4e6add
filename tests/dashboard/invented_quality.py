"""Invented data quality, for tests and for work on the page. Never shipped."""

from __future__ import annotations

from typing import Any


def topic(name: str, valid: int, **reasons: int) -> dict[str, Any]:
    invalid = sum(reasons.values())
    return {
        "topic": name,
        "valid_total": valid,
        "invalid_total": invalid,
        "unchecked_total": 0,
        "tombstones_total": 0,
        "valid_ratio": valid / (valid + invalid) if valid + invalid else None,
        "reasons": [
            {"reason": reason, "count": count, "example": f"{reason.replace('_', ' ')} at byte 12 in field note"}
            for reason, count in reasons.items()
        ],
    }


def field(path: str, kind: str, seen: int, null: float, distinct: int, least: str, most: str) -> dict[str, Any]:
    nulls = int(seen * null)
    return {
        "path": path,
        "type": kind,
        "present_total": seen - nulls,
        "null_total": nulls,
        "completeness_ratio": (seen - nulls) / seen if seen else None,
        "distinct": min(distinct, seen - nulls),
        "min": least if seen else None,
        "max": most if seen else None,
        "optional": path == "coupon",
    }


def rule(name: str, expression: str, evaluated: int, violations: int, tolerance: float = 0.0) -> dict[str, Any]:
    ratio = violations / evaluated if evaluated else None
    return {
        "name": name,
        "expression": expression,
        "side": "output",
        "origin": "project",
        "tolerance_ratio": tolerance,
        "evaluated_total": evaluated,
        "violations_total": violations,
        "errors_total": 0,
        "violation_ratio": ratio,
        "result": "no_samples" if ratio is None else "pass" if ratio <= tolerance else "fail",
        "last_error": None,
    }


def quality(name: str, seen: int) -> dict[str, Any]:
    """Good records for the most part."""
    sampled = min(seen, 184_000)
    return {
        "score": 98.9 if seen else None,
        "score_formula": "98.90 = 100 × 1.0000 valid × 0.9891 complete × 0.9999 within rules × 1.0000 intact"
        if seen
        else "100 × valid × complete × within rules × intact; no record was checked",
        "output": topic(f"{name}-output-7f3a", seen),
        "input": None,
        "completeness_ratio": 0.9891 if seen else None,
        "fields": [
            field("order_id", "string", seen, 0, seen, "ord-00000001", "ord-06120480"),
            field("customer.email", "string", seen, 0.021, 48_210, "ada@example.org", "zoe@example.org"),
            field("coupon", "string", seen, 0.62, 12, "AUTUMN", "WINTER"),
            field("price", "decimal(9,2)", seen, 0, 40_112, "0.99", "499.00"),
            field(
                "created_at", "timestamp-millis", seen, 0, seen, "2026-11-24T08:00:00.000Z", "2026-11-24T08:07:06.120Z"
            ),
        ]
        if seen
        else [],
        "field_count": 5 if seen else 0,
        "distinct_error_ratio": 0.01625,
        "sampled_total": sampled,
        "sample_ratio": sampled / seen if seen else None,
        "conforming_ratio": 0.9999 if seen else None,
        "intact_ratio": 1.0 if seen else None,
        "rules": [
            rule("positive price", "price > 0.0", sampled, 0),
            rule("known status", "status in ['new', 'paid', 'cancelled']", sampled, min(sampled, 18), 0.001),
        ],
        "rules_failed": 0,
        "rule_notes": [f"{name}-output-7f3a-value has no data contract with rules"],
        "anomalies": [],
        "anomalies_total": 0,
        "anomaly_method": "robust z-score: more than 6 scales off the median of the last 60 snapshots of this phase",
    }


def broken(name: str, seen: int) -> dict[str, Any]:
    """Records as nobody wants them."""
    contents = quality(name, seen)
    contents |= {
        "score": 91.27,
        "score_formula": "91.27 = 100 × 0.9701 valid × 0.9891 complete × 0.9513 within rules × 1.0000 intact",
        "output": topic(f"{name}-output-7f3a", seen),
        "input": topic(f"{name}-input-7f3a", seen, truncated=int(seen * 0.02), unknown_schema_id=int(seen * 0.01)),
        "conforming_ratio": 0.9513,
        "rules": [
            rule("positive price", "price > 0.0", contents["sampled_total"], int(contents["sampled_total"] * 0.0487)),
            rule("known status", "status in ['new', 'paid', 'cancelled']", contents["sampled_total"], 18, 0.001),
            rule("refund", "has(record.refund)", 0, 0),
        ],
        "rules_failed": 1,
        "anomalies": [
            {
                "figure": "null share of customer.email",
                "phase": "peak1",
                "value": 0.31,
                "usual": 0.021,
                "deviation": 41.2,
                "since": "2026-11-24T08:03:10.000Z",
                "until": None,
                "text": "null share of customer.email was 0.31, usually 0.021 in phase peak1: 41.2 scales above",
            }
        ],
        "anomalies_total": 1,
    }
    contents["rules"][2] |= {"errors_total": 120, "last_error": "there is no field 'refund'"}
    return contents
