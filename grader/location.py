"""Where a function stands in a student's file, as they see it.  In: a program's text.  Out: a line; a cell and a line.

The text is parsed, never run: a name that only running would make has no location, and a report does without.
"""

import ast
import re
from collections.abc import Iterable, Iterator

from grader.program import Cell, Program
from grader.report import Location
from grader.submission.statements import parse


def locations(program: Program, names: Iterable[str]) -> dict[str, Location]:
    """The statement that defines each name, the last one where there are several: that is the one that counts."""
    wanted = frozenset(names)
    found: dict[str, Location] = {}
    for cell in program.cells:
        mentioned = {name for name in wanted if name in cell.source}
        if not mentioned:
            continue
        for name, line in _definitions(cell):
            if name in mentioned:
                found[name] = Location(cell.line + line - 1, None if program.file else cell.label)
    return found


def _definitions(cell: Cell) -> Iterator[tuple[str, int]]:
    """The names that a cell binds, each with its line in the cell; of one that does not parse, its `def`s."""
    tree = parse(cell.source, cell.flags)
    if tree is not None:
        yield from _bound(tree.body)
        return
    for number, line in enumerate(cell.source.split("\n"), 1):
        if match := _DEF.match(line):
            yield match[1], number


_DEF = re.compile(r"(?:async[ ]+)?def[ ]+(\w+)")


def _bound(body: Iterable[ast.stmt]) -> Iterator[tuple[str, int]]:
    """What statements of a module bind, in order; blocks such as `if` and `try` are looked into, functions are not."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.Assign(targets=targets):
                yield from ((name, node.lineno) for target in targets for name in _targets(target))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name, node.lineno
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from ((alias.asname or alias.name, node.lineno) for alias in aliases)
            case _:
                for block in ("body", "handlers", "orelse", "finalbody"):
                    yield from _bound(_statements(getattr(node, block, ())))


def _statements(block: Iterable[ast.AST]) -> Iterator[ast.stmt]:
    for node in block:
        if isinstance(node, ast.stmt):
            yield node
        elif isinstance(node, ast.ExceptHandler):
            yield from node.body


def _targets(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _targets(part)
