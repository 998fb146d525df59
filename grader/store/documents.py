"""A result or a report as JSON of the contract → the values, and back.  In: text.  Out: values, or a sentence."""

from dataclasses import replace
from pathlib import Path

import msgspec

from grader.report import Location, Report, Result
from grader.store import StoreError


def written(result: Result) -> str:
    """A result as one line of JSON, which says what the report says of it."""
    return msgspec.json.encode(result.as_dict()).decode()


def written_locations(result: Result) -> str:
    """Where its functions stand in the file, which is no part of that."""
    return msgspec.json.encode(result.locations).decode()


def read_result(text: str, locations: str = "{}") -> Result:
    """A result that was `written`.

    Raises:
        StoreError: it is none of this version.

    """
    try:
        result = msgspec.json.decode(text, type=Result)
        return replace(result, locations=msgspec.json.decode(locations, type=dict[str, Location]))
    except msgspec.MsgspecError as error:
        raise StoreError(f"holds a result that this version does not understand: {error}") from None


def read_report(file: Path) -> Report:
    """A report that `--json` wrote.

    Raises:
        StoreError: there is none, or it is of a version that had other keys.

    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=Report)
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}.") from None
    except msgspec.ValidationError as error:
        raise StoreError(
            f"{file} is no report of this version of the grader ({error}); `grader grade … --json` writes it anew."
        ) from None
    except msgspec.MsgspecError as error:
        raise StoreError(f"{file} is no JSON, or was cut off: {error}.") from None
