"""TAP 14: read by tap.py, which is not ours, and its YAML by a YAML reader."""

import io
import re

import yaml
from hypothesis import example, given
from tap.parser import Parser

from emit.reports import EVERYTHING, LAW, ada, lost, report, reports
from grader.emit import formats
from grader.report import Report


def text(made: Report) -> str:
    return formats.text("tap", made) or ""


def lines(made: Report) -> list[object]:
    """What tap.py reads; it knows version 13, whose lines are the same but for the number, and no YAML blocks."""
    plain = re.sub(r"(?m)^  ---\n(?:  .*\n)*?  \.\.\.\n", "", text(made)).replace("TAP version 14", "TAP version 13")
    return list(Parser().parse(io.StringIO(plain)))


@LAW
@example(EVERYTHING)
@given(reports(most=1, least=1))
def test_every_submission_is_one_stream_that_the_reader_takes(made: Report) -> None:
    (result,) = made.submissions
    read = lines(made)
    categories = [line.category for line in read]  # type: ignore[attr-defined] # the reader has no types
    assert "unknown" not in categories
    if made.seed_id is None:
        assert read.pop(2).text.startswith("# Own run")  # type: ignore[attr-defined]
        categories.remove("diagnostic")
    if result.points is None:
        assert categories == ["version", "plan", "bail"]
        return
    assert categories == ["version", "plan", *["test"] * len(result.items)]
    for number, (line, item) in enumerate(zip(read[2:], result.items, strict=True), 1):
        assert line.number == number  # type: ignore[attr-defined]
        assert line.ok is (item.status in {"passed", "skipped"})  # type: ignore[attr-defined]
        assert line.skip is (item.status == "skipped")  # type: ignore[attr-defined]
        assert line.todo is (item.status == "manual")  # type: ignore[attr-defined]


@LAW
@example(EVERYTHING)
@given(reports(most=1, least=1))
def test_every_block_is_yaml_that_holds_the_points(made: Report) -> None:
    (result,) = made.submissions
    blocks = re.findall(r"(?m)^  ---\n((?:  .*\n)*?)  \.\.\.\n", text(made))
    judged = [item for item in result.items if item.status != "manual"] if result.points is not None else []
    assert len(blocks) == len(judged)
    for block, item in zip(blocks, judged, strict=True):
        read = yaml.safe_load(block)
        assert (read["points"], read["max_points"]) == (item.points, item.max_points)


def test_the_example_of_the_documentation() -> None:
    assert text(report(ada())) == (
        "TAP version 14\n"
        "1..4\n"
        "ok 1 - predict\n"
        "  ---\n"
        '  claim: "predict is X w + b."\n'
        "  points: 1.0\n"
        "  max_points: 1.0\n"
        "  ...\n"
        "not ok 2 - loss_gradient\n"
        "  ---\n"
        '  claim: "loss_gradient is the derivative of the loss."\n'
        "  points: 1.0\n"
        "  max_points: 2.0\n"
        '  message: "Summed, not averaged.\\nTry: Divide by the rows of X."\n'
        '  at: "regression.py, line 12"\n'
        '  mistake: "sum for mean"\n'
        "  ...\n"
        "ok 3 - sgd_step # SKIP sgd_step is not written yet.\n"
        "  ---\n"
        '  claim: "sgd_step goes downhill."\n'
        "  points: 0.0\n"
        "  max_points: 2.0\n"
        "  ...\n"
        "not ok 4 - interpretation # TODO up to 3 points, by hand\n"
    )


def test_what_is_not_judged_bails_out() -> None:
    assert text(report(lost())).splitlines()[-1] == "Bail out! not judged: The machine failed: no memory."
