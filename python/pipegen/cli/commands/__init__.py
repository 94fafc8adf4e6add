"""One module a command: its options, its help, and a body that hands over to the rest of the command line.

A body imports what it works with when it is called. So help and shell completion load the options alone.
"""
