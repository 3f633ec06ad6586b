"""The themes of sentences as one matrix, on which shares, distances, maps and trees of themes stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.annotate.theme_codes import code_themes
from analysis.measures.statistics.counts import analysed
from analysis.measures.statistics.groups import Groups, as_list, group_of
from analysis.measures.statistics.resampling import block_weights, resample
from analysis.schemas import Corpus, TableError

__all__ = ["ThemeMass", "sentence_themes", "theme_mass"]

Terms = pd.DataFrame | Mapping[str, Sequence[str]]


class ThemeMass(NamedTuple):
    """The themes of sentences as one matrix, duplicates left out.

    Attributes
    ----------
    sentences : DataFrame
        One row per sentence, sorted by (report_id, sentence_id): the columns of the sentences table and those of
        `sentence_themes`.
    themes : tuple of str
        The scheme, in its order.
    mass : ndarray of float64, shape (sentences, themes)
        Length of the sentence times its share of each theme: characters. Zero where the sentence is uncoded.
    groups : Groups
        Per sentence.
    report : ndarray of int
        Per sentence the row of its report in `reports`.
    reports : DataFrame
        The reports of the analysis, sorted by report_id.
    """

    sentences: pd.DataFrame
    themes: tuple[str, ...]
    mass: np.ndarray
    groups: Groups
    report: np.ndarray
    reports: pd.DataFrame

    @property
    def size(self) -> np.ndarray:
        """Return the length of each coded sentence, 0 for an uncoded one."""
        return self.mass.sum(axis=1)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the names of the groups."""
        return tuple(self.groups.labels())

    @property
    def table(self) -> np.ndarray:
        """Return the mass of each theme in each group, in characters."""
        return np.stack([self.mass[self.groups.code == at].sum(axis=0) for at in range(len(self.labels))])

    def spoken(self, group: int) -> np.ndarray:
        """Return the rows of the coded sentences of a group."""
        return np.flatnonzero((self.groups.code == group) & (self.size > 0))

    def blocks(self, group: int) -> tuple[np.ndarray, np.ndarray, str]:
        """Return what of a group is drawn and dealt: its reports, or the coded sentences where it is one report.

        Returns
        -------
        mass : ndarray, shape (blocks, themes)
        report : ndarray of int
            Row of `reports` of each block.
        unit : str
            "report" or "sentence".
        """
        rows = self.spoken(group)
        reports, which = np.unique(self.report[rows], return_inverse=True)
        if len(reports) < 2:
            return self.mass[rows], self.report[rows], "sentence"
        return np.stack([self.mass[rows[which == at]].sum(axis=0) for at in range(len(reports))]), reports, "report"

    def resampled(self, draws: int, seed: int) -> list[np.ndarray]:
        """Return for each group the mass of its themes in every draw of its blocks, shape (draws, themes)."""
        generators = np.random.SeedSequence(seed).generate_state(len(self.labels))
        drawn = []
        for at, own in enumerate(generators.tolist()):
            mass, _, _ = self.blocks(at)
            drawn.append(resample(block_weights(np.zeros(len(mass)), draws, own), mass))
        return drawn


def sentence_themes(corpus: Corpus, terms: Terms | None = None) -> pd.DataFrame:
    """Return the themes of each sentence: the table ``corpus.themes``, or as themes of your own code it.

    Parameters
    ----------
    corpus : Corpus
    terms : DataFrame or mapping, optional
        From `theme_terms`, or words by theme: ``{"生态": ["生态", "绿化"]}``. They are then the whole scheme.

    Returns
    -------
    DataFrame
        One row per sentence. **Columns**: report_id, sentence_id; length (int64, characters without white space,
        punctuation and masks); n_hits (int64); theme (str, the one it speaks of most; NA where uncoded); theme_share
        (float64); share_<theme> (float64, 0 to 1) for each theme.

    Raises
    ------
    TableError
        If a theme has no word.
    """
    return corpus.themes if terms is None else code_themes(corpus.sentences, _as_table(terms))


def _as_table(terms: Terms) -> pd.DataFrame:
    """Return themes of the researcher's as a table of terms."""
    if isinstance(terms, pd.DataFrame):
        return terms
    if not isinstance(terms, Mapping) or not terms:
        raise TableError(f"terms must map themes to words, such as {{'生态': ['绿化']}}; received {terms!r}.")
    rows = []
    for theme, words in terms.items():
        words = as_list(words, f"the words of {theme!r}", "['绿化']")
        if not words:
            raise TableError(f"the theme {theme!r} has no word; give one or leave it out.")
        rows += [{"theme_id": theme, "term": word, "weight": 1.0} for word in words]
    return pd.DataFrame(rows)


def theme_mass(
    corpus: Corpus, *, by: str | Sequence[str] | None = "report_id", terms: Terms | None = None
) -> ThemeMass:
    """Return the themes of all sentences as one matrix, and the group of each sentence.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by : str or list of str
        Columns of reports or sentences that make the groups.
    terms : DataFrame or mapping, optional
        As in `sentence_themes`.

    Raises
    ------
    TableError
        If a column is unknown or there is no sentence.
    """
    kept = analysed(corpus)
    coded = sentence_themes(corpus, terms)
    further = [name for name in coded.columns if name not in ("report_id", "sentence_id")]
    blocks = corpus.sentences.drop(columns=further, errors="ignore")
    blocks = blocks.merge(coded, on=["report_id", "sentence_id"], how="left", validate="one_to_one")
    blocks = blocks[blocks["report_id"].isin(kept["report_id"])]
    blocks = blocks.sort_values(["report_id", "sentence_id"]).reset_index(drop=True)
    if blocks.empty:
        raise TableError("no sentence is left to code. Look at reports['duplicate_of'] and at the sentences table.")
    report = kept.set_index("report_id").index.get_indexer(blocks["report_id"])
    named = [name for name in further if name.startswith("share_")]
    return ThemeMass(
        sentences=blocks,
        themes=tuple(name.removeprefix("share_") for name in named),
        mass=blocks[named].to_numpy(dtype=float) * blocks[["length"]].to_numpy(dtype=float),
        groups=group_of(by, kept, report, blocks),
        report=report,
        reports=kept,
    )
