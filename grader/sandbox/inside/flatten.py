"""Any object of a student's to a plain value: exact types pass, subclasses are cut down to what they hold.

Runs beside the student's code, after it: the functions that it needs are bound here, at import. What it makes is
checked again on the other side.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.sandbox.arraylike import numbers_held
from grader.sandbox.encode import Writer
from grader.sandbox.values import Opaque, Rng, Token
from grader.sandbox.wire import TooLarge

_asarray, _Generator, _generic, _ndarray = np.asarray, np.random.Generator, np.generic, np.ndarray
_array_dtypes = "biufc"
_mro_of = type.__dict__["__mro__"].__get__


class Kept:
    """The child's end of a `Token`: a thing of ours without properties."""

    __slots__ = ("_id",)

    def __init__(self, number: int) -> None:
        self._id = number


def described(value: object) -> Opaque:
    """Name the type of what does not cross."""
    if _ndarray in _mro_of(type(value)):
        return Opaque(f"array of dtype {_asarray(value).dtype}")
    return Opaque(str(type.__dict__["__name__"].__get__(type(value))))


def plain(value: object) -> object:
    """Make a plain value of an object whose exact type the wire does not know; what has none becomes `Opaque`."""
    kinds = _mro_of(type(value))
    if _ndarray in kinds or _generic in kinds:
        return _plain_array(value)
    for kind, exact in _EXACT.items():
        if kind in kinds:
            return exact(value)
    if type(value) is Kept:
        return Token(value._id)  # noqa: SLF001 - its own end
    held = numbers_held(value)
    if held is None:
        return described(value)
    return held if isinstance(held, float) else _plain_array(held)


def _plain_array(value: Any) -> object:
    if isinstance(value, str):  # np.str_
        return str.__str__(value)
    array = _asarray(value)
    if array.dtype.kind not in _array_dtypes:
        return described(array)
    if array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):  # long double
        return array.astype("c16" if array.dtype.kind == "c" else "f8")
    return array.astype(array.dtype.newbyteorder("="))


def _exact_dict(value: dict[Any, Any]) -> object:
    items = dict(dict.items(value))
    if all(isinstance(key, str) for key in items):
        return {str.__str__(key): item for key, item in items.items()}
    return Opaque("dict with keys that are not text")


_EXACT: dict[type, Callable[[Any], object]] = {
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    tuple: lambda value: tuple(tuple.__iter__(value)),
    list: lambda value: list(list.__iter__(value)),
    dict: _exact_dict,
}


def with_rngs(value: object) -> object:
    """As `plain`, and a Generator becomes an Rng of 256 of its bits: for what is handed to a function of ours."""
    if isinstance(value, _Generator):
        bits = value.bit_generator.random_raw(4)
        return Rng(int.from_bytes(_asarray(bits, "u8").tobytes(), "little"), (), 0)
    return plain(value)


def write(writer: Writer, value: object, depth: int = 0) -> None:
    """Add a value; one that is beyond the wire's bounds becomes `Opaque`, with the reason."""
    mark, left, nodes = len(writer.parts), writer.left, writer.nodes
    try:
        writer.add(value, depth)
    except (TooLarge, RecursionError) as error:
        del writer.parts[mark:]
        writer.left, writer.nodes = left + 1024, nodes + 1  # the reason always has room
        writer.put(Opaque(str(error) if isinstance(error, TooLarge) else "a value without end"))


def write_drained(writer: Writer, value: Any, most: int) -> None:
    """Add the items of an iterable as a list, each copied as it is yielded; what is no iterable goes as it is.

    Raises: whatever the student's iterator raises.
    """
    iterator = None if isinstance(value, str | bytes | dict) else _iterator(value)
    if iterator is None:
        write(writer, value)
        return
    items = Writer(writer.left - 1024, writer.plain)
    size = 0
    for item in iterator:
        size += 1
        if size > most:
            write(writer, Opaque(f"an iterable of more than {most} items"))
            return
        try:
            items.add(item, 1)
        except (TooLarge, RecursionError) as error:
            write(writer, Opaque(f"items of {error}"))
            return
    writer.list_of(size, items)


def _iterator(value: Any) -> Iterator[Any] | None:
    try:
        iterator: Iterator[Any] = iter(value)
    except TypeError:
        return None
    return iterator
