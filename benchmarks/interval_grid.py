"""Print every interval method on METHODS §1's grid, as the tables of docs/methods-intervals.md.

Run from the repository's root: ``python benchmarks/interval_grid.py`` (about two minutes on one core).
"""

import runpy
from pathlib import Path

import numpy as np
from scipy import special

from analysis.measures.statistics.intervals import rate_interval
from analysis.measures.statistics.resampling import block_weights, resample

HERE = Path(__file__).resolve()
SIMULATION = runpy.run_path(str(HERE.parents[1] / "tests" / "measures" / "test_interval_coverage.py"))
simulate, SENTENCES, EXPECTED = (SIMULATION[name] for name in ("simulate", "SENTENCES", "EXPECTED"))
BATCHES, REPLICATES, DRAWS, TAIL = 100, 100, 1000, 0.025


def rivals(counts, lengths, draws):
    """Return the limits of the methods that were tried and not taken, by name."""
    m, total = len(lengths), lengths.sum()
    n = counts.sum(axis=0)
    rate = n / total
    residual = counts - rate * lengths[:, None]
    relative = m / (m - 1) * (residual**2).sum(axis=0) / n**2
    t, z = special.stdtrit(m - 1, 1 - TAIL), special.ndtri(1 - TAIL)
    limits = {}

    effective = (z / t) ** 2 / relative
    limits["gamma, effective n"] = (
        rate * special.gammaincinv(effective, TAIL) / effective,
        rate * special.gammaincinv(effective + 1, 1 - TAIL) / effective,
    )
    floored = t * np.sqrt(np.maximum(relative, 1 / n))
    limits["log t, Poisson floor"] = (rate * np.exp(-floored), rate * np.exp(floored))
    without = (n - counts + 0.5) / (total - lengths[:, None])
    logs = np.log(without)
    spread = t * np.sqrt((m - 1) / m * ((logs - logs.mean(axis=0)) ** 2).sum(axis=0))
    limits["log t, jackknife"] = (rate * np.exp(-spread), rate * np.exp(spread))
    if not draws:
        return limits

    weights = block_weights(np.zeros(m), draws, seed=1)
    exposure = resample(weights, lengths)[:, None]
    drawn = resample(weights, counts) / exposure
    ordered = np.sort(drawn, axis=0)
    bias = special.ndtri(((drawn < rate).sum(axis=0) + 0.5 * (drawn == rate).sum(axis=0)) / draws)
    left = (n - counts) / (total - lengths[:, None])
    skew = left.mean(axis=0) - left
    acceleration = (skew**3).sum(axis=0) / (6 * (skew**2).sum(axis=0) ** 1.5)

    def corrected(quantile):
        share = special.ndtr(bias + (bias + quantile) / (1 - acceleration * (bias + quantile)))
        at = np.clip(np.nan_to_num(share) * draws, 0, draws - 1).astype(int)
        return ordered[at, np.arange(len(n))]

    limits["BCa"] = (corrected(-z), corrected(z))
    squares = resample(weights, counts**2) - 2 * drawn * resample(weights, counts * lengths[:, None])
    squares += drawn**2 * resample(weights, lengths**2)[:, None]
    error = np.sqrt(m / (m - 1) * np.maximum(squares, 0)) / exposure / drawn
    student = np.where(drawn > 0, (np.log(drawn) - np.log(rate)) / error, -np.inf)
    least, most = np.quantile(np.nan_to_num(student, nan=0.0), [TAIL, 1 - TAIL], axis=0, method="inverted_cdf")
    limits["bootstrap t on log"] = (
        rate * np.exp(-most * np.sqrt(relative)),
        rate * np.exp(-least * np.sqrt(relative)),
    )
    return limits


def coverage(sentences, expected, burst, draws=DRAWS):
    """Return per method: coverage where n >= 3, coverage over all, median width relative to the true rate."""
    rng = np.random.default_rng(20240102)
    hits, widths, shown = {}, {}, []
    for _ in range(BATCHES):
        counts, lengths, rate = simulate(rng, sentences, expected, burst, REPLICATES)
        shown.append(counts.sum(axis=0) >= 3)
        limits = {
            "**score**": rate_interval(counts, lengths),
        }
        limits |= rivals(counts, lengths, draws)
        for name, (low, high) in limits.items():
            hits.setdefault(name, []).append((low <= rate) & (rate <= high))
            widths.setdefault(name, []).append((high - low) / rate)
    shown = np.concatenate(shown)
    result = {}
    for name in hits:
        hit, width = np.concatenate(hits[name]), np.concatenate(widths[name])
        result[name] = (hit[shown].mean(), hit.mean(), np.nanmedian(width[shown]))
    return result


def table(title, cells):
    """Print one Markdown table per statistic: methods down, cells across."""
    for at, statistic in enumerate(("coverage where n ≥ 3", "coverage over all", "median width / true rate")):
        print(f"\n{title}: {statistic}\n")
        print("| method | " + " | ".join(cells) + " |")
        print("|---|" + "---:|" * len(cells))
        for name in next(iter(cells.values())):
            print(f"| {name} | " + " | ".join(f"{values[name][at]:.3f}" for values in cells.values()) + " |")


def main():
    """Print all tables."""
    grid = [(sentences, expected) for sentences in SENTENCES for expected in EXPECTED]
    with np.errstate(all="ignore"):
        for title, burst in (("Evenly spread (Poisson)", None), ("Bursty (negative binomial, k = .3)", 0.3)):
            table(title, {f"{m}, {e}": coverage(m, e, burst) for m, e in grid})
        hard = [(26, 8), (26, 60), (50, 20), (130, 8), (130, 60)]
        table("Beyond the grid: k = .1", {f"{m}, {e}": coverage(m, e, 0.1, draws=0) for m, e in hard})
        small = [(6, 8), (6, 20), (10, 8), (10, 20), (16, 20)]
        table("Few sentences, Poisson", {f"{m}, {e}": coverage(m, e, None, draws=0) for m, e in small})
        table("Few sentences, k = .3", {f"{m}, {e}": coverage(m, e, 0.3, draws=0) for m, e in small})


if __name__ == "__main__":
    main()
