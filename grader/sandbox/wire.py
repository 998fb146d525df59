"""What a frame is made of: its bounds, its tags, its two errors. `encode` writes by it, `decode` reads by it.

A frame is a length (4 bytes) and one value; a value is a tag (1 byte) and its body. The types are a closed list:
`values.Value`. Nothing on the wire can name code, a class or a file.
"""

from typing import Any, Final

import numpy as np

DEPTH: Final = 20  # a list of layers of tuples of arrays has depth 4
NODES: Final = 600_000  # `Limits.yields` batches of a tuple of a few arrays; a second of our time
NODE_BYTES: Final = 16  # no value beside texts and arrays takes more
INT_BITS: Final = 4096
TEXT: Final = 1 << 20  # characters are bytes here; a cell's source is the longest honest text
NDIM: Final = 32
SIDE: Final = 1 << 31  # of an array, also of one without elements
DESCRIPTION: Final = 80

DRAIN: Final = 1  # how a call is to be answered
ECHO: Final = 2

DTYPES: Final = tuple(
    np.dtype(name) for name in ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16")
)
CODES: Final[dict[np.dtype[Any], int]] = {dtype: code for code, dtype in enumerate(DTYPES)}

NONE, TRUE, FALSE, INT, BIG, FLOAT, STR, TUPLE, LIST, DICT = range(10)
ARRAY, STRIDED, SCALAR, RNG, HANDLE, TOKEN, FUNCTION, OPAQUE = range(10, 18)


class WireError(ValueError):
    """The bytes are no frame of ours."""


class TooLarge(ValueError):
    """A value beyond the wire's bounds; the text says which."""
