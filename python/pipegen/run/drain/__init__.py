"""The end of a load: what the pipeline can still be expected to bring out."""
