"""Where in an author's files something stands.  In: a check, an exception, a mistake.  Out: "source/…, line 12"."""

import ast
import traceback
from pathlib import Path
from typing import Any

AUTHORS = {"checks.py", "mistakes.py"}


def shown(file: str | Path, line: int | None) -> str:
    """A file and a line as a person finds them: the last folders of the path only."""
    path = Path(file)
    short = "/".join(path.parts[-3:]) if path.name in AUTHORS else "/".join(path.parts[-2:])
    return f"{short}, line {line}" if line else short


def place_of(thing: Any) -> str:
    """The place of a check, or the innermost author's line of an exception; empty where there is none."""
    if isinstance(thing, BaseException):
        frames = [f for f in traceback.extract_tb(thing.__traceback__) if Path(f.filename).name in AUTHORS]
        return shown(frames[-1].filename, frames[-1].lineno) if frames else ""
    code = getattr(getattr(thing, "run", thing), "__code__", None)
    return shown(code.co_filename, code.co_firstlineno) if code is not None else ""


def mistake_line(file: Path, function: str, name: str) -> str:
    """The place where a mistake is written; the file alone where its name is computed."""
    if not file.is_file():
        return shown(file, None)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Mistake":
            continue
        given = {keyword.arg: getattr(keyword.value, "value", None) for keyword in node.keywords}
        if given.get("name") == name and given.get("function") == function:
            return shown(file, node.lineno)
    return shown(file, None)
