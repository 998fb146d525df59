"""An exception of the student's to plain data: names, text, and where in the student's own source it arose."""

from collections.abc import Mapping
from typing import Any

from grader.sandbox.values import EXCEPTIONS

TEXT = 500  # characters of a message that anybody reads
_mro_of = type.__dict__["__mro__"].__get__
_name_of = type.__dict__["__name__"].__get__

Fault = tuple[str, str, str, int, int, str]
"""type_name, builtin_name, text, index of the cell (-1: none), line in the shown file, innermost_name."""


class TimeUp(BaseException):
    """The alarm rang while the student's code ran."""


def fault(error: BaseException, cells: Mapping[str, int], at: tuple[int, int] = (-1, 0)) -> Fault:
    """Describe an exception; `cells` tells the cell's index by file name, `at` where it arose if no frame does."""
    kinds = _mro_of(type(error))
    known = next((name for kind in kinds for name in [_name_of(kind)] if EXCEPTIONS.get(name) is kind), "Exception")
    where, line, name = at[0], at[1], ""
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename in cells:
            where, line, name = cells[code.co_filename], step.tb_lineno or 0, code.co_name
        step = step.tb_next
    if isinstance(error, SyntaxError) and str(error.filename) in cells:  # the cell itself
        where, line = cells[str(error.filename)], error.lineno or 0
    return _name_of(type(error)), known, _text(error), where, line, name


def _text(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return str.__str__(text)[:TEXT]
    except BaseException:  # noqa: BLE001 - the student's own `__str__` may raise anything
        return ""


def raised_by_us(name: str, text: str) -> BaseException:
    """Make the exception that a function of ours answered a call with, as the nearest class of Python's or NumPy's."""
    kind: Any = EXCEPTIONS.get(name, Exception)
    try:
        raised: BaseException = kind(text)
    except TypeError:  # UnicodeDecodeError and its like take more than a text
        return Exception(text)
    return raised
