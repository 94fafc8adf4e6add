"""Sends a run's records: the two send loops, who chooses between them, and several sending processes as one."""
