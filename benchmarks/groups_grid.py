"""How often two groups of made-up reports are told apart: level, coverage and power, cell by cell.

python benchmarks/groups_grid.py      (a minute; prints the tables of docs/methods-groups.md)
"""

import numpy as np

from analysis.measures.statistics.contrast import contrast
from analysis.measures.statistics.intervals import rate_interval

TERMS, RUNS, MEAN = 150, 8, 4  # MEAN: expected occurrences of a term in 2,000 tokens
DESIGNS = [
    ("3 : 3", 3, 3, 2000, 2000),
    ("5 : 5", 5, 5, 2000, 2000),
    ("10 : 10", 10, 10, 2000, 2000),
    ("30 : 30", 30, 30, 2000, 2000),
    ("5 : 25", 5, 25, 2000, 2000),
    ("10 : 50", 10, 50, 2000, 2000),
    ("10 x 8,000 : 50 x 2,000", 10, 50, 8000, 2000),
    ("30 x 8,000 : 30 x 2,000", 30, 30, 8000, 2000),
]
SPREADS = [((0, 0), 0), ((0.5, 0.5), 0), ((1, 1), 0), ((1, 0.3), 0), ((0.3, 1), 0), ((0, 0), 0.3), ((0.5, 0.5), 0.3)]


def reports(generator, count, length, spread, burst, ratio=1.0):
    """Return occurrences of terms in reports: rates vary by `spread` (gamma), and come in bursts of shape `burst`."""
    mean = np.full((count, TERMS), ratio * MEAN * length / 2000)
    if spread:
        mean = mean * generator.gamma(1 / spread**2, spread**2, size=mean.shape)
    if burst:
        shape = burst * np.maximum(mean, 0.1)
        mean = mean * generator.gamma(shape, 1 / shape)
    return generator.poisson(mean)


def cell(design, spread, burst, ratio=1.0):
    """Return the share of p <= .05 and how often the interval of the first group's rate covers it."""
    _, one, other, length, beside = design
    small, covered = [], []
    for run in range(RUNS):
        generator = np.random.default_rng([run, one, other, int(100 * spread[0]), int(10 * burst)])
        first = reports(generator, one, length, spread[0], burst, ratio)
        second = reports(generator, other, beside, spread[1], burst)
        sizes = np.r_[np.full(one, length), np.full(other, beside)]
        found = contrast(np.vstack([first, second]), sizes, np.arange(one + other) < one, draws=1000, seed=run)
        small += (found.p <= 0.05).tolist()
        low, high = rate_interval(first, np.full(one, length))
        truth = ratio * MEAN / 2000
        known = ~np.isnan(low)
        covered += ((low <= truth) & (truth <= high))[known].tolist()
    return np.mean(small), np.mean(covered)


def main():
    """Print the tables."""
    heads = [f"{one}/{other}{' b' if burst else ''}" for (one, other), burst in SPREADS]
    tables = {"share of p <= .05, no difference": [], "coverage of the 95 % interval of the first group's rate": []}
    for design in DESIGNS:
        values = [cell(design, spread, burst) for spread, burst in SPREADS]
        for table, column in zip(tables.values(), zip(*values, strict=True), strict=True):
            table.append((design[0], column))
    for title, rows in tables.items():
        print(f"\n{title}\n\n| reports | {' | '.join(heads)} |\n|---|{'---:|' * len(heads)}")
        for name, column in rows:
            print(f"| {name} | {' | '.join(f'{value:.3f}' for value in column)} |")
    print("\npower: share of p <= .05 at a planted ratio\n\n| reports | 1.5, spread .5 | 2, spread .5 | 2, spread 1 |")
    print("|---|---:|---:|---:|")
    for design in DESIGNS:
        found = [
            cell(design, spread, 0, ratio)[0] for spread, ratio in (((0.5, 0.5), 1.5), ((0.5, 0.5), 2), ((1, 1), 2))
        ]
        print(f"| {design[0]} | {' | '.join(f'{value:.2f}' for value in found)} |")


if __name__ == "__main__":
    main()
