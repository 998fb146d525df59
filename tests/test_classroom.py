"""The class of `make demo`, judged once as the command judges it: what each student gets, and what each is told.

Who the students are stands in tests/classroom/README.md.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.classroom

ROOT = Path(__file__).parents[1]
SUBMITTED = Path("tests/classroom/submitted")

SLUGS = (
    "linear_regression",
    "minibatch_sgd",
    "linear_classifier",
    "backpropagation",
    "xavier_initialization",
    "generalization",
)
STUDENTS = (
    *("ada", "bao", "chidi", "dana", "elif", "farid", "greta", "hiro"),
    *("ines", "kwame", "lucia", "mateo", "noor", "olga", "pavel", "rosa"),
)

RIGHT = ("ada", "bao", "chidi", "dana", "noor", "olga")
"""Whose functions are all right; noor's, but for the one that an endless cell takes along."""

# What is wrong, function by function, with the mistake's name where the numbers prove one.
MISTAKES: Mapping[tuple[str, str], Mapping[str, str | None]] = {
    ("elif", "linear_regression"): {"loss_gradient": "sum for mean"},
    ("elif", "minibatch_sgd"): {"minibatches": "last batch dropped"},
    ("elif", "linear_classifier"): {"cross_entropy_gradient": "sign"},
    ("elif", "backpropagation"): {"backward": "derivative at the activation"},
    ("elif", "xavier_initialization"): {"xavier_normal": "variance as standard deviation"},
    ("elif", "generalization"): {"standardize": "both sets together"},
    ("farid", "linear_regression"): {
        "squared_loss": "one half missing",
        "loss_gradient": "weight gradient summed",
        "fit_closed_form": "intercept left out",
    },
    ("farid", "minibatch_sgd"): {
        "synthetic_data": "variance for standard deviation",
        "sgd_step": None,
        "train": "loss of the last batch",
    },
    ("farid", "linear_classifier"): {
        "classify": None,
        "cross_entropy": "sum for mean",
        "cross_entropy_gradient": "bias gradient summed",
        "softmax": "columns",
    },
    ("farid", "backpropagation"): {
        "activate": "leaky",
        "mlp_loss": "mean over outputs too",
        "backward": "sum for mean",
        "numerical_gradient": "forward difference",
        "update": None,
    },
    ("farid", "xavier_initialization"): {
        "xavier_uniform": "brackets missing",
        "init_params": "always normal",
        "layer_variances": None,
        "gradient_norms": None,
        "train_from": None,
        "symmetry_gap": "biases left out",
    },
    ("farid", "generalization"): {
        "train_validation_split": "first rows",
        "standardize": "divided by the variance",
        "polynomial_features": "column of ones",
        "train_with_early_stopping": None,
        "predict_house_prices": "mean price",
    },
    ("greta", "linear_regression"): {},
    ("greta", "minibatch_sgd"): {"synthetic_data": "variance for standard deviation"},
    ("greta", "linear_classifier"): {"classify": None},
    ("greta", "backpropagation"): {"mlp_loss": "mean over outputs too"},
    ("greta", "xavier_initialization"): {},
    ("greta", "generalization"): {"standardize": "both sets together"},
    ("mateo", "linear_regression"): {"loss_gradient": "sum for mean"},
    ("mateo", "minibatch_sgd"): {"train_until": None},
    ("mateo", "linear_classifier"): {"softmax": None},
    ("mateo", "backpropagation"): {"numerical_gradient": None},
    ("mateo", "xavier_initialization"): {"train_from": "one step more"},
    ("mateo", "generalization"): {},
    ("pavel", "linear_regression"): {"house_price": "rounded"},
    ("pavel", "minibatch_sgd"): {"sgd_step": "factor 2"},
    ("pavel", "linear_classifier"): {"classify": None},
    ("pavel", "backpropagation"): {"activation_bytes": None},
    ("pavel", "xavier_initialization"): {"xavier_normal": "He"},
    ("pavel", "generalization"): {},
    ("rosa", "linear_regression"): {"predict": None, "fit_closed_form": None},
    ("rosa", "minibatch_sgd"): {"minibatches": "batches of equal size", "train_until": "a rise goes on"},
    ("rosa", "linear_classifier"): {
        "sigmoid": None,
        "cross_entropy": None,
        "softmax": None,
    },
    ("rosa", "backpropagation"): {"activation_derivative": None, "backward": None, "numerical_gradient": None},
    ("rosa", "xavier_initialization"): {"gradient_norms": None, "symmetry_gap": "biases left out"},
    ("rosa", "generalization"): {"standardize": None, "train_with_early_stopping": "latest of equals"},
}

UNFINISHED = {
    "linear_regression": {"fit_closed_form", "house_price"},
    "minibatch_sgd": {"train", "train_until"},
    "linear_classifier": {"cross_entropy", "cross_entropy_gradient", "softmax"},
    "backpropagation": {"backward", "numerical_gradient", "update", "activation_bytes"},
    "xavier_initialization": {"layer_variances", "gradient_norms", "train_from", "symmetry_gap"},
    "generalization": {"train_with_early_stopping", "predict_house_prices"},
}
"""What greta has not begun."""

SLIPS = {
    "linear_regression": ("squared_loss", "SyntaxError"),
    "minibatch_sgd": ("train_until", "SyntaxError"),
    "linear_classifier": ("softmax", "SyntaxError"),
    "backpropagation": ("numerical_gradient", "IndentationError"),
    "xavier_initialization": ("init_params", "SyntaxError"),
    "generalization": ("train_with_early_stopping", "SyntaxError"),
}
"""The function whose cell of lucia's Python cannot read."""

ENDLESS = {
    "minibatch_sgd": "train_until",
    "linear_classifier": "softmax",
    "backpropagation": "numerical_gradient",
}
"""Mateo's functions that never end; the last calls a function of ours each time."""

NEVER_ENDS = ("did not finish", "more than 20000 times")
"""Time or the number of calls runs out, whichever the machine comes to first."""

BROKEN_FILES = {
    "linear_regression": "cut off",
    "minibatch_sgd": "empty",
    "linear_classifier": "web page",
    "backpropagation": "not valid JSON",
    "xavier_initialization": "zip",
}
"""What came of kwame's notebooks."""


@dataclass(frozen=True)
class Judged:
    """The class after `grader grade all`: the command's exit code and output, and a report a slug."""

    code: int
    shown: str = field(repr=False)
    reports: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def of(self, student: str, slug: str) -> Mapping[str, Any]:
        """One student's submission in the JSON report of an assignment."""
        found: Mapping[str, Any] = self.reports[slug][student]
        return found


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("report")
    command = [sys.executable, "-m", "grader.cli", "grade", "all", str(SUBMITTED)]
    options = ["--feedback", "elif", "--json", str(folder), "--seed", "00112233445566778899aabbccddeeff"]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )
    print(f"the class took {time.perf_counter() - start:.1f} s")  # noqa: T201 - shown with -s, and judged by the benchmark
    reports = {file.stem: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")}
    by_student = {
        slug: {submission["student"]: submission for submission in report["submissions"]}
        for slug, report in reports.items()
    }
    return Judged(done.returncode, done.stdout + done.stderr, by_student)


def functions(submission: Mapping[str, Any], *statuses: str) -> set[str]:
    """The functions of which an item has one of these statuses."""
    return {item["function"] for item in submission["items"] if item["status"] in statuses}


def findings(submission: Mapping[str, Any], function: str) -> list[str]:
    """What the student is told about a function."""
    return [item["finding"] or "" for item in submission["items"] if item["function"] == function]


def test_every_submission_is_judged_whatever_it_holds(judged: Judged) -> None:
    assert judged.code == 0, judged.shown
    assert set(judged.reports) == set(SLUGS)
    statuses = {submission["status"] for report in judged.reports.values() for submission in report.values()}
    assert statuses <= {"judged", "unreadable", "refused"}


def test_a_student_without_an_assignment_is_in_no_report_of_it(judged: Judged) -> None:
    missing = {(who, slug) for who in STUDENTS for slug in SLUGS if who not in judged.reports[slug]}
    assert missing == {("hiro", "xavier_initialization")}


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("student", RIGHT)
def test_right_functions_get_full_points_in_every_style_and_notebook(judged: Judged, student: str, slug: str) -> None:
    submission = judged.of(student, slug)
    lost = functions(submission, "failed", "skipped", "unjudged")
    assert lost == ({"house_price"} if (student, slug) == ("noor", "linear_regression") else set())
    assert submission["points"] == (16 if lost else 20)


@pytest.mark.parametrize(("student", "slug"), MISTAKES)
def test_a_mistake_costs_its_function_and_is_named_where_numbers_prove_it(
    judged: Judged, student: str, slug: str
) -> None:
    submission = judged.of(student, slug)
    expected = MISTAKES[student, slug]
    assert functions(submission, "failed") == set(expected)
    for function, mistake in expected.items():
        named = {item["mistake"] for item in submission["items"] if item["function"] == function} - {None}
        assert mistake is None or named == {mistake}, findings(submission, function)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_not_written_is_skipped_and_the_rest_keeps_its_points(judged: Judged, slug: str) -> None:
    submission = judged.of("greta", slug)
    assert functions(submission, "skipped") == UNFINISHED[slug]
    assert all("not written yet" in text for name in UNFINISHED[slug] for text in findings(submission, name))
    assert submission["points"] > 0


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("student", ["hiro", "ines"])
def test_a_notebook_without_code_of_its_own_gets_nothing_and_is_told_so_kindly(
    judged: Judged, student: str, slug: str
) -> None:
    if student not in judged.reports[slug]:
        return
    submission = judged.of(student, slug)
    assert submission["points"] == 0
    assert submission["status"] == "judged"
    assert {item["status"] for item in submission["items"]} == {"skipped", "manual"}
    told = [item["finding"] for item in submission["items"] if item["status"] == "skipped"]
    assert all(text.endswith("is not written yet.") for text in told)


@pytest.mark.parametrize("slug", BROKEN_FILES)
def test_a_file_that_is_no_notebook_fails_every_item_with_the_reason(judged: Judged, slug: str) -> None:
    submission = judged.of("kwame", slug)
    assert (submission["status"], submission["points"]) == ("unreadable", 0)
    told = [item for item in submission["items"] if item["status"] != "manual"]
    assert told
    assert all(item["status"] == "failed" and BROKEN_FILES[slug] in item["finding"] for item in told)


def test_a_folder_without_a_notebook_is_shown_to_the_instructor(judged: Judged) -> None:
    submission = judged.of("kwame", "generalization")
    assert (submission["status"], submission["points"]) == ("refused", 0)
    assert any("neither a notebook nor a .py file" in notice for notice in submission["notices"])


@pytest.mark.parametrize("slug", SLUGS)
def test_a_cell_that_python_cannot_read_costs_its_function_only(judged: Judged, slug: str) -> None:
    submission = judged.of("lucia", slug)
    function, error = SLIPS[slug]
    assert functions(submission, "failed", "skipped") == {function}
    assert all(error in text and "cell " in text for text in findings(submission, function))


@pytest.mark.parametrize("slug", ENDLESS)
def test_a_function_that_never_ends_costs_itself_only(judged: Judged, slug: str) -> None:
    submission = judged.of("mateo", slug)
    assert functions(submission, "failed") == {ENDLESS[slug]}
    told = findings(submission, ENDLESS[slug])
    assert all(any(words in text for words in NEVER_ENDS) for text in told), told


def test_a_cell_that_never_ends_takes_along_what_stands_below_it_only(judged: Judged) -> None:
    submission = judged.of("noor", "linear_regression")
    assert all("loop that never ends" in text for text in findings(submission, "house_price"))
    assert functions(submission, "passed") == {"predict", "squared_loss", "loss_gradient", "fit_closed_form"}


@pytest.mark.parametrize(
    ("student", "slug", "function"),
    [
        ("farid", "linear_regression", "house_price"),
        ("elif", "minibatch_sgd", "train"),
        ("pavel", "minibatch_sgd", "train_until"),
        ("farid", "backpropagation", "forward"),
        ("pavel", "xavier_initialization", "init_params"),
    ],
)
def test_one_mistake_costs_once(judged: Judged, student: str, slug: str, function: str) -> None:
    items = [item for item in judged.of(student, slug)["items"] if item["function"] == function]
    assert all(item["status"] == "passed" for item in items)
    assert any(item["followed_through"] for item in items)


@pytest.mark.parametrize("slug", SLUGS)
def test_cells_that_were_deleted_rewritten_or_promise_points_move_none(judged: Judged, slug: str) -> None:
    notices = judged.of("pavel", slug)["notices"]
    assert any("are missing" in notice for notice in notices)
    assert any("claims 100 points" in notice for notice in notices)
    assert judged.of("pavel", slug)["max_points"] == 20


@pytest.mark.parametrize(("student", "slug"), [("dana", "linear_regression"), ("dana", "generalization")])
def test_lines_for_the_notebook_itself_are_left_out_and_told(judged: Judged, student: str, slug: str) -> None:
    told = [notice for notice in judged.of(student, slug)["notices"] if notice.endswith("was left out")]
    assert len(told) >= 3


@pytest.mark.parametrize("slug", SLUGS)
def test_written_answers_wait_for_a_person(judged: Judged, slug: str) -> None:
    for student, submission in judged.reports[slug].items():
        if submission["status"] == "judged":
            waiting = [item for item in submission["items"] if item["status"] == "manual"]
            assert [item["max_points"] for item in waiting] == [4], student


def test_the_command_shows_the_class_its_mistakes_a_student_and_where_the_report_lies(judged: Judged) -> None:
    assert all(name in judged.shown for name in STUDENTS)
    assert "most frequent mistakes" in judged.shown
    assert "elif, linear_regression: 15 of 20 points" in judged.shown
    assert "The report is in" in judged.shown
