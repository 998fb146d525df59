"""New files come whole or not at all, and never in the place of what is there."""

from pathlib import Path

import pytest

from grader.emit.json import put
from grader.export.bundle import Entry
from grader.scaffold import placing
from grader.scaffold.placing import place

BUNDLE = {
    "README.md": Entry(b"read"),
    "source/a/checks.py": Entry(b"checks"),
    "source/a/data/x.csv": Entry(b"1"),
    "tests/submissions/a/right/b.py": Entry(b"right"),
}
PLACED = {name: entry.data for name, entry in BUNDLE.items()}
OVER = {"settings.toml": b"new"}


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def everything(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with something of others in some of the places."""
    (tmp_path / "course" / "source" / "b").mkdir(parents=True)
    (tmp_path / "course" / "source" / "b" / "checks.py").write_text("other", "utf-8")
    (tmp_path / "course" / "settings.toml").write_text("old", "utf-8")
    return tmp_path / "course"


def test_new_files_come_beside_those_of_others(root: Path) -> None:
    place(BUNDLE, root, over=OVER)
    assert files(root) == PLACED | {"source/b/checks.py": b"other", "settings.toml": b"new"}


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    place(BUNDLE, tmp_path / "of" / "mine")
    assert everything(tmp_path / "of") - {"mine"} == {f"mine/{name}" for name in everything(tmp_path / "of" / "mine")}
    assert files(tmp_path / "of" / "mine") == PLACED


@pytest.mark.parametrize("taken", ["README.md", "source/a", "source/a/checks.py", "tests/submissions/a/right/b.py"])
def test_what_is_there_stays_and_nothing_else_comes(root: Path, taken: str) -> None:
    (root / taken).parent.mkdir(parents=True, exist_ok=True)
    (root / taken).write_text("mine", "utf-8")
    before, names = files(root), everything(root)
    with pytest.raises(OSError, match=r"is there already|Not a directory"):
        place(BUNDLE, root, over=OVER)
    assert (files(root), everything(root)) == (before, names)


def test_a_link_to_nowhere_is_something(root: Path) -> None:
    (root / "README.md").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        place(BUNDLE, root)
    assert (root / "README.md").is_symlink()


@pytest.mark.parametrize("fails", ["README.md", "tests", "source/a", "settings.toml"])
def test_an_error_at_any_step_leaves_everything_as_it_was(
    root: Path, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(28, "No space left on device")
    rename = Path.rename

    def rename_or_fail(self: Path, target: Path) -> Path:
        if target == root / fails:
            raise full
        return rename(self, target)

    def write_or_fail(data: bytes, target: Path) -> None:
        if target == root / fails:
            raise full
        put(data, target)

    monkeypatch.setattr(Path, "rename", rename_or_fail)
    monkeypatch.setattr(placing, "put", write_or_fail)
    before, names = files(root), everything(root)
    with pytest.raises(OSError, match="No space left"):
        place(BUNDLE, root, over=OVER)
    assert (files(root), everything(root)) == (before, names)


def test_a_folder_that_was_made_goes_again_where_nothing_could_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing, "write_folder", no_room)
    with pytest.raises(OSError, match="No space left"):
        place(BUNDLE, tmp_path / "of" / "mine")
    assert everything(tmp_path) == set()


def test_what_makes_it_an_exercise_comes_last(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    rename = Path.rename

    def noted(self: Path, target: Path) -> Path:
        order.append(target.name)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", noted)
    place(BUNDLE, root)
    assert order[-1] == "a"
