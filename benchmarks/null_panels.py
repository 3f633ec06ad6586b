"""How often words are claimed to differ between groups of real reports that were dealt at random.

    python benchmarks/null_panels.py PANEL_FOLDER [--splits 20]

PANEL_FOLDER holds a folder of reports per panel (docs/methods-groups.md names those that were used). Whole reports are
dealt into two groups, equal and unequal; then every word that differs is a false finding.
"""

import argparse
import hashlib
import pickle
from pathlib import Path

import numpy as np

from analysis import keyness, read_corpus


def corpus_of(folder: Path, cache: Path):
    key = cache / (hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16] + ".pickle")
    if not key.exists():
        key.write_bytes(pickle.dumps(read_corpus(folder)))
    return pickle.loads(key.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("panel", type=Path)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--cache", type=Path, required=True, help="folder for the read corpora")
    options = parser.parse_args()
    print("panel\tdesign\tsplits\twords\tshare of p <= .05\tmean words with evidence\tsplits with any")
    for folder in sorted(path for path in options.panel.iterdir() if path.is_dir()):
        corpus = corpus_of(folder, options.cache)
        reports = corpus.reports
        reports = reports[reports["duplicate_of"].isna()]
        for name, small in (("half", len(reports) // 2), ("5 : 25", 5), ("10 : 50", 10)):
            large = len(reports) - small if name == "half" else 5 * small
            if small + large > len(reports):
                continue
            shares, findings, words = [], [], []
            for split in range(options.splits):
                order = np.random.default_rng(split).permutation(len(reports))
                group = np.full(len(reports), "neither", dtype=object)
                group[order[:small]] = "one"
                group[order[small : small + large]] = "other"
                side = dict(zip(reports["report_id"], group, strict=True))
                corpus.reports["side"] = corpus.reports["report_id"].map(side)
                table = keyness(corpus, by="side", target="one", reference="other", stopwords=False)
                shares.append(float((table["p"] <= 0.05).mean()))
                findings.append(int(table["evidence"].sum()))
                words.append(len(table))
            print(
                f"{folder.name}\t{name}\t{options.splits}\t{np.mean(words):.0f}\t{np.mean(shares):.3f}\t"
                f"{np.mean(findings):.2f}\t{sum(found > 0 for found in findings)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
