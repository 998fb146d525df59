"""A cell's text and the reference's → the cell with the reference's bodies in its solution regions.

Text is cut by lines and never printed from a tree, so that every comment and blank line of the reference arrives.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.submission.statements import parse

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"  # nbgrader's marks

_BLANK_OR_INDENTED_COMMENT = re.compile(r"\s*|\s+#.*")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unfit(Exception):
    """The text cannot be filled, or filled from."""


@dataclass(frozen=True, slots=True)
class Region:
    """The lines from a BEGIN mark to its END, both included, counted from 0."""

    begin: int
    end: int
    indent: str


def regions(source: str) -> list[Region]:
    """Return the solution regions of a cell, or raise Unfit where marks do not come in pairs."""
    found: list[Region] = []
    begun: int | None = None
    for number, line in enumerate(source.split("\n")):
        if BEGIN in line:
            if begun is not None:
                raise Unfit(f"{BEGIN} stands within a solution region")
            begun = number
        elif END in line:
            if begun is None:
                raise Unfit(f"{END} has no {BEGIN} before it")
            first = source.split("\n")[begun]
            found.append(Region(begun, number, first[: len(first) - len(first.lstrip())]))
            begun = None
    if begun is not None:
        raise Unfit(f"{BEGIN} has no {END} after it")
    return found


def bodies(reference: str) -> dict[str, str]:
    """Return the body of each top-level function of a module, as written there, without its docstring."""
    tree = parse(reference)
    if tree is None:
        raise Unfit("it is not valid Python")
    lines = reference.split("\n")
    return {node.name: _body(node, lines) for node in tree.body if isinstance(node, _Function)}


def _body(node: _Function, lines: list[str]) -> str:
    if ast.get_docstring(node) is None:
        raise Unfit(f"`{node.name}` has no docstring")
    begin, end = node.body[0].end_lineno or 0, node.end_lineno or 0
    if len(node.body) == 1 or node.body[1].lineno <= begin:
        raise Unfit(f"`{node.name}` has no body on the lines below its docstring")
    while end < len(lines) and _BLANK_OR_INDENTED_COMMENT.fullmatch(lines[end]):
        end += 1
    return "\n".join(lines[begin:end]).lstrip("\n").rstrip()


def functions(source: str) -> set[str]:
    """Return the names of the functions that a text defines at its top level."""
    tree = parse(source)
    return {node.name for node in tree.body if isinstance(node, _Function)} if tree else set()


def refilled(source: str, reference: Mapping[str, str]) -> str:
    """Return a solution cell's text with each function's region filled from `reference`, or raise Unfit.

    A region outside any function (a cell that is answered as a whole) stays as it is.
    """
    lines = source.split("\n")
    found = regions(source)
    outline = list(lines)
    for region in found:  # what is in a region may be anything: it is about to be replaced
        outline[region.begin : region.end + 1] = [region.indent + "pass", *[""] * (region.end - region.begin)]
    tree = parse("\n".join(outline))
    if tree is None:
        raise Unfit("it is not valid Python outside its solution regions")
    fills: list[tuple[Region, str]] = []
    for node in tree.body:
        if isinstance(node, _Function):
            inside = [region for region in found if node.lineno <= region.begin + 1 <= (node.end_lineno or 0)]
            if len(inside) != 1:
                raise Unfit(f"`{node.name}` has {len(inside) or 'no'} solution region{'s' * (len(inside) > 1)}")
            fills.append((inside[0], _fit(node.name, inside[0], reference)))
    for region, body in reversed(fills):
        lines[region.begin + 1 : region.end] = body.split("\n")
    return "\n".join(lines)


def _fit(name: str, region: Region, reference: Mapping[str, str]) -> str:
    if name not in reference:
        raise Unfit(f"the reference has no function `{name}`")
    body = reference[name]
    if body[: len(body) - len(body.lstrip())] != region.indent:
        raise Unfit(f"the solution region of `{name}` is not indented like the reference's body")
    return body
