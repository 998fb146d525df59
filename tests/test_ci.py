"""`check --ci`: which place this is, what is written there, and that no student's line is a command of it."""

import re
from pathlib import Path

import pytest
from emit.reports import EVERYBODY, LAW, ada, report, reports
from hypothesis import example, given

from grader import ci
from grader.report import Report


def folders(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    ("environ", "made", "where"),
    [
        ({}, (), "plain"),
        ({"CI": "true"}, (), "plain"),
        ({"GITHUB_ACTIONS": "true"}, (), "github"),
        ({"GITHUB_ACTIONS": "false"}, (), "plain"),
        ({"GITLAB_CI": "true"}, (), "gitlab"),
        ({}, ("autograder/submission", "autograder/results"), "gradescope"),
        ({}, ("autograder",), "plain"),
        ({}, ("grade/student",), "prairielearn"),
        ({"GITHUB_ACTIONS": "true"}, ("grade/student",), "github"),
    ],
)
def test_a_place_is_known_by_what_only_it_has(
    environ: dict[str, str], made: tuple[str, ...], where: str, tmp_path: Path
) -> None:
    assert ci.place(environ, folders(tmp_path, *made)).where == where


def test_each_place_reads_the_files_that_it_looks_for(tmp_path: Path) -> None:
    assert dict(ci.Place("gitlab", tmp_path).files()) == {
        "junit": tmp_path / "grader-junit.xml",
        "gitlab": tmp_path / "gl-code-quality-report.json",
    }
    for where in ("gradescope", "prairielearn"):
        assert ci.Place(where, tmp_path).files() == ((where, tmp_path / "results/results.json"),)
    assert ci.Place("plain").files() == ci.Place("github").files() == ()


def commands(lines: list[str]) -> list[str]:
    """The names of the commands that GitHub's runner would carry out: stopped ones are not."""
    found, token = [], None
    for line in re.split(r"\r\n|\r|\n", "\n".join(lines)):
        match = re.match(r"\s*::(.*?)::(.*)", line)
        if token is not None:
            token = None if match and match[1].strip().lower() == token else token
        elif match and match[1].strip() == "stop-commands":
            token = match[2].lower()
        elif match:
            found.append(match[1].partition(" ")[0])
        assert "##[" not in line
    assert token is None, "commands stay stopped"
    return found


@LAW
@example(EVERYBODY)
@given(reports())
def test_on_github_no_line_of_a_student_is_a_command(made: Report) -> None:
    assert set(commands(list(ci.log(ci.Place("github"), made)))) <= {"group", "endgroup", "error", "warning", "notice"}


def test_the_token_is_new_each_time() -> None:
    first, second = (next(iter(ci.log(ci.Place("github"), report(ada())))) for _ in range(2))
    assert first != second
    assert re.fullmatch(r"::stop-commands::[0-9a-f]{32}", first)


@LAW
@example(EVERYBODY)
@given(reports())
def test_elsewhere_the_log_is_the_findings_without_a_terminal_code(made: Report) -> None:
    for line in ci.log(ci.Place("gitlab"), made):
        assert line.replace("\t", " ").isprintable() or "\u200d" in line or not line.isascii()
        assert not set(line) & {"\x1b", "\r", "\n", "\x08"}


def test_the_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n", "utf-8")
    ci.add_summary(summary, report(ada()))
    text = summary.read_text("utf-8")
    assert text.startswith("# Before\n")
    assert "2 of 5 points" in text


def test_a_summary_that_github_would_drop_is_not_made(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_bytes(b"x" * (ci.SUMMARY_BYTES - 100))
    ci.add_summary(summary, report(ada()))
    assert summary.stat().st_size <= ci.SUMMARY_BYTES
    assert "full" in summary.read_text("utf-8")[-80:]


def test_a_file_is_named_as_the_place_names_it(tmp_path: Path) -> None:
    inside, outside = ada(file=str(tmp_path / "a" / "b.py")), ada(file="/elsewhere/b.py")
    seen = ci.seen_from(tmp_path, report(inside, outside))
    assert [result.file for result in seen.submissions] == ["a/b.py", "b.py"]
