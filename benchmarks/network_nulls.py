"""Print how the nulls of the backbone fare where the truth is known, as the tables of docs/methods-networks.md.

Run from the repository's root: ``python benchmarks/network_nulls.py`` (about two minutes on one core).
"""

import runpy
from pathlib import Path

import numpy as np
from scipy import sparse

from analysis.measures.slogans.backbone import adjusted_p
from analysis.measures.slogans.nulls import fixed_degree_tails, hypergeometric_tails

HERE = Path(__file__).resolve()
SIMULATION = runpy.run_path(str(HERE.parents[1] / "tests" / "measures" / "test_backbone_errors.py"))
errors, random_text, with_planted_pairs = (SIMULATION[name] for name in ("errors", "random_text", "with_planted_pairs"))
TEXTS = 60


def bicm_p(held):
    """Return the p of all pairs under the bipartite configuration model, margins fixed on average.

    Saracco et al. 2015, 2017: chances x y / (1 + x y); the count of shared sentences is Poisson binomial.
    """
    rich, often = held.sum(axis=1).astype(float), held.sum(axis=0).astype(float)
    x, y = rich / np.sqrt(held.sum()), often / np.sqrt(held.sum())
    for _ in range(2000):
        before = x
        x = rich / (y / (1 + np.outer(x, y))).sum(axis=1)
        y = often / (x[:, None] / (1 + np.outer(x, y))).sum(axis=0)
        if np.abs(x - before).max() < 1e-10:
            break
    chance = np.outer(x, y) / (1 + np.outer(x, y))
    source, target = np.triu_indices(held.shape[1], 1)
    n = (held[:, source] & held[:, target]).sum(axis=0)
    pmf = np.zeros((n.max() + 1, len(n)))
    pmf[0] = 1
    for both in chance[:, source] * chance[:, target]:
        pmf[1:] = pmf[1:] * (1 - both) + pmf[:-1] * both
        pmf[0] *= 1 - both
    below = np.vstack([np.zeros(len(n)), np.cumsum(pmf, axis=0)])
    return np.clip(1 - below[n, np.arange(len(n))], 0, 1)


def bicm_errors(texts, **setting):
    any_false, found = [], []
    for number in range(texts):
        rng = np.random.default_rng(number)
        held = random_text(rng, **setting)
        p = bicm_p(held)
        any_false.append((adjusted_p(p, len(p), "bh") <= 0.05).any())
        planted, pairs = with_planted_pairs(held, rng)
        p = bicm_p(planted)
        ends = zip(*np.triu_indices(planted.shape[1], 1), strict=True)
        true = np.array([(int(a), int(b)) in pairs for a, b in ends])
        found.append((adjusted_p(p, len(p), "bh") <= 0.05)[true].mean())
    return np.mean(any_false), np.mean(found)


def swapped(held, chains, tries, rng):
    """Return `chains` random 0–1 tables with the margins of `held`, each by `tries` swaps of two ones."""
    tables = np.repeat(held[None], chains, axis=0)
    ones = np.repeat(np.argwhere(held)[None], chains, axis=0)
    chain = np.arange(chains)
    for _ in range(tries):
        a, b = rng.integers(ones.shape[1], size=(2, chains))
        (row_a, column_a), (row_b, column_b) = ones[chain, a].T, ones[chain, b].T
        free = ~tables[chain, row_a, column_b] & ~tables[chain, row_b, column_a]
        here = chain[free]
        row_a, row_b, column_a, column_b = (v[free] for v in (row_a, row_b, column_a, column_b))
        tables[here, row_a, column_a] = tables[here, row_b, column_b] = False
        tables[here, row_a, column_b] = tables[here, row_b, column_a] = True
        ones[here, a[free], 1], ones[here, b[free], 1] = column_b, column_a
    return tables


def local_formulae(texts=30, reports=5, sentences=80, slogans=60):
    """Print how often a corpus of reports, half of whose slogans are local to one of them, shows a false edge."""
    print("\n| null | correction | corpora with a false edge |\n|---|---|---:|")
    rules = [("fixed_degree", True), ("fixed_degree", False), ("hypergeometric", False)]
    found = {rule: [] for rule in rules}
    home = np.repeat(np.arange(reports), sentences)
    for number in range(texts):
        rng = np.random.default_rng(number)
        rich = rng.gamma(1.0, 1.0, len(home))
        chance = np.outer(rich, 0.8 * np.linspace(2, 0.2, slogans) / slogans)
        local = np.where(rng.random(slogans) < 0.5, rng.integers(reports, size=slogans), -1)
        chance *= np.where(local < 0, 1.0, np.where(local == home[:, None], reports, 0))
        held = rng.random(chance.shape) < np.minimum(chance, 0.8)
        held = held[:, held.sum(axis=0) >= 2]
        source, target = np.triu_indices(held.shape[1], 1)
        n, often = (held[:, source] & held[:, target]).sum(axis=0), held.sum(axis=0)
        for null, within in rules:
            if null == "hypergeometric":
                tails = hypergeometric_tails(often[source], often[target], len(held))
            else:
                table = sparse.csr_array(held.astype(float))
                tails = fixed_degree_tails(table, source, target, home if within else None)
            p = tails.at(n)
            found[null, within].append(
                [
                    (adjusted_p(p, len(p), c, tails if c == "bh_discrete" else None) <= 0.05).any()
                    for c in ("bh_discrete", "bh")
                ]
            )
    for (null, within), rows in found.items():
        name = null + (", within reports" if within else ", over the corpus")
        for correction, share in zip(("bh_discrete", "bh"), np.mean(rows, axis=0), strict=True):
            print(f"| {name} | {correction} | {share:.3f} |")


def closed_form_against_swaps(chains=20_000):
    """Print the ratio of closed-form p to the share of swapped tables, over pairs and counts."""
    print("\n| evenness | n at least | cells | fixed_degree / swaps | 5 % | 95 % | hypergeometric / swaps |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for evenness in (0.4, 1.0, 3.0):
        rng = np.random.default_rng(7)
        held = random_text(rng, evenness=evenness)[:60, :25]
        held = held[:, held.sum(axis=0) > 0]
        tables = swapped(held, chains, 15 * int(held.sum()), rng)
        source, target = np.triu_indices(held.shape[1], 1)
        shared = np.stack(
            [(tables[:, :, a] & tables[:, :, b]).sum(axis=1) for a, b in zip(source, target, strict=True)], axis=1
        )
        often = held.sum(axis=0)
        fixed = fixed_degree_tails(sparse.csr_array(held.astype(float)), source, target)
        hyper = hypergeometric_tails(often[source], often[target], len(held))
        for n in (1, 2, 3):
            possible = np.minimum(often[source], often[target]) >= n
            seen = (shared >= n).mean(axis=0)
            cells = possible & (seen > 0.005)
            if cells.sum() < 5:
                continue
            at = np.where(possible, n, 0)
            ratio, plain = fixed.at(at)[cells] / seen[cells], hyper.at(at)[cells] / seen[cells]
            low, middle, high = np.quantile(ratio, [0.05, 0.5, 0.95])
            print(
                f"| {evenness} | {n} | {cells.sum()} | {middle:.3f} | {low:.3f} | {high:.3f} | {np.median(plain):.3f} |"
            )


def main():
    print("| evenness | null | correction | slogans | any false | planted found | false of kept |")
    print("|---:|---|---|---:|---:|---:|---:|")
    for evenness in (0.4, 1.0, 3.0, 50.0):
        for null in ("fixed_degree", "hypergeometric"):
            for correction in ("bh_discrete", "bh"):
                found = errors(TEXTS, evenness=evenness, null=null, correction=correction)
                any_false, _, planted, of_kept, slogans = (f"{value:.3f}" for value in found)
                size = slogans.split(".")[0]
                print(
                    f"| {evenness} | {null} | {correction} | {size} | {any_false} | {planted} | {of_kept} |", flush=True
                )
        any_false, planted = bicm_errors(TEXTS // 2, evenness=evenness)
        print(f"| {evenness} | BiCM | bh | | {any_false:.3f} | {planted:.3f} | |", flush=True)
    local_formulae()
    closed_form_against_swaps()


if __name__ == "__main__":
    main()
