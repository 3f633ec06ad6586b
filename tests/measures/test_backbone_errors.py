"""The backbone tried where the truth is known: false edges on random texts, planted pairs found."""

import numpy as np
import pytest
from scipy import sparse

from analysis.measures.slogans.backbone import adjusted_p
from analysis.measures.slogans.nulls import fixed_degree_tails, hypergeometric_tails

SENTENCES, SLOGANS, PLANTED = 120, 75, 3


def random_text(rng, evenness=1.0, richness=1.6):
    """Return sentences by slogans, 0 and 1: unequally rich sentences, unequally frequent slogans, else by chance.

    Sentence and slogan effects multiply; sentences' are gamma with coefficient of variation 1/√evenness. Slogans in
    one sentence only are left out, as in `slogan_network`.
    """
    rich = rng.gamma(evenness, 1 / evenness, SENTENCES)
    often = 1 / np.arange(1, SLOGANS + 1) ** rng.uniform(0.4, 0.8)
    chance = np.outer(rich, often * richness / often.sum())
    held = rng.random(chance.shape) < np.minimum(chance, 0.8)
    return held[:, held.sum(axis=0) >= 2]


def with_planted_pairs(held, rng):
    """Return `held` with pairs of slogans of frequency 8 to 12 that share 6 or 7 sentences, and these pairs."""
    held, pairs = held.copy(), set()
    columns = rng.choice(held.shape[1], 2 * PLANTED, replace=False)
    for first, second in columns.reshape(-1, 2):
        (f_x, f_y), both = rng.integers(8, 13, size=2), rng.integers(6, 8)
        chosen = rng.choice(SENTENCES, f_x + f_y - both, replace=False)
        held[:, [first, second]] = False
        held[chosen[:f_x], first] = True
        held[chosen[f_x - both :], second] = True
        pairs.add((min(first, second), max(first, second)))
    return held, pairs


def decisions(held, correction="bh_discrete", null="fixed_degree"):
    """Return all pairs and which are kept at α = .05."""
    source, target = np.triu_indices(held.shape[1], 1)
    often = held.sum(axis=0)
    if null == "fixed_degree":
        tails = fixed_degree_tails(sparse.csr_array(held.astype(float)), source, target)
    else:
        tails = hypergeometric_tails(often[source], often[target], len(held))
    p = tails.at((held[:, source] & held[:, target]).sum(axis=0))
    tails = tails if correction == "bh_discrete" else None
    return source, target, adjusted_p(p, len(p), correction, tails) <= 0.05


def errors(texts, **setting):
    """Return shares over random texts: of texts with a false edge, of tested pairs; and of texts with planted pairs:
    of the planted found, of the kept that are false (mean over texts); and the mean number of slogans."""
    any_false, of_tested, found, of_kept, slogans = [], [], [], [], []
    for number in range(texts):
        rng = np.random.default_rng(number)
        held = random_text(rng, **{name: setting[name] for name in ("evenness", "richness") if name in setting})
        rule = {name: setting[name] for name in ("correction", "null") if name in setting}
        kept = decisions(held, **rule)[2]
        any_false.append(kept.any())
        of_tested.append(kept.mean())
        planted, pairs = with_planted_pairs(held, rng)
        source, target, kept = decisions(planted, **rule)
        true = np.array([pair in pairs for pair in zip(source.tolist(), target.tolist(), strict=True)])
        found.append(kept[true].mean())
        of_kept.append((kept & ~true).sum() / max(kept.sum(), 1))
        slogans.append(held.shape[1])
    return [float(np.mean(values)) for values in (any_false, of_tested, found, of_kept, slogans)]


@pytest.mark.slow
@pytest.mark.parametrize("evenness", [1.0, 3.0])
def test_default_backbone_keeps_its_level_and_finds_planted_pairs(evenness):
    any_false, of_tested, found, of_kept, slogans = errors(40, evenness=evenness)
    print(
        f"\nevenness {evenness}: {slogans:.0f} slogans; random texts with a false edge {any_false:.3f}, false edges of "
        f"tested pairs {of_tested:.5f}; planted pairs found {found:.3f}, false of kept edges {of_kept:.3f}"
    )
    assert 40 <= slogans <= 60
    assert any_false <= 0.06
    assert of_tested <= 0.06
    assert found >= 0.8
    assert of_kept <= 0.06
