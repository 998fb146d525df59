"""A `.py` file is its top-level statements, and one slip costs one of them."""

import ast
import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.program import Cell
from grader.submission.script import script

PIECES = (
    "x = 1",
    "import math",
    'def f(x):\n    """Docstring.\n\nat the margin\n    """\n    return x',
    "@staticmethod\ndef g(x):\n    return (x,\n)",
    "if x:\n    y = 1\nelse:\n    y = 2",
    "try:\n    import nothing\nexcept ImportError:\n    pass\nfinally:\n    pass",
    "class A:\n\n    x = 1",
    "a = [\n1,\n2,\n]",
    'text = """\nlike a text\n"""',
    "b = 1; c = 2",
    "# a comment",
    "value = 1 + \\\n    2",
)
BROKEN = ("def broken(x:\n    return x", "z = (1, 2", "    indented = 1", "while True print(1)", "return = 3", ")")


def cells(text: str) -> tuple[Cell, ...]:
    program = script(text, "slug")
    assert program is not None
    return program.cells


def parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def same(source: str) -> str:
    return ast.dump(ast.parse(source))


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_the_cells_of_a_file_are_its_statements(pieces: list[str]) -> None:
    text = "\n\n".join(pieces) + "\n"
    found = cells(text)
    assert ast.dump(ast.Module([node for c in found for node in ast.parse(c.source).body], [])) == same(text)
    lines = text.split("\n")
    for cell in found:
        assert cell.label == f"line {cell.line}"
        assert lines[cell.line - 1] == cell.source.split("\n", 1)[0]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.sampled_from(BROKEN), st.integers(0, 6))
def test_a_broken_piece_costs_only_itself(pieces: list[str], broken: str, position: int) -> None:
    whole = [piece for piece in pieces if not piece.startswith("#")] or ["x = 1"]
    before = [*whole[:position], "number = 1"]  # below a block, an indented line would belong to it
    # What follows begins with a definition: a bracket left open has swallowed it otherwise, as for any reader.
    after = ["def after(x):\n    return x", *whole[position:]]
    text = "\n".join([*before, broken, *after])
    good = [cell.source for cell in cells(text) if parses(cell.source)]
    expected = "\n".join([*before, *after])
    assert same("\n".join(good)) == same(expected)
    assert not all(parses(cell.source) for cell in cells(text))


def test_a_forgotten_colon_costs_one_function_and_one_error() -> None:
    found = cells("import math\ndef f(x)\n    y = x\n    return y\n\ndef g(x):\n    return x\n")
    assert [(cell.line, parses(cell.source)) for cell in found] == [(1, True), (2, False), (6, True)]


def test_a_string_left_open_ends_where_a_definition_begins() -> None:
    found = cells('"""Docstring."""\n\nx = """left open\n\ndef f(x):\n    """Doc."""\n    return x\n')
    assert [parses(cell.source) for cell in found] == [True, False, True]


def test_a_command_in_a_file_is_left_out_with_its_line() -> None:
    program = script("import math\n%matplotlib inline\nx = 1\n", "slug")
    assert program is not None
    assert program.notices == ("line 2: the line `%matplotlib inline` was left out",)
    assert [cell.label for cell in program.cells] == ["line 1", "line 2", "line 3"]


def test_future_imports_reach_the_statements_below() -> None:
    found = cells("'''Doc.'''\nfrom __future__ import annotations\ndef f(x: no_such): ...\n")
    namespace: dict[str, Any] = {}
    for cell in found:
        exec(compile(cell.source, "", "exec", cell.flags, dont_inherit=True), namespace)
    assert inspect.signature(namespace["f"]).parameters["x"].annotation == "no_such"
    assert [bool(cell.flags) for cell in found] == [False, False, True]


def test_a_decorated_function_begins_at_its_decorator() -> None:
    assert [(c.line, c.source) for c in cells("x = 1\n\n@a\n# why\n@b\ndef f(): ...\n")] == [
        (1, "x = 1"),
        (3, "@a\n# why\n@b\ndef f(): ..."),
    ]


def test_statements_that_share_a_line_share_a_cell() -> None:
    assert [c.source for c in cells("a = 1; b = [\n2]; c = 3\nd = 4")] == ["a = 1; b = [\n2]; c = 3", "d = 4"]


def test_a_file_of_comments_is_a_program_that_defines_nothing() -> None:
    program = script("# not yet\n", "linear_regression")
    assert program is not None
    assert (program.cells, program.module, program.file) == ((), "linear_regression", "linear_regression.py")


@pytest.mark.parametrize("text", ["Dear teacher,\nI could not do it.\n", "\x00\x01\x02", "(" * 1000])
def test_a_text_without_python_is_no_program(text: str) -> None:
    assert script(text, "slug") is None


def test_a_class_with_ten_thousand_lines_is_cut_in_time_that_grows_with_its_length() -> None:
    text = "class A:\n" + "    x = 1\n" * 30_000 + "def broken(:\n"
    assert len(cells(text)) == 2
