"""Python text → its statements, also where Python refuses the text. Parses; never compiles to code, never runs.

Parsing is all that the grader's own process does with a stranger's text, and only where it must: to cut a `.py` file
into its statements, and to see whether lines such as `%matplotlib inline` have to be left out.
"""

import __future__

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

# Strings, comments and brackets are all that decides where a statement ends. An open bracket or string ends where a
# line can only be the start of a definition or an import, so that one slip does not swallow the rest of the file.
_FRESH_START = r"(?:(?:async[ ]+)?def[ ]+\w+[ ]*\(|class[ ]+\w+[ ]*[:(]|from[ ]+[\w.]+[ ]+import[ ]|import[ ]+[\w.]+)"
_TOKEN = re.compile(
    rf"""
      (?P<string> (?P<quote> \"{{3}} | '{{3}} ) (?: \\. | [^\\] )*? (?: (?P=quote) | (?=\n{_FRESH_START}) | \Z )
                | " (?: \\. | [^"\\\n] )* "?  |  ' (?: \\. | [^'\\\n] )* '? )
    | (?P<comment> \#[^\n]* )
    | (?P<open> [(\[{{] )
    | (?P<close> [)\]}}] )
    | (?P<continued> \\\n )
    | (?P<newline> \n )
    | (?P<other> [^"'\#()\[\]{{}}\\\n]+ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_RESUME = re.compile(_FRESH_START)

# What a notebook's kernel takes and Python does not: `%magic`, `!command`, `?help`, `help?`.
_COMMAND = re.compile(r"[ \t]*(?:[%!?](?:[^\n]*\\\n)*[^\n]*|[\w.*]+\?\??[ \t]*(?=\n|\Z))")
_COMMAND_SOMEWHERE = re.compile(rf"^{_COMMAND.pattern}", re.MULTILINE)

_TIMED = re.compile(r"([ \t]*)%time[ \t]+(?=[^\s-])")  # `%time statement` runs the statement

_SHOWN = 60  # characters of a left-out line that a notice repeats: enough to find it, on one line of a terminal


@dataclass(frozen=True, slots=True)
class Statement:
    """A logical line of a text: `text[start:end]`, whose first line has the number `line`."""

    start: int
    end: int
    line: int
    is_command: bool


def parse(source: str, flags: int = 0) -> ast.Module | None:
    """Return the tree of `source`, or None where Python refuses it (or gives up on it, nested as it is)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a `\\d` in a student's string warns; a warning never costs a point
        try:
            tree: ast.Module = compile(source, "<submission>", "exec", ast.PyCF_ONLY_AST | flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return tree


def statements(text: str) -> Iterator[Statement]:
    r"""Yield the logical lines of `text` in order, blank ones too; together they are the text. Newlines are `\n`."""
    start = position = depth = 0
    line = 1
    while position < len(text):
        command = _COMMAND.match(text, position) if position == start else None
        token = command or _TOKEN.match(text, position)
        assert token is not None  # noqa: S101 - its last alternative is any character
        position = token.end()
        kind = token.lastgroup if command is None else "command"
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "command" or (kind == "newline" and (depth == 0 or _RESUME.match(text, position))):
            if kind == "command" and position < len(text):
                position += 1  # its newline
            yield Statement(start, position, line, kind == "command")
            line += text.count("\n", start, position)
            start, depth = position, 0
    if start < len(text):
        yield Statement(start, len(text), line, is_command=False)


def without_commands(text: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` with every command replaced by `pass`, which keeps lines and blocks, and the lines left out."""
    pieces: list[str] = []
    left_out: list[str] = []
    for statement in statements(text):
        piece = text[statement.start : statement.end]
        timed = _TIMED.match(piece) if statement.is_command else None
        if timed and parse(piece[timed.end() :]):
            piece = timed[1] + piece[timed.end() :]
        elif statement.is_command:
            left_out.append(piece.strip())
            indent = piece[: len(piece) - len(piece.lstrip())]
            piece = indent + "pass" + "\n" * piece.count("\n")
        pieces.append(piece)
    return "".join(pieces), tuple(left_out)


def may_hold_commands(text: str) -> bool:
    """Whether a line looks like a command; most cells have none and need not be parsed for it."""
    return _COMMAND_SOMEWHERE.search(text) is not None


def left_out_notice(place: str, line: str) -> str:
    """Return the sentence about a line that does not run."""
    first = line.partition("\n")[0]
    shown = first if len(first) <= _SHOWN else first[: _SHOWN - 1] + "…"
    return f"{place}: the line `{shown}` was left out"


def future_flags(tree: ast.Module) -> int:
    """Return the compiler flags that the tree's `from __future__` imports switch on for what comes after."""
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.level == 0:
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                flags |= getattr(feature, "compiler_flag", 0)
    return flags
