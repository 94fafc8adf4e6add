"""Options that had another name once: the parser still takes the old one, with a warning that says the new one."""

from __future__ import annotations

from pipegen.cli.sentences import print_warning
from pipegen.config.renamed import current_choice, current_option, renamed_warning


def current_word(word: str) -> str:
    """The name of an option, without dashes in front, or the value of a choice, as it is called now."""
    option, choice = current_option(word), current_choice(word)
    if option != word:
        print_warning(renamed_warning(f"--{word}", f"--{option}"))
        return option
    if choice != word:
        print_warning(renamed_warning(word, choice))
    return choice
