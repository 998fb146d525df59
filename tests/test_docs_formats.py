"""docs/formats.md and docs/ci.md name what there is."""

import re

from judging import ROOT

from grader import ci
from grader.emit.formats import FORMATS


def test_every_format_has_its_row_with_what_it_holds() -> None:
    rows = re.findall(r"(?m)^\| ((?:`\w+`(?:, )?)+) \| (\w+) \|", (ROOT / "docs/formats.md").read_text("utf-8"))
    told = {name: holds.removesuffix("s") for names, holds in rows for name in re.findall(r"\w+", names)}
    assert told == {name: form.holds for name, form in FORMATS.items()}


def test_the_files_of_gitlab_are_named() -> None:
    text = (ROOT / "docs/ci.md").read_text("utf-8")
    assert ci.JUNIT_FILE in text
    assert ci.QUALITY_FILE in text
