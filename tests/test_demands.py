"""Bad input of every kind, through the command line: one clear sentence, and nothing else is touched.

A class of strange submissions is judged in one call; each test looks at what one of them came to.
"""

import itertools
import math
from pathlib import Path
from typing import Any

import course_copy
import numpy as np
import pytest
from course_copy import SLUG, Done, grade, grader, notebook, script
from judging import SLUGS, judged_here, lost, names_of, ready

from grader.agreement import Disagreement, agrees

# --- what a function may return, instead of predictions: (the function, what the finding says) ---

RETURNS = {
    "none": ("return None", "None: is there a return?"),
    "nothing": ("X @ w + b", "None: is there a return?"),
    "nan": ("return (X @ w + b) * np.nan", "NaN"),
    "one_nan": ("y = X @ w + b; y[0] = np.nan; return y", "NaN"),
    "inf": ("return (X @ w + b) * np.inf", "infinite"),
    "text": ("return 'about 7'", "text"),
    "texts": ("return [str(v) for v in X @ w + b]", "something else than numbers"),
    "ragged": ("return [[1.0], [1.0, 2.0]]", "unequal length"),
    "objects": ("return (X @ w + b).astype(object)", "holds no numbers"),
    "object_with_none": ("return np.array([None] * len(X))", "holds no numbers"),
    "column": ("return (X @ w + b)[:, None]", "number of dimensions"),
    "row": ("return (X @ w + b)[None, :]", "number of dimensions"),
    "booleans": ("return X @ w + b > 0", "truth values"),
    "complex": ("return X @ w + b + 0j", "complex numbers"),
    "a_dict": ("return {'y_hat': X @ w + b}", "a dict"),
    "a_set": ("return set(X @ w + b)", "a set"),
    "a_generator": ("return (v for v in X @ w + b)", "a generator"),
    "an_endless_iterator": ("import itertools; return itertools.count()", "holds no numbers"),
    "a_function": ("return predict", "a function"),
    "a_module": ("return np", "holds no numbers"),
    "a_class_that_lies": (
        "return type('T', (), {'__array__': lambda self, *a, **k: 1 / 0, 'shape': X.shape[:1]})()",
        "holds no numbers",
    ),
    "itself": ("a = []; a.append(a); return a", "holds no numbers"),
    "one_too_few": ("return (X @ w + b)[:-1]", "wrong shape"),
    "too_much": ("return np.zeros(1 << 23)", "holds no numbers"),
}

# --- what a function may be or do: (its text, what the finding says) ---

FUNCTIONS = {
    "no_parameters": ("def predict():\n    return 0", "raised TypeError"),
    "a_parameter_more": ("def predict(X, w, b, c):\n    return X @ w + b", "raised TypeError"),
    "a_number": ("predict = 7", "cannot be called"),
    "an_array": ("predict = np.ones(3)", "cannot be called"),
    "a_string": ("predict = 'X @ w + b'", "cannot be called"),
    "raises": ("def predict(X, w, b):\n    raise KeyError('w')", "raised KeyError"),
    "raises_base": ("def predict(X, w, b):\n    raise BaseException('out')", "raised BaseException"),
    "raises_its_own": (
        (
            "class Mine(ArithmeticError):\n    def __str__(self):\n        raise ValueError\n\n\n"
            "def predict(X, w, b):\n    raise Mine"
        ),
        "raised Mine",
    ),
    "interrupts": ("def predict(X, w, b):\n    raise KeyboardInterrupt", "raised KeyboardInterrupt"),
    "sys_exit": ("import sys\n\n\ndef predict(X, w, b):\n    sys.exit(0)", "raised SystemExit"),
    "os_exit": ("import os\n\n\ndef predict(X, w, b):\n    os._exit(0)", "ended the whole program"),
    "recursion": ("def predict(X, w, b):\n    return predict(X, w, b)", "raised RecursionError"),
    "endless": ("def predict(X, w, b):\n    while True:\n        pass", "did not finish within 0.4 s"),
    "endless_and_deaf": (
        (
            "def predict(X, w, b):\n    while True:\n        try:\n            while True:\n                pass\n"
            "        except BaseException:\n            pass"
        ),
        "did not finish within 0.4 s",
    ),
    "endless_in_numpy": (
        "def predict(X, w, b):\n    return np.linalg.svd(np.random.rand(2500, 2500))[0][0]",
        "did not finish within 0.4 s",
    ),
    "asks": ("def predict(X, w, b):\n    return input('b? ')", "raised EOFError"),
    "deletes_itself": ("def predict(X, w, b):\n    global predict\n    del predict\n    return None", "None"),
}

NOISY = """
def predict(X, w, b):
    print("x" * 10_000_000)
    import warnings
    warnings.warn("never mind")
    np.log(np.zeros(1))
    return X @ w + b
"""

PREDICT = "def predict(X, w, b):\n    {}"


def strange_class() -> dict[str, str | bytes]:
    """File name to content: every submission is right but for what its name says."""
    files: dict[str, str | bytes] = {
        "right.py": script(),
        "right_notebook.ipynb": notebook(),
        "missing.py": script(predict=""),
        "not_implemented.py": script(predict="def predict(X, w, b):\n    raise NotImplementedError"),
        "syntax_error.ipynb": notebook(predict="def predict(X, w, b):\n    return X @ w + + * b\n"),
        "syntax_error.py": script(predict="def predict(X, w, b):\n    return X @ w + + * b\n"),
        "cell_raises.ipynb": notebook(predict="def predict(X, w, b):\n    return X @ w + b\n\n1 / 0\n"),
        "cell_raises_first.ipynb": notebook(predict="1 / 0\n\ndef predict(X, w, b):\n    return X @ w + b\n"),
        "cell_exits.ipynb": notebook("import sys; sys.exit(3)"),
        "cell_ends_the_process.ipynb": notebook("import os; os._exit(0)"),
        "cell_never_ends.ipynb": notebook("while True: pass"),
        "script_never_ends.py": script() + "\n\nwhile True:\n    pass\n",
        "script_exits.py": "raise SystemExit\n\n" + script(),
        "noisy.py": script(predict=NOISY),
        "byte_order_mark.py": b"\xef\xbb\xbf" + script().encode(),
        "utf_16.py": script().encode("utf-16"),
        "latin_1.py": "# -*- coding: latin-1 -*-\nname = 'Zoë'\n".encode("latin-1") + script().encode(),
        "latin_1_undeclared.py": "name = 'Zoë'\n".encode("latin-1") + script().encode(),
        "carriage_returns.py": script().replace("\n", "\r\n").encode(),
        "tabs.py": script().replace("    ", "\t"),
        "a_story.py": "Once upon a time there was a student.\nShe had no time.\n",
        "empty.py": "",
        "not_a_notebook.ipynb": "hello",
        "truncated.ipynb": notebook()[:700],
        "another_json.ipynb": '{"cells": 7}',
        "zip.ipynb": b"PK\x03\x04" + bytes(100),
    }  # fmt: skip
    for name, (body, _) in RETURNS.items():
        files[f"returns_{name}.py"] = script(predict=PREDICT.format(body))
    for name, (text, _) in FUNCTIONS.items():
        files[f"{name}.py"] = script(predict=text)
    return files


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return course_copy.make(tmp_path_factory.mktemp("course"), SLUG, "minibatch_sgd")


@pytest.fixture(scope="module")
def done(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("class")
    for name, content in strange_class().items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with (folder / "too_large.ipynb").open("wb") as file:
        file.truncate(200_000_000)
    (folder / "a_link.py").symlink_to(folder / "right.py")
    return grade(course, SLUG, folder, json_to=folder.with_suffix(".json"))


def items(done: Done, student: str, function: str) -> list[dict[str, Any]]:
    return [item for item in done.by_student[student]["items"] if item["function"] == function]


def lost_by(done: Done, student: str) -> dict[str, float]:
    """What a submission lost, by function."""
    found: dict[str, float] = {}
    for item in done.by_student[student]["items"]:
        if item["status"] not in {"passed", "manual"}:
            found[item["function"]] = found.get(item["function"], 0) + item["max_points"]
    return found


def notices(done: Done, student: str) -> list[str]:
    """What a submission's reader is told, but for the course's cells, which none of these notebooks has."""
    said: list[str] = done.by_student[student]["notices"]
    return [notice for notice in said if not notice.startswith("cells of the course are missing")]


def findings(done: Done, student: str) -> set[str]:
    return {str(item["finding"]) for item in items(done, student, "predict") if item["status"] == "failed"}


def assert_people_can_read(sentence: str) -> None:
    assert sentence
    assert len(sentence) < 1500
    for word in ("Traceback", "grader/", "site-packages", "<frozen", "\x1b"):
        assert word not in sentence


def test_a_class_of_bad_files_is_judged_with_exit_code_0(done: Done) -> None:
    """Unreadable and refused submissions are judged: nothing is left for a person to run again."""
    assert (done.code, done.report["seed_id"] is not None) == (0, True)
    assert len(done.by_student) == len(strange_class()) + 2
    assert {one["status"] for one in done.by_student.values()} == {"judged", "unreadable", "refused"}
    assert not [i for one in done.by_student.values() for i in one["items"] if i["status"] == "unjudged"]


@pytest.mark.parametrize("student", ["right", "right_notebook"])
def test_the_neighbours_of_bad_files_keep_their_points(done: Done, student: str) -> None:
    assert done.by_student[student]["points"] == 20
    assert notices(done, student) == []


@pytest.mark.parametrize("name", RETURNS)
def test_a_wrong_kind_of_answer_costs_its_function_and_is_named(done: Done, name: str) -> None:
    assert lost_by(done, f"returns_{name}") == {"predict": 2}
    said = findings(done, f"returns_{name}")
    assert any(RETURNS[name][1] in sentence for sentence in said), said
    for sentence in said:
        assert sentence.startswith("predict")
        assert_people_can_read(sentence)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_fails_costs_its_own_points_and_says_how(done: Done, name: str) -> None:
    assert lost_by(done, name) == {"predict": 2}
    said = findings(done, name)
    assert any(FUNCTIONS[name][1] in sentence for sentence in said), said
    for sentence in said:
        assert_people_can_read(sentence)


def test_an_exception_is_told_by_the_students_own_line(done: Done) -> None:
    lines = script(predict=FUNCTIONS["raises"][0]).splitlines()
    line = lines.index("    raise KeyError('w')") + 1
    assert all(f"line {line}" in sentence for sentence in findings(done, "raises"))


def test_a_function_that_does_not_end_is_not_tried_again_for_every_claim(done: Done) -> None:
    """0.4 s a call, a grace, and one call more for the example: not as often as there are claims and draws."""
    assert done.by_student["endless"]["seconds"] < 5
    assert {item["status"] for item in items(done, "endless", "predict")} == {"failed"}


@pytest.mark.parametrize("student", ["missing", "not_implemented"])
def test_a_function_that_is_not_written_is_skipped(done: Done, student: str) -> None:
    assert lost_by(done, student) == {"predict": 2}
    assert {(i["status"], i["finding"]) for i in items(done, student, "predict")} == {
        ("skipped", "predict is not written yet.")
    }


@pytest.mark.parametrize(
    ("student", "where"), [("syntax_error", "cell 2"), ("syntax_error_2", "line"), ("cell_raises_first", "cell 2")]
)
def test_a_cell_that_does_not_run_costs_what_it_defines(done: Done, student: str, where: str) -> None:
    student = next(s for s in done.by_student if s.startswith(student.removesuffix("_2")) and
                   done.by_student[s]["file"].endswith(".py" if where == "line" else ".ipynb"))  # fmt: skip
    assert lost_by(done, student) == {"predict": 2}
    assert any(where in notice for notice in done.by_student[student]["notices"])
    for item in items(done, student, "predict"):
        assert "predict" in item["finding"]
        assert where in item["finding"]


@pytest.mark.parametrize("student", ["cell_raises", "cell_exits", "cell_ends_the_process", "cell_never_ends",
                                     "script_never_ends", "script_exits"])  # fmt: skip
def test_a_cell_that_stops_stops_only_itself(done: Done, student: str) -> None:
    (notice,) = notices(done, student)
    assert_people_can_read(notice)
    assert done.by_student[student]["points"] == 20


def test_prints_and_warnings_cost_nothing(done: Done) -> None:
    assert done.by_student["noisy"]["points"] == 20


@pytest.mark.parametrize(
    "student", ["byte_order_mark", "utf_16", "latin_1", "latin_1_undeclared", "carriage_returns", "tabs"]
)
def test_how_a_file_is_encoded_costs_nothing(done: Done, student: str) -> None:
    assert (done.by_student[student]["status"], done.by_student[student]["points"]) == ("judged", 20)


@pytest.mark.parametrize(
    ("student", "status", "says"),
    [
        ("a_story", "unreadable", "not Python"),
        ("empty", "unreadable", "empty"),
        ("not_a_notebook", "unreadable", ""),
        ("truncated", "unreadable", ""),
        ("another_json", "unreadable", ""),
        ("zip", "unreadable", "zip"),
        ("too_large", "refused", "200 MB"),
        ("a_link", "refused", "a link"),
    ],
)
def test_a_file_that_cannot_be_run_has_no_points_and_one_sentence(
    done: Done, student: str, status: str, says: str
) -> None:
    result = done.by_student[student]
    assert (result["status"], result["points"], result["max_points"]) == (status, 0, 20)
    assert len(result["notices"]) == 1
    assert says in result["notices"][0]
    assert_people_can_read(result["notices"][0])
    automatic = [item for item in result["items"] if item["status"] != "manual"]
    assert {item["status"] for item in automatic} == {"failed"}
    assert len(automatic) == len([i for i in done.by_student["right"]["items"] if i["status"] != "manual"])
    assert (result["sha256"] is None) == (status == "refused")


def test_an_iterable_that_never_ends_is_drained_up_to_a_bound(course: Path, tmp_path: Path) -> None:
    right = (course / "solutions" / "minibatch_sgd.py").read_text("utf-8")
    for name, body in {
        "endless": "while True:\n        yield X, y",
        "none": "return None",
    }.items():
        text = right + f"\n\ndef minibatches(X, y, batch_size, rng):\n    {body}\n"
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    found = grade(course, "minibatch_sgd", tmp_path, json_to=tmp_path / "report.json")
    assert found.code == 0
    for student in found.by_student:
        statuses = {item["status"] for item in items(found, student, "minibatches")}
        assert statuses == {"failed"}, student
        assert "sgd_step" not in lost_by(found, student)


# --- wrong use of the commands: exit code 2, one sentence on stderr, nothing written ---


def refusal(done: Done) -> str:
    assert done.code == 2, (done.out, done.err)
    assert done.out == ""
    assert_people_can_read(done.err)
    return done.err


@pytest.fixture
def right(tmp_path: Path) -> Path:
    file = tmp_path / f"{SLUG}.py"
    file.write_text(script(), "utf-8")
    return file


def test_an_unknown_assignment_is_told_with_those_there_are(course: Path, right: Path) -> None:
    said = refusal(grade(course, "quantum_regression", right))
    assert "quantum_regression" in said
    assert SLUG in said


def test_a_missing_path_is_told(course: Path, tmp_path: Path) -> None:
    assert "nowhere.py" in refusal(grade(course, SLUG, tmp_path / "nowhere.py"))
    assert "nowhere.py" in refusal(grader("check", tmp_path / "nowhere.py"))


def test_a_folder_that_is_no_course_is_told(right: Path, tmp_path: Path) -> None:
    assert "--course" in refusal(grade(tmp_path, SLUG, right))


def test_an_output_that_cannot_be_written_is_told(course: Path, right: Path) -> None:
    done = grade(course, SLUG, right, options=("--json", str(right / "report.json")))
    assert done.code == 2
    assert "could not be written" in done.err
    assert_people_can_read(done.err)


def test_a_seed_that_is_too_short_is_refused_with_the_line_that_makes_one(course: Path, right: Path) -> None:
    said = refusal(grader("grade", SLUG, right, "--course", course, "--unsafe-no-sandbox", "--seed", "1234"))
    assert "token_hex" in said


def test_a_file_of_no_known_assignment_is_told(course: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "homework.py"
    stranger.write_text(script(), "utf-8")
    assert SLUG in refusal(grader("check", stranger, "--course", course, "--unsafe-no-sandbox", "--seed", "0" * 32))
    assert "recorded.json" in refusal(grader("check", stranger))


def test_an_unknown_function_is_told_with_those_there_are(course: Path, right: Path) -> None:
    said = refusal(grader("check", course / "assignments" / SLUG / f"{SLUG}.ipynb", "predictions"))
    assert "predictions" in said
    assert "squared_loss" in said


def test_a_command_without_arguments_tells_its_usage() -> None:
    assert grader("grade").code == 2
    assert grader("nonsense").code == 2
    assert grader().code in {0, 2}


# --- the scale of a gradient ---


def replaced(slug: str, **functions: Any) -> dict[str, Any]:
    """The reference's names with some functions replaced, each made from the right one."""
    text = (course_copy.ROOT / "solutions" / f"{slug}.py").read_text("utf-8")
    names = dict(names_of(text, slug))
    return names | {name: make(names[name]) for name, make in functions.items()}


def times(value: Any, factor: float) -> Any:
    return type(value)(times(v, factor) for v in value) if isinstance(value, tuple | list) else value * factor


def scaled(factor: float) -> Any:
    return lambda right: lambda *args: times(right(*args), factor)


GRADIENTS = [
    (slug, loss, gradient)
    for slug, loss, gradient in [
        ("linear_regression", "squared_loss", "loss_gradient"),
        ("backpropagation", "mlp_loss", "backward"),
        ("linear_classifier", "cross_entropy", "cross_entropy_gradient"),
    ]
    if slug in SLUGS
]


@pytest.mark.parametrize("factor", [2.0, 0.5, 1 / math.log(2), 7.0, 1 + 1e-6, -1.0, 1e-9, 0.0])
@pytest.mark.parametrize(("slug", "loss", "gradient"), GRADIENTS)
def test_a_gradient_with_the_wrong_scale_fails_even_when_the_students_own_loss_has_the_same(
    slug: str, loss: str, gradient: str, factor: float
) -> None:
    items = judged_here(ready(slug), replaced(slug, **{loss: scaled(factor), gradient: scaled(factor)}))
    main = [item for item in items if item.function == gradient]
    assert {item.status for item in main} == {"failed"}
    assert sum(item.points for item in main) == 0


def test_a_wrong_scale_is_named_though_the_loss_has_it_too() -> None:
    found = judged_here(ready(SLUG), replaced(SLUG, squared_loss=scaled(2.0), loss_gradient=scaled(2.0)))
    named = {item.function: item.mistake for item in found if item.mistake}
    assert named == {"squared_loss": "one half missing", "loss_gradient": "factor 2"}


def test_a_gradient_of_size_1e_9_does_not_pass_as_zero() -> None:
    """SymPy's derivative near a minimum is small; an answer of zeros there is wrong all the same."""
    exercise = ready(SLUG)
    _, truth, _ = exercise.inputs(exercise.checks[0], 0, small=False)
    rng = np.random.default_rng(0)
    X, w, b = rng.normal(size=(6, 2)), np.array([1.0, -2.0]), 0.5
    y = X @ w + b + 1e-9 * np.arange(1.0, 7.0)
    grad_w, grad_b = truth.gradient(exercise.module.squared_loss_of_a_sample, by="w b")(X, y, w, b)
    assert 1e-11 < max(np.max(np.abs(grad_w)), abs(grad_b)) < 1e-8
    with pytest.raises(Disagreement):
        agrees((np.zeros(2), 0.0), (grad_w, grad_b))
    for part in itertools.product((0, 1), repeat=2):
        if part != (1, 1):
            with pytest.raises(Disagreement):
                agrees((part[0] * grad_w, part[1] * grad_b), (grad_w, grad_b))


@pytest.mark.parametrize(("slug", "loss", "gradient"), GRADIENTS)
def test_a_right_gradient_beside_a_wrong_loss_keeps_its_points(slug: str, loss: str, gradient: str) -> None:
    found = lost(judged_here(ready(slug), replaced(slug, **{loss: scaled(2.0)})))
    assert set(found) == {loss}
