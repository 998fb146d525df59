"""Solution regions are filled with the reference's own text, whole, and nothing else is touched."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.release.solutions import Unfit, bodies, functions, refilled, regions

REFERENCE = '''"""The module."""

import numpy as np


def predict(X, w, b):
    """Predictions.

    Over two lines.
    """
    # one product a sample

    return X @ w + b  # b broadcasts


@np.errstate(all="ignore")
def text(x):
    """Doc."""
    message = """
at the margin
    """
    return message
    # done


CONSTANT = 1
'''

CELL = '''def predict(X, w, b):
    """The student's docstring."""
    ### BEGIN SOLUTION
    raise NotImplementedError
    ### END SOLUTION


def text(x):
    """And another."""
    ### BEGIN SOLUTION
    old = (
    ### END SOLUTION
'''

BODIES = st.lists(
    st.sampled_from(
        ["x = 1", "# why", "", "if x:\n        y = 2", "s = '''\nmargin\n'''", "return x", "@f\n    def g(): pass"]
    ),
    min_size=1,
).map(lambda lines: "\n".join("    " + line if line else "" for line in ["# first", *lines]))


def test_a_body_is_what_follows_the_docstring_comments_included() -> None:
    found = bodies(REFERENCE)
    assert found["predict"] == "    # one product a sample\n\n    return X @ w + b  # b broadcasts"
    assert found["text"] == '    message = """\nat the margin\n    """\n    return message\n    # done'


def test_regions_are_filled_and_the_rest_stays() -> None:
    filled = refilled(CELL, bodies(REFERENCE))
    assert bodies(filled)["predict"].split("\n") == [
        "    ### BEGIN SOLUTION",
        *bodies(REFERENCE)["predict"].split("\n"),
        "    ### END SOLUTION",
    ]
    without = re.sub(r"(?s)(BEGIN SOLUTION\n).*?( +### END)", r"\1\2", filled)
    assert without == re.sub(r"(?s)(BEGIN SOLUTION\n).*?( +### END)", r"\1\2", CELL)
    assert functions(filled) == {"predict", "text"}


@given(BODIES, BODIES, BODIES)
def test_what_was_in_a_region_does_not_matter(first: str, second: str, before: str) -> None:
    reference = {"predict": first, "text": second}
    filled = refilled(CELL, reference)
    assert refilled(filled, reference) == filled
    assert refilled(refilled(CELL, {"predict": before, "text": before}), reference) == filled


@given(BODIES)
def test_a_body_goes_into_a_module_and_comes_out_as_it_was(body: str) -> None:
    body = body.strip("\n").rstrip()
    module = f'def f(x):\n    """Doc."""\n{body}\n\n\nx = 1\n'
    try:
        tree = ast.parse(module)
    except SyntaxError:
        return
    function = tree.body[0]
    if isinstance(function, ast.FunctionDef) and len(function.body) > 1:
        assert bodies(module)["f"] == body


def test_a_cell_answered_as_a_whole_stays_as_it_is() -> None:
    cell = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    assert refilled(cell, {}) == cell


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("def predict(X, w, b):\n    return 1", "`predict` has no solution region"),
        (CELL.replace("def text(x)", "def other(x)"), "the reference has no function `other`"),
        (CELL.replace("    ### END SOLUTION\n", ""), "BEGIN SOLUTION stands within a solution region"),
        ("def f():\n    ### BEGIN SOLUTION\n", "BEGIN SOLUTION has no END SOLUTION after it"),
        ("def f():\n    ### END SOLUTION\n", "END SOLUTION has no BEGIN SOLUTION before it"),
        ("def f(:\n" + CELL, "it is not valid Python outside its solution regions"),
        (CELL.replace("    ###", "        ###", 1), "it is not valid Python outside its solution regions"),
        (
            "def predict(X, w, b):\n    if X:\n        ### BEGIN SOLUTION\n        ### END SOLUTION\n",
            "the solution region of `predict` is not indented like the reference's body",
        ),
        (
            "def predict(X):\n" + 2 * "    ### BEGIN SOLUTION\n    ### END SOLUTION\n",
            "`predict` has 2 solution regions",
        ),
    ],
)
def test_a_cell_that_cannot_be_filled_says_why(cell: str, sentence: str) -> None:
    with pytest.raises(Unfit, match=f"^{re.escape(sentence)}$"):
        refilled(cell, bodies(REFERENCE))


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("def f(:", "it is not valid Python"),
        ("def f(x):\n    return x", "`f` has no docstring"),
        ('def f(x):\n    """Doc."""', "`f` has no body on the lines below its docstring"),
        ('def f(x): """Doc."""; return x', "`f` has no body on the lines below its docstring"),
    ],
)
def test_a_reference_that_cannot_be_read_says_why(reference: str, sentence: str) -> None:
    with pytest.raises(Unfit, match=f"^{re.escape(sentence)}$"):
        bodies(reference)


def test_regions_know_their_lines() -> None:
    assert [(region.begin, region.end, region.indent) for region in regions(CELL)] == [(2, 4, "    "), (9, 11, "    ")]
