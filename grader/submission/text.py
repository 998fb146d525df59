r"""The bytes of a file → its text, with `\n` for every newline; and what a file is that holds no text."""

import codecs
import json
import re

_DECLARATION = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263

# Codecs of letters. Python's list also has some that are none (zlib, rot13), and some that take quadratic time (idna).
_LETTERS = re.compile(r"ascii|utf-8|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|gb\w+|big5\w*|shift_jis\w*|euc_\w+")

_FOREIGN = {
    b"<": "a web page",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a compressed archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a word processor's document",
}


def text_of(data: bytes) -> tuple[str, str | None]:
    """Decode a text file; also return a notice where its encoding had to be guessed.

    A byte-order mark says which of Unicode's encodings it is; otherwise a `.py` file may declare one. Bytes that are
    not what they should be are read as Latin-1, which fits any: code is ASCII, and only comments and texts suffer.
    """
    encoding = _encoding(data)
    notice = None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        notice = f"the file is not {encoding.upper()} throughout; it was read as Latin-1"
    return newlines(text.removeprefix("\ufeff")), notice


def newlines(text: str) -> str:
    r"""Return `text` with `\n` for every newline, as Python itself reads a file."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def foreign(data: bytes) -> str | None:
    """Return what a file is that is neither Python nor a notebook, if its first bytes tell."""
    head = data[:100].lstrip()
    if not data.strip():
        return "empty"
    return next((name for start, name in _FOREIGN.items() if head.startswith(start)), None)


def _encoding(data: bytes) -> str:
    unicode = json.detect_encoding(data[:4])  # by the mark, or by where the zeros of ASCII letters stand
    if unicode != "utf-8":
        return unicode
    for line in data[:1000].splitlines()[:2]:
        declaration = _DECLARATION.match(line)
        if declaration:
            try:
                name = codecs.lookup(declaration[1].decode("ascii", "replace")).name
            except LookupError:
                break
            return name if _LETTERS.fullmatch(name) else "utf-8"
    return "utf-8"
