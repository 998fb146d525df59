"""The judged notebook: the course's cells once each whatever became of them, and nothing in it that a browser runs."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from gradebooks import (
    ANSWER,
    CODE,
    POINTS,
    Book,
    at,
    course,
    hand_in,
    plain,
    released,
    result,
    the_official,
    written,
)
from hostile import HOSTILE, OUTPUTS
from nbconvert.exporters import HTMLExporter
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.server_extensions import formgrader
from nbgrader.utils import compute_checksum, determine_grade, is_grade

from grader.course import Course
from grader.gradebook import harmless
from grader.gradebook.marks import Marks, marks
from grader.gradebook.notebook import judged_notebook
from grader.release.notebook import parsed

FORMGRADER = Path(formgrader.__file__).parent


@pytest.fixture(name="made", scope="module")
def a_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return course(tmp_path_factory.mktemp("tiny"))


def judge(made: Course, book: Book | str, points: Any = POINTS, **options: Any) -> tuple[Any, Marks]:
    """The judged notebook as nbgrader reads it, and its marks."""
    submission = hand_in(made, "ada", book)
    found = result(submission, points, **options)
    official = the_official(made)
    judged = judged_notebook(official, submission.path.read_bytes(), found)
    return parsed(judged.data.decode()), marks(official, found, judged.sources)


def graded(notebook: Any) -> dict[str, Any]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


Tampering = Callable[[Book], None]


def deleted(book: Book) -> None:
    book["cells"] = [cell for cell in book["cells"] if not cell["id"].startswith(("check_", "setup"))]


def doubled(book: Book) -> None:
    book["cells"] += [json.loads(json.dumps(cell)) | {"id": f"again{i}"} for i, cell in enumerate(book["cells"])]


def moved(book: Book) -> None:
    random.Random(1).shuffle(book["cells"])


def retyped(book: Book) -> None:
    for cell in book["cells"]:
        was_code = cell["cell_type"] == "code"
        cell["cell_type"] = "markdown" if was_code else "code"
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)
        cell.update({} if was_code else {"outputs": [], "execution_count": None})


def worth_more(book: Book) -> None:
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = 100


def renamed(book: Book) -> None:
    for cell in book["cells"]:
        cell["metadata"].get("nbgrader", {})["grade_id"] = cell["id"] = f"x{cell['id']}"


def emptied(book: Book) -> None:
    for cell in book["cells"]:
        if cell["id"].startswith("check_"):
            cell["source"] = ""


def declared_otherwise(book: Book) -> None:
    for cell in book["cells"]:
        cell["metadata"]["nbgrader"] = {"schema_version": 99, "grade": "yes", "grade_id": 7, "points": -1, "more": {}}


def graded_more(book: Book) -> None:
    claims = {"schema_version": 3, "grade": True, "solution": False, "locked": True, "task": False}
    extra = {"grade_id": "check_me", "points": 50, "cell_type": "code"}
    book["cells"].append(plain("50.0") | {"metadata": {"nbgrader": claims | extra}})


def without_metadata(book: Book) -> None:
    for cell in book["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    book["nbformat_minor"] = 4


def as_it_should_be(_book: Book) -> None:
    pass


TAMPERINGS = [
    as_it_should_be,
    deleted,
    doubled,
    moved,
    retyped,
    worth_more,
    renamed,
    emptied,
    declared_otherwise,
    graded_more,
    without_metadata,
]


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_the_courses_cells_stand_once_each_with_their_points_and_texts(made: Course, tamper: Tampering) -> None:
    book = written(made)
    tamper(book)
    notebook, found = judge(made, book, {**POINTS, "total": 1.5})
    MetadataValidator().validate_nb(notebook)
    cells = graded(notebook)
    for official in the_official(made).known:
        cell = cells[official.grade_id]
        assert dict(cell.metadata.nbgrader) == official.claims
        if official.is_fixed:
            assert compute_checksum(cell) == cell.metadata.nbgrader.checksum
    assert len([cell for cell in notebook.cells if is_grade(cell)]) == len(POINTS) + 1
    assert {grade.cell: grade.points for grade in found.grades}["check_total"] == 1.5
    assert sum(grade.most for grade in found.grades) == 14.0


@pytest.mark.parametrize("tamper", [as_it_should_be, doubled, moved, renamed, declared_otherwise, without_metadata])
def test_what_a_student_wrote_is_found_whatever_its_cells_are_called(made: Course, tamper: Tampering) -> None:
    book = written(made)
    tamper(book)
    cells = graded(judge(made, book)[0])
    for name, source in CODE.items():
        assert cells[name].source == source


@pytest.mark.parametrize("tamper", [as_it_should_be, doubled, renamed, without_metadata])
def test_an_answer_is_found_below_its_question(made: Course, tamper: Tampering) -> None:
    book = written(made)
    tamper(book)
    notebook, found = judge(made, book)
    answers = [cell.source for cell in notebook.cells if cell.source == ANSWER]
    assert answers
    assert found.grades[-1].points is None


def test_of_two_copies_the_one_that_was_written_in_counts(made: Course) -> None:
    book = written(made)
    book["cells"].append(released_cell(made, "scale") | {"id": "again"})
    assert graded(judge(made, book)[0])["scale"].source == CODE["scale"]


def released_cell(made: Course, name: str) -> Book:
    return at(released(made), name)


@pytest.mark.parametrize("points", [POINTS, {"scale": 3.0, "total": 0.25}, {}])
def test_nbgraders_own_reading_of_the_outputs_gives_the_same_points(made: Course, points: dict[str, float]) -> None:
    notebook, _ = judge(made, written(made), points)
    for name in POINTS:
        assert determine_grade(graded(notebook)[f"check_{name}"])[0] == points.get(name, 0.0)


def test_nbgrader_would_never_pay_for_what_is_unjudged(made: Course) -> None:
    notebook, _ = judge(made, written(made), status="unjudged", of_items="unjudged")
    assert determine_grade(graded(notebook)["check_scale"])[0] == 0.0


def test_the_findings_stand_below_the_test_cell_as_text_and_as_a_page(made: Course) -> None:
    notebook, _ = judge(made, written(made), {})
    shown = graded(notebook)["check_total"].outputs[0].data
    assert "It gave <b>7</b>." in shown["text/plain"]
    assert "It gave &lt;b&gt;7&lt;/b&gt;." in shown["text/html"]
    assert "Use np.sum." in shown["text/plain"]


def test_code_cells_are_numbered_as_findings_number_them(made: Course) -> None:
    book = written(made)
    book["cells"][1:1] = [plain("# mine"), plain("text", "markdown")]
    notebook, _ = judge(made, book)
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == list(range(1, 13))


def test_what_the_instructor_should_know_stands_on_top(made: Course) -> None:
    notebook, _ = judge(made, written(made), notices=["cell 3: <script>steal()</script> **stopped**"], isolation="none")
    notes = notebook.cells[0].source
    assert "\n    - cell 3: <script>steal()</script> **stopped**\n" in notes
    assert notes.endswith("judged without isolation: this submission ran with the instructor's own rights")


def test_a_file_that_is_no_notebook_leaves_the_courses_own_with_the_sentence(made: Course) -> None:
    cut = json.dumps(written(made))[:-99]
    sentence = "The file is cut off."
    notebook, found = judge(made, cut, {}, status="unreadable", notices=[sentence])
    assert sentence in notebook.cells[0].source
    assert {grade.points for grade in found.grades} == {0.0, None}
    assert {comment.text for comment in found.comments} == {None}
    assert "# This cell is not in the submission" in graded(notebook)["scale"].source


def test_a_py_file_is_shown_as_one_cell(made: Course) -> None:
    notebook, _ = judge(made, "\n\n".join(CODE.values()))
    assert "\n\n".join(CODE.values()) in [cell.source for cell in notebook.cells]
    assert len(graded(notebook)) == 2 * len(POINTS) + 2


def test_a_flood_of_cells_is_cut_and_said(made: Course) -> None:
    book = written(made)
    book["cells"][0:0] = [plain(f"x = {i}") for i in range(1500)]
    notebook, _ = judge(made, book)
    assert len(notebook.cells) < 1100
    assert "own cells are not shown here" in notebook.cells[0].source
    assert graded(notebook)["scale"].source == CODE["scale"]


def test_controls_and_turned_letters_are_taken_out_of_what_is_shown(made: Course) -> None:
    notebook, _ = judge(made, written(made, scale="def scale(x, factor):\n    return x  # \u202e\x1b[2Jrotcaf *\n"))
    assert graded(notebook)["scale"].source == "def scale(x, factor):\n    return x  # [2Jrotcaf *\n"


# --- nothing that a browser runs ---

ACTIVE = {"script", "iframe", "svg", "style", "object", "embed", "form", "input", "base", "meta", "link", "textarea"}


class Dangers(HTMLParser):
    """All of a page that a browser would run or obey, by how often it is there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        runs = [name for name, _ in attrs if name.startswith("on") or (name == "style" and tag not in {"div", "span"})]
        goals = [re.sub(r"[\x00-\x20]", "", value or "").lower() for name, value in attrs if name in {"href", "src"}]
        scripts = [goal for goal in goals if re.match(r"(javascript|vbscript|file|data:(?!image/))", goal)]
        if tag in ACTIVE or runs or scripts:
            self.found[f"{tag} {runs} {scripts}"] += 1


def page(notebook: Any, template: str) -> str:
    """The notebook as formgrader or a feedback page renders it."""
    exporter = HTMLExporter(
        template_name=template,
        extra_template_basedirs=[str(FORMGRADER / "templates")],
        extra_template_paths=[str(FORMGRADER / "static/node_modules/bootstrap/dist/css")],
    )
    for cell in graded(notebook).values():
        cell.metadata.nbgrader["score"] = 0.0  # as nbgrader's GetGrades leaves it
    names = {"notebook": "tiny", "score": 0, "max_score": 0, "late_penalty": 0}
    more = {"nbgrader": names, "base_url": "", "notebook_id": "", "assignment_id": "", "index": 0, "total": 1}
    html, _ = exporter.from_notebook_node(notebook, resources=more)
    return str(html)


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_no_text_of_a_students_runs_in_the_browser_of_who_grades_it(made: Course, template: str) -> None:
    own = Dangers(page(judge(made, released(made))[0], template)).found
    book = written(made, written_answer="\n\n".join(HOSTILE[:5]))
    book["cells"] += [plain(text, "markdown") | {"id": f"h{i}"} for i, text in enumerate(HOSTILE)]
    book["cells"] += [
        plain(text, "raw", metadata={"raw_mimetype": "text/html"}) | {"id": f"r{i}"} for i, text in enumerate(HOSTILE)
    ]
    book["cells"].append(plain("1", outputs=OUTPUTS))
    book["metadata"] = {
        "title": "<script>steal()</script>",
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    shown = page(judge(made, book)[0], template)
    assert "steal()" in shown
    more = Dangers(shown).found - own
    assert not more


@pytest.mark.parametrize(
    "text",
    [
        "a < b and $x<y$, and $\\hat y<z$",
        "**bold**, `x < y`, <b>bold</b>, a<br>b, H<sub>2</sub>O",
        "[page](https://example.org/a?b=c), <https://example.org>",
        "![](plot.png) ![](data:image/png;base64,iVBORw0KGgo=)",
        "1 <2, x <- 3, <= and <>",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "# Ein Titel\n\n> Zitat\n\n```python\nif a < b: pass\n```",
    ],
)
def test_harmless_prose_stays_as_it_is(text: str) -> None:
    shown, changed = harmless.prose(text)
    assert not changed or re.sub(r"< (?=\w)", "<", shown) == re.sub(r"< (?=\w)", "<", text)


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_pictures_and_texts_that_were_handed_in_are_kept(made: Course) -> None:
    book = written(made)
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": PIXEL + "\n", "text/plain": "<Figure>"}},
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
    ]
    book["cells"].append(plain("plot()", outputs=outputs))
    at(book, "written_answer")["attachments"] = {"a.png": {"image/png": PIXEL}, '"x': {"image/png": PIXEL}}
    notebook, _ = judge(made, book)
    shown = notebook.cells[-1].outputs
    assert shown[0].data == {"image/png": PIXEL, "text/plain": "<Figure>"}
    assert shown[1].text == "one\ntwo\n"
    assert graded(notebook)["written_answer"].attachments == {"a.png": {"image/png": PIXEL}}


def test_a_forged_output_of_a_test_cell_is_gone(made: Course) -> None:
    book = written(made)
    forged = {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "3.0"}, "execution_count": 1}
    at(book, "check_scale")["outputs"] = [forged]
    notebook, _ = judge(made, book, {})
    assert determine_grade(graded(notebook)["check_scale"])[0] == 0.0
