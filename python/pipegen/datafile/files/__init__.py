"""Data files as tables and rows: what DuckDB and fastavro read, with the line at fault and what mends it."""
