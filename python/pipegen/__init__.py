"""PipeGen: load-test and watch Kafka → Flink SQL → Kafka pipelines; every number is measured."""

__version__: str


def __getattr__(name: str) -> str:
    """The version is read when it is asked for: ``importlib.metadata`` takes longer to import than most of the help."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipegen.package import version  # noqa: PLC0415 -- see above

    return version()
