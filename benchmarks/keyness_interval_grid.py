"""Print the tables of docs/methods-keyness.md: intervals on METHODS §1's grid.

Run from the repository's root: ``python benchmarks/keyness_interval_grid.py`` (about two minutes on one core).
"""

import runpy
import sys
from pathlib import Path

import numpy as np
from scipy import special

from analysis.measures.statistics.resampling import block_weights, resample
from analysis.measures.terms.log_ratio import log_ratio, log_ratio_interval

HERE = Path(__file__).resolve()
SIMULATION = runpy.run_path(str(HERE.parents[1] / "tests" / "measures" / "test_interval_coverage.py"))
simulate, SENTENCES, EXPECTED = (SIMULATION[name] for name in ("simulate", "SENTENCES", "EXPECTED"))
DRAWS, TAIL, FEWEST = 1000, 0.025, 5


def linearised(target, reference):
    """Return log t limits with the variances of both rates added and Welch's degrees of freedom; 0 counts as 0.5."""
    middle, variance, parts = 0.0, 0.0, []
    for sign, (counts, sizes) in ((1, target), (-1, reference)):
        n, m = np.maximum(counts.sum(axis=0), 0.5), len(sizes)
        residual = counts - n / sizes.sum() * sizes[:, None]
        own = np.where(counts.sum(axis=0) > 0, m / (m - 1) * (residual**2).sum(axis=0) / n**2, 2.0)
        middle, variance = middle + sign * np.log(n / sizes.sum()), variance + own
        parts.append(own**2 / (m - 1))
    reach = special.stdtrit(variance**2 / sum(parts), 1 - TAIL) * np.sqrt(variance)
    return (middle - reach) / np.log(2), (middle + reach) / np.log(2)


def bootstrap(target, reference):
    """Return percentile limits of the redrawn log ratio, with 0.5 for a count of 0."""
    sums = []
    for seed, (counts, sizes) in enumerate((target, reference)):
        weights = block_weights(np.zeros(len(sizes)), DRAWS, seed=seed)
        sums.append((resample(weights, counts), resample(weights, sizes)[:, None]))
    ratio = log_ratio(sums[0][0], sums[1][0], sums[0][1], sums[1][1])
    ratio = np.where(np.isnan(ratio), 0.0, ratio)
    return np.quantile(ratio, [TAIL, 1 - TAIL], axis=0)


def coverage(sentences, expected, ratio, burst, batches, rivals=True):
    """Return per method: coverage where the two texts hold the term five times, median width in log2 units."""
    rng = np.random.default_rng(20240104)
    hits, widths, shown = {}, {}, []
    for _ in range(batches):
        a, sizes_a, _ = simulate(rng, sentences[0], expected, burst, 50)
        b, sizes_b, _ = simulate(rng, sentences[1], expected * sentences[1] / sentences[0] / 2**ratio, burst, 50)
        texts = (a, sizes_a, np.zeros(len(a))), (b, sizes_b, np.zeros(len(b)))
        shown.append(a.sum(axis=0) + b.sum(axis=0) >= FEWEST)
        limits = {"**score** (default)": log_ratio_interval(*texts)}
        if rivals:
            limits["linearised, Welch"] = linearised((a, sizes_a), (b, sizes_b))
            limits["bootstrap of the ratio"] = bootstrap((a, sizes_a), (b, sizes_b))
        for name, (low, high) in limits.items():
            hits.setdefault(name, []).append((low <= ratio) & (ratio <= high))
            widths.setdefault(name, []).append(high - low)
    shown = np.concatenate(shown)
    return {
        name: (np.concatenate(hits[name])[shown].mean(), np.median(np.concatenate(widths[name])[shown]))
        for name in hits
    }


def table(title, cells):
    """Print one Markdown table per statistic: methods down, cells across."""
    for at, statistic in enumerate(("coverage", "median width (log2)")):
        print(f"\n{title}: {statistic}\n")
        print("| method | " + " | ".join(cells) + " |")
        print("|---|" + "---:|" * len(cells))
        for name in next(iter(cells.values())):
            print(f"| {name} | " + " | ".join(f"{values[name][at]:.3f}" for values in cells.values()) + " |")


def main(batches=40):
    """Print all tables."""
    grid = [((m, m), expected) for m in SENTENCES for expected in EXPECTED]
    uneven = [((26, 350), 8), ((26, 350), 60), ((130, 260), 8), ((130, 260), 60)]
    with np.errstate(all="ignore"):
        for title, burst in (("Evenly spread (Poisson)", None), ("Bursty (negative binomial, k = .3)", 0.3)):
            for ratio in (0, 2):
                head = f"{title}, true log ratio {ratio}"
                table(head, {f"{m[0]}, {e}": coverage(m, e, ratio, burst, batches) for m, e in grid})
                table(
                    f"{head}, texts of unequal length",
                    {f"{m[0]}/{m[1]}, {e}": coverage(m, e, ratio, burst, batches) for m, e in uneven},
                )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
