"""Where a function stands: the line that a student sees, of the definition that counts; nothing is run for it."""

from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.location import locations
from grader.program import Program
from grader.report import Location
from grader.submission import ReleasedNotebook, read
from grader.submission.script import script

NAMES = ("predict", "fit")


def of_script(text: str) -> dict[str, Location]:
    program = script(text, "tiny")
    assert program is not None
    return locations(program, NAMES)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import numpy\n\n\ndef predict(x):\n    return x\n", 4),
        ("x = 1\n\n@cache\n@other\ndef predict(x): pass\n", 5),
        ("predict = lambda x: x\n", 1),
        ("a = b = 1\nfit, (_, predict) = make()\n", 2),
        ("predict: object = None\n", 1),
        ("class predict:\n    pass\n", 1),
        ("from other import guess as predict\n", 1),
        ("def predict(x): pass\n\ndef predict(x): return x\n", 3),
        ("if True:\n    pass\nelse:\n    def predict(x): pass\n", 4),
        ("try:\n    1\nexcept E:\n    predict = None\nfinally:\n    pass\n", 4),
        ("async def predict(x):\n    pass\n", 1),
        ("with a:\n    for i in b:\n        while c:\n            predict = 1\n", 4),
        ('"""\ndef predict(x):\n"""\ndef predict(x): pass\n', 4),
        ("x = 1\ndef predict(x:\n    return (\n\ndef fit(y):\n    return y\n", 2),
        ("x = 1\r\n\r\ndef predict(x): pass\r\n".replace("\r\n", "\n"), 3),
    ],
)
def test_the_statement_that_defines_a_function_is_found(text: str, line: int) -> None:
    assert of_script(text)["predict"] == Location(line)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "def other():\n    def predict(x): pass\n",
        "class A:\n    def predict(self): pass\n",
        "# def predict(x)\n",
        "globals()['predict'] = 1\n",
        "predict.x = 1\n",
        "predict: object\n",
    ],
)
def test_what_only_running_would_define_has_no_location(text: str) -> None:
    assert "predict" not in of_script(text)


def test_in_a_notebook_it_is_the_cell_as_it_is_counted_there_and_the_line_in_it(tmp_path: Path) -> None:
    sources = ["import numpy", "%matplotlib inline\nx = 1\n\ndef predict(x):\n    pass", "def fit(:\n  pass", "x"]
    cells = [nbformat.v4.new_markdown_cell("text"), *map(nbformat.v4.new_code_cell, sources)]
    file = tmp_path / "tiny.ipynb"
    file.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), "utf-8")
    program = read(file, ReleasedNotebook("tiny")).program
    assert isinstance(program, Program)
    found = locations(program, NAMES)
    assert found == {"predict": Location(4, "cell 2"), "fit": Location(1, "cell 3")}
    assert str(found["predict"]) == "cell 2, line 4"


@given(st.text(max_size=60), st.sampled_from(["", "def predict(x): return 1", "predict = 1"]))
def test_whatever_the_text_is_the_line_is_one_of_its_lines(noise: str, last: str) -> None:
    text = f"{noise}\n{last}\n"
    program = script(text.replace("\r\n", "\n").replace("\r", "\n"), "tiny")
    if program is None:
        return
    for location in locations(program, NAMES).values():
        assert 1 <= location.line <= text.count("\n") + text.count("\r") + 1
