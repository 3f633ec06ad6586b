"""The stopword list: function words of Chinese by their grammatical class."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from analysis.lexicons.tables import read_table

__all__ = ["CATEGORIES", "stopwords"]

_COLUMNS = ("word", "category", "source")

CATEGORIES = (
    "adverb_degree",
    "adverb_mood",
    "adverb_negation",
    "adverb_scope",
    "adverb_time",
    "auxiliary_verb",
    "classifier",
    "conjunction",
    "copula_existential",
    "directional",
    "discourse_connective",
    "localizer",
    "modal_particle",
    "numeral",
    "particle",
    "preposition",
    "pronoun",
)
"""The classes of the package's list; the column `source` says which grammar describes each."""


def stopwords(path: str | Path | None = None) -> frozenset[str]:
    """Return the stopwords: words that build sentences and carry none of their content.

    Tokens on the list are flagged and never dropped, so positions and denominators do not depend on it.

    Parameters
    ----------
    path : str or Path, optional
        A UTF-8 CSV of your own with the column ``word`` (``category`` and ``source`` are read over); the package's
        list if not given.

    Returns
    -------
    frozenset of str

    Raises
    ------
    LexiconError
        If the file cannot be read or a row is broken.

    References
    ----------
    Zhu, D. (1982). Yufa jiangyi; Lü, S. (ed.) (1980). Xiandai Hanyu babai ci; Liu, Y. et al. (2001). Shiyong xiandai
    Hanyu yufa; Liao, Q. (1986). Xiandai Hanyu pianzhang zhong de lianjie chengfen. The classes are theirs; the
    choice of words is ours.

    Examples
    --------
    >>> sorted(stopwords() & {"的", "和", "工作", "发展"})
    ['和', '的']
    """
    return _packaged() if path is None else _read(Path(path))


@cache
def _packaged() -> frozenset[str]:
    table = read_table(
        "stopwords.csv", columns=_COLUMNS, required=_COLUMNS, unique=("word",), allowed={"category": CATEGORIES}
    )
    return frozenset(table["word"])


def _read(path: Path) -> frozenset[str]:
    return frozenset(read_table(path, columns=_COLUMNS, optional=("category", "source"), unique=("word",))["word"])
