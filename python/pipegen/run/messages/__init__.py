"""The newest records of a pipeline, made readable for the page."""
