"""How often words, slogans and themes are claimed to differ between groups of real reports dealt at random.

    python benchmarks/null_panels.py PANEL_FOLDER --cache DIR [--splits 20] [--what words slogans themes distances]

PANEL_FOLDER holds a folder of reports per panel (docs/methods-groups.md names those that were used). Whole reports are
dealt into two groups, equal and unequal; then every word that differs is a false finding.
"""

import argparse
import hashlib
import pickle
from pathlib import Path

import numpy as np

from analysis import keyness, read_corpus, slogan_contrast, theme_contrast, theme_divergence

SIDES = {"by": "side", "target": "one", "reference": "other"}
MEASURES = {
    "words": lambda corpus: keyness(corpus, **SIDES, stopwords=False),
    "slogans": lambda corpus: slogan_contrast(corpus, **SIDES),
    "themes": lambda corpus: theme_contrast(corpus, **SIDES),
    "distances": lambda corpus: theme_divergence(corpus.select(side=["one", "other"]), by="side", draws=999),
}


def corpus_of(folder: Path, cache: Path):
    key = cache / (hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16] + ".pickle")
    if not key.exists():
        key.write_bytes(pickle.dumps(read_corpus(folder)))
    return pickle.loads(key.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("panel", type=Path)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--what", nargs="+", choices=MEASURES, default=list(MEASURES))
    parser.add_argument("--cache", type=Path, required=True, help="folder for the read corpora")
    options = parser.parse_args()
    print("panel\tdesign\twhat\ttested\tshare of p <= .05\tmean with evidence\tsplits with any")
    for folder in sorted(path for path in options.panel.iterdir() if path.is_dir()):
        corpus = corpus_of(folder, options.cache)
        reports = corpus.reports
        reports = reports[reports["duplicate_of"].isna()]
        for name, small in (("half", len(reports) // 2), ("5 : 25", 5), ("10 : 50", 10)):
            large = len(reports) - small if name == "half" else 5 * small
            if small + large > len(reports):
                continue
            found = {what: ([], [], []) for what in options.what}
            for split in range(options.splits):
                order = np.random.default_rng(split).permutation(len(reports))
                group = np.full(len(reports), "neither", dtype=object)
                group[order[:small]] = "one"
                group[order[small : small + large]] = "other"
                side = dict(zip(reports["report_id"], group, strict=True))
                corpus.reports["side"] = corpus.reports["report_id"].map(side)
                for what, (shares, findings, tested) in found.items():
                    table = MEASURES[what](corpus)
                    p = table["p"].dropna()
                    shares.append(float((p <= 0.05).mean()))
                    findings.append(int(table["evidence"].sum()) if "evidence" in table else int((p <= 0.05).sum()))
                    tested.append(len(p))
            for what, (shares, findings, tested) in found.items():
                print(
                    f"{folder.name}\t{name}\t{what}\t{np.mean(tested):.0f}\t{np.mean(shares):.3f}\t"
                    f"{np.mean(findings):.2f}\t{sum(number > 0 for number in findings)} of {options.splits}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
