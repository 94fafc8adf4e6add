"""What the columns of a file are like, and the schema and hints that follow from it."""
