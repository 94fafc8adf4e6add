"""Reads topics back: every record checked, timed and accounted for."""
