"""The report on disk: whole or not at all, in UTF-8, whatever a student is called."""

import dataclasses
import errno
import io
import json
import random
from pathlib import Path

import pytest

from grader.emit import json as emitter
from grader.report import Item, Report, Result

ITEM = Item("claim", "predict", "`predict` is right.", "failed", 0.0, 1.0, "got \u201c<b>\u201d", None, None)
RESULT = Result("Zo\u00eb \u03b1", "tiny", "a/b.py", None, "unjudged", ("\u2014",), "none", None, 1.0, 0.1, (ITEM,))
REPORT = Report("0.1.0", "2.0", "tiny", None, "abc", (RESULT,))


def test_the_file_holds_the_report_and_ends_with_a_newline(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "report.json"
    emitter.write(REPORT, file)
    text = file.read_bytes().decode("utf-8")
    assert json.loads(text) == json.loads(json.dumps(REPORT.as_dict()))
    assert text.endswith("}\n")
    assert "Zo\u00eb" in text, "as it is, not as an escape"
    assert b"\r" not in file.read_bytes()


def test_an_old_report_is_replaced_at_once(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("old", "utf-8")
    emitter.write(REPORT, file)
    assert json.loads(file.read_bytes())["assignment"] == "tiny"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("old", "utf-8")
    broken = Report("0.1.0", "2.0", "tiny", None, "abc", (RESULT,) * 2)
    object.__setattr__(broken, "grader", "\ud800")
    with pytest.raises(UnicodeEncodeError):
        emitter.write(broken, file)
    assert file.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_folder_in_the_way_is_an_os_error_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(OSError, match=r"."):
        emitter.write(REPORT, tmp_path / "report.json")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_no_figure_is_infinite_since_json_has_none(tmp_path: Path) -> None:
    broken = Report("0.1.0", "2.0", "tiny", None, "abc", ())
    object.__setattr__(broken, "numpy", float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        emitter.text(broken)


@pytest.mark.parametrize("number", [0, 1, 7])
def test_a_report_in_pieces_is_the_report_in_one(tmp_path: Path, number: int) -> None:
    results = [
        dataclasses.replace(RESULT, student=f"{i} \n \u2028 }},\n{{ [] \\n", points=float(i)) for i in range(number)
    ]
    whole = dataclasses.replace(REPORT, submissions=tuple(results))
    places = random.Random(1).sample(range(number), number)
    with emitter.Stream(REPORT, tmp_path / "new" / "report.json") as stream:
        for place in places:
            stream.take(place, results[place])
        stream.finish()
    assert (tmp_path / "new" / "report.json").read_text("utf-8") == emitter.text(whole)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["report.json"]


def test_a_report_that_is_not_finished_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("old", "utf-8")
    with emitter.Stream(REPORT, tmp_path / "report.json") as stream:
        stream.take(0, RESULT)
        assert [path.name for path in tmp_path.iterdir()] == ["report.json"], "what waits has no name"
    assert (tmp_path / "report.json").read_text("utf-8") == "old"


@pytest.mark.parametrize("place", ["folder", "file/report.json"])
def test_a_report_that_cannot_be_written_is_an_error_before_there_is_a_result(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"directory|exists"):
        emitter.Stream(REPORT, tmp_path / place)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.json"
    file.write_text("old", "utf-8")

    class Full(io.FileIO):
        def write(self, _data: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", lambda self, mode: Full(str(self), mode))
    with pytest.raises(OSError, match="No space left"):
        emitter.write(REPORT, file)
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_device_is_never_replaced_by_a_file() -> None:
    with pytest.raises(OSError, match="no plain file"):
        emitter.write(REPORT, Path("/dev/null"))
    assert Path("/dev/null").is_char_device()
