"""Replies of a child, checked: from decoded values to an `Answer` or a `StudentRaised`.

Of an exception the child tells where; the label and the line of source are taken from our own copy of the program.
"""

from typing import Any

from grader.blame import StudentRaised
from grader.program import Program
from grader.sandbox.values import EXCEPTIONS, Answer

_NAME, _TEXT = 80, 500


class Nonsense(ValueError):
    """A reply that our own code in the child would not send."""


def checked_reply(reply: tuple[Any, ...], program: Program, *, echo: bool) -> Answer | StudentRaised:
    """Make a call's reply an answer."""
    match reply:
        case ("answer", value, inputs) if type(inputs) is tuple if echo else inputs is None:
            return Answer(value, inputs)
        case ("raised", what, _):
            return raised(what, program)
    raise Nonsense


def raised(what: object, program: Program) -> StudentRaised:
    """Make an exception of its description in the child; see `inside.faults.Fault`."""
    if type(what) is not tuple or [type(part) for part in what] != [str, str, str, int, int, str]:
        raise Nonsense
    type_name, builtin_name, text, index, line, name = what
    label, source_line = None, ""
    if 0 <= index < len(program.cells):
        cell = program.cells[index]
        lines = cell.source.split("\n")
        if cell.line <= line < cell.line + len(lines):
            label, source_line = cell.label, lines[line - cell.line]
    return StudentRaised(
        type_name=_cleaned(type_name),
        builtin_name=builtin_name if builtin_name in EXCEPTIONS else "Exception",
        text=text[:_TEXT],
        label=label,
        line=line if label is not None else None,
        source_line=source_line,
        innermost_name=_cleaned(name),
    )


def _cleaned(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:_NAME])
