"""Bytes to values. Trusts nothing: whatever is wrong with the bytes, it raises `WireError` and nothing else.

Before that it has allocated no more than a small multiple of their length. It evaluates, imports and unpickles nothing.
"""

import struct
from collections.abc import Callable
from math import prod
from typing import Any, Final

import numpy as np

from grader.sandbox.values import Function, Handle, Opaque, Rng, Token
from grader.sandbox.wire import (
    ARRAY,
    BIG,
    DEPTH,
    DESCRIPTION,
    DICT,
    DTYPES,
    FALSE,
    FLOAT,
    FUNCTION,
    HANDLE,
    INT,
    INT_BITS,
    LIST,
    NDIM,
    NODES,
    OPAQUE,
    RNG,
    SCALAR,
    SIDE,
    STR,
    STRIDED,
    TEXT,
    TOKEN,
    TUPLE,
    WireError,
)

_U32: Final = struct.Struct("<I")
_I64: Final = struct.Struct("<q")
_F64: Final = struct.Struct("<d")
_SHAPES: Final = tuple(struct.Struct(f"<{n}q") for n in range(2 * NDIM + 1))


def decode(
    body: bytes, resolve: Callable[[Any], object] = lambda reference: reference, *, layouts: bool = False
) -> Any:
    """Read one value; `resolve` turns an Rng, Handle, Token, Function or Opaque into what it stands for here.

    Only the child, which reads what we wrote, takes `layouts`: a stranger's strides could overlap.

    Raises:
        WireError: the bytes are not exactly one value within the bounds.

    """
    try:
        reader = Reader(body, resolve, layouts=layouts)
        value = reader.value(0)
    except WireError:
        raise
    except (IndexError, ValueError, OverflowError, struct.error, TypeError, MemoryError, RecursionError) as error:
        raise WireError(f"not a value: {type(error).__name__}") from error
    if reader.at != len(body):
        raise WireError("bytes after the value")
    return value


class Reader:
    """Reads one frame's body, front to back."""

    __slots__ = ("at", "body", "layouts", "nodes", "resolve")

    def __init__(self, body: bytes, resolve: Callable[[Any], object], *, layouts: bool) -> None:
        self.body = body
        self.at = 0
        self.nodes = NODES
        self.resolve = resolve
        self.layouts = layouts

    def value(self, depth: int) -> Any:
        """Read the next value."""
        self.nodes -= 1
        if self.nodes < 0 or depth > DEPTH:
            raise WireError("too deep or too many values")
        body, at = self.body, self.at
        tag = body[at]
        at += 1
        if tag == ARRAY or (self.layouts and tag in (STRIDED, SCALAR)):
            return self._array(tag, at)
        if tag == FLOAT:
            self.at = at + 8
            return _F64.unpack_from(body, at)[0]
        if tag == INT:
            self.at = at + 8
            return _I64.unpack_from(body, at)[0]
        if tag <= FALSE:
            self.at = at
            return (None, True, False)[tag]
        if tag in (TUPLE, LIST):
            size = self._size(at)
            items = [self.value(depth + 1) for _ in range(size)]
            return items if tag == LIST else tuple(items)
        if tag == STR:
            return self._text(at, TEXT)
        if tag == DICT:
            return self._dict(at, depth)
        if tag == BIG:
            return self._big(at)
        return self._reference(tag, at, depth)

    def _size(self, at: int) -> int:
        """Read a count or a length: never more than the bytes that are there, since nothing is shorter than a byte."""
        size: int = _U32.unpack_from(self.body, at)[0]
        self.at = at + 4
        if size > len(self.body) - self.at:
            raise WireError("a length beyond the frame")
        return size

    def _text(self, at: int, limit: int) -> str:
        size = self._size(at)
        if size > limit:
            raise WireError("a text too long")
        start = self.at
        self.at = start + size
        return self.body[start : self.at].decode("utf-8")

    def _big(self, at: int) -> int:
        size = self._size(at)
        if size > INT_BITS // 4 + 1:  # hexadecimal digits and a sign
            raise WireError("an int too long")
        start = self.at
        self.at = start + size
        return int(self.body[start : self.at], 16)

    def _dict(self, at: int, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for _ in range(self._size(at)):
            key = self.value(depth + 1)
            if type(key) is not str or key in result:
                raise WireError("a key that is no text, or comes twice")
            result[key] = self.value(depth + 1)
        return result

    def _array(self, tag: int, at: int) -> np.ndarray[Any, np.dtype[Any]]:
        body = self.body
        dtype, ndim = DTYPES[body[at]], body[at + 1]
        if ndim > NDIM:
            raise WireError("too many dimensions")
        numbers = _SHAPES[2 * ndim if tag == STRIDED else ndim]
        head = numbers.unpack_from(body, at + 2)
        shape = head[:ndim]
        start = at + 2 + numbers.size
        self.at = end = start + prod(shape) * dtype.itemsize
        if end > len(body) or (shape and (min(shape) < 0 or max(shape) > SIDE)):
            raise WireError("a shape beyond the frame")
        array = np.ndarray(shape, dtype, body, start).copy()  # aligned and writable, as a view of bytes is not
        if tag == STRIDED:
            return _laid_out(array, head[ndim:])
        return array[()] if tag == SCALAR else array

    def _reference(self, tag: int, at: int, depth: int) -> object:
        if tag == OPAQUE:
            text = self._text(at, 4 * DESCRIPTION)
            return self.resolve(Opaque("".join(c if c.isprintable() else "?" for c in text[:DESCRIPTION])))
        number = _I64.unpack_from(self.body, at)[0]
        self.at = at + 8
        if tag in (HANDLE, TOKEN):
            return self.resolve((Handle if tag == HANDLE else Token)(number))
        if tag == FUNCTION:
            name = self.value(depth + 1)
            if type(name) is str:
                return self.resolve(Function(number, name))
        elif tag == RNG:
            entropy, key = self.value(depth + 1), self.value(depth + 1)
            if type(entropy) is int and entropy >= 0 and type(key) is tuple and all(type(k) is int for k in key):
                return self.resolve(Rng(entropy, key, number))
        raise WireError("an unknown tag")


def _laid_out(array: np.ndarray[Any, np.dtype[Any]], strides: tuple[int, ...]) -> np.ndarray[Any, np.dtype[Any]]:
    """Copy into memory of the given strides: reversed, transposed or with gaps, as the view was where it came from."""
    reach = [(n - 1) * stride for n, stride in zip(array.shape, strides, strict=True)]
    low, high = sum(r for r in reach if r < 0), sum(r for r in reach if r > 0)
    if high - low > 64 * array.nbytes + (1 << 20):  # a view of very little of very much: the order is what counts
        return array
    memory = np.zeros(high - low + array.itemsize, np.uint8)
    view = np.ndarray(array.shape, array.dtype, memory, -low, strides)
    view[...] = array
    return view
