"""Who handed in what: every layout, names that are safe and distinct, and sentences for what cannot be."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission import Submission, UsageError, find
from grader.submission.find import printable

SLUG = "linear_regression"


def make(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def students(found: list[Submission], root: Path) -> dict[str, str]:
    return {one.student: one.path.relative_to(root).as_posix() for one in found}


def test_a_file_is_a_submission_named_by_its_stem(tmp_path: Path) -> None:
    make(tmp_path, "ada.py", "ben.ipynb", "Eve.IPYNB")
    found = find([tmp_path / "ada.py", tmp_path / "ben.ipynb", tmp_path / "Eve.IPYNB"], SLUG)
    assert students(found, tmp_path) == {"ada": "ada.py", "ben": "ben.ipynb", "Eve": "Eve.IPYNB"}
    assert {one.assignment for one in found} == {SLUG}


def test_a_folder_of_files_is_one_submission_a_file(tmp_path: Path) -> None:
    make(
        tmp_path, "ben.ipynb", "ada.py", "notes.txt", "data.csv", "._ada.py", ".ipynb_checkpoints/ada-checkpoint.ipynb"
    )
    assert students(find([tmp_path], SLUG), tmp_path) == {"ada": "ada.py", "ben": "ben.ipynb"}


def test_an_nbgrader_tree_is_one_submission_a_student(tmp_path: Path) -> None:
    make(tmp_path, f"ada/{SLUG}/{SLUG}.ipynb", f"ben/{SLUG}/{SLUG}.ipynb", "eve/other/other.ipynb", "stray.txt")
    expected = {"ada": f"ada/{SLUG}/{SLUG}.ipynb", "ben": f"ben/{SLUG}/{SLUG}.ipynb"}
    assert students(find([tmp_path], SLUG), tmp_path) == expected


def test_one_student_of_a_tree_keeps_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, f"ada/{SLUG}/{SLUG}.ipynb")
    assert [one.student for one in find([tmp_path / "ada"], SLUG)] == ["ada"]
    assert [one.student for one in find([tmp_path / "ada" / SLUG], SLUG)] == ["ada"]
    monkeypatch.chdir(tmp_path / "ada" / SLUG)
    assert [one.student for one in find([".", "../", ".."], SLUG)] == ["ada"]


def test_a_student_without_the_assignment_is_no_submission(tmp_path: Path) -> None:
    make(tmp_path, "ada/other/other.ipynb")
    assert find([tmp_path], SLUG) == []
    assert find([tmp_path / "ada"], SLUG) == []


def test_of_two_notebooks_the_one_of_the_right_name_counts(tmp_path: Path) -> None:
    make(tmp_path, f"ada/{SLUG}/{SLUG}.ipynb", f"ada/{SLUG}/copy.ipynb", f"ada/{SLUG}/{SLUG}.py")
    (one,) = find([tmp_path], SLUG)
    assert one.path.name == f"{SLUG}.ipynb"
    assert one.notices == (f"not read, since {SLUG}.ipynb is there: copy.ipynb",)


@pytest.mark.parametrize("name", ["final version.ipynb", "answer.py"])
def test_the_only_file_counts_whatever_its_name(tmp_path: Path, name: str) -> None:
    make(tmp_path, f"ada/{SLUG}/{name}", f"ada/{SLUG}/checks.py", f"ada/{SLUG}/saratoga_houses.csv")
    (one,) = find([tmp_path], SLUG)
    assert (one.student, one.path.name, one.notices) == ("ada", name, ())


def test_where_no_file_can_be_meant_the_notice_says_so(tmp_path: Path) -> None:
    make(tmp_path, f"ada/{SLUG}/a.ipynb", f"ada/{SLUG}/b.ipynb", f"ben/{SLUG}/notes.txt")
    ada, ben = find([tmp_path], SLUG)
    assert ada.path == tmp_path / "ada" / SLUG
    assert ada.notices == (f"none of the files is named {SLUG}.ipynb: a.ipynb, b.ipynb",)
    assert ben.notices == ("the folder holds neither a notebook nor a .py file",)


def test_a_release_given_as_a_folder_is_its_notebook_alone(tmp_path: Path) -> None:
    make(tmp_path, f"{SLUG}/{SLUG}.ipynb", f"{SLUG}/checks.py")
    assert [one.path.name for one in find([tmp_path / SLUG], SLUG)] == [f"{SLUG}.ipynb"]


def test_a_folder_of_files_may_have_the_assignments_name(tmp_path: Path) -> None:
    make(tmp_path, f"{SLUG}/ada.py", f"{SLUG}/ben.py")
    assert [one.student for one in find([tmp_path / SLUG], SLUG)] == ["ada", "ben"]


def test_equal_stems_get_their_shortest_distinct_paths(tmp_path: Path) -> None:
    make(tmp_path, "x/one/ada.py", "y/one/ada.py", "x/ben.py", "y/ben.ipynb", "eve.py")
    paths = ["x/one/ada.py", "y/one/ada.py", "x/ben.py", "y/ben.ipynb", "eve.py"]
    found = find([tmp_path / path for path in paths], SLUG)
    assert [one.student for one in found] == ["x/one/ada.py", "y/one/ada.py", "ben.py", "ben.ipynb", "eve"]


def test_a_file_given_twice_is_one_submission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "ada.py")
    monkeypatch.chdir(tmp_path)
    assert len(find(["ada.py", tmp_path / "ada.py", tmp_path, "../" + tmp_path.name + "/ada.py"], SLUG)) == 1


@given(st.lists(st.lists(st.sampled_from(["a", "b", "a.py", "\\", "\n"]), min_size=1, max_size=4), max_size=8))
def test_the_names_of_distinct_files_are_distinct(paths: list[list[str]]) -> None:
    from grader.submission.find import _Found, _names

    files = [Path("/", *parts[:-1], parts[-1] + suffix) for parts in paths for suffix in (".py", ".ipynb")]
    found = [_Found(file, file) for file in dict.fromkeys(files)]
    names = _names(found)
    assert len(set(names)) == len(names)
    assert all(name.isprintable() for name in names)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=5), max_size=5))
def test_a_printable_name_tells_names_apart(names: list[str]) -> None:
    assert len(set(map(printable, names))) == len(set(names))
    assert all(printable(name).isprintable() for name in names)
    assert "".join(map(printable, names)).encode("utf-8") or not any(names)


def test_names_with_newlines_escapes_and_other_bytes_are_shown_safely(tmp_path: Path) -> None:
    for name in (b"a\nb.py", b"\x1b[31mred.py", b"caf\xe9.py", "\u202egro.py".encode(), b"...py", b"c:d%\\.py"):
        (tmp_path / os.fsdecode(name)).touch()
    found = {one.student for one in find([tmp_path], SLUG)}
    assert found == {"a\\nb", "\\x1b[31mred", "caf\\udce9", "\\u202egro", "c:d%\\\\"}


@pytest.mark.parametrize("name", ["no.py", "no\nthing", "../../nowhere", "a\0b", "x" * 5000])
def test_a_missing_path_is_a_sentence_for_whoever_typed_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"^There is no file or folder .*\.$"):
        find([tmp_path / name], SLUG)


def test_a_file_of_another_kind_is_a_sentence_too(tmp_path: Path) -> None:
    make(tmp_path, "report.pdf")
    with pytest.raises(UsageError, match=r"report\.pdf is neither a \.py file nor a notebook nor a folder"):
        find([tmp_path / "report.pdf"], SLUG)


def test_what_is_no_plain_file_is_found_so_that_it_can_be_refused(tmp_path: Path) -> None:
    (tmp_path / "x" / SLUG / f"{SLUG}.ipynb").mkdir(parents=True)
    make(tmp_path, f"y/{SLUG}")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / SLUG).symlink_to(tmp_path / "x" / SLUG)
    assert students(find([tmp_path], SLUG), tmp_path) == {
        "x": f"x/{SLUG}/{SLUG}.ipynb",
        "y": f"y/{SLUG}",
        "z": f"z/{SLUG}",
    }
