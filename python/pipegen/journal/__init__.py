"""What each run makes outside of itself, written down before it is made; and which runs live. Asks no service."""

from pipegen.journal.journal import Journal
from pipegen.journal.layout import RunHead, journal_folder
from pipegen.journal.reading import Journaled, journals, living, read, register
from pipegen.journal.resource import Kind, Resource

__all__ = [
    "Journal",
    "Journaled",
    "Kind",
    "Resource",
    "RunHead",
    "journal_folder",
    "journals",
    "living",
    "read",
    "register",
]
