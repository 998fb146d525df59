"""The entry scripts, run as the platforms run them: in their folders, offline, results read by strict models."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tiny_course
from course_copy import SEED, grader
from emit.test_platforms import Graded, NotGradable, Results

from grader.making import make

RIGHT = tiny_course.SOLUTION
WRONG = tiny_course.SOLUTION + "\n\ndef scale(x, factor):\n    return x * factor**2\n"
BREAKS_OUT = RIGHT + "\nimport os\nos.write(1, open('/autograder/source/course/.grader-seed', 'rb').read())\n"

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None or os.geteuid() != 0,
    reason="folders at / need bubblewrap, and root as in a container",
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    opened = tiny_course.make(tmp_path_factory.mktemp("course") / "c")
    make(opened, ["tiny"])
    return opened.root


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The system's packages are there, and so are Python's: nothing is downloaded."""
    folder = tmp_path_factory.mktemp("stubs")
    (folder / "apt-get").write_text('#!/bin/sh\necho "apt-get $@"\n', "utf-8")
    (folder / "apt-get").chmod(0o755)
    (folder / "python3").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    return folder


def contained(
    command: str, folders: Mapping[str, Path], stubs: Path, cwd: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a command where only these folders can be written, and lie where the platform's do."""
    box = ["bwrap", "--unshare-net", "--unshare-pid", "--die-with-parent", "--dev", "/dev", "--proc", "/proc"]
    box += ["--tmpfs", "/tmp", "--ro-bind", str(stubs), "/stubs", "--chdir", cwd]
    for top in sorted(Path("/").iterdir()):
        if top.name not in {"dev", "proc", "tmp", "sys", "run"} and top.exists() and f"/{top.name}" not in folders:
            box += ["--ro-bind", str(top), str(top)]
    packages = sysconfig.get_path("purelib")
    box += ["--ro-bind", packages, packages]  # wherever the checkout lies, be it in /tmp
    for place, folder in folders.items():
        box += ["--bind", str(folder), place]
    given = {
        "HOME": "/tmp/home",
        "PATH": "/stubs:/usr/bin:/bin:/usr/sbin:/sbin",
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": packages,
    } | environ
    box += ["env", "-i", *(f"{key}={value}" for key, value in given.items()), *command.split()]
    return subprocess.run(box, capture_output=True, text=True, check=False, timeout=240, stdin=subprocess.DEVNULL)


def handed_in(folder: Path, text: str | None, name: str = "tiny.py") -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if text is not None:
        (folder / name).write_text(text, "utf-8")


# --- Gradescope ---


def image(course: Path, stubs: Path, root: Path) -> Path:
    """`/autograder` once Gradescope has built its image."""
    made = grader("export", "gradescope", "tiny", "--output", root / "a.zip", "--course", course, "--seed", SEED)
    assert made.code == 0, made.err
    assert "holds the course's secret" in made.err
    assert SEED not in made.out + made.err
    place = root / "autograder"
    for name in ("source", "submission", "results"):
        (place / name).mkdir(parents=True)
    with zipfile.ZipFile(root / "a.zip") as archive:
        archive.extractall(place / "source")
        for info in archive.infolist():
            (place / "source" / info.filename).chmod(info.external_attr >> 16 & 0o777)
    shutil.copy(place / "source" / "run_autograder", place)
    built = contained("./setup.sh", {"/autograder": place}, stubs, "/autograder/source")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "apt-get install -y --no-install-recommends bubblewrap" in built.stdout
    assert "tiny: 10 of 10 points" in built.stdout, "the model answer was judged"
    return place


def run(autograder: Path, stubs: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return contained("./run_autograder", {"/autograder": autograder}, stubs, "/autograder", **environ)


def results(autograder: Path) -> Results:
    return msgspec.json.decode((autograder / "results" / "results.json").read_bytes(), type=Results)


def points_of_a_submission(autograder: Path, stubs: Path) -> None:
    handed_in(autograder / "submission", WRONG)
    done = run(autograder, stubs)
    assert done.returncode == 0, done.stderr
    found = results(autograder)
    assert found.score == 7
    assert found.extra_data["isolation"] in {"jail", "filter"}
    assert found.extra_data["seed_id"]
    assert any("You multiply by the factor twice." in test.output for test in found.tests)


def nothing_of_an_earlier_result_where_nothing_can_be_judged(autograder: Path, stubs: Path) -> None:
    handed_in(autograder / "submission", RIGHT)
    (autograder / "results" / "results.json").write_text('{"score": 1}', "utf-8")
    done = run(autograder, stubs, PYTHONPATH="/nowhere")
    assert done.returncode != 0
    assert not (autograder / "results" / "results.json").exists()


def neither_secret_nor_answer_for_a_submission_that_looks_for_them(autograder: Path, stubs: Path) -> None:
    handed_in(autograder / "submission", BREAKS_OUT)
    done = run(autograder, stubs)
    assert SEED not in done.stdout + done.stderr
    assert SEED not in (autograder / "results" / "results.json").read_text("utf-8")
    assert results(autograder).score == 10, "what stops is a cell, and it defines nothing"


def zero_and_a_reason_for_an_empty_submission(autograder: Path, stubs: Path) -> None:
    handed_in(autograder / "submission", None)
    assert run(autograder, stubs).returncode == 0
    found = results(autograder)
    assert found.score == 0
    assert "neither a notebook nor a .py file" in found.output


def test_gradescope_builds_its_image_and_gets_what_it_should(course: Path, stubs: Path, tmp_path: Path) -> None:
    """One test, since an image takes ten seconds."""
    autograder = image(course, stubs, tmp_path)
    points_of_a_submission(autograder, stubs)
    neither_secret_nor_answer_for_a_submission_that_looks_for_them(autograder, stubs)
    zero_and_a_reason_for_an_empty_submission(autograder, stubs)
    nothing_of_an_earlier_result_where_nothing_can_be_judged(autograder, stubs)


# --- PrairieLearn ---


@pytest.fixture(scope="module")
def question(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prairielearn") / "question"
    made = grader("export", "prairielearn", "tiny", "--output", folder, "--image", "course/grader:1",
                  "--course", course, "--seed", SEED)  # fmt: skip
    assert made.code == 0, made.err
    return folder


def answered(question: Path, stubs: Path, text: str, name: str = "tiny.py") -> tuple[Any, str]:
    """What PrairieLearn reads of one submission, by the entry point of info.json."""
    grade = question.parent / "grade"
    shutil.rmtree(grade, ignore_errors=True)
    grade.mkdir()
    shutil.copytree(question / "tests", grade / "tests")
    (grade / "data").mkdir()
    (grade / "data" / "data.json").write_text("{}", "utf-8")
    handed_in(grade / "student", text, name)
    info = json.loads((question / "info.json").read_text("utf-8"))
    done = contained(info["externalGradingOptions"]["entrypoint"], {"/grade": grade}, stubs, "/grade")
    assert done.returncode == 0, done.stderr
    raw = (grade / "results" / "results.json").read_bytes()
    kind: Any = Graded if json.loads(raw)["gradable"] else NotGradable
    return msgspec.json.decode(raw, type=kind), done.stdout + done.stderr


def test_prairielearn_gets_the_fraction_of_a_submission(question: Path, stubs: Path) -> None:
    found, said = answered(question, stubs, WRONG)
    assert found.score == 0.7
    assert SEED not in said


def test_a_file_that_is_none_costs_no_attempt_on_prairielearn(question: Path, stubs: Path) -> None:
    found, _ = answered(question, stubs, '{"cells": [', "tiny.ipynb")
    assert isinstance(found, NotGradable)


class Options(msgspec.Struct, forbid_unknown_fields=True):
    enabled: bool
    image: str
    entrypoint: str
    timeout: int
    enableNetworking: bool  # noqa: N815 - PrairieLearn's name


class Info(msgspec.Struct, forbid_unknown_fields=True):
    uuid: str
    title: str
    topic: str
    type: str
    singleVariant: bool  # noqa: N815
    gradingMethod: str  # noqa: N815
    externalGradingOptions: Options  # noqa: N815


def test_the_questions_settings_are_those_that_are_documented(question: Path) -> None:
    info = msgspec.json.decode((question / "info.json").read_bytes(), type=Info)
    assert (info.type, info.gradingMethod) == ("v3", "External")
    assert 30 <= info.externalGradingOptions.timeout <= 600
    assert not info.externalGradingOptions.enableNetworking
