"""Watches services and pipelines that PipeGen did not start."""
