"""The themes of each sentence: its share of every theme, and the one theme it speaks of most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.annotate.themes import ThemeIndex, comparable
from analysis.lexicons.themes import theme_terms

__all__ = ["code_themes"]


def code_themes(sentences: pd.DataFrame, terms: pd.DataFrame | None = None) -> pd.DataFrame:
    """Code each sentence: its share of every theme, and the one theme it speaks of most.

    The share of a theme is the weight of its hits over the weight of all hits of the sentence. A sentence without a hit
    is uncoded, and so is the title: its shares are 0 and its theme NA, and nothing is spread over it.

    Parameters
    ----------
    sentences : DataFrame
        Table of a corpus. Its columns kind (titles) and section (ties) are used where it has them.
    terms : DataFrame, optional
        From `theme_terms`; the package's if not given.

    Returns
    -------
    pandas.DataFrame
        One row per sentence in the order given. **Columns**: report_id, sentence_id; length (int64, characters without
        white space, punctuation and masks); n_hits (int64); theme (str; NA where uncoded; ties of weight go to the
        theme that the nearest heading speaks of, then to that of the longer hits, then to the one named first);
        theme_share (float64, the share of that theme; NaN where uncoded); share_<id> (float64, 0 to 1) for each theme.

    Examples
    --------
    >>> texts = ["种粮补贴和小学教育、教师队伍。", "谢谢！"]
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": [0, 1], "text": texts})
    >>> coded = code_themes(sentences)
    >>> coded[["length", "n_hits", "theme", "theme_share"]].round(2).values.tolist()
    [[13, 4, 'education', 0.75], [2, 0, nan, nan]]
    """
    index = ThemeIndex(theme_terms() if terms is None else terms)
    place = {theme: at for at, theme in enumerate(index.scheme)}
    shares = np.zeros((len(sentences), len(place)))
    lengths, hits, best = [], [], []
    kinds, sections = (
        sentences[name].fillna("").tolist() if name in sentences.columns else [""] * len(sentences)
        for name in ("kind", "section")
    )
    headings = _Headings(index)
    for row, (text, kind, section) in enumerate(zip(sentences["text"], kinds, sections, strict=True)):
        plain = comparable(text).text
        # a title names the document: 政府工作报告 speaks of no theme
        found = [] if kind == "title" else index.find(plain)
        lengths.append(sum(map(str.isalnum, plain)))
        hits.append(len(found))
        told: dict[str, list[float]] = {}
        for start, end, held in found:
            for of in held:
                theme = told.setdefault(index.themes[of], [0.0, 0.0, -start])
                theme[0] += index.weights[of]
                theme[1] += index.weights[of] * (end - start)
        for theme, (weight, _, _) in told.items():
            shares[row, place[theme]] = weight
        # sums of weights such as .5 + .5 and .3 + .7 are to be equal
        most = max((round(weight, 9) for weight, _, _ in told.values()), default=0.0)
        tied = [theme for theme in place if theme in told and round(told[theme][0], 9) == most]
        if len(tied) > 1:
            tied = headings.choose(section, tied)
        best.append(max(tied, key=lambda of: (round(told[of][1], 9), told[of][2]), default=None))
    total = shares.sum(axis=1, keepdims=True)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    coded = {
        "report_id": sentences["report_id"].to_numpy(),
        "sentence_id": sentences["sentence_id"].to_numpy(),
        "length": np.array(lengths, dtype=np.int64),
        "n_hits": np.array(hits, dtype=np.int64),
        "theme": pd.array(best, dtype="str"),
        "theme_share": np.array(
            [np.nan if of is None else shares[row, place[of]] for row, of in enumerate(best)], dtype=float
        ),
    }
    coded |= {f"share_{theme}": shares[:, at] for theme, at in place.items()}
    return pd.DataFrame(coded, index=sentences.index)


class _Headings:
    """The themes of section paths, each found once."""

    def __init__(self, index: ThemeIndex) -> None:
        self._index = index
        self._known: dict[str, dict[str, float]] = {}

    def choose(self, section: str, tied: list[str]) -> list[str]:
        """Return those of the themes `tied` of which the nearest heading that names any of them speaks most."""
        for heading in reversed(section.split(" / ")):
            if heading not in self._known:
                told = self._known.setdefault(heading, {})
                for _, _, held in self._index.find(comparable(heading).text):
                    for of in held:
                        theme = self._index.themes[of]
                        told[theme] = told.get(theme, 0.0) + self._index.weights[of]
            told = self._known[heading]
            most = max(round(told.get(theme, 0.0), 9) for theme in tied)
            if most:
                return [theme for theme in tied if round(told.get(theme, 0.0), 9) == most]
        return tied
