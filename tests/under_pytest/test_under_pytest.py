"""Each claim about a submission is a test: selected, skipped and explained as pytest does it."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from course_copy import make
from judging import ROOT

SLUG = "linear_regression"
CORPUS = ROOT / "tests" / "submissions" / SLUG


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("course"), SLUG, settings="")


def under_pytest(folder: Path, *args: str) -> tuple[int, str]:
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "grader.under_pytest", "-rfs", *args]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def placed(course: Path, file: Path | str) -> str:
    """The submission in a folder of the assignment's name, as a path from the course's folder."""
    (course / "mine" / SLUG).mkdir(parents=True, exist_ok=True)
    place = course / "mine" / SLUG / "answer.py"
    text = file if isinstance(file, str) else file.read_text("utf-8")
    place.write_text(text, "utf-8")
    return str(place.relative_to(course))


def test_the_plugin_is_found_by_its_entry_point() -> None:
    (found,) = (e for e in importlib.metadata.entry_points(group="pytest11") if e.value.startswith("grader"))
    assert found.value == "grader.under_pytest"


def test_a_right_submission_passes_claim_by_claim(course: Path) -> None:
    code, out = under_pytest(course, "-v", "--submission", placed(course, CORPUS / "right" / "lambdas_and_partials.py"))
    assert code == 0, out
    assert "answer.py::predicts_with_the_line PASSED" in out
    assert "failed" not in out


def test_a_wrong_one_fails_in_its_claims_with_what_a_student_reads(course: Path) -> None:
    code, out = under_pytest(course, "--submission", placed(course, CORPUS / "wrong" / "loss_summed.py"))
    assert code == 1
    assert "Your loss is the sum over the samples; the loss is their mean." in out
    assert "Try: Divide by the number of samples." in out
    assert "Traceback" not in out
    assert "::loss_is_half_the_mean_square" in out


def test_claims_are_selected_as_tests_are(course: Path) -> None:
    file = placed(course, CORPUS / "wrong" / "loss_summed.py")
    code, out = under_pytest(course, "--submission", file, "-k", "predict")
    assert code == 0, out
    assert "deselected" in out


def test_what_is_not_written_is_skipped(course: Path) -> None:
    code, out = under_pytest(course, "--submission", placed(course, "def predict(X, w, b):\n    return X @ w + b\n"))
    assert code == 0, out
    assert "squared_loss is not written yet" in out


def test_outside_of_a_course_the_release_beside_the_file_is_asked(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / SLUG
    shutil.copytree(ROOT / "assignments" / SLUG, folder)
    shutil.copy(ROOT / "solutions" / f"{SLUG}.py", folder)
    code, out = under_pytest(folder, "--submission", f"{SLUG}.py")
    assert code == 0, out
    code, out = under_pytest(folder, "--submission", f"{SLUG}.ipynb")
    assert code == 0, out
    assert "predict is not written yet" in out


def test_a_check_that_is_wrong_itself_is_an_error_with_its_sentence(tmp_path: Path) -> None:
    course = make(tmp_path, SLUG, settings="")
    checks = course / "source" / SLUG / "checks.py"
    text = checks.read_text("utf-8")
    checks.write_text(text.replace("agrees(student.predict(X, w, b)", "agrees(1 / 0", 1), "utf-8")
    code, out = under_pytest(course, "--submission", placed(course, CORPUS / "right" / "lambdas_and_partials.py"))
    assert code == 1
    assert "itself raised ZeroDivisionError" in out


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--submission", "none.py"], "there is no file none.py"),
        (["--submission", "pyproject.toml"], "Which assignment is pyproject.toml for?"),
    ],
)
def test_a_file_that_cannot_be_judged_is_said_in_a_sentence(course: Path, args: list[str], sentence: str) -> None:
    code, out = under_pytest(course, *args)
    assert code != 0
    assert sentence in out
    assert "Traceback" not in out


def test_nothing_changes_without_a_submission(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert True\n", "utf-8")
    code, out = under_pytest(tmp_path)
    assert code == 0
    assert "1 passed" in out


def test_named_tests_run_beside_the_submission(course: Path) -> None:
    (course / "test_one.py").write_text("def test_one():\n    assert True\n", "utf-8")
    file = placed(course, CORPUS / "right" / "lambdas_and_partials.py")
    code, out = under_pytest(course, "-v", "test_one.py", "--submission", file)
    assert code == 0, out
    assert "test_one.py::test_one PASSED" in out
    assert "answer.py::predicts_with_the_line PASSED" in out
