"""Bad machines: each gives a lower level that is said, or a refusal that helps; never a hang, never a zero.

Each is made by namespaces around the command: a container's filter, no bubblewrap, mounts that are full or closed.
"""

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tiny_course
from small_course import cell

from grader.sandbox import LEVELS, Level, best_level, bubblewrap, remedies, what_would_raise
from grader.sandbox.server import can_fork

CONTAINER = [sys.executable, str(Path(__file__).with_name("container.py"))]
SEED = "000102030405060708090a0b0c0d0e0f"

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system has no walls")


@functools.cache
def possible(*command: str) -> bool:
    return subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0


def unprivileged() -> list[str]:
    """Root without its powers; anybody else as they are."""
    if os.geteuid() != 0:
        return []
    without = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    if not possible(*without):
        pytest.skip(
            "this machine lets nobody make a user namespace, so root cannot become a plain user that reads Python"
        )
    return list(without)


def mounted(script: str) -> list[str]:
    """A shell in a mount namespace of its own, where `script` is run before the command."""
    spaces = ["unshare", "--mount", "--propagation", "private", "--"]
    if os.geteuid() != 0:
        spaces[1:1] = ["--user", "--map-root-user"]
    if not possible(*spaces):
        pytest.skip("this machine lets us make no mount namespace")
    return [*spaces, "sh", "-ec", f'{script}\nexec "$@"', "sh"]


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str
    report: Any

    @property
    def results(self) -> Any:
        return self.report["submissions"]


def grader(
    around: Sequence[str], *arguments: object, json_to: Path | None = None, env: Mapping[str, str] | None = None
) -> Done:
    command = [*around, sys.executable, "-m", "grader.cli", *map(str, arguments)]
    command += ["--json", str(json_to)] if json_to else []
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
    )
    report = None
    with contextlib.suppress(OSError, TypeError, AttributeError):
        report = json.loads(json_to.read_text("utf-8"))  # type: ignore[union-attr] # suppressed
    assert "Traceback" not in done.stderr
    return Done(done.returncode, done.stdout, done.stderr, report)


# --- levels ---


def test_in_a_container_without_namespaces_there_is_the_filter_and_the_doctor_says_what_would_raise_it() -> None:
    if best_level() == "none":
        pytest.skip("this machine has no filter")
    around = [*unprivileged(), *CONTAINER, "--without", "userns", "--"]
    assert grader(around, "doctor", "--level").out == "filter\n"
    said = grader(around, "doctor").out
    assert "Isolation here: filter." in said
    assert "OPEN   the level starts (the sandbox did not start: bwrap: " in said or shutil.which("bwrap") is None
    assert "--security-opt seccomp=unconfined" in said or shutil.which("bwrap") is None
    below = said.partition("\nfilter:\n")[2]
    assert below.count("  holds  ") == 9
    assert "OPEN" not in below


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("landlock", "a container that lets Landlock's calls through"),
        ("old kernel", "a Linux kernel from 5.13 on"),
        ("seccomp", "let Landlock's and seccomp's calls through"),
        ("pidfd", "Linux from 5.3 on, and a container that lets `pidfd_open` through"),
    ],
)
def test_where_a_wall_of_the_filter_cannot_be_there_grade_refuses_with_what_would_help(
    missing: str, sentence: str, course: Path, submitted: Path
) -> None:
    around = [*unprivileged(), *CONTAINER, "--without", "userns", "--without", missing, "--"]
    assert grader(around, "doctor", "--level").out == "none\n"
    assert sentence in grader(around, "doctor").out.partition("\nfilter:\n")[2]
    refused = grader(around, "grade", "tiny", submitted, "--course", course, "--seed", SEED)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("This machine gives the isolation 'none', and 'filter' is required. It would need ")
    assert sentence in refused.err
    assert refused.err.count("\n") == 1
    own = grader(around, "check", next(submitted.rglob("*.ipynb")))
    assert own.code == 0, "a student's own run of their own file needs no wall"


def test_without_bubblewrap_there_is_the_filter(course: Path, submitted: Path, tmp_path: Path) -> None:
    if best_level() == "none":
        pytest.skip("this machine has no filter")
    around = ["env", f"PATH={tmp_path}"]
    done = grader(around, "grade", "tiny", submitted, "--course", course, "--seed", SEED, json_to=tmp_path / "r.json")
    assert done.code == 0, done.err
    assert [(one["isolation"], one["points"]) for one in done.results] == [("filter", 10)] * len(done.results)
    asked = ("grade", "tiny", submitted, "--course", course, "--seed", SEED, "--require-isolation", "jail")
    refused = grader(around, *asked)
    assert refused.code == 2
    assert "apt-get install bubblewrap" in refused.err


@pytest.mark.parametrize(
    ("switch", "value", "sentence"),
    [
        ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
        ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "an AppArmor profile for bwrap"),
    ],
)
def test_a_switch_that_closes_namespaces_is_named(
    monkeypatch: pytest.MonkeyPatch, switch: str, value: str, sentence: str
) -> None:
    monkeypatch.setattr(bubblewrap, "found", lambda: "/usr/bin/bwrap")
    monkeypatch.setattr(remedies, "_read", lambda path: {f"/proc/sys/{switch}": value}.get(path, ""))
    assert any(sentence in remedy for remedy in what_would_raise("jail"))


# --- mounts ---


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from grader.making import make

    opened = tiny_course.make(
        tmp_path_factory.mktemp("machines") / "c", pyproject="[tool.grader.limits]\ncall_seconds = 20"
    )
    make(opened, ["tiny"])
    return opened.root


@pytest.fixture(scope="module")
def submitted(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three right notebooks, with the release beside them as a student has it; one prints."""
    root = tmp_path_factory.mktemp("class")
    book = json.loads((course / "source/tiny/tiny.ipynb").read_text("utf-8"))
    for student in ("ada", "bao", "chidi"):
        shutil.copytree(course / "assignments/tiny", root / student / "tiny")
        printing = "print('x' * 20_000)\n" if student == "chidi" else ""
        stubs = [one for one in book["cells"] if not one["metadata"]["nbgrader"]["solution"]]
        code = cell(printing + tiny_course.SOLUTION, "mine")
        (root / student / "tiny" / "tiny.ipynb").write_text(json.dumps({**book, "cells": [*stubs, code]}), "utf-8")
    return root


MOUNTS = {
    "noexec /tmp": "mount -t tmpfs -o noexec,nosuid,nodev,mode=1777 none {own}",
    "a read-only home": "mount -t tmpfs -o ro none {home}",
    "64 MB of /dev/shm": "mount -t tmpfs -o size=64m none /dev/shm",
    "no /dev/shm": "mount -t tmpfs -o size=4k,mode=0 none /dev/shm",
    "all of it": "mount -t tmpfs -o ro none {home}; mount -t tmpfs -o noexec,size=1m,mode=1777 none {own}",
}


@pytest.mark.parametrize("level", ["jail", "filter"])
@pytest.mark.parametrize("machine", MOUNTS)
def test_a_class_is_judged_all_the_same(
    machine: str, level: Level, course: Path, submitted: Path, tmp_path: Path
) -> None:
    if LEVELS.index(best_level()) > LEVELS.index(level):
        pytest.skip(f"this machine has no {level}")
    own, home, path = (tmp_path / name for name in ("tmp", "home", "path"))
    for folder in (own, home, path):
        folder.mkdir()
    if level == "jail":
        (path / "bwrap").symlink_to(str(shutil.which("bwrap")))
    around = [*mounted(MOUNTS[machine].format(own=own, home=home)), "env", f"PATH={path}"]
    env = {"TMPDIR": str(own), "HOME": str(home), "XDG_CACHE_HOME": str(home)}
    done = grader(
        around, "grade", "tiny", submitted, "--course", course, "--seed", SEED, json_to=tmp_path / "r.json", env=env
    )
    assert done.code == 0, done.err
    assert [(one["isolation"], one["points"]) for one in done.results] == [(level, 10)] * 3


FULL = "mount -t tmpfs -o size=64k,mode=1777 none {own}; head -c 60k /dev/zero > {own}/full"
"""But for one page: with none Python looks for another place by itself, and all goes well."""


@pytest.mark.parametrize(("level", "most"), [("jail", 0), ("filter", 3)])
def test_a_full_disk_for_what_is_temporary_is_nobodys_zero(
    level: Level, most: int, course: Path, submitted: Path, tmp_path: Path
) -> None:
    """In the jail only what a student prints is lost; a filter's child has its folder there, and is not started."""
    if LEVELS.index(best_level()) > LEVELS.index(level):
        pytest.skip(f"this machine has no {level}")
    own, path = tmp_path / "tmp", tmp_path / "path"
    own.mkdir()
    path.mkdir()
    if level == "jail":
        (path / "bwrap").symlink_to(str(shutil.which("bwrap")))
    around = [*mounted(FULL.format(own=own)), "env", f"PATH={path}"]
    asked = ("grade", "tiny", submitted, "--course", course, "--seed", SEED)
    done = grader(around, *asked, json_to=tmp_path / "r.json", env={"TMPDIR": str(own)})
    unjudged = [one for one in done.results if one["points"] != 10]
    assert done.code == (3 if unjudged else 0), done.err
    assert {one["points"] for one in unjudged} <= {None}
    assert {one["isolation"] for one in done.results} == {level}
    assert len(unjudged) <= most
    assert all("No space left on device" in json.dumps(one) for one in unjudged)


def test_a_full_disk_for_the_report_is_said_and_the_table_is_shown_all_the_same(
    course: Path, submitted: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    around = mounted(f"mount -t tmpfs -o size=4k none {out}; head -c 1M /dev/zero > {out}/full 2>/dev/null || true")
    asked = ("grade", "tiny", submitted, "--course", course, "--seed", SEED, "--unsafe-no-sandbox")
    done = grader(around, *asked, json_to=out / "report.json")
    assert done.code == 3
    assert "tiny: 3 submissions" in done.out
    assert f"The report could not be written to {out / 'report.json'}: No space left on device." in done.err


def test_a_student_whose_home_and_disk_are_closed_has_an_answer(submitted: Path, tmp_path: Path) -> None:
    own, home = tmp_path / "tmp", tmp_path / "home"
    own.mkdir()
    home.mkdir()
    around = mounted(f"{FULL.format(own=own)}; mount -t tmpfs -o ro none {home}")
    env = {"TMPDIR": str(own), "HOME": str(home), "XDG_CACHE_HOME": str(home)}
    done = grader(around, "check", submitted / "chidi/tiny/tiny.ipynb", env=env)
    assert done.code in (0, 3), done.out + done.err
    assert "FAILED" not in done.out
