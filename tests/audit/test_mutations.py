"""Changes of a program: one at a time, each of its kind there, and none where no check may look."""

import ast

import pytest

from grader.audit import mutations


def changed(text: str) -> set[str]:
    function = ast.parse(f"def f(X_train, X_val, y, n):\n    {text}").body[0]
    assert isinstance(function, ast.FunctionDef)
    trees = [*mutations.altered(function), *mutations.swapped_names(function)]
    return {"; ".join(line.strip() for line in ast.unparse(tree).splitlines()[1:]) for _, tree in trees}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("return y + n", {"return y - n", "return y", "return n"}),
        ("return y @ n", {"return y * n"}),
        ("return y < n", {"return y <= n", "return y >= n"}),
        ("return -y", {"return y"}),
        ("return not y", {"return y"}),
        ("return 3", {"return 4", "return 2"}),
        ("return 0.5", {"return 1.0", "return 0.25"}),
        ("return True", {"return False"}),
        ("return y and n", {"return y or n", "return y", "return n"}),
        ("return y if n else 0", {"return y", "return 0"}),
        ("return np.mean(y, axis=0)", {"return np.sum(y, axis=0)", "return np.mean(y)", "return np.mean(y, axis=1)"}),
        ("return np.sqrt(y)", {"return y"}),
        ("return y.copy()", {"return y"}),
        ("return y.T", {"return y"}),
        ("return y[1:]", {"return y[:]", "return y[2:]", "return y[0:]"}),
        ("return g(y, n)", {"return g(n, y)"}),
        ("return y, n", {"return (n, y)"}),
        ("return X_train - n", {"return X_val - n"}),
        ("y = n", {"pass"}),
        ("y += n", {"pass", "y -= n"}),
        ("for i in y: g(i)", {"for i in list(y)[1:]:; g(i)", "for i in list(y)[::-1]:; g(i)"}),
        ("for _ in y: g(n)", {"for _ in list(y)[:-1]:; g(n)"}),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_made(text: str, becomes: set[str]) -> None:
    assert becomes <= changed(text)


@pytest.mark.parametrize(
    "text",
    [
        '"""y + n."""',
        "raise ValueError(y + n)",
        "return zip(y, n, strict=True)[0:0] if False else np.maximum(y, n)",
    ],
)
def test_no_change_is_made_where_no_claim_may_look(text: str) -> None:
    for other in changed(text):
        assert "y - n" not in other
        assert "strict=False" not in other
        assert "maximum(n, y)" not in other


def test_every_change_says_its_line() -> None:
    function = ast.parse("def f(y):\n    y = y + 1\n    return y * 2\n").body[0]
    lines = {(line, ast.unparse(tree)) for line, tree in mutations.altered(function)}
    assert {line for line, text in lines if "y - 1" in text} == {2}
    assert {line for line, text in lines if "y / 2" in text} == {3}


def test_the_program_itself_is_never_changed() -> None:
    function = ast.parse(
        "def f(y):\n    for i in y[1:]:\n        y = y + 1 if i > 0 else y\n    return np.sum(y, axis=0)"
    ).body[0]
    before = ast.dump(function)
    list(mutations.altered(function))
    assert ast.dump(function) == before
