# right: no NumPy at all, loops over lists, Gauss-Jordan elimination with free unknowns set to zero, lists as answers
import csv


def predict(X, w, b):
    answer = []
    for row in X:
        total = float(b)
        for value, weight in zip(row, w):
            total += float(value) * float(weight)
        answer.append(total)
    return answer


def squared_loss(y_hat, y):
    total = 0.0
    n = 0
    for guess, truth in zip(y_hat, y):
        total += (float(guess) - float(truth)) ** 2
        n += 1
    return total / (2 * n)


def loss_gradient(X, y, w, b):
    n = len(y)
    grad_w = [0.0] * len(w)
    grad_b = 0.0
    for row, guess, truth in zip(X, predict(X, w, b), y):
        error = (guess - float(truth)) / n
        grad_b += error
        for j in range(len(grad_w)):
            grad_w[j] += error * float(row[j])
    return grad_w, grad_b


def eliminate(A, rhs):
    """Solve the symmetric system A t = rhs; an unknown without a pivot stays 0."""
    size = len(A)
    M = [list(A[i]) + [rhs[i]] for i in range(size)]
    biggest = max(abs(A[i][j]) for i in range(size) for j in range(size))
    pivots = []
    row = 0
    for col in range(size):
        best = max(range(row, size), key=lambda r: abs(M[r][col]))
        if abs(M[best][col]) <= 1e-11 * biggest:
            continue
        M[row], M[best] = M[best], M[row]
        p = M[row][col]
        M[row] = [v / p for v in M[row]]
        for r in range(size):
            if r != row and M[r][col] != 0.0:
                factor = M[r][col]
                M[r] = [a - factor * c for a, c in zip(M[r], M[row])]
        pivots.append(col)
        row += 1
        if row == size:
            break
    t = [0.0] * size
    for r, col in enumerate(pivots):
        t[col] = M[r][size]
    return t


def fit_closed_form(X, y):
    # centring keeps the numbers in the system small
    rows = [[float(v) for v in row] for row in X]
    target = [float(v) for v in y]
    n, d = len(rows), len(rows[0])
    centre = [sum(row[j] for row in rows) / n for j in range(d)]
    middle = sum(target) / n
    Z = [[row[j] - centre[j] for j in range(d)] for row in rows]
    t = [v - middle for v in target]
    if not any(any(row) for row in Z):
        return [0.0] * d, middle
    A = [[sum(z[i] * z[j] for z in Z) for j in range(d)] for i in range(d)]
    rhs = [sum(z[i] * v for z, v in zip(Z, t)) for i in range(d)]
    w = eliminate(A, rhs)
    # one round of refinement with what is left over
    rest = [v - sum(a * c for a, c in zip(z, w)) for z, v in zip(Z, t)]
    more = eliminate(A, [sum(z[i] * v for z, v in zip(Z, rest)) for i in range(d)])
    w = [a + c for a, c in zip(w, more)]
    return w, middle - sum(a * c for a, c in zip(w, centre))


def house_price(living_area_sqft, age_years):
    X, y = [], []
    with open("saratoga_houses.csv", newline="") as file:
        for record in csv.DictReader(file):
            X.append([float(record["living_area_sqft"]), float(record["age_years"])])
            y.append(float(record["price_usd"]))
    w, b = fit_closed_form(X, y)
    try:
        pairs = list(zip(living_area_sqft, age_years))
    except TypeError:
        return w[0] * living_area_sqft + w[1] * age_years + b
    return [w[0] * float(area) + w[1] * float(age) + b for area, age in pairs]
