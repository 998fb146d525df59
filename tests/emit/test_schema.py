"""The published schema: what the grader writes fits, what it would never write does not, and the file is up to date."""

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import example, given
from jsonschema import Draft202012Validator, ValidationError
from judging import ROOT

from emit.reports import EVERYBODY, LAW, ada, lost, report, reports
from grader.emit import formats, schema
from grader.report import Item, Report, Result

VALIDATOR = Draft202012Validator(schema.document())


def written(made: Report) -> Any:
    return json.loads(formats.text("json", made) or "")


def test_the_schema_is_one_and_the_published_file_is_it() -> None:
    Draft202012Validator.check_schema(schema.document())
    assert (ROOT / "docs" / "report.schema.json").read_text("utf-8") == schema.text(), (
        "grader export schema > docs/report.schema.json"
    )


@LAW
@example(EVERYBODY)
@given(reports())
def test_every_report_fits(made: Report) -> None:
    VALIDATOR.validate(written(made))


def test_every_key_of_the_frozen_values_is_required_and_explained() -> None:
    parts = schema.document()["$defs"]
    for kind in (Report, Result, Item):
        keys = {field.name for field in dataclasses.fields(kind)} - {"locations", "picture", "formulas"}
        assert set(parts[kind.__name__]["required"]) == set(parts[kind.__name__]["properties"]) == keys
        assert all(value["description"] for value in parts[kind.__name__]["properties"].values())


def spoilt(*path: object, value: object = None, drop: bool = False) -> Any:
    document = copy.deepcopy(written(report(ada(), lost())))
    place = document
    for step in path[:-1]:
        place = place[step]
    if drop:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    "document",
    [
        spoilt("seed_id", drop=True),
        spoilt("more", value=1),
        spoilt("submissions", 0, "points", value=None),
        spoilt("submissions", 1, "points", value=77.5),
        spoilt("submissions", 0, "points", value=-1),
        spoilt("submissions", 0, "status", value="done"),
        spoilt("submissions", 0, "sha256", value="abc"),
        spoilt("submissions", 0, "locations", value={}),
        spoilt("submissions", 0, "items", 0, "status", value="ok"),
        spoilt("submissions", 0, "items", 0, "points", value="1"),
        spoilt("submissions", 0, "items", 0, "hint", drop=True),
    ],
)
def test_what_the_grader_never_writes_does_not_fit(document: Any) -> None:
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)
