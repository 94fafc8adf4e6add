"""What a run sends: generated records or rows of a data file, each with the moment when it is due."""
