"""A student's repository: its workflows are valid, and a push runs their steps in an empty home with no other file."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import junitparser
import pytest
import tiny_course
import yaml
from course_copy import SEED, grader

from grader.making import make

WRONG = tiny_course.SOLUTION + "\ndef scale(x, factor): return x * factor**2\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    opened = tiny_course.make(tmp_path_factory.mktemp("course") / "c")
    make(opened, ["tiny"])
    return opened.root


@pytest.fixture(scope="module")
def exported(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "repository"
    done = grader("export", "repository", "tiny", "--output", folder, "--course", course)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def repository(exported: Path, tmp_path: Path) -> Path:
    """A clone with what was handed out."""
    return Path(shutil.copytree(exported, tmp_path / "repository"))


def load(repository: Path, name: str) -> Any:
    return yaml.safe_load((repository / name).read_text("utf-8"))


def solved(repository: Path, text: str) -> None:
    """Push an answer: a cell behind those of the notebook that was handed out."""
    import nbformat

    book = nbformat.read(repository / "tiny.ipynb", as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(text))
    nbformat.write(book, repository / "tiny.ipynb")


def run(script: str, repository: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A step as a runner runs it: bash that stops at the first error, an environment with nothing of ours in it."""
    home = repository.parent / "home"
    stubs = repository.parent / "stubs"
    for folder in (home, stubs):
        folder.mkdir(exist_ok=True)
    (stubs / "apt-get").write_text("#!/bin/sh\n", "utf-8")
    (stubs / "apt-get").chmod(0o755)
    given = {
        "HOME": str(home),
        "PATH": f"{stubs}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "PIP_NO_INDEX": "1",  # what is installed already is found, and nothing is downloaded
        "CI": "true",
    } | environ
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=repository, env=given, capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def steps(workflow: Any, job: str) -> list[Any]:
    return [step for step in workflow["jobs"][job]["steps"] if "run" in step]


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ("vendor.github-workflows", [".github/workflows/check.yml", ".github/workflows/points.yml"]),
        ("vendor.gitlab-ci", [".gitlab-ci.yml"]),
    ],
)
def test_the_platforms_own_schema_takes_the_workflows(repository: Path, schema: str, names: list[str]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *names]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_push_to_github_is_checked_and_shown_without_a_secret(repository: Path) -> None:
    solved(repository, WRONG)
    workflow = load(repository, ".github/workflows/check.yml")
    install, check = steps(workflow, "check")
    summary = repository.parent / "summary.md"
    environ = workflow["env"] | {
        "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(repository), "GITHUB_STEP_SUMMARY": str(summary)
    }  # fmt: skip
    assert run(install["run"], repository, **environ).returncode == 0
    done = run(check["run"], repository, **environ)
    assert done.returncode == 1, done.stderr
    assert re.search(r"(?m)^::error title=scale%3A 0 of 2::cell \d+, line \d+:%0A", done.stdout)
    assert "Own run, public checks" in summary.read_text("utf-8")
    assert "secrets." not in (repository / ".github/workflows/check.yml").read_text("utf-8")


def test_what_is_right_is_green_on_github(repository: Path) -> None:
    solved(repository, tiny_course.SOLUTION)
    workflow = load(repository, ".github/workflows/check.yml")
    done = run(steps(workflow, "check")[-1]["run"], repository, GITHUB_ACTIONS="true", **workflow["env"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::error" not in done.stdout


def test_with_the_secret_at_hand_the_points_count(repository: Path, course: Path) -> None:
    solved(repository, WRONG)
    workflow = load(repository, ".github/workflows/points.yml")
    (checkout,) = (step for step in workflow["jobs"]["points"]["steps"] if "repository" in step.get("with", {}))
    shutil.copytree(course, repository / checkout["with"]["path"])
    judge = steps(workflow, "points")[-1]
    assert judge["env"] == {"COURSE_SEED": "${{ secrets.COURSE_SEED }}"}
    summary = repository.parent / "summary.md"
    environ = workflow["env"] | {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "COURSE_SEED": SEED}
    done = run(judge["run"], repository, **environ)
    if grader("doctor", "--level").out.strip() == "none":
        assert (done.returncode, done.stdout) == (2, "")
        return
    assert done.returncode == 1, done.stderr
    assert "7 of 10 points" in summary.read_text("utf-8")
    assert "Own run" not in done.stdout + summary.read_text("utf-8")
    assert SEED not in done.stdout + done.stderr + summary.read_text("utf-8")


def test_a_push_to_gitlab_leaves_the_reports_that_its_job_names(repository: Path) -> None:
    solved(repository, WRONG)
    made = load(repository, ".gitlab-ci.yml")
    environ = made["variables"] | {"GITLAB_CI": "true", "CI_PROJECT_DIR": str(repository)}
    done = run("\n".join(made["check"]["script"]), repository, **environ)
    assert done.returncode == 1, done.stderr
    named = made[".reports"]["artifacts"]["reports"]
    (suite,) = junitparser.JUnitXml.fromfile(str(repository / named["junit"]))
    assert suite.failures == 3
    assert (repository / named["codequality"]).read_text("utf-8").startswith("[\n")


def test_gitlabs_official_job_runs_only_with_the_secret_and_on_a_clone_of_the_course(
    repository: Path, course: Path
) -> None:
    solved(repository, WRONG)
    made = load(repository, ".gitlab-ci.yml")
    assert made["points"]["rules"] == [{"if": "$COURSE_SEED && $COURSE_REPOSITORY"}]
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(course)]
    if not (course / ".git").exists():
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "course"]):
            subprocess.run([*git, *command], check=True, timeout=60)
    home = repository.parent / "home"
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text(
        f'[url "{course}"]\n  insteadOf = https://gitlab-ci-token:t@gitlab.example.org/group/course.git\n'
        "[safe]\n  directory = *\n",
        "utf-8",
    )
    environ = made["variables"] | {
        "GITLAB_CI": "true", "CI_PROJECT_DIR": str(repository), "CI_JOB_TOKEN": "t", "COURSE_SEED": SEED,
        "CI_SERVER_HOST": "gitlab.example.org", "COURSE_REPOSITORY": "group/course",
    }  # fmt: skip
    done = run("\n".join(made["points"]["script"]), repository, **environ)
    if grader("doctor", "--level").out.strip() == "none":
        assert done.returncode == 2
        return
    assert done.returncode == 1, done.stderr
    assert "7 of 10 points" in done.stdout
    assert SEED not in done.stdout + done.stderr


def test_a_folder_in_the_way_is_a_sentence(course: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("work", "utf-8")
    done = grader("export", "repository", "tiny", "--output", tmp_path, "--course", course)
    assert (done.code, done.out) == (2, "")
    assert "it is there, and not empty" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_schema_of_the_report_is_printed() -> None:
    done = grader("export", "schema")
    assert done.code == 0
    assert done.out.startswith('{\n "$schema": "https://json-schema.org/draft/2020-12/schema"')
