"""Writes the contract for others: ``docs/metrics.schema.json`` and ``web/model/snapshot.js``.

Run it after a change to ``python/pipegen/snapshot``; a test fails while the files lag behind the models.
"""

from __future__ import annotations

from pathlib import Path

from pipegen.snapshot.schema import jsdoc_text, metrics_schema_text

_ROOT = Path(__file__).parent.parent


def main() -> None:
    """Writes both files."""
    (_ROOT / "docs" / "metrics.schema.json").write_text(metrics_schema_text(), encoding="utf-8")
    (_ROOT / "web" / "model" / "snapshot.js").write_text(jsdoc_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
