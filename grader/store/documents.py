"""A result or a report as JSON of the contract → the values, and back.  In: text.  Out: values, or a sentence."""

from pathlib import Path

import msgspec

from grader.report import Report, Result
from grader.store import StoreError


def written(result: Result) -> str:
    """A result as one line of JSON."""
    return msgspec.json.encode(result).decode()


def read_result(text: str) -> Result:
    """A result that was `written`.

    Raises:
        StoreError: it is none of this version.

    """
    try:
        return msgspec.json.decode(text, type=Result)
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
