"""TAP 14, the Test Anything Protocol.  In: a report of one submission.  Out: one stream.

`Bail out!` ends all that a reader reads, so one stream holds one submission. Readers differ about an escaped `#`: in
texts it is written ♯, which all of them leave alone.
"""

import json
from collections.abc import Iterator

from grader.emit.parts import first_line, message, remarks, sentence, share, the_one, where
from grader.report import Item, Report, Result


def text(report: Report) -> str:
    """The stream; where something is unjudged it bails out."""
    return "".join(f"{line}\n" for line in _lines(report, the_one(report)))


def _lines(report: Report, result: Result) -> Iterator[str]:
    yield "TAP version 14"
    yield f"1..{len(result.items)}"
    yield from (f"# {remark}" for remark in remarks(report, result))
    lost = next((item for item in result.items if item.status == "unjudged"), None)
    if result.points is None:
        reason = message(lost) if lost else "; ".join(result.notices)
        yield f"Bail out! not judged: {_plain(first_line(reason))}".rstrip()
        return
    for number, item in enumerate(result.items, 1):
        yield from _point(number, result, item)


def _point(number: int, result: Result, item: Item) -> Iterator[str]:
    ok = "ok" if item.status in {"passed", "skipped"} else "not ok"
    directive = {
        "skipped": f" # SKIP {_plain(first_line(message(item)))}",
        "manual": f" # TODO {share(result, item)}",
    }.get(item.status, "")
    yield f"{ok} {number} - {_plain(item.id)}{directive}"
    if item.status == "manual":
        return
    fields: dict[str, object] = {"claim": sentence(item), "points": item.points, "max_points": item.max_points}
    if item.status == "failed":
        fields |= {"message": message(item), "at": where(result, item), "mistake": item.mistake or ""}
    yield "  ---"
    yield from (f"  {key}: {json.dumps(value, allow_nan=False)}" for key, value in fields.items() if value != "")
    yield "  ..."


def _plain(value: str) -> str:
    return " ".join(value.split()).replace("\\", "/").replace("#", "♯")
