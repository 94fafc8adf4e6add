//! The pure hot path of PipeGen: no Python, no I/O, time is an argument.
