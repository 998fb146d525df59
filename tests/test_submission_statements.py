"""Laws of cutting text into statements: nothing is lost, and only what Python refuses is left out."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.statements import future_flags, may_hold_commands, parse, statements, without_commands

LIBRARY = Path(ast.__file__).read_text("utf-8")
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            '"',
            "'",
            '"""',
            "'''",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "#",
            "\\",
            "\n",
            "%",
            "!",
            "?",
            "def f(",
            "import x",
            "x",
            " ",
        ]
    ),
    max_size=40,
).map("".join)


@given(FRAGMENTS | st.text(max_size=60).map(lambda text: text.replace("\r", "")))
def test_the_statements_of_a_text_are_the_text(text: str) -> None:
    found = list(statements(text))
    assert "".join(text[s.start : s.end] for s in found) == text
    assert [s.line for s in found] == [1 + text.count("\n", 0, s.start) for s in found]


@given(FRAGMENTS)
def test_leaving_out_keeps_every_line_where_it_was(text: str) -> None:
    assert without_commands(text)[0].count("\n") == text.count("\n")


@given(FRAGMENTS)
def test_a_text_with_a_command_looks_as_if_it_had_one(text: str) -> None:
    if without_commands(text)[1]:
        assert may_hold_commands(text)


@pytest.mark.parametrize("source", [LIBRARY, ast.unparse(ast.parse(LIBRARY))])
def test_real_python_holds_no_command(source: str) -> None:
    assert without_commands(source) == (source, ())


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "  %timeit f()", "!pip install x", "predict?", "?np.dot", "%%time", "np.dot??"]
)
def test_a_line_that_only_a_kernel_understands_is_left_out(line: str) -> None:
    text, left_out = without_commands(f"x = 1\n{line}\ny = 2\n")
    assert left_out == (line.strip(),)
    indent = line[: len(line) - len(line.lstrip())]
    assert text == f"x = 1\n{indent}pass\ny = 2\n"


def test_what_is_timed_runs() -> None:
    text, left_out = without_commands("if x:\n    %time W, b = fit(X, y)\n%timeit fit(X, y)\n%time -x\n")
    assert text == "if x:\n    W, b = fit(X, y)\npass\npass\n"
    assert left_out == ("%timeit fit(X, y)", "%time -x")


def test_a_block_that_holds_only_a_command_stays_a_block() -> None:
    text, _ = without_commands("for i in range(3):\n    %time f(i)\nx = 1\n")
    assert parse(text) is not None


def test_a_command_goes_on_after_a_backslash() -> None:
    assert without_commands("!ls \\\n  -l\nx = 1\n") == ("pass\n\nx = 1\n", ("!ls \\\n  -l",))


def test_quotes_in_a_command_open_no_string() -> None:
    assert without_commands("!echo it's \"\nx = 1\n%y\n")[1] == ("!echo it's \"", "%y")


@pytest.mark.parametrize(
    "source",
    [
        's = """\n%not magic\n!nor this\n"""',
        "x = (5\n% 3)",
        "x = 5 \\\n% 3",
        "y = [1,  # a ( in a comment\n!x]",
        "'a\\\n%b'",
    ],
)
def test_a_sign_within_a_statement_is_no_command(source: str) -> None:
    assert without_commands(source) == (source, ())


def test_an_open_bracket_ends_where_a_definition_begins() -> None:
    text = "x = foo(1,\n\ndef f(x):\n    return x\n%magic\n"
    assert [text[s.start : s.end] for s in statements(text)] == [
        "x = foo(1,\n\n",
        "def f(x):\n",
        "    return x\n",
        "%magic\n",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000,
        "-" * 200_000 + "1",
        "a" + ".a" * 200_000,
        "x\0",
        "\ud800",
        "lambda:" * 100_000 + "x",
        "1" * 10_000,
    ],
    ids=["brackets", "signs", "attributes", "null", "surrogate", "lambdas", "digits"],
)
def test_what_python_cannot_read_has_no_tree(source: str) -> None:
    assert parse(source) is None


def test_a_warning_is_no_refusal() -> None:
    assert parse(r"pattern = '\d'") is not None


def test_future_imports_are_flags_and_unknown_ones_nothing() -> None:
    tree = parse("from __future__ import annotations, no_such\nfrom .__future__ import division")
    assert tree is not None
    flags = future_flags(tree)
    assert compile("x: undefined = 1", "", "exec", flags, dont_inherit=True).co_flags & flags == flags != 0
