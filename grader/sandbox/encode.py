"""Values to bytes. What is too large for the wire is told before it is copied; see `wire` for the format."""

import struct
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from grader.sandbox.values import Function, Handle, Opaque, Rng, Token
from grader.sandbox.wire import (
    ARRAY,
    BIG,
    CODES,
    DEPTH,
    DESCRIPTION,
    DICT,
    FALSE,
    FLOAT,
    FUNCTION,
    HANDLE,
    INT,
    INT_BITS,
    LIST,
    NDIM,
    NODE_BYTES,
    NODES,
    NONE,
    OPAQUE,
    RNG,
    SCALAR,
    SIDE,
    STR,
    STRIDED,
    TEXT,
    TOKEN,
    TRUE,
    TUPLE,
    TooLarge,
)

_U32: Final = struct.Struct("<I")
_TAG_U32: Final = struct.Struct("<BI")
_TAG_I64: Final = struct.Struct("<Bq")
_TAG_F64: Final = struct.Struct("<Bd")
_ARRAY_HEADS: Final = tuple(struct.Struct(f"<BBB{n}q") for n in range(2 * NDIM + 1))
_CONSTANTS: Final = {None: bytes((NONE,)), True: bytes((TRUE,)), False: bytes((FALSE,))}
_EMPTY: Final[dict[Any, bytes]] = {
    tuple: _TAG_U32.pack(TUPLE, 0),
    list: _TAG_U32.pack(LIST, 0),
    dict: _TAG_U32.pack(DICT, 0),
}
_REFERENCES: Final = (Opaque, Handle, Token, Rng, Function)


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
        self.tokens: list[int] = []

    def frame(self) -> bytes:
        """Join the parts."""
        body = b"".join(self.parts)
        return _U32.pack(len(body)) + body

    def open_tuple(self, size: int) -> None:
        """Begin a tuple whose `size` items come next."""
        self.parts.append(_TAG_U32.pack(TUPLE, size))

    def list_of(self, size: int, items: "Writer") -> None:
        """Add a list whose `size` items are written already."""
        self.parts.append(_TAG_U32.pack(LIST, size))
        self.parts += items.parts
        self.left -= items.limit - items.left
        self.nodes -= NODES - items.nodes

    def add(self, value: object, depth: int = 0) -> None:
        """Add one value.

        Raises:
            TooLarge: it is too deep, too long or has too many parts; what it has added by then is of no use.

        """
        before = self.nodes
        self.put(value, depth)
        self.left -= NODE_BYTES * (before - self.nodes)
        if self.left < 0:
            raise TooLarge(f"more than {self.limit / (1 << 20):g} MB")

    def put(self, value: Any, depth: int = 0) -> None:  # noqa: C901, PLR0912 - a closed list of types is one list
        """Add one value without its small parts being counted as bytes: `add` does that."""
        kind = type(value)
        if kind is np.ndarray and value.dtype in CODES:
            self._array(value)
        elif kind is float:
            self.parts.append(_TAG_F64.pack(FLOAT, value))
        elif value is None or kind is bool:
            self.parts.append(_CONSTANTS[value])
        elif kind is int:
            self._int(value)
        elif kind is str:
            self._text(STR, value, TEXT)
        elif kind in _EMPTY and not value:
            self.parts.append(_EMPTY[kind])
        elif kind is tuple or kind is list:
            self._count(len(value), depth)
            self.parts.append(_TAG_U32.pack(TUPLE if kind is tuple else LIST, len(value)))
            for item in value:
                self.put(item, depth + 1)
        elif kind is dict and all(type(key) is str for key in value):
            self._count(2 * len(value), depth)
            self.parts.append(_TAG_U32.pack(DICT, len(value)))
            for key, item in value.items():
                self._text(STR, key, TEXT)
                self.put(item, depth + 1)
        elif self.layouts and isinstance(value, np.generic) and value.dtype in CODES:
            self.parts.append(bytes((SCALAR, CODES[value.dtype], 0)) + value.tobytes())
        elif kind in _REFERENCES:
            self._reference(value, depth)
        else:
            self._count(1, depth)
            self.put(self.plain(value), depth + 1)

    def _count(self, items: int, depth: int) -> None:
        self.nodes -= items
        if self.nodes < 0 or depth >= DEPTH:
            raise TooLarge(f"nested deeper than {DEPTH}" if depth >= DEPTH else f"more than {NODES} parts")

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooLarge(f"more than {self.limit / (1 << 20):g} MB")

    def _int(self, value: int) -> None:
        if -(1 << 63) <= value < 1 << 63:
            self.parts.append(_TAG_I64.pack(INT, value))
        elif value.bit_length() > INT_BITS:
            raise TooLarge(f"int of more than {INT_BITS} bits")
        else:
            digits = b"%x" % value
            self._spend(len(digits))
            self.parts.append(_TAG_U32.pack(BIG, len(digits)) + digits)

    def _text(self, tag: int, text: str, limit: int) -> None:
        if len(text) > limit:
            raise TooLarge(f"str of {len(text)} characters")
        encoded = text.encode("utf-8", "backslashreplace")  # a lone surrogate has no bytes
        if len(encoded) > limit:
            raise TooLarge(f"str of {len(text)} characters")
        self._spend(len(encoded))
        self.parts.append(_TAG_U32.pack(tag, len(encoded)) + encoded)

    def _array(self, array: np.ndarray[Any, np.dtype[Any]]) -> None:
        shape, ndim, code = array.shape, array.ndim, CODES[array.dtype]
        if ndim > NDIM or (shape and max(shape) > SIDE):
            raise TooLarge(f"array of shape {str(shape)[:40]}")
        if array.nbytes > self.left:  # before the copy is made
            raise TooLarge(f"array of {array.nbytes / (1 << 20):.0f} MB")
        self.left -= array.nbytes + 16 * ndim
        if not self.layouts or array.flags.c_contiguous or 0 in array.strides or 0 in shape:
            self.parts.append(_ARRAY_HEADS[ndim].pack(ARRAY, code, ndim, *shape))
        else:
            self.parts.append(_ARRAY_HEADS[2 * ndim].pack(STRIDED, code, ndim, *shape, *array.strides))
        self.parts.append(array.tobytes())

    def _reference(self, value: Any, depth: int) -> None:
        if type(value) is Opaque:
            self._text(OPAQUE, value.description[:DESCRIPTION], 4 * DESCRIPTION)
        elif type(value) is Rng:
            self.parts.append(_TAG_I64.pack(RNG, value.id))
            self.put(value.entropy, depth + 1)
            self.put(value.spawn_key, depth + 1)
        elif type(value) is Function:
            self.parts.append(_TAG_I64.pack(FUNCTION, value.id))
            self.put(value.name, depth + 1)
        else:
            if type(value) is Token:
                self.tokens.append(value.id)
            self.parts.append(_TAG_I64.pack(HANDLE if type(value) is Handle else TOKEN, value.id))
