"""A loss becomes its gradient as a NumPy function; the one module that imports SymPy, and only where a cache is cold.

In: one sample's loss `loss(m, x, y, w, b)`, written once by the author with the names of `m`. Out: the derivative of
its mean over samples. SymPy differentiates with one symbol an entry; NumPy broadcasts the result over the batch. An
elementwise function (an activation) stays uninterpreted in the network's derivation; its own derivative comes from
SymPy as well. Never a derivative written by hand.
"""

import hashlib
import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np


class NumpyNames:
    """What `m` is when a loss is evaluated: the batch lies along the first axis of every per-sample array."""

    exp, log, tanh, sqrt = np.exp, np.log, np.tanh, np.sqrt
    abs, maximum, minimum = np.abs, np.maximum, np.minimum

    @staticmethod
    def dot(a: Any, b: Any) -> Any:
        """`a @ b`."""
        return a @ b

    @staticmethod
    def sum(a: Any) -> Any:
        """The sum over a sample's own entries."""
        return np.sum(a, axis=-1)


@dataclass
class Derivations:
    """Derived code by content hash: from `recorded.json`, from the disk, or made now."""

    module_source: str
    """The text of `checks.py`: the loss and all that it calls."""
    known: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    compiled: dict[object, Any] = field(default_factory=dict)

    def code(self, what: str, derive: Callable[[], str]) -> str:
        """The code derived for `what`, from the nearest place that has it."""
        key = hashlib.sha256(f"1\n{what}\n{self.module_source}".encode()).hexdigest()[:32]
        if key not in self.known:
            file = self.folder / f"{key}.json" if self.folder else None
            if file is not None and (stored := _read(file)) is not None:
                self.known[key] = stored
            else:
                self.known[key] = derive()
                if file is not None:
                    _write(file, self.known[key])
        return self.known[key]


def cache_folder() -> Path:
    """Where derivations are kept between runs: `GRADER_CACHE`, else the user's cache folder."""
    if chosen := os.environ.get("GRADER_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "grader"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "grader"


def _read(file: Path) -> str | None:
    try:
        code = json.loads(file.read_text("utf-8"))["code"]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # cold, or not whole: derive again
    return code if isinstance(code, str) else None


def _write(file: Path, code: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({"code": code}), "utf-8")
        beside.replace(file)
    except OSError:
        return  # a cache that cannot be written costs time and nothing else


def mean(loss: Callable[..., Any], elementwise: Mapping[str, Callable[..., Any]]) -> Callable[..., float]:
    """The mean over samples of a per-sample loss, evaluated by NumPy."""
    applied = {name: _numeric(f) for name, f in elementwise.items()}

    def value(*args: Any) -> float:
        return float(np.mean(loss(NumpyNames, *args, **applied)))

    return value


def _numeric(f: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda z: f(NumpyNames, z)


def gradient(
    derivations: Derivations,
    loss: Callable[..., Any],
    by: tuple[str, ...],
    elementwise: Mapping[str, Callable[..., Any]],
) -> Callable[..., Any]:
    """The derivative of the mean of `loss` over samples: a function of loss's arguments, without `m` and functions.

    Arguments named in `by` are differentiated by and come without a sample axis; every other array has one, its
    first. Returns one gradient, or a tuple of them, each built like its argument.

    Raises:
        ValueError: a function has no name of its own, by which its derivative could be kept.

    """
    if any(f.__name__ == "<lambda>" for f in (loss, *elementwise.values())):
        raise ValueError("a loss, or a function in it, is a lambda: write it with def, derivatives are kept by name")
    parameters = tuple(name for name in _parameters(loss) if name not in elementwise)
    functions = {name: _numeric(f) for name, f in elementwise.items()}
    slopes = {f"{name}_slope": _slope(derivations, f) for name, f in elementwise.items()}

    def evaluate(*args: Any) -> Any:
        given = dict(zip(parameters, args, strict=True))
        shapes = {name: _shape(value, per_sample=name not in by) for name, value in given.items()}
        key = (loss.__name__, by, repr(shapes), tuple(elementwise))
        if key not in derivations.compiled:
            code = derivations.code(repr(key), lambda: _derive(loss, shapes, by, tuple(elementwise)))
            derivations.compiled[key] = _compile(code)
        flat = [entry for name, value in given.items() for entry in _entries(value, per_sample=name not in by)]
        n = max((len(np.asarray(v)) for name, v in given.items() if name not in by and np.ndim(v)), default=1)
        entries = iter(derivations.compiled[key](*flat, **functions, **slopes))
        parts = tuple(_rebuild(given[name], entries, n) for name in by)
        return parts[0] if len(parts) == 1 else parts

    return evaluate


def _parameters(loss: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(loss).parameters)[1:]


def formulas(
    derivations: Derivations,
    loss: Callable[..., Any],
    by: tuple[str, ...],
    arguments: Mapping[str, Any],
    where: Mapping[str, Callable[..., Any]],
) -> list[tuple[str, str]]:
    """One sample's derivative for people: (LaTeX, plain text) for the first entry of each thing it is taken by.

    Args:
        derivations: where what was derived before is kept.
        loss: one sample's loss; a parameter that `arguments` does not name is a function, and stays uninterpreted.
        by: the arguments to differentiate by.
        arguments: the symbols of each argument, "w (2,)" or "b"; lists and tuples of them where it is built so.
        where: names for what the formula holds again and again, each a function of `m` and, by name, of what the loss
            takes; one may hold those after it.

    """
    what = f"formulas {loss.__name__} {by} {dict(arguments)!r} {[(name, f.__name__) for name, f in where.items()]}"
    found = json.loads(derivations.code(what, lambda: json.dumps(_formulas(loss, by, arguments, where))))
    return [(str(latex), str(text)) for latex, text in found]


def _slope(derivations: Derivations, f: Callable[..., Any]) -> Callable[[Any], Any]:
    """The derivative of an elementwise function, by SymPy."""
    key = ("slope", f.__name__)
    if key not in derivations.compiled:
        derivations.compiled[key] = _compile(derivations.code(repr(key), lambda: _derive_slope(f)))
    compiled = derivations.compiled[key]
    return lambda z: compiled(z)[0]


def _compile(code: str) -> Callable[..., Any]:
    namespace: dict[str, Any] = {"numpy": np}
    exec(compile(code, "<derived>", "exec"), namespace)  # noqa: S102 - code that SymPy printed for the author's loss
    return namespace["derived"]  # type: ignore[no-any-return] # the printed code defines it


def _shape(value: Any, *, per_sample: bool) -> Any:
    if isinstance(value, tuple | list):
        return [_shape(item, per_sample=False) for item in value]
    shape = np.shape(value)
    return shape[1:] if per_sample and shape else shape


def _entries(value: Any, *, per_sample: bool) -> list[Any]:
    if isinstance(value, tuple | list):
        return [entry for item in value for entry in _entries(item, per_sample=False)]
    array = np.asarray(value, dtype=np.float64)
    if not per_sample or not array.ndim:
        return list(array.ravel())
    return list(array.reshape(len(array), -1).T)


def _rebuild(like: Any, entries: Any, n: int) -> Any:
    """The mean over the batch of each entry's derivative, built like the argument; a constant is its own mean."""
    if isinstance(like, tuple | list):
        return type(like)(_rebuild(item, entries, n) for item in like)
    shape = np.shape(like)
    means = [_mean(next(entries), n) for _ in range(int(np.prod(shape)))]
    return np.array(means).reshape(shape) if shape else means[0]


def _mean(entry: Any, n: int) -> float:
    """What np.mean gives, at a fifth of its time: a check asks for thousands of means of a few numbers."""
    if isinstance(entry, np.ndarray) and entry.shape == (n,):
        return float(np.add.reduce(entry) / n)
    return float(np.mean(np.broadcast_to(entry, n)))


def _derive(
    loss: Callable[..., Any], shapes: Mapping[str, Any], by: tuple[str, ...], elementwise: tuple[str, ...]
) -> str:
    sympy, names = _sympy()
    counter = iter(range(1 << 20))

    def symbols(shape: Any) -> Any:
        if isinstance(shape, list):
            return [tuple(symbols(s) for s in item) if isinstance(item, list) else symbols(item) for item in shape]
        flat = [sympy.Symbol(f"s{next(counter)}", real=True) for _ in range(int(np.prod(shape)))]
        return np.array(flat, dtype=object).reshape(shape) if shape else flat[0]

    arguments = {name: symbols(shape) for name, shape in shapes.items()}
    functions = {name: _uninterpreted(sympy, name) for name in elementwise}
    expression = loss(names, *arguments.values(), **functions)
    everything = [s for value in arguments.values() for s in _symbols(value)]
    wanted = [s for name in by for s in _symbols(arguments[name])]
    return _print(sympy, everything, [sympy.diff(expression, s) for s in wanted], elementwise)


def _formulas(
    loss: Callable[..., Any], by: tuple[str, ...], arguments: Mapping[str, Any], where: Mapping[str, Callable[..., Any]]
) -> list[tuple[str, str]]:
    sympy, names = _sympy()
    written: dict[Any, str] = {}
    given = {name: _lettered(sympy, spec, written) for name, spec in arguments.items()}
    functions = {name: _uninterpreted(sympy, name) for name in _parameters(loss) if name not in given}
    expression = loss(names, **given, **functions)
    known = {**given, **functions}
    parts = [
        (sympy.Symbol(name, real=True), f(names, **{key: known[key] for key in _parameters(f)}))
        for name, f in where.items()
    ]
    made = []
    for leaf in (leaf for name in by for leaf in _leaves(given[name])):
        symbol = np.ravel(leaf)[0]
        slope = sympy.simplify(sympy.diff(expression, symbol))
        slope = _abridged(slope, parts)
        left = rf"\frac{{\partial \ell}}{{\partial {sympy.latex(symbol, symbol_names=written)}}}"
        made.append((f"{left} = {sympy.latex(slope, symbol_names=written)}", f"dl/d{symbol} = {slope}"))
    for i, (symbol, part) in enumerate(parts):
        rest = _abridged(part, parts[i + 1 :])
        made.append((f"{sympy.latex(symbol)} = {sympy.latex(rest, symbol_names=written)}", f"{symbol} = {rest}"))
    return made


def _abridged(expression: Any, parts: list[tuple[Any, Any]]) -> Any:
    """The expression with names in place of parts, the first ones first."""
    for symbol, part in parts:
        expression = expression.subs(part, symbol)
    return expression


def _lettered(sympy: ModuleType, spec: Any, written: dict[Any, str]) -> Any:
    """Symbols by a text such as "w (2,)", named as in Python, w[0]; `written` gets their LaTeX, counted from one.

    Digits at the end of a name are a layer's number, and stand above.
    """
    if isinstance(spec, tuple | list):
        return type(spec)(_lettered(sympy, item, written) for item in spec)
    name, _, shape = str(spec).partition(" ")
    sizes = tuple(int(size) for size in shape.strip("()").split(",") if size.strip())
    letters = name.rstrip("0123456789")
    above = f"^{{({name[len(letters) :]})}}" if letters != name else ""
    made = np.empty(sizes, dtype=object)
    for at in np.ndindex(*sizes):
        made[at] = sympy.Symbol(f"{name}[{', '.join(map(str, at))}]" if at else name, real=True)
        below = "_{" + "".join(str(i + 1) for i in at) + "}" if at else ""
        written[made[at]] = f"{letters}{above}{below}"
    return made if sizes else made[()]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, tuple | list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


def _derive_slope(f: Callable[..., Any]) -> str:
    sympy, names = _sympy()
    z = sympy.Symbol("z", real=True)
    return _print(sympy, [z], [sympy.diff(f(names, z), z)], ())


def _symbols(value: Any) -> list[Any]:
    if isinstance(value, tuple | list):
        return [s for item in value for s in _symbols(item)]
    return list(np.asarray(value, dtype=object).ravel())


def _uninterpreted(sympy: ModuleType, name: str) -> Callable[[Any], Any]:
    """An elementwise function whose derivative is a second one, `<name>_slope`."""
    slope = type(f"{name}_slope", (sympy.Function,), _spelt(f"{name}'"))
    function = type(name, (sympy.Function,), {"fdiff": lambda self, _=1: slope(self.args[0]), **_spelt(name)})
    return np.vectorize(function, otypes=[object])


def _spelt(name: str) -> dict[str, Any]:
    """How a function of that name is written for people."""
    return {
        "_latex": lambda self, printer: rf"{name}\left({printer.doprint(self.args[0])}\right)",
        "_sympystr": lambda self, printer: f"{name}({printer.doprint(self.args[0])})",
    }


def _print(sympy: ModuleType, arguments: list[Any], outputs: list[Any], elementwise: tuple[str, ...]) -> str:
    """Python source of a function `derived`: common subexpressions first, one output an entry."""
    from sympy.printing.numpy import NumPyPrinter  # noqa: PLC0415 - SymPy takes half a second to import

    class Printer(NumPyPrinter):  # type: ignore[misc] # SymPy has no types
        def _print_Heaviside(self, expr: Any) -> str:  # noqa: N802 - SymPy's name; the derivative of Max(z, 0) is 0 at 0
            return f"numpy.heaviside({self._print(expr.args[0])}, 0.0)"

        def _print_Function(self, expr: Any) -> str:  # noqa: N802 - SymPy's name
            return f"{type(expr).__name__}({', '.join(self._print(a) for a in expr.args)})"

    printer = Printer({"fully_qualified_modules": True})
    shared, results = sympy.cse(outputs, symbols=sympy.numbered_symbols("t"), optimizations="basic")
    extra = [extra for name in elementwise for extra in (name, f"{name}_slope")]
    lines = [f"def derived({', '.join([*(str(a) for a in arguments), *extra])}):"]
    lines += [f"    {symbol} = {printer.doprint(value)}" for symbol, value in shared]
    lines.append(f"    return [{', '.join(printer.doprint(value) for value in results)}]")
    return "\n".join(lines) + "\n"


def _sympy() -> tuple[ModuleType, Any]:
    """SymPy, and what `m` is for it: the names of NumPy on arrays of symbols."""
    import sympy  # noqa: PLC0415 - half a second, and needed only where the cache is cold

    def elementwise(f: Any) -> Callable[[Any], Any]:
        vectorised = np.vectorize(f, otypes=[object])
        return lambda *a: vectorised(*a) if any(isinstance(x, np.ndarray) for x in a) else f(*a)

    class SympyNames:
        exp, log, tanh, sqrt = (staticmethod(elementwise(f)) for f in (sympy.exp, sympy.log, sympy.tanh, sympy.sqrt))
        abs = staticmethod(elementwise(sympy.Abs))
        maximum, minimum = (staticmethod(elementwise(f)) for f in (sympy.Max, sympy.Min))
        dot = staticmethod(np.dot)
        sum = staticmethod(np.sum)

    return sympy, SympyNames
