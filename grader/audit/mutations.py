"""Small changes of a program, one at a time.  In: the tree of a function.  Out: trees with one change, and its line.

Nothing here knows what the program is for. A change inside a `raise`, a docstring or an import is left out: what raises
does so on input outside the contract, which no check may try.
"""

import ast
import copy
from collections.abc import Callable, Iterator

ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
FUNCTIONS = {
    "mean": ("sum", "median"),
    "sum": ("mean",),
    "max": ("min",),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "std": ("var",),
    "var": ("std",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "exp": ("exp2", "expm1"),
    "log": ("log2", "log1p"),
    "logaddexp": ("logaddexp2", "maximum"),
    "tanh": ("sin", "arctan"),
    "normal": ("uniform",),
    "uniform": ("normal",),
    "standard_normal": ("random",),
    "round": ("int",),
    "len": ("np.size",),
    "vstack": ("hstack",),
    "permutation": ("permuted",),
}
"""Calls that a person confuses, or that look alike on few numbers."""

Rule = Callable[[ast.AST], Iterator[ast.AST]]

SYMMETRIC = {"maximum", "minimum", "logaddexp"}
CONVERSIONS = {"array", "asarray", "float", "list", "tuple"}
"""Without them a number is still a number, and a list as good as an array."""


def altered(node: ast.AST) -> Iterator[tuple[int, ast.AST]]:
    """Copies of a tree with one change each, and the line of the change."""

    def rule(part: ast.AST) -> Iterator[ast.AST]:
        for each in RULES:
            yield from each(part)

    yield from _by(node, rule)


def swapped_names(function: ast.FunctionDef) -> Iterator[tuple[int, ast.AST]]:
    """A parameter used in the place of another of its kind: `X_train` for `X_val`, `fan_in` for `fan_out`."""
    parameters = [argument.arg for argument in function.args.args]
    kinds: dict[str, list[str]] = {}
    for name in parameters:
        kinds.setdefault(name.split("_")[0], []).append(name)

    def rule(node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters:
            for other in kinds[node.id.split("_")[0]]:
                if other != node.id:
                    yield ast.Name(other, ast.Load())

    yield from _by(function, rule)


def _by(node: ast.AST, rule: Rule, line: int = 0) -> Iterator[tuple[int, ast.AST]]:
    line = getattr(node, "lineno", line)
    if _untouched(node):
        return
    for other in rule(node):
        yield line, other
    for name, value in ast.iter_fields(node):
        several = isinstance(value, list)
        for i, item in enumerate(value if several else [value]):
            if isinstance(item, ast.AST):
                for at, other in _by(item, rule, line):
                    yield at, _with(node, name, [*value[:i], other, *value[i + 1 :]] if several else other)


def _with(node: ast.AST, name: str, value: object) -> ast.AST:
    made = copy.copy(node)
    setattr(made, name, value)
    return made


def _untouched(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True
    docstring = (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    return docstring or isinstance(node, ast.Raise | ast.Import | ast.ImportFrom)


def _operators(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        for operator in ARITHMETIC.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        yield node.left
        yield node.right
    elif isinstance(node, ast.AugAssign):
        for operator in ARITHMETIC.get(type(node.op), ()):
            yield ast.AugAssign(node.target, operator(), node.value)
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield node.operand


def _conditions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.If):
        for always in (True, False):
            yield ast.If(ast.Constant(always), node.body, node.orelse)


def _constants(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Constant):
        return
    match node.value:
        case bool(value):
            yield ast.Constant(not value)
        case int(value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case float(value):
            yield ast.Constant(2 * value if value else 1.0)
            if value:
                yield ast.Constant(value / 2)
        case str(value):
            yield ast.Constant(value + "?")


def _calls(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Call):
        return
    yield from _other_functions(node)
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred) and name not in CONVERSIONS:
        yield node.args[0]
    if name not in SYMMETRIC:
        for i in range(name == "where", len(node.args) - 1):  # np.where(c, 1, 0) is what np.where(1, c, 0) is
            yield ast.Call(node.func, _exchanged(node.args, i), node.keywords)
    for i, keyword in enumerate(node.keywords):
        if keyword.arg != "strict":  # zip(…, strict=True) raises outside the contract only
            yield ast.Call(node.func, node.args, [*node.keywords[:i], *node.keywords[i + 1 :]])


def _other_functions(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Attribute):
        for name in FUNCTIONS.get(node.func.attr, ()):
            yield ast.Call(ast.Attribute(node.func.value, name, ast.Load()), node.args, node.keywords)
        if not node.args:
            yield node.func.value
    elif isinstance(node.func, ast.Name) and not _of_a_vector(node):
        for name in FUNCTIONS.get(node.func.id, ()):
            yield ast.Call(ast.parse(name, mode="eval").body, node.args, node.keywords)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Slice):
        for name in ("lower", "upper", "step"):
            if getattr(node, name) is not None:
                yield _with(node, name, None)
    elif isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load):
        for i in range(len(node.elts) - 1):
            yield type(node)(_exchanged(node.elts, i), node.ctx)


def _of_a_vector(node: ast.Call) -> bool:
    """`len(y)`: by the field's names a vector or a list, of which `np.size` is the length; matrices are X, Y and W."""
    return ast.unparse(node.func) == "len" and not ast.unparse(node.args[0])[:1].isupper()


def _part(value: ast.expr, index: str) -> ast.Subscript:
    found = ast.parse(f"_{index}", mode="eval").body
    assert isinstance(found, ast.Subscript)  # noqa: S101 - `index` is written in brackets
    return ast.Subscript(value, found.slice, ast.Load())


def _loops(node: ast.AST) -> Iterator[ast.AST]:
    """A round too few at either end, the last one twice, or the rounds in another order where they differ."""
    if isinstance(node, ast.For | ast.comprehension):
        alike = isinstance(node.target, ast.Name) and node.target.id == "_"
        listed = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        for part in ("[1:]", "[:-1]", *([] if alike else ["[::-1]"])):
            yield _with(node, "iter", _part(listed, part))
        yield _with(node, "iter", ast.BinOp(listed, ast.Add(), _part(listed, "[-1:]")))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.For | ast.If | ast.Break | ast.Continue):
        yield ast.Pass()
    if isinstance(node, ast.Break):
        yield ast.Continue()


def _exchanged(items: list[ast.expr], i: int) -> list[ast.expr]:
    return [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


RULES = (_operators, _conditions, _constants, _calls, _parts, _loops, _statements)
