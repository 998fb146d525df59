"""The form of an answer: parsed once from `function(…, returns=…)`; in: a raw value of the wire; out: a plain answer.

What passes is exactly what a check may unpack without fear: float64 arrays of the stated dimensions, floats, ints,
lists of pairs, all finite. Sizes are the check's business. Never compares with a right answer.

The language of `returns`: parts separated by commas, each `name kind`, kind one of
    float | int | (n, m) an array with so many dimensions | integers (n,) | like z (a float for a float, else an array)
    layers W b (a list of pairs of a matrix and a vector) | batches (an iterable of such pairs, a matrix and a vector)
    lists train validation (a dict with these keys, each a list of floats) | opaque (kept in the student's process)
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.blame import StudentError
from grader.sandbox.values import Opaque


@dataclass
class FormError(StudentError):
    """An answer is not of the form that the function promises.

    `sentence` continues "Your answer …" and holds no figure; `figures` may hold shapes of what came.
    """

    sentence: str
    figures: str = ""

    def __str__(self) -> str:
        return f"{self.sentence} ({self.figures})" if self.figures else self.sentence


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of one part."""

    name: str
    word: str
    """float, int, array, integers, like, layers, batches, lists, opaque."""
    detail: tuple[str, ...] = ()
    """The dimensions' names of an array, the argument's name for `like`, the keys or names of the parts."""

    @property
    def text(self) -> str:
        """The form as a person reads it."""
        match self.word:
            case "float" | "int":
                return f"{self.name}, {'a number' if self.word == 'float' else 'an integer'}"
            case "array" | "integers":
                of = "integers of " if self.word == "integers" else ""
                dims = ", ".join(self.detail) + ("," if len(self.detail) == 1 else "")
                return f"{self.name}, an array of {of}shape ({dims})"
            case "like":
                return f"{self.name}: a number for a number, an array of the same shape for an array"
            case "layers":
                return f"{self.name}, a list with one pair ({self.detail[0]}, {self.detail[1]}) a layer"
            case "batches":
                return "pairs (X_batch, y_batch), one a batch"
            case "lists":
                return f"{self.name}, a dict with the lists {' and '.join(repr(key) for key in self.detail)}"
            case _:
                return self.name


@dataclass(frozen=True, slots=True)
class Form:
    """What a function takes and gives back."""

    parameters: tuple[str, ...]
    kinds: tuple[Kind, ...]
    seconds: float | None = None
    """A time limit of its own for each call, where the contract gives one."""

    @property
    def keep(self) -> tuple[int, ...]:
        """The parts that stay in the student's process."""
        return tuple(i for i, kind in enumerate(self.kinds) if kind.word == "opaque")

    @property
    def drain(self) -> bool:
        """Whether the answer is an iterable that is drained there."""
        return self.kinds[0].word == "batches"

    @property
    def text(self) -> str:
        """The form of the answer as a person reads it."""
        if len(self.kinds) == 1:
            return self.kinds[0].text
        return f"a tuple of {len(self.kinds)}: " + "; ".join(kind.text for kind in self.kinds)

    def name_of(self, path: tuple[int | str, ...]) -> str:
        """The name of a part, as findings say it: "grad_w", "dW of layer 2"."""
        kinds, rest = self.kinds, path
        if len(kinds) > 1 and rest:
            kind, rest = kinds[int(rest[0])], rest[1:]
        else:
            kind = kinds[0]
        if kind.word == "layers" and rest:
            layer = int(rest[0]) + 1
            return f"{kind.detail[int(rest[1])]} of layer {layer}" if len(rest) > 1 else f"layer {layer}"
        if kind.word == "batches" and rest:
            return f"{('X_batch', 'y_batch')[int(rest[1])]} of batch {int(rest[0]) + 1}" if len(rest) > 1 else "a batch"
        if kind.word == "lists" and rest:
            return f'{kind.name}["{rest[0]}"]'
        return kind.name

    def read(self, raw: object, arguments: tuple[object, ...] = ()) -> object:
        """The answer in plain form.

        Raises:
            FormError: it has another form, or a value that is not finite.

        """
        if len(self.kinds) == 1:
            return _part(self.kinds[0], raw, self._arguments(arguments))
        if not isinstance(raw, tuple | list):
            raise FormError(f"should be {self.text}; it is {describe(raw)}", "")
        if len(raw) != len(self.kinds):
            raise FormError(f"should be {self.text}; it has another number of parts", f"{len(raw)} parts")
        given = self._arguments(arguments)
        return tuple(_part(kind, item, given) for kind, item in zip(self.kinds, raw, strict=True))

    def _arguments(self, arguments: tuple[object, ...]) -> dict[str, object]:
        return dict(zip(self.parameters, arguments, strict=False))


def parse(parameters: str, returns: str, seconds: float | None = None) -> Form:
    """Read a form as an author writes it.

    Raises:
        ValueError: the text is not of the language above.

    """
    names = tuple(re.sub(r"=.*", "", name).strip() for name in re.split(r",(?![^(]*\))", parameters))
    return Form(names, tuple(_kind(part.strip()) for part in re.split(r",(?![^(]*\))", returns)), seconds)


def _kind(text: str) -> Kind:
    words = text.split(maxsplit=1)
    if len(words) != 2:
        if text in {"opaque", "batches"}:
            return Kind(text, text)
        raise ValueError(f"{text!r}: a part of `returns` is a name and a kind, as in 'grad_w (n_features,)'")
    name, rest = words
    if match := re.fullmatch(r"(integers\s+)?\(([^)]*)\)", rest):
        dims = tuple(d.strip() for d in match[2].split(",") if d.strip())
        return Kind(name, "integers" if match[1] else "array", dims)
    word, *detail = rest.split()
    if word not in {"float", "int", "like", "layers", "batches", "lists", "opaque"}:
        raise ValueError(f"{text!r}: unknown kind {word!r}")
    if word == "layers" and not detail:
        detail = ["W", "b"]
    return Kind(name, word, tuple(detail))


_NAMED = frozenset({"generator", "function", "method", "map", "zip", "set", "frozenset", "range", "slice", "type"})
"""Types that a finding may name. Any other name is the student's own, and could tell what a hidden draw was."""


def describe(raw: object) -> str:
    """What an answer is, in a word; nothing of its content."""
    if raw is None:
        return "None: is there a return?"
    if isinstance(raw, np.ndarray):
        return f"an array of {_kind_of_dtype(raw.dtype)}"
    if isinstance(raw, tuple | list | dict):
        return f"a {type(raw).__name__}"
    if isinstance(raw, Opaque):
        if raw.description.startswith("an iterable of more than"):
            return "one that goes on and on, and may never end"
        return f"a {raw.description}" if raw.description in _NAMED else "something that holds no numbers"
    names = {bool: "a truth value", int: "an integer", float: "a number", str: "text"}
    return names.get(type(raw), "something that holds no numbers")


def _kind_of_dtype(dtype: "np.dtype[np.generic]") -> str:
    return {"b": "truth values", "i": "integers", "u": "integers", "f": "floats", "c": "complex numbers"}.get(
        dtype.kind, "objects"
    )


def _part(kind: Kind, raw: object, arguments: dict[str, object]) -> object:
    match kind.word:
        case "opaque":
            return raw
        case "float":
            return _number(kind, raw)
        case "int":
            return _integer(kind, raw)
        case "array" | "integers":
            return _array(kind, raw, len(kind.detail))
        case "like":
            like = arguments.get(kind.detail[0])
            return _array(kind, raw, like.ndim) if isinstance(like, np.ndarray) else _number(kind, raw)
        case "layers":
            if not isinstance(raw, tuple | list):
                raise FormError(f"should have {kind.text}; it is {describe(raw)}")
            return [_pair(kind, pair, i) for i, pair in enumerate(raw)]
        case "batches":
            if not isinstance(raw, tuple | list):
                raise FormError(f"should be an iterable of {kind.text}; it is {describe(raw)}")
            return [_batch(kind, pair) for pair in raw]
        case _:
            return _lists(kind, raw)


def _wrong(kind: Kind, raw: object) -> FormError:
    return FormError(f"should have {kind.text}; there it is {describe(raw)}")


def _number(kind: Kind, raw: object) -> float:
    if isinstance(raw, np.ndarray) and raw.shape == () and raw.dtype.kind in "iuf":
        raw = raw.item()
    if type(raw) not in {int, float}:
        if isinstance(raw, np.ndarray) and raw.dtype.kind in "iuf":
            raise FormError(f"should have {kind.text}; there it is an array", f"of shape {raw.shape}")
        raise _wrong(kind, raw)
    try:
        value = float(raw)  # type: ignore[arg-type] # an int or a float by the line above
    except OverflowError:
        raise FormError(f"has a {kind.name} that is not finite") from None
    if not np.isfinite(value):
        raise FormError(f"has a {kind.name} that is {'NaN' if value != value else 'infinite'}")  # noqa: PLR0124
    return value


def _integer(kind: Kind, raw: object) -> int:
    if isinstance(raw, np.ndarray) and raw.shape == () and raw.dtype.kind in "iu":
        raw = raw.item()
    if type(raw) is not int:
        raise _wrong(kind, raw)
    return raw


def _array(kind: Kind, raw: object, ndim: int) -> NDArray[np.float64]:
    if isinstance(raw, tuple | list):
        if not _numeric(raw):
            raise FormError(f"should have {kind.text}; it is a {type(raw).__name__} of something else than numbers")
        try:
            raw = np.asarray(raw)
        except ValueError:
            raise FormError(
                f"should have {kind.text}; it is a {type(raw).__name__} with rows of unequal length"
            ) from None
    elif type(raw) in {int, float}:
        raw = np.asarray(raw)
    if not isinstance(raw, np.ndarray) or raw.dtype.kind not in "iuf":
        raise _wrong(kind, raw)
    if raw.ndim != ndim:
        raise FormError(f"should have {kind.text}; it has another number of dimensions", f"shape {raw.shape}")
    if kind.word == "integers" and raw.dtype.kind not in "iu":
        raise FormError(f"should have {kind.text}; there it is {describe(raw)}")
    array = raw.astype(np.float64)
    if not np.all(np.isfinite(array)):
        what = "NaN" if np.any(np.isnan(array)) else "infinite"
        raise FormError(f"has entries in {kind.name} that are {what}")
    return array


def _numeric(value: object) -> bool:
    """Whether nested lists hold nothing but what NumPy makes numbers of."""
    if isinstance(value, tuple | list):
        return all(_numeric(item) for item in value)
    return type(value) in {int, float, bool} or isinstance(value, np.ndarray)


def _pair(kind: Kind, pair: object, index: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise FormError(f"should have {kind.text}; one entry is not a pair", f"entry {index}")
    first = Kind(f"{kind.detail[0]} of a layer", "array", ("fan_in", "fan_out"))
    second = Kind(f"{kind.detail[1]} of a layer", "array", ("fan_out",))
    return _array(first, pair[0], 2), _array(second, pair[1], 1)


def _batch(kind: Kind, pair: object) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise FormError(f"should be an iterable of {kind.text}; one item is not a pair")
    return (
        _array(Kind("X_batch", "array", ("batch", "n_features")), pair[0], 2),
        _array(Kind("y_batch", "array", ("batch",)), pair[1], 1),
    )


def _lists(kind: Kind, raw: object) -> dict[str, NDArray[np.float64]]:
    if not isinstance(raw, dict) or any(key not in raw for key in kind.detail):
        raise _wrong(kind, raw)
    return {key: _array(Kind(f'{kind.name}["{key}"]', "array", ("n",)), raw[key], 1) for key in kind.detail}
