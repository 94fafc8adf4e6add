"""One snapshot from what meters, collectors and the run's progress say: a function for each section."""
