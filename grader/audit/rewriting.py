"""Other ways to write the same program.  In: the tree of a reference.  Out: trees that mean the same.

Each way is a NodeTransformer that changes every place it fits, as a learner with another habit would have written it.
"""

import ast
import copy
from collections.abc import Mapping

HELPERS = ast.parse(
    """
def _matmul(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return np.einsum({(1, 1): "i,i->", (2, 1): "ij,j->i", (1, 2): "i,ij->j", (2, 2): "ij,jk->ik"}[a.ndim, b.ndim], a, b)

def _loops(a, b):
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        total = 0.0
        for i in range(len(a)):
            total = total + a[i] * b[i]
        return total
    if np.ndim(b) == 1:
        return np.array([_loops(row, b) for row in a])
    return np.array([[_loops(row, column) for column in np.transpose(b)] for row in a]).reshape(len(a), np.shape(b)[1])

def _lstsq(A, y, rcond=None):
    return np.linalg.pinv(A) @ y, None, None, None

def _svd(A, y, rcond=None):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    kept = s > 1e-12 * s[0]
    return Vt[kept].T @ ((U[:, kept].T @ y) / s[kept]), None, None, None

def _mean(x, axis=None, **how):
    return np.sum(x, axis=axis, **how) / (np.size(x) if axis is None else np.shape(x)[axis])

def _sum(x, axis=None, **how):
    if axis is None:
        return float(sum(np.ravel(x).tolist()))
    return np.add.reduce(np.asarray(x)[::-1] if axis == 0 else np.asarray(x), axis=axis, **how)
"""
).body
"""What a rewritten reference may call."""


class _Ways(ast.NodeTransformer):
    """What all ways have in common: an argument's default and a docstring stay."""

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        """Leave the parameters as they are."""
        return node


class OperandOrder(_Ways):
    """`b + a` for `a + b`, `b * a` for `a * b`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Exchange the operands of what commutes."""
        self.generic_visit(node)
        return ast.BinOp(node.right, node.op, node.left) if isinstance(node.op, ast.Add | ast.Mult) else node


class Comparisons(_Ways):
    """`b > a` for `a < b`."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Read the comparison from the right."""
        self.generic_visit(node)
        mirror: dict[type[ast.cmpop], type[ast.cmpop]] = {
            ast.Lt: ast.Gt,
            ast.Gt: ast.Lt,
            ast.LtE: ast.GtE,
            ast.GtE: ast.LtE,
            ast.Eq: ast.Eq,
            ast.NotEq: ast.NotEq,
        }
        other = mirror.get(type(node.ops[0])) if len(node.ops) == 1 else None
        return ast.Compare(node.comparators[0], [other()], [node.left]) if other else node


class Products(_Ways):
    """A function for `@`: `np.dot`, `np.einsum` or loops."""

    def __init__(self, function: str) -> None:
        self.function = ast.parse(function, mode="eval").body

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Call the function."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return ast.Call(copy.deepcopy(self.function), [node.left, node.right], [])


class Arithmetic(_Ways):
    """`a * (1 / b)` for `a / b`, `a + -b` for `a - b`, `a * a` for `a ** 2`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Write with other operators."""
        self.generic_visit(node)
        one = ast.Constant(1.0)
        match node.op, node.right:
            case ast.Div(), right:
                return ast.BinOp(node.left, ast.Mult(), ast.BinOp(one, ast.Div(), right))
            case ast.Pow(), ast.Constant(value=2):
                return ast.BinOp(node.left, ast.Mult(), copy.deepcopy(node.left))
            case ast.Sub(), right if not isinstance(right, ast.Constant):
                return ast.BinOp(node.left, ast.Add(), ast.UnaryOp(ast.USub(), right))
        return node


class Calls(_Ways):
    """Another function of the same meaning: `np.transpose(x)` for `x.T`, `_mean(x)` for `np.mean(x)`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Call it under its other name; a method gets its object as first argument."""
        self.generic_visit(node)
        text = ast.unparse(node.func)
        if text in self.names:
            return ast.Call(ast.parse(self.names[text], mode="eval").body, node.args, node.keywords)
        if isinstance(node.func, ast.Attribute) and f".{node.func.attr}" in self.names:
            function = ast.parse(self.names[f".{node.func.attr}"], mode="eval").body
            return ast.Call(function, [node.func.value, *node.args], node.keywords)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """`.T` is an attribute and becomes a call too."""
        self.generic_visit(node)
        if node.attr == "T" and ".T" in self.names:
            return ast.Call(ast.parse(self.names[".T"], mode="eval").body, [node.value], [])
        return node


class Renamed(ast.NodeTransformer):
    """Every variable and parameter has another name, but for parameters with a default, which go by name."""

    def __init__(self, module: ast.Module) -> None:
        self.kept = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        self.names: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Find the function's own names first."""
        parameters = [argument.arg for argument in node.args.args]
        named = set(parameters[len(parameters) - len(node.args.defaults) :])
        stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self.names = (set(parameters) | stored) - named - self.kept
        for argument in node.args.args:
            argument.arg = self._of(argument.arg)
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename where it is one of them."""
        return ast.Name(self._of(node.id), node.ctx)

    def _of(self, name: str) -> str:
        return f"my_{name}" if name in self.names else name


class MoreParameters(ast.NodeTransformer):
    """Every function takes a further parameter with a default."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Add it at the end."""
        node.args.args.append(ast.arg("verbose"))
        node.args.defaults.append(ast.Constant(value=False))
        return node


def ways(module: ast.Module) -> dict[str, ast.Module]:
    """The module written in other ways, by what they are called; a way that changes nothing is left out."""
    made = {
        "operands the other way round": OperandOrder(),
        "comparisons the other way round": Comparisons(),
        "np.dot for @": Products("np.dot"),
        "np.einsum for @": Products("_matmul"),
        "loops for @": Products("_loops"),
        "other arithmetic": Arithmetic(),
        "means and sums by loops": Calls({"np.mean": "_mean", "np.sum": "_sum", ".sum": "_sum", ".mean": "_mean"}),
        "the pseudo-inverse": Calls({"np.linalg.lstsq": "_lstsq"}),
        "the singular value decomposition": Calls({"np.linalg.lstsq": "_svd"}),
        "np.transpose for .T": Calls({".T": "np.transpose"}),
        "variables renamed": Renamed(module),
        "a further parameter": MoreParameters(),
    }
    original = ast.unparse(module)
    rewritten = {}
    for name, way in made.items():
        tree = way.visit(copy.deepcopy(module))
        if ast.unparse(tree) != original:
            rewritten[name] = ast.fix_missing_locations(ast.Module(_after_imports(tree.body), []))
    return rewritten


def _after_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    at = next(i for i, node in enumerate(body) if isinstance(node, ast.FunctionDef))
    return [*body[:at], *copy.deepcopy(HELPERS), *body[at:]]
