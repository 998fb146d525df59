"""Numbers in whatever holds them.  In: any object of a student's.  Out: an array or a float; None where it holds none.

The contract takes whatever `np.asarray` turns into numbers: a memoryview, an `array.array`, a deque, an object with
`__array__`; and any real number of Python's: a Fraction, a Decimal. Runs beside the student's code, and may run it.
"""

import numbers
from typing import Any

import numpy as np
from numpy.typing import NDArray

_asarray, _float, _Number = np.asarray, float, numbers.Number


def numbers_held(value: Any) -> NDArray[Any] | float | None:
    """What an object holds; whatever it raises meanwhile, but for an interrupt, means that it holds none."""
    try:
        if isinstance(value, _Number):
            return _float(value)  # type: ignore[arg-type] # a complex number refuses by itself
        array = _asarray(value)
    except Exception:  # noqa: BLE001 - the student's own `__array__` may raise anything
        return None
    return array if array.dtype.kind in "biufc" else None
