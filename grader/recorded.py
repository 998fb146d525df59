"""`recorded.json`: what a student's own run needs.  In: an exercise that was made ready.  Out: JSON, and back.

It holds the public draws and right answers of every check, what each known mistake would answer, the mistakes'
sentences and the derived gradients: where it is read, neither the reference nor SymPy is needed. Draws are kept, never
regenerated: NumPy promises no stable streams.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from grader import inprocess, wording
from grader.agreement import Disagreement
from grader.blame import StudentError
from grader.claims import Check
from grader.draw import Tape
from grader.exercise import AuthorError, Exercise, Expected, RunKey, digest, picture_key, run_key
from grader.mistakes import Mistake
from grader.picture import Picture
from grader.sandbox.values import Handle, Rng
from grader.student import Student

FORMAT = 1

READABLE = 3
"""Entries of an array that stand as text; larger ones are base64 of little-endian float64, half as long."""


def make_ready(exercise: Exercise) -> dict[str, str]:
    """Run every check on the reference, so that all draws and right answers are on tape.

    Returns the checks that do not hold for the reference, each with a sentence for the author.
    """
    broken: dict[str, str] = {}
    for check in exercise.checks:
        for index, small in exercise.runs(check):
            if run_key(check, index, small=small) in exercise.complete:
                continue
            sentence, _ = try_reference(exercise, check, index, small=small)
            if sentence is not None:
                broken[check.id] = sentence
                break
    return broken


def try_reference(exercise: Exercise, check: Check, index: int, *, small: bool) -> tuple[str | None, Student]:
    """One run of a check with the reference as the submission; the sentence where it does not pass."""
    key, truth, draw = exercise.inputs(check, index, small=small)
    student = _reference_as_student(exercise)
    try:
        check.run(student, truth, draw)
    except (Disagreement, StudentError) as error:
        return f"The check {check.id} does not hold for the reference: {error}", student
    except Exception as error:  # noqa: BLE001 - an author's check may raise anything
        return wording.check_broke(check, error), student
    exercise.finished(key)
    return None, student


def _reference_as_student(exercise: Exercise) -> Student:
    functions = {name: getattr(exercise.reference, name) for name in exercise.forms}
    return Student(inprocess.InProcess(functions, quiet=True), exercise.forms)


def picture_of_reference(exercise: Exercise, check: Check) -> Picture | None:
    """A check's picture of the reference, its draws and right answers on tape; None where the check has none.

    Raises:
        AuthorError: it does not come off.

    """
    if check.picture is None:
        return None
    key, truth, draw = exercise.picture_inputs(check)
    try:
        picture = check.picture(_reference_as_student(exercise), truth, draw)
    except Exception as error:  # noqa: BLE001 - an author's picture may raise anything
        raise AuthorError(wording.picture_broke(check, error)) from None
    if not isinstance(picture, Picture):
        raise AuthorError(f"The picture of {check.id} is no Curves, Bars, Points or Contours.")
    exercise.finished(key)
    return picture


def dump(exercise: Exercise, made_from: str) -> bytes:
    """The exercise's public runs as JSON.

    Raises:
        AuthorError: a check does not hold for the reference, or a picture does not come off.

    """
    broken = make_ready(exercise)
    if broken:
        raise AuthorError("\n".join(broken.values()))
    runs = {}
    for check in exercise.checks:
        exercise.formulas(check)  # so that they are among the derivations below
        if picture_of_reference(exercise, check) is not None:
            runs["/".join(map(str, picture_key(check)))] = _tape(exercise, picture_key(check)) | {"calls": []}
        for index, small in exercise.runs(check):
            _, student = try_reference(exercise, check, index, small=small)
            key = run_key(check, index, small=small)
            calls = [] if small else [_call(exercise, key, student, at) for at in range(len(student.trace))]
            runs["/".join(map(str, key))] = _tape(exercise, key) | {"calls": calls}
    document = {
        "format": FORMAT,
        "assignment": exercise.slug,
        "made_from": made_from,
        "manual": [list(item) for item in exercise.manual],
        "mistakes": [
            {
                "name": m.name,
                "function": m.function,
                "finding": m.finding,
                "hint": m.hint,
                "shows": m.shows,
                "chance": m.chance,
                "within": m.within,
            }
            for m in exercise.mistakes
        ],
        "derivations": dict(sorted(exercise.derivations.known.items())),
        "runs": runs,
    }
    return (
        json.dumps(document, allow_nan=False, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n"
    ).encode()


def _tape(exercise: Exercise, key: RunKey) -> dict[str, Any]:
    tape = exercise.tapes[key]
    return {
        "drawn": [_encode(value) for value in tape.drawn],
        "truths": [[name, _encode(args), _encode(value)] for name, args, value in tape.truths],
    }


def _call(exercise: Exercise, key: RunKey, student: Student, at: int) -> Any:
    call = student.trace[at]
    wrong = {
        m.name: value
        for m in exercise.mistakes
        if m.function == call.function and m.shows is None
        for value in [_answer(exercise.wrong(m, key, student.trace, at))]
        if value is not None
    }
    right = _answer(exercise.right(key, student.trace, at))
    return [call.function, digest(call.function, call.args), right, wrong]


def _answer(value: Any) -> Any:
    try:
        return None if value is None else _encode(inprocess.plain(value))
    except (TypeError, ValueError):
        return None  # not finite, or of no form at all: it explains nothing


def _encode(value: Any) -> Any:  # noqa: C901 - a closed list of types, a line each
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "iuf" or not np.all(np.isfinite(value)):
            raise ValueError("only finite numbers are kept")
        whole = {"i": 1} if value.dtype.kind in "iu" else {}
        if value.size <= READABLE or whole:
            return {"a": list(value.shape), "v": value.ravel().tolist(), **whole}
        return {"a": list(value.shape), "b": base64.b64encode(value.astype("<f8").tobytes()).decode()}
    if isinstance(value, tuple):
        return {"t": [_encode(item) for item in value]}
    if isinstance(value, list):
        return [_encode(item) for item in value]
    if isinstance(value, dict):
        return {"d": {key: _encode(item) for key, item in value.items()}}
    if isinstance(value, Rng):
        return {"r": f"{value.entropy:x}"}
    if isinstance(value, Handle):
        return {"h": 0}
    if isinstance(value, float) and not np.isfinite(value):
        raise ValueError("only finite numbers are kept")
    if value is None or type(value) in {bool, int, float, str}:
        return value
    raise TypeError(f"{type(value).__name__} cannot be kept in recorded.json")


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "a" in value:
        if "b" in value:
            array: np.ndarray[Any, Any] = (
                np.frombuffer(base64.b64decode(value["b"]), dtype="<f8").astype(np.float64).reshape(value["a"])
            )
        else:
            array = np.array(value["v"], dtype=np.int64 if value.get("i") else np.float64).reshape(value["a"])
        array.setflags(write=False)
        return array
    if "t" in value:
        return tuple(_decode(item) for item in value["t"])
    if "d" in value:
        return {key: _decode(item) for key, item in value["d"].items()}
    if "r" in value:
        return Rng(int(value["r"], 16))
    return Handle(-1)


def load(raw: bytes) -> Mapping[str, Any]:
    """The JSON document.

    Raises:
        AuthorError: it is not one of ours.

    """
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise AuthorError("recorded.json is not whole: take it from the release again") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise AuthorError("recorded.json is of another version of the grader: take the assignment's release again")
    return document


def mistakes(document: Mapping[str, Any]) -> tuple[Mistake, ...]:
    """The mistakes as a student's own run knows them: by what they answer, not by how."""
    return tuple(
        Mistake(
            name=m["name"],
            function=m["function"],
            finding=m["finding"],
            hint=m["hint"],
            shows=m["shows"],
            chance=m["chance"],
            within=m["within"],
            instead=None if m["shows"] else _unknown,
        )
        for m in document["mistakes"]
    )


def _unknown(*_args: Any) -> None:
    """What a mistake answers to other inputs than the recorded ones is not known here."""


def play(exercise: Exercise, document: Mapping[str, Any]) -> None:
    """Put the recorded runs on the exercise's tapes."""
    exercise.derivations.known.update(document["derivations"])
    for text, run in document["runs"].items():
        check, kind, index = text.split("/")
        key = (check, kind, int(index))
        tape = Tape(
            [_decode(v) for v in run["drawn"]], [(n, tuple(_decode(a)), _decode(v)) for n, a, v in run["truths"]]
        )
        exercise.tapes[key] = tape
        exercise.complete.add(key)
        for at, (_, hashed, right, wrong) in enumerate(run["calls"]):
            exercise.expected[key, at] = Expected(hashed, _decode(right), {n: _decode(w) for n, w in wrong.items()})
