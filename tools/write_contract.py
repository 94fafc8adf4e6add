"""Writes the contract for others: ``docs/metrics.schema.json``, and ``web/model/snapshot.js`` and ``rules.js``.

Run it after a change to ``python/pipegen/snapshot``; a test fails while the files lag behind the models.
"""

from __future__ import annotations

from pathlib import Path

from pipegen.snapshot.page_rules import page_rules_text
from pipegen.snapshot.schema import jsdoc_text, metrics_schema_text

_ROOT = Path(__file__).parent.parent


def main() -> None:
    """Writes the files."""
    (_ROOT / "docs" / "metrics.schema.json").write_text(metrics_schema_text(), encoding="utf-8")
    (_ROOT / "web" / "model" / "snapshot.js").write_text(jsdoc_text(), encoding="utf-8")
    (_ROOT / "web" / "model" / "rules.js").write_text(page_rules_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
