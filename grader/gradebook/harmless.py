"""What a stranger wrote → what an instructor's browser may show.  In: parts of a notebook.  Out: the same, disarmed.

formgrader shows a submission with the instructor's rights over all grades, and lets HTML through: a script in a
student's text could set their own grade. Code is escaped by whoever shows it; prose and outputs are not.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator, Sequence
from typing import Any

from grader.gradebook.official import Json, text_of
from grader.report import clean

# Tags that can do nothing, without attributes, which could.
_PLAIN = (
    "b|i|em|strong|sub|sup|br|hr|p|h[1-6]|ul|ol|li|code|pre|kbd|table|thead|tbody|tr|td|th|blockquote|details|summary"
)
_TAG = re.compile(rf"<(?!/?(?:{_PLAIN})\s*/?>)(?!https?://[^\s\"'<>]*>)(?=[A-Za-z/!?])", re.IGNORECASE)
_LINK = re.compile(r"(\]\(\s*<?|^[ \t>]*\[[^\]\n]+\]:\s*<?)([^\s>)]+)", re.MULTILINE)
_HARMFUL = re.compile(r"(?:javascript|vbscript|file|data(?!:image/(?:png|jpeg|gif);)):", re.IGNORECASE)

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif"})

LONGEST_TEXT = 10_000
"""Characters of one output: what a person scrolls through."""
MOST_BYTES = 8_000_000
"""Of a notebook's pictures together: a page of more takes a browser seconds."""


def prose(text: str) -> tuple[str, bool]:
    """Markdown in which no HTML but a few bare tags is left, and no link that runs code; and whether any was there.

    A space after `<` is enough: it is no tag then, and in a formula or in code it still reads as what it was.
    """
    made = _LINK.sub(_link, _TAG.sub("< ", text))
    return made, made != text


def _link(match: re.Match[str]) -> str:
    goal = re.sub(r"[\x00-\x20\\]", "", html.unescape(match[2]))
    return match[1] + "#" if _HARMFUL.match(goal) else match[0]


class Pictures:
    """How much of a notebook's pictures was let through so far."""

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def picture(self, data: Any) -> str | None:
        """Base64 of a picture; None where it is something else, or one too many."""
        text = "".join(text_of(data).split())
        try:
            size = len(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            return None
        if size > self._left:
            return None
        self._left -= size
        return text


def attachments(given: Any, pictures: Pictures) -> Json:
    """The pictures that a text brings along, by name."""
    kept: Json = {}
    for name, bundle in given.items() if isinstance(given, dict) else ():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            picture = pictures.picture(data) if kind in _IMAGES else None
            if picture is not None and re.fullmatch(r"[\w .()-]{1,200}", name):
                kept[name] = {kind: picture}
    return kept


def outputs(given: Any, pictures: Pictures) -> list[Json]:
    """Texts and pictures of a cell's outputs as they were handed in; nothing that a browser would run."""
    listed: Sequence[Any] = given if isinstance(given, list) else ()
    return [made for output in listed[:100] if isinstance(output, dict) for made in _output(output, pictures)]


def _output(output: Json, pictures: Pictures) -> Iterator[Json]:
    kind, data = output.get("output_type"), output.get("data")
    if kind == "stream":
        yield {"output_type": "stream", "name": "stdout", "text": _text(output.get("text"))}
    elif kind == "error":
        trace = output.get("traceback")
        lines = [_text(line) for line in (trace if isinstance(trace, list) else ())[:100]]
        yield {
            "output_type": "error",
            "ename": _text(output.get("ename"))[:100],
            "evalue": _text(output.get("evalue")),
            "traceback": lines,
        }
    elif kind in {"display_data", "execute_result"} and isinstance(data, dict):
        shown = {k: p for k in sorted(_IMAGES & data.keys()) if (p := pictures.picture(data[k])) is not None}
        if "text/plain" in data:
            shown["text/plain"] = _text(data["text/plain"])
        if shown:
            yield {"output_type": "display_data", "data": shown, "metadata": {}}


def _text(given: Any) -> str:
    return clean(_ANSI.sub("", text_of(given)[: 4 * LONGEST_TEXT]), LONGEST_TEXT)
