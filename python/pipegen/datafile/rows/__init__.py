"""Rows of a file as records: encoded, captured, kept to be sent."""
