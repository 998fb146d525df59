"""Every kind of bad file: one clear sentence, no crash, nothing executed, nothing read that should not be."""

import json
import os
import socket
import time
import tracemalloc
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.program import Program
from grader.submission import MAX_TEXT, Refused, ReleasedNotebook, Unreadable, read
from grader.submission.file import MAX_BYTES
from grader.submission.notebook import NotANotebook, notebook_cells

RELEASE = ReleasedNotebook("slug")


def notebook(*sources: object, **more: Any) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": s, "execution_count": None} for s in sources
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def program_of(path: Path) -> Program:
    program = read(path, RELEASE).program
    assert isinstance(program, Program), program
    return program


def sources(path: Path) -> list[str]:
    return [cell.source for cell in program_of(path).cells]


def written(path: Path, data: bytes | str | dict[str, Any]) -> Path:
    text = json.dumps(data) if isinstance(data, dict) else data
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def cells_or_sentence(data: bytes) -> bool:
    try:
        return isinstance(notebook_cells(data), tuple)
    except NotANotebook as error:
        return str(error).endswith(".")


def sentence(path: Path) -> str:
    outcome = read(path, RELEASE).program
    assert isinstance(outcome, Unreadable), outcome
    return outcome.sentence


# What is read.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encoding_and_newlines_cost_nothing(tmp_path: Path, encoding: str, newline: str) -> None:
    text = "name = 'Käthe'\ndef f(x):\n\treturn x\n"
    script = written(tmp_path / "a.py", text.replace("\n", newline).encode(encoding))
    assert sources(script) == ["name = 'Käthe'", "def f(x):\n\treturn x"]
    book = json.dumps(notebook(text.replace("\n", newline)), ensure_ascii=False, indent=1).replace("\n", newline)
    assert sources(written(tmp_path / "a.ipynb", book.encode(encoding))) == [text]


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    data = "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nname = 'Käthe'\n".encode("latin-1")
    program = program_of(written(tmp_path / "a.py", data))
    assert program.cells[0].source == "name = 'Käthe'"
    assert program.notices == ()


@pytest.mark.parametrize(
    "declared", ["", "# coding: utf-8\n", "# coding: no-such\n", "# coding: rot13\n", "# coding: idna\n"]
)
def test_bytes_of_another_encoding_are_read_with_a_notice(tmp_path: Path, declared: str) -> None:
    program = program_of(written(tmp_path / "a.py", declared.encode() + "name = 'Käthe'\n".encode("latin-1")))
    assert program.cells[0].source == "name = 'Käthe'"
    assert program.notices == ("the file is not UTF-8 throughout; it was read as Latin-1",)


def test_a_notebook_in_latin_1_is_read(tmp_path: Path) -> None:
    data = json.dumps(notebook("name = 'Käthe'"), ensure_ascii=False).encode("latin-1")
    assert sources(written(tmp_path / "a.ipynb", data)) == ["name = 'Käthe'"]


def test_a_source_may_be_lines_or_one_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", notebook(["x = 1\n", "y = 2"], "z = 3", [], ""))
    assert sources(path) == ["x = 1\ny = 2", "z = 3", "", ""]


def test_a_notebook_of_version_3_is_read(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Title"], "metadata": {}},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "outputs": [], "metadata": {}},
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    assert sources(written(tmp_path / "a.ipynb", old)) == ["x = 1\ny = 2"]


@pytest.mark.parametrize(
    "metadata",
    [None, [], "text", 5, {"nbgrader": None}, {"nbgrader": [1]}, {"nbgrader": {"grade": "yes"}}, {"tags": "figure"}],
)
def test_metadata_of_any_form_costs_nothing(tmp_path: Path, metadata: object) -> None:
    book = notebook("x = 1")
    book["cells"][0]["metadata"] = metadata
    assert sources(written(tmp_path / "a.ipynb", book)) == ["x = 1"]
    del book["cells"][0]["metadata"], book["metadata"]
    assert sources(written(tmp_path / "a.ipynb", book)) == ["x = 1"]


@pytest.mark.parametrize("output", ["NaN", "[Infinity, -Infinity]", '"\\ud800"', '{"a": "tab\tin it"}'])
def test_outputs_that_strict_json_refuses_cost_nothing(tmp_path: Path, output: str) -> None:
    text = json.dumps(notebook("x = 1")).replace('"outputs": []', f'"outputs": [{output}]')
    assert sources(written(tmp_path / "a.ipynb", text)) == ["x = 1"]


def test_a_notebook_under_a_python_name_is_read_as_one(tmp_path: Path) -> None:
    assert sources(written(tmp_path / "a.py", notebook("x = 1"))) == ["x = 1"]


def test_a_hundred_thousand_cells_are_read_quickly(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", notebook(*["x = 1"] * 100_000))
    began = time.perf_counter()
    assert len(program_of(path).cells) == 100_000
    assert time.perf_counter() - began < 5  # measured: 0.3 s


def test_large_outputs_are_skipped_quickly(tmp_path: Path) -> None:
    text = json.dumps(notebook("x = 1")).replace('"outputs": []', '"outputs": [%s]' % ("[]," * 10_000_000 + "[]"))
    began = time.perf_counter()
    assert sources(written(tmp_path / "a.ipynb", text)) == ["x = 1"]
    assert time.perf_counter() - began < 5  # measured: 0.2 s


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    for path in (written(tmp_path / "a.py", "x = 1\n"), written(tmp_path / "b.ipynb", "broken")):
        assert read(path, RELEASE).sha256 == sha256(path.read_bytes()).hexdigest()


def test_nothing_of_a_submission_is_executed(tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'trace')!r}, 'w')\n"
    read(written(tmp_path / "a.py", code + "(\n" + code), RELEASE)
    read(written(tmp_path / "a.ipynb", notebook(code, "%magic\n" + code)), RELEASE)
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(("source", "uses"), [("import matplotlib.pyplot as plt", True), ("import math", False)])
def test_matplotlib_is_announced_where_it_is_mentioned(tmp_path: Path, source: str, *, uses: bool) -> None:
    assert program_of(written(tmp_path / "a.py", source)).uses_matplotlib is uses
    assert program_of(written(tmp_path / "a.ipynb", notebook(source))).uses_matplotlib is uses


def test_a_flood_of_notices_is_cut(tmp_path: Path) -> None:
    notices = program_of(written(tmp_path / "a.ipynb", notebook(*["%magic"] * 1000))).notices
    assert len(notices) == 21
    assert notices[-1] == "and 980 more notices like these"


# What is unreadable.


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "The file is empty, not a notebook."),
        (b" \n", "The file is empty, not a notebook."),
        (b"<!DOCTYPE html><html></html>", "The file is a web page, not a notebook."),
        (b"import numpy as np\n", "The file is no notebook: it is not valid JSON from line 1 on."),
        (b'{"cells": [],\n\nno, "metadata": {}}', "The file is no notebook: it is not valid JSON from line 3 on."),
        (b"{}", "The file is JSON, but no notebook: it has no cells."),
        (b"[1]", "The file is JSON, but no notebook: Expected `object`, got `array`."),
        (b'{"cells": 5}', "The file is JSON, but no notebook: Expected `array | null`, got `int` - at `$.cells`."),
        (b"[" * 1_000_000, "The file is JSON, but no notebook: Expected `object`, got `array`."),
        (b'{"x":' * 1_000_000, "The file is no notebook: its JSON is nested too deeply."),
        (b'{"cells": [], "x": NaN, "y":' + b"[" * 1_000_000, "The file is no notebook: its JSON is nested too deeply."),
        (
            b'{"x": NaN, "y": ' + b"1" * 10_000 + b"}",
            "The file is no notebook: it holds a number of thousands of digits.",
        ),
        (b"\x00\xff\x13" * 100, "The file is no notebook: it is not valid JSON from line 1 on."),
    ],
    ids=str,
)
def test_a_file_that_is_no_notebook_is_said_to_be_what_it_is(tmp_path: Path, data: bytes, expected: str) -> None:
    assert sentence(written(tmp_path / "a.ipynb", data)) == expected


@given(st.data())
def test_a_truncated_notebook_is_said_to_be_cut_off(data: st.DataObject) -> None:
    whole = json.dumps(notebook("x = 'ä\\n'", ["y = 2\n"]), indent=1).encode()
    cut = data.draw(st.integers(2, len(whole) - 1))
    with pytest.raises(NotANotebook, match="cut off"):
        notebook_cells(whole[:cut])


@given(st.binary(max_size=200))
def test_any_bytes_are_cells_or_a_sentence(data: bytes) -> None:
    for text in (data, b'{"cells": [' + data + b"]}"):
        assert cells_or_sentence(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["cells", "source", "metadata", "cell_type", "id", "nbgrader"]), inner)
        ),
        max_leaves=20,
    )
)
def test_any_json_is_cells_or_a_sentence(tree: object) -> None:
    for data in (json.dumps(tree), json.dumps({"cells": [{"cell_type": "code", "metadata": tree}]})):
        assert cells_or_sentence(data.encode())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "The file is empty, not Python."),
        (b"%PDF-1.4\n%\xe2\xe3", "The file is a PDF, not Python."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "The file is a picture, not Python."),
        (b"I did not do it.\n", "The file is not Python: none of its statements can be read."),
        (bytes(range(256)), "The file is not Python: none of its statements can be read."),
    ],
    ids=str,
)
def test_a_file_without_python_is_said_to_be_what_it_is(tmp_path: Path, data: bytes, expected: str) -> None:
    assert sentence(written(tmp_path / "a.py", data)) == expected


def test_a_zip_archive_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ipynb", "w") as archive:
        archive.writestr("a", "a")
    assert sentence(tmp_path / "a.ipynb") == "The file is a zip archive, not a notebook."


# What is refused.


def refusal(path: Path) -> str:
    reading = read(path, RELEASE)
    assert isinstance(reading.program, Refused), reading
    assert reading.sha256 is None
    return reading.program.sentence


@pytest.mark.parametrize("name", ["a.ipynb", "a.py"])
def test_a_file_of_200_mb_is_refused_without_being_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    assert refusal(tmp_path / name).startswith("It is too large: 200 MB, and at most 32 MB are read.")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_the_size_at_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(json.dumps(notebook("x = 1")).encode().ljust(MAX_BYTES))
    assert sources(path) == ["x = 1"]


def test_more_code_than_anyone_writes_is_refused(tmp_path: Path) -> None:
    code = "x = 1\n" * (MAX_TEXT // 6 + 1)
    large = Refused("It holds 250 kB of code in one piece; at most 250 kB are read.")
    assert read(written(tmp_path / "a.py", code), RELEASE).program == large
    assert read(written(tmp_path / "a.ipynb", notebook(code)), RELEASE).program == large
    book = notebook(*["x = 1\n" * (MAX_TEXT // 6)] * 5)
    assert read(written(tmp_path / "b.ipynb", book), RELEASE).program == Refused(
        "It holds 1.2 MB of code; at most 1 MB are read."
    )


def test_more_cells_than_anyone_reads_are_no_notebook(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b'{"cells": [' + b'{"cell_type": "code"},' * 1_000_000 + b'{"cell_type": "code"}]}')
    assert sentence(path) == "The file is no notebook that anyone could read: it has 1000001 cells."


def test_a_link_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    written(tmp_path / "other.py", "x = 1")
    for name, target in (("a.py", "other.py"), ("b.py", "/etc/passwd"), ("c.py", "nowhere"), ("d.py", "d.py")):
        (tmp_path / name).symlink_to(target)
        assert refusal(tmp_path / name) == "It is a link, not a plain file."


def test_a_folder_named_like_a_notebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").mkdir()
    assert refusal(tmp_path / "a.ipynb") == "It is a folder, not a plain file."


def test_pipes_sockets_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert refusal(tmp_path / "a.py") == "It is a pipe, not a plain file."
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "b.py"))
        assert refusal(tmp_path / "b.py") == "It is a socket, not a plain file."
    assert refusal(Path("/dev/zero")) == "It is a device, not a plain file."


def test_a_machine_that_fails_to_read_is_not_the_students_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(5, "Input/output error")

    path = written(tmp_path / "a.py", "x = 1")
    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(OSError, match="Input/output"):
        read(path, RELEASE)
