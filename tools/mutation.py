"""Small changes to Python source that a test should notice: what can be changed, and the source with one change made.

A comparison, ``and``/``or``, ``not``, arithmetic, a number, a truth value, or what a function returns. Left alone are
annotations, imports for type checkers, and arguments that change no behaviour of a program without errors.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
LARGE = 1_000
# Where an expression stands; anything else is the body of the function in whose signature it stands.
ON_IMPORT = None
IN_BODY = range(0)
# Annotations name types, and these arguments refuse what no caller does.
LEFT_ALONE_FIELDS = {"annotation", "returns"}
LEFT_ALONE_ARGUMENTS = {"frozen", "slots", "kw_only", "strict"}


@dataclass(frozen=True)
class Mutation:
    """One change.

    Attributes:
        line: Where the changed expression stands.
        run_lines: The lines that a test must run to judge it: the expression's own; for the signature of a function
            those of its body; None for what is evaluated on import, whoever imports it first.
        function_lines: Those of the function it stands in; None outside of functions. Constants that Python folds run
            on no line of their own.
        in_coroutine: Whether that function is one: coverage.py 7 loses it behind an await in which a task was
            cancelled.
        before: The expression.
        after: The changed one.
        source: The whole file with the change.
    """

    line: int
    run_lines: range | None
    function_lines: range | None
    in_coroutine: bool
    before: str
    after: str
    source: str


@dataclass(frozen=True)
class _Edit:
    owner: ast.AST
    field: str
    index: int | None
    node: ast.expr | ast.stmt
    changed: ast.AST
    run_lines: range | None
    function: ast.FunctionDef | ast.AsyncFunctionDef | None


def mutation_names(source: str) -> list[str]:
    """What each change in a file does, in order; identical changes repeat the same text."""
    edits = _edits(ast.parse(source), ON_IMPORT)
    return [f"{ast.unparse(edit.node)} → {ast.unparse(edit.changed)}" for edit in edits]


def mutation(source: str, number: int) -> Mutation:
    """The change with that number, from 0."""
    tree = ast.parse(source)
    edit = next(edit for at, edit in enumerate(_edits(tree, ON_IMPORT)) if at == number)
    before = ast.unparse(edit.node)
    function_lines = None if edit.function is None else _lines(edit.function.body[0], edit.function.body[-1])
    if edit.index is None:
        setattr(edit.owner, edit.field, edit.changed)
    else:
        getattr(edit.owner, edit.field)[edit.index] = edit.changed
    return Mutation(
        line=edit.node.lineno,
        run_lines=edit.run_lines,
        function_lines=function_lines,
        in_coroutine=isinstance(edit.function, ast.AsyncFunctionDef),
        before=before,
        after=ast.unparse(edit.changed),
        source=ast.unparse(tree) + "\n",
    )


def _edits(
    owner: ast.AST, place: range | None, function: ast.FunctionDef | ast.AsyncFunctionDef | None = None
) -> Iterator[_Edit]:
    if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef):
        function = owner
    for field, value in ast.iter_fields(owner):
        if field in LEFT_ALONE_FIELDS:
            continue
        if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef):
            place = IN_BODY if field == "body" else _lines(owner.body[0], owner.body[-1])
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _left_alone(node):
                continue
            for changed in _changes(node):
                run_lines = _lines(node, node) if place == IN_BODY else place
                yield _Edit(owner, field, index, node, changed, run_lines, function)  # type: ignore[arg-type]
            yield from _edits(node, place, function)


def _left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.keyword) and node.arg in LEFT_ALONE_ARGUMENTS


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=operators):
            for at, operator in enumerate(operators):
                changed = copy.deepcopy(node)
                changed.ops[at] = COMPARISONS[type(operator)]()
                yield changed
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.BinOp(left, operator, right) if type(operator) in ARITHMETIC:
            yield ast.BinOp(left, ARITHMETIC[type(operator)](), right)
        case ast.AugAssign(target, operator, value) if type(operator) in ARITHMETIC:
            yield ast.AugAssign(target, ARITHMETIC[type(operator)](), value)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool(truth)):
            yield ast.Constant(not truth)
        case ast.Constant(value=int(number) | float(number)):
            # Nobody can tell a million from one more.
            yield ast.Constant(number + 1 if abs(number) < LARGE else number * 2)
        case ast.Return(value=ast.Constant(value=None | bool())):
            # None is as good as False.
            return
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))


def _lines(first: ast.AST, last: ast.AST) -> range:
    begin: int = first.lineno  # type: ignore[attr-defined]
    end: int = last.end_lineno  # type: ignore[attr-defined]
    return range(begin, end + 1)
