"""Time and memory of finding duplicates among made-up sketches.

    python benchmarks/duplicates_at_scale.py REPORTS HASHES [SHARE OF PHRASES] [NUMBER OF PHRASES]

A share of a report's hashes (0.6) are phrases that many reports use, whose frequency falls with their rank as that of
words does; the others are its own. Every tenth report has one to four versions of it: cut, with an advert, or both; one
report has five hundred.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd

from analysis.corpus.duplicates.find import find_duplicates, mark_duplicates


def made(n_reports: int, n_hashes: int, share: float, n_phrases: int) -> tuple[dict[str, np.ndarray], list[int]]:
    """Return sketches and for each the number of the report that it is a version of."""
    generator = np.random.default_rng(1)
    phrases = generator.integers(0, 2**64, n_phrases, dtype=np.uint64)
    sketches, families = [], []
    while len(sketches) < n_reports:
        ranks = np.exp(generator.random(int(share * n_hashes)) * np.log(n_phrases)).astype(int) - 1
        own = generator.integers(0, 2**64, n_hashes - len(ranks), dtype=np.uint64)
        whole = np.unique(np.concatenate([phrases[ranks], own]))
        sketches.append(whole)
        families.append(families[-1] + 1 if families else 0)
        versions = 500 if len(families) == 1 else int(generator.integers(1, 5)) if generator.random() < 0.1 else 0
        for _ in range(versions):
            kept = whole[generator.random(len(whole)) < generator.uniform(0.4, 1)]
            advert = generator.integers(0, 2**64, int(generator.integers(0, max(1, len(kept) // 8))), dtype=np.uint64)
            sketches.append(np.unique(np.concatenate([kept, advert])))
            families.append(families[-1])
    return {f"{at:06}": one for at, one in enumerate(sketches[:n_reports])}, families[:n_reports]


def main() -> None:
    """Print what was found, in what time and with how much memory."""
    said = [*sys.argv[1:], *("50000", "600", "0.6", "3000000")[len(sys.argv) - 1 :]]
    n_reports, n_hashes = int(said[0]), int(said[1])
    sketches, families = made(n_reports, n_hashes, float(said[2]), int(said[3]))
    reports = pd.DataFrame({"report_id": list(sketches), "path": list(sketches), "script": "simplified"})
    reports = reports.assign(township=None, county=None, year_stated=None, genre=None, n_masks=0, completeness="full")
    reports = reports.assign(visible_chars=[len(one) * 5 for one in sketches.values()], duplicate_of=None)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    found = find_duplicates(reports, sketches, {name: name for name in sketches})
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    marked = mark_duplicates(reports, found).dropna(subset="duplicate_of")
    family = dict(zip(sketches, families, strict=True))
    right = (marked["report_id"].map(family) == marked["duplicate_of"].map(family)).sum()
    print(f"{n_reports} reports x {n_hashes} hashes: {seconds:.0f} s, peak {peak:.0f} MB ({before:.0f} MB before)")
    print(f"pairs {found['relation'].value_counts().to_dict()}")
    print(f"out {len(marked)}, of them rightly {right}, of {n_reports - len(set(families))}")


if __name__ == "__main__":
    main()
