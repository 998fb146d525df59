# wrong: loss_gradient | grad_b is summed, not averaged
from fractions import Fraction
from pathlib import Path


def exact(values):
    return [Fraction(float(v)) for v in values]


def predict(X, w, b):
    w, b = exact(w), Fraction(float(b))
    return tuple(float(sum((x * v for x, v in zip(exact(row), w)), b)) for row in X)


def squared_loss(y_hat, y):
    squares = [(p - t) ** 2 for p, t in zip(exact(y_hat), exact(y))]
    return float(sum(squares) / (2 * len(squares)))


def loss_gradient(X, y, w, b):
    rows, target, w, b = [exact(r) for r in X], exact(y), exact(w), Fraction(float(b))
    errors = [sum((x * v for x, v in zip(r, w)), b) - t for r, t in zip(rows, target)]
    n = len(errors)
    return [float(sum(e * x for e, x in zip(errors, col)) / n) for col in zip(*rows)], float(sum(errors))


def solve_exactly(A, rhs):
    """Row echelon form; rows that vanish are left out, unknowns without a pivot are 0."""
    rows = [row + [r] for row, r in zip(A, rhs)]
    size = len(A)
    found = []
    for col in range(size):
        pick = next((r for r in rows if r[col] != 0), None)
        if pick is None:
            continue
        rows.remove(pick)
        pick = [v / pick[col] for v in pick]
        rows = [[v - r[col] * p for v, p in zip(r, pick)] for r in rows]
        found.append((col, pick))
    answer = [Fraction(0)] * size
    for col, row in reversed(found):
        answer[col] = row[size] - sum(row[k] * answer[k] for k in range(col + 1, size))
    return answer


def fit_closed_form(X, y):
    design = [exact(row) + [Fraction(1)] for row in X]
    target = exact(y)
    size = len(design[0])
    A = [[sum(r[i] * r[j] for r in design) for j in range(size)] for i in range(size)]
    rhs = [sum(r[i] * t for r, t in zip(design, target)) for i in range(size)]
    *w, b = map(float, solve_exactly(A, rhs))
    return w, b


_fit = []


def house_price(living_area_sqft, age_years):
    if not _fit:
        lines = Path("saratoga_houses.csv").read_text().split()[1:]
        table = [[float(cell) for cell in line.split(",")] for line in lines]
        _fit.append(fit_closed_form([row[:2] for row in table], [row[2] for row in table]))
    (per_sqft, per_year), base = _fit[0]
    return base + per_sqft * living_area_sqft + per_year * age_years
