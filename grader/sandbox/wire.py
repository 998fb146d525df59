"""Values to bytes and back. Dull on purpose: a closed list of types, sizes checked before anything is allocated.

A frame is a length (4 bytes) and one value; a value is a tag (1 byte) and its body. `decode` trusts nothing: whatever
is wrong with the bytes, it raises `WireError` and nothing else, having allocated no more than a small multiple of
their length. It evaluates, imports and unpickles nothing.
"""

import struct
from collections.abc import Callable
from math import prod
from typing import Any, Final

import numpy as np

from grader.sandbox.values import Function, Handle, Opaque, Rng, Token

DEPTH: Final = 20  # a list of layers of tuples of arrays has depth 4
NODES: Final = 600_000  # `Limits.yields` batches of a tuple of a few arrays; a second of our time
INT_BITS: Final = 4096
TEXT: Final = 1 << 20  # characters are bytes here; a cell's source is the longest honest text
NDIM: Final = 32
DESCRIPTION: Final = 80

DRAIN: Final = 1  # how a call is to be answered
ECHO: Final = 2

DTYPES: Final = tuple(
    np.dtype(name) for name in ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16")
)
_CODES: Final[dict[np.dtype[Any], int]] = {dtype: code for code, dtype in enumerate(DTYPES)}

_NONE, _TRUE, _FALSE, _INT, _BIG, _FLOAT, _STR, _TUPLE, _LIST, _DICT = range(10)
_ARRAY, _STRIDED, _SCALAR, _RNG, _HANDLE, _TOKEN, _FUNCTION, _OPAQUE = range(10, 18)

_U32: Final = struct.Struct("<I")
_TAG_U32: Final = struct.Struct("<BI")
_TAG_I64: Final = struct.Struct("<Bq")
_TAG_F64: Final = struct.Struct("<Bd")
_I64: Final = struct.Struct("<q")
_F64: Final = struct.Struct("<d")
_SHAPES: Final = tuple(struct.Struct(f"<{ndim}q") for ndim in range(2 * NDIM + 1))
_ARRAY_HEADS: Final = tuple(struct.Struct(f"<BBB{n}q") for n in range(2 * NDIM + 1))


class WireError(ValueError):
    """The bytes are no frame of ours."""


class TooLarge(ValueError):
    """A value beyond the wire's bounds; the text says which."""


class Writer:
    """Gathers the parts of one frame of at most `limit` bytes.

    `plain` makes a plain value of an object of an unlisted type. With `layouts`, into the child, an array's strides
    and a NumPy scalar's being one cross as well; out of it arrays are in C order and a scalar is an array of ndim 0.
    """

    __slots__ = ("layouts", "left", "limit", "nodes", "parts", "plain", "tokens")

    def __init__(self, limit: int, plain: Callable[[object], object], *, layouts: bool = False) -> None:
        self.layouts = layouts
        self.limit = self.left = limit
        self.nodes = NODES
        self.plain = plain
        self.parts: list[bytes] = []
        self.tokens: set[int] = set()

    def frame(self) -> bytes:
        """Join the parts."""
        body = b"".join(self.parts)
        return _U32.pack(len(body)) + body

    def raw(self, part: bytes) -> None:
        """Add encoded bytes."""
        self.left -= len(part)
        if self.left < 0:
            raise TooLarge(f"more than {self.limit / (1 << 20):g} MB")
        self.parts.append(part)

    def open_tuple(self, size: int) -> None:
        """Begin a tuple whose `size` items come next."""
        self.raw(_TAG_U32.pack(_TUPLE, size))

    def list_of(self, size: int, items: "Writer") -> None:
        """Add a list whose `size` items are written already."""
        self.raw(_TAG_U32.pack(_LIST, size) + b"".join(items.parts))

    def put(self, value: Any, depth: int = 0) -> None:  # noqa: C901, PLR0912 - a closed list of types is one list
        """Add one value.

        Raises:
            TooLarge: it is too deep, too long or has too many parts.

        """
        self.nodes -= 1
        if self.nodes < 0 or depth > DEPTH:
            raise TooLarge(f"nested deeper than {DEPTH}" if depth > DEPTH else f"more than {NODES} parts")
        kind = type(value)
        if kind is np.ndarray and value.dtype in _CODES:
            self._array(value)
        elif kind is float:
            self.raw(_TAG_F64.pack(_FLOAT, value))
        elif value is None or value is True or value is False:
            self.raw(bytes((_NONE if value is None else _TRUE if value else _FALSE,)))
        elif kind is int:
            self._int(value)
        elif kind is str:
            self._text(_STR, value, TEXT)
        elif kind is tuple or kind is list:
            self.raw(_TAG_U32.pack(_TUPLE if kind is tuple else _LIST, len(value)))
            for item in value:
                self.put(item, depth + 1)
        elif kind is dict and all(type(key) is str for key in value):
            self.raw(_TAG_U32.pack(_DICT, len(value)))
            for key, item in value.items():
                self._text(_STR, key, TEXT)
                self.put(item, depth + 1)
        elif self.layouts and isinstance(value, np.generic) and value.dtype in _CODES:
            self.raw(bytes((_SCALAR, _CODES[value.dtype], 0)) + value.tobytes())
        elif kind in (Opaque, Handle, Token, Rng, Function):
            self._reference(value, depth)
        else:
            self.put(self.plain(value), depth + 1)

    def _int(self, value: int) -> None:
        if -(1 << 63) <= value < 1 << 63:
            self.raw(_TAG_I64.pack(_INT, value))
        elif value.bit_length() > INT_BITS:
            raise TooLarge(f"int of more than {INT_BITS} bits")
        else:
            digits = b"%x" % value
            self.raw(_TAG_U32.pack(_BIG, len(digits)) + digits)

    def _text(self, tag: int, text: str, limit: int) -> None:
        if len(text) > limit:
            raise TooLarge(f"str of {len(text)} characters")
        encoded = text.encode("utf-8", "backslashreplace")  # a lone surrogate has no bytes
        if len(encoded) > limit:
            raise TooLarge(f"str of {len(text)} characters")
        self.raw(_TAG_U32.pack(tag, len(encoded)) + encoded)

    def _array(self, array: np.ndarray[Any, np.dtype[Any]]) -> None:
        shape, ndim, code = array.shape, array.ndim, _CODES[array.dtype]
        if ndim > NDIM or (shape and max(shape) > self.limit):
            raise TooLarge(f"array of shape {str(shape)[:40]}")
        if not self.layouts or array.flags.c_contiguous or 0 in array.strides or 0 in shape:
            self.raw(_ARRAY_HEADS[ndim].pack(_ARRAY, code, ndim, *shape))
        else:
            self.raw(_ARRAY_HEADS[2 * ndim].pack(_STRIDED, code, ndim, *shape, *array.strides))
        if array.nbytes > self.left:  # before the copy is made
            raise TooLarge(f"array of {array.nbytes / (1 << 20):.0f} MB")
        self.raw(array.tobytes())

    def _reference(self, value: Any, depth: int) -> None:
        if type(value) is Opaque:
            self._text(_OPAQUE, value.description[:DESCRIPTION], 4 * DESCRIPTION)
        elif type(value) is Rng:
            self.raw(_TAG_I64.pack(_RNG, value.id))
            self.put(value.entropy, depth + 1)
            self.put(value.spawn_key, depth + 1)
        elif type(value) is Function:
            self.raw(_TAG_I64.pack(_FUNCTION, value.id))
            self.put(value.name, depth + 1)
        else:
            if type(value) is Token:
                self.tokens.add(value.id)
            self.raw(_TAG_I64.pack(_HANDLE if type(value) is Handle else _TOKEN, value.id))


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
        if tag == _ARRAY or (self.layouts and tag in (_STRIDED, _SCALAR)):
            return self._array(tag, at)
        if tag == _FLOAT:
            self.at = at + 8
            return _F64.unpack_from(body, at)[0]
        if tag == _INT:
            self.at = at + 8
            return _I64.unpack_from(body, at)[0]
        if tag <= _FALSE:
            self.at = at
            return (None, True, False)[tag]
        if tag in (_TUPLE, _LIST):
            size = self._size(at)
            items = [self.value(depth + 1) for _ in range(size)]
            return items if tag == _LIST else tuple(items)
        if tag == _STR:
            return self._text(at, TEXT)
        if tag == _DICT:
            return self._dict(at, depth)
        if tag == _BIG:
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
        numbers = _SHAPES[2 * ndim if tag == _STRIDED else ndim]
        head = numbers.unpack_from(body, at + 2)
        shape = head[:ndim]
        start = at + 2 + numbers.size
        self.at = end = start + prod(shape) * dtype.itemsize
        if end > len(body) or (shape and (min(shape) < 0 or max(shape) > 1 << 31)):
            raise WireError("a shape beyond the frame")
        array = np.ndarray(shape, dtype, body, start).copy()  # aligned and writable, as a view of bytes is not
        if tag == _STRIDED:
            return _laid_out(array, head[ndim:])
        return array[()] if tag == _SCALAR else array

    def _reference(self, tag: int, at: int, depth: int) -> object:
        if tag == _OPAQUE:
            text = self._text(at, 4 * DESCRIPTION)
            return self.resolve(Opaque("".join(c if c.isprintable() else "?" for c in text[:DESCRIPTION])))
        number = _I64.unpack_from(self.body, at)[0]
        self.at = at + 8
        if tag in (_HANDLE, _TOKEN):
            return self.resolve((Handle if tag == _HANDLE else Token)(number))
        if tag == _FUNCTION:
            name = self.value(depth + 1)
            if type(name) is str:
                return self.resolve(Function(number, name))
        elif tag == _RNG:
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
