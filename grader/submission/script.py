"""The text of a `.py` file → its top-level statements, each a cell. Never executes anything.

Where the file parses, Python's own tree says where its statements are. Where it does not, the text is cut where a new
statement must begin, and the sandbox reports the error of the piece that is broken: one slip costs one function.
"""

import ast
import re

from grader.program import Cell, Program
from grader.submission.statements import (
    Statement,
    future_flags,
    left_out_notice,
    may_hold_commands,
    parse,
    statements,
    without_commands,
)

_NOTHING = re.compile(r"\s*(?:#.*)?\Z")
_HEAD_OF_BLOCK = re.compile(r"(?:async|def|class|if|for|while|with|try)\b|[^#]*:[ \t]*(?:#[^\n]*)?\n?\Z")
_FURTHER_IN_BLOCK = re.compile(r"\s|(?:else|elif|except|finally)\b")


def script(text: str, module: str) -> Program | None:
    r"""Return the cells of `text`, whose newlines are `\n`, or None where nothing in it is Python."""
    notices: tuple[str, ...] = ()
    tree = parse(text)
    if tree is None and may_hold_commands(text):
        commands = [statement for statement in statements(text) if statement.is_command]
        text, lines = without_commands(text)
        notices = tuple(left_out_notice(f"line {c.line}", line) for c, line in zip(commands, lines, strict=True))
        tree = parse(text)
    cells = _cells(text, tree) if tree is not None else _pieces(text)
    if cells is None:
        return None
    return Program(cells, module, file=f"{module}.py", notices=notices)


def _cells(text: str, tree: ast.Module) -> tuple[Cell, ...]:
    """Return one cell a top-level statement; statements that share a line share a cell."""
    lines = text.split("\n")
    groups: list[tuple[int, int, list[ast.stmt]]] = []
    for node in tree.body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        last = node.end_lineno or first
        if groups and first <= groups[-1][1]:
            first, _, nodes = groups.pop()
            groups.append((first, last, [*nodes, node]))
        else:
            groups.append((first, last, [node]))
    cells: list[Cell] = []
    flags = 0
    for first, last, nodes in groups:
        cells.append(_cell("\n".join(lines[first - 1 : last]), first, flags))
        flags |= future_flags(ast.Module(nodes, []))
    return tuple(cells)


def _pieces(text: str) -> tuple[Cell, ...] | None:
    """Cut a text that does not parse where statements begin; return None where no piece is Python."""
    pieces: list[list[Statement]] = []
    is_open = in_block = False  # whether the last piece lacks its definition, whether it may have an indented line
    for statement in statements(text):
        line = text[statement.start : statement.end]
        if pieces and _NOTHING.match(line):
            pieces[-1].append(statement)
            continue
        if is_open or (in_block and _FURTHER_IN_BLOCK.match(line)):
            pieces[-1].append(statement)
        else:
            pieces.append([statement])
            in_block = False
        is_open = line.startswith("@")
        in_block = in_block or _HEAD_OF_BLOCK.match(line) is not None
    cells: list[Cell] = []
    flags, parsed = 0, 0
    for piece in pieces:
        source = text[piece[0].start : piece[-1].end]
        if not source.strip():
            continue
        cells.append(_cell(source, piece[0].line, flags))
        tree = parse(source, flags)
        if tree is not None:
            parsed += bool(tree.body)
            flags |= future_flags(tree)
    return tuple(cells) if parsed else None


def _cell(source: str, line: int, flags: int) -> Cell:
    return Cell(source, f"line {line}", line, flags)
