"""Options that had another name once: the parser still takes the old one, with a warning that says the new one."""

from __future__ import annotations

from pipegen.renamed import current_choice, current_option, renamed_warning


def current_word(word: str) -> str:
    """The name of an option, without dashes in front, or the value of a choice, as it is called now."""
    option, choice = current_option(word), current_choice(word)
    if option != word:
        _warn(renamed_warning(f"--{word}", f"--{option}"))
        return option
    if choice != word:
        _warn(renamed_warning(word, choice))
    return choice


def _warn(sentence: str) -> None:
    from pipegen.cli.sentences import print_warning  # most command lines have no old name

    print_warning(sentence)
