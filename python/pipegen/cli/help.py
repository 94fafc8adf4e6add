"""The help, in panels that fit 80 columns: an option that is too long for its column has a line to itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from rich.console import Group, RenderableType
from rich.highlighter import RegexHighlighter
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.theme import Theme
from typer.core import TyperCommand, TyperGroup

from pipegen.cli.terminal import Terminal

_WIDEST = 100
_LONGEST_OPTION = 30
_HELP = "Help"
_ABOUT_HELP = frozenset({"--help", "--help-all"})
_THEME = Theme({"help.flag": "bold cyan", "help.metavar": "yellow", "help.command": "bold"})

START_HERE = (
    ("pipegen init orders", "Write an example project into ./orders."),
    ("pipegen validate --project-dir orders", "Check it; no service is needed."),
    ("pipegen run --project-dir orders --dashboard", "Run it and watch it live. Starts Kafka and Flink if none runs."),
)


class Listed(Protocol):
    """A command in the list of commands."""

    @property
    def name(self) -> str:
        """What to type."""

    @property
    def group(self) -> str:
        """The heading it stands under."""

    @property
    def about(self) -> str:
        """The first sentence of its help."""


class _Flags(RegexHighlighter):
    base_style = "help."
    highlights = (r"(?:^|(?<=[\s(/,]))(?P<flag>--?[a-z][\w-]*)", r"(?P<command>`[^`]+`)")


_flags = _Flags()


def command_help(
    command: TyperCommand, ctx: Any, *, most_used: Sequence[str] = (), examples: Iterable[tuple[str, str]] = ()
) -> str:
    """The help of a command.

    Args:
        command: The command.
        ctx: Its Typer context.
        most_used: The parameters to explain, by name, while the rest is only named. Empty: all, in their groups.
        examples: Command lines, and what each is for.
    """
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    parts: list[RenderableType] = [_usage(command.get_usage(ctx)), *_paragraphs(command.help or "")]
    if most_used:
        by_name = {param.name: param for param in params}
        first = [by_name[name] for name in most_used]
        parts.append(_panel("Most used", [_row(param) for param in first]))
        rest = [param for param in params if param not in first]
        parts.append(_more(ctx.command_path, rest))
    else:
        parts += [_panel(title, [_row(param) for param in group]) for title, group in _groups(params)]
    parts += _examples(list(examples))
    return _rendered(parts)


def program_help(program: TyperGroup, ctx: Any, entries: Sequence[Listed]) -> str:
    """The help of the program: its commands by group, and its own options."""
    parts: list[RenderableType] = [_usage(program.get_usage(ctx)), *_paragraphs(program.help or "")]
    for title in dict.fromkeys(entry.group for entry in entries):
        rows = [(Text(entry.name, "help.flag"), _prose(entry.about)) for entry in entries if entry.group == title]
        parts.append(_panel(title, rows, left_width=max(len(entry.name) for entry in entries)))
    parts.append(_panel("Options", [_row(param) for param in program.get_params(ctx)]))
    parts.append(_prose("`pipegen` alone says what to type first; `pipegen COMMAND --help` shows a command's options."))
    return _rendered(parts)


def start_here(about: str, entries: Sequence[Listed]) -> str:
    """What to type first, and the names of all commands."""
    steps = Table.grid(padding=(0, 2, 0, 0))
    for line, meaning in START_HERE:
        steps.add_row(Text(line, "help.command"))
        steps.add_row(Padding(_prose(meaning), (0, 0, 0, 4)))
    names = Table.grid(padding=(0, 2, 0, 0))
    for title in dict.fromkeys(entry.group for entry in entries):
        names.add_row(Text(title), Text(", ".join(entry.name for entry in entries if entry.group == title)))
    return _rendered([
        _prose(about),
        Text(),
        Panel(steps, title="Start here", title_align="left", border_style="dim"),
        _prose(
            "Every run writes a report and ends with an exit code that CI can use. `pipegen init --help` shows how to "
            "start from your own schema or data file."
        ),
        Text(),
        names,
        Text(),
        _prose("`pipegen --help` says what each command does; `pipegen COMMAND --help` shows its options."),
    ])  # fmt: skip


def _usage(usage: str) -> RenderableType:
    return Padding(Text(usage, "help.command"), (0, 0, 1, 0))


def _paragraphs(text: str) -> Iterator[RenderableType]:
    for paragraph in text.split("\n\n"):
        yield Padding(_prose(" ".join(paragraph.split())), (0, 0, 1, 0))


def _prose(text: str) -> Text:
    return _flags(Text(text))


def _groups(params: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Arguments first, then options without a group of their own, then the named groups, then the help itself."""
    groups: dict[str, list[Any]] = {"Arguments": [], "Options": []}
    about_help: list[Any] = []
    for param in params:
        if param.param_type_name == "argument":
            groups["Arguments"].append(param)
        elif _ABOUT_HELP.intersection(param.opts):
            about_help.append(param)
        else:
            groups.setdefault(param.rich_help_panel or "Options", []).append(param)
    listed = [*groups.items(), (_HELP, about_help)]
    return [(title, group) for title, group in listed if group]


def _row(param: Any) -> tuple[Text, Text]:
    return _spelling(param), _meaning(param)


def _spelling(param: Any) -> Text:
    if param.param_type_name == "argument":
        return Text(placeholder(param), "help.metavar")
    short_last = sorted(param.opts, key=lambda opt: not opt.startswith("--"))
    text = _flags(Text("/".join([*short_last, *param.secondary_opts])))
    return text if param.is_flag else Text.assemble(text, " ", (placeholder(param), "help.metavar"))


def placeholder(param: Any) -> str:
    """What stands for an option's or an argument's value."""
    return str(param.metavar or param.name.upper())


def _meaning(param: Any) -> Text:
    text = _prose(param.help or "")
    default = param.default
    if param.show_default is True and default not in {None, False} and not callable(default):
        shown = f"{default:g}" if isinstance(default, float) else str(default)
        text = Text.assemble(text, (f" Default {'--' + param.name if default is True else shown}.", "dim"))
    return text


def _panel(title: str, rows: Sequence[tuple[Text, Text]], *, left_width: int | None = None) -> Panel:
    if left_width is None:
        left_width = max((len(left) for left, _ in rows if len(left) <= _LONGEST_OPTION), default=_LONGEST_OPTION)
    lines: list[RenderableType] = []
    for left, right in rows:
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=left_width)
        table.add_column(ratio=1)
        if len(left) > left_width:
            lines.append(left)
            table.add_row("", right)
        else:
            table.add_row(left, right)
        lines.append(table)
    return Panel(Group(*lines), title=title, title_align="left", border_style="dim")


def _more(command_path: str, params: Iterable[Any]) -> Panel:
    """The names of the options that are not explained, by group."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for title, group in _groups(params):
        names = ["/".join([*param.opts, *param.secondary_opts]) for param in group]
        table.add_row(Text(title), _flags(Text(" ".join(names))))
    return Panel(table, title=f"More, explained by {command_path} --help-all", title_align="left", border_style="dim")


def _examples(examples: Sequence[tuple[str, str]]) -> list[RenderableType]:
    parts: list[RenderableType] = [Text("Examples:")] if examples else []
    for line, about in examples:
        parts += [
            Padding(_prose(about), (0, 0, 0, 2)),
            Padding(Text(line, "help.command"), (0, 0, 0, 4)),
        ]
    return parts


def _rendered(parts: Sequence[RenderableType]) -> str:
    console = Terminal(theme=_THEME)
    console.width = min(console.width, _WIDEST)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n"))
