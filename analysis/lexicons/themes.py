"""The theme scheme: the themes of a township report, and the terms that speak of each, with their weights."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.lexicons.slogans import normalise
from analysis.lexicons.tables import read_table
from analysis.schemas import ELISION, LexiconError

__all__ = ["theme_terms", "themes"]

_THEMES = ("id", "zh", "en", "cap_major_topic")
_TERMS = ("theme_id", "term", "weight", "notes")
_MASK = re.compile(f"[xX×*＊=○□_]{{2,}}|{ELISION}")


def themes(path: str | Path | None = None) -> pd.DataFrame:
    """Return the themes of the scheme, in the order in which figures show them.

    Parameters
    ----------
    path : str or Path, optional
        A CSV of your own with columns id, zh, en and, if wanted, cap_major_topic; the package's 14 themes if not given.

    Returns
    -------
    pandas.DataFrame
        **Columns** (str): id, zh, en, cap_major_topic (numbers of the major topics of the Comparative Agendas Project
        that the theme touches, ; between). The crosswalk is many-to-many and *party* has no counterpart there: do not
        publish shares by CAP topic without hand coding.

    Raises
    ------
    LexiconError
        If the file cannot be read, a row is broken, an id stands twice or there is no theme.

    References
    ----------
    Bevan 2019, in Baumgartner, Breunig & Grossman (eds), *Comparative Policy Agendas*: 17–34 (the CAP codebook).

    Examples
    --------
    >>> themes().set_index("id").loc["party", "zh"]
    '党的建设、意识形态与纪律'
    """
    return _packaged_themes().copy() if path is None else _read_themes(Path(path))


def theme_terms(path: str | Path | None = None, *, scheme: str | Path | None = None) -> pd.DataFrame:
    """Return the terms of each theme with their weights.

    Parameters
    ----------
    path : str or Path, optional
        A CSV of your own with columns theme_id, term, weight and, if wanted, notes; the package's 1,356 terms if not
        given.
    scheme : str or Path, optional
        The CSV of the themes that `path` uses, as for `themes`; the package's themes if not given.

    Returns
    -------
    pandas.DataFrame
        In the order of the themes, then of the file. **Columns**: theme_id, term (str, as written), weight (float64, in
        (0, 1]: below 1 where a term says little or also speaks of another theme), notes (str). A theme without a term
        keeps its place in `attrs["themes"]`, the ids of the scheme.

    Raises
    ------
    LexiconError
        If a row is broken, a theme unknown, a weight not in (0, 1], a term shorter than two characters or a mask, or a
        term has full weight in two themes; the text names row and remedy.

    Examples
    --------
    >>> terms = theme_terms()
    >>> len(terms), terms.loc[terms["term"] == "粮食", "theme_id"].item()
    (1356, 'agriculture')
    """
    if path is None and scheme is None:
        table = _packaged_terms()
        copy = table.copy()
        copy.attrs = {"themes": table.attrs["themes"]}
        return copy
    return _read_terms("theme_terms.csv" if path is None else Path(path), tuple(themes(scheme)["id"]))


@cache
def _packaged_themes() -> pd.DataFrame:
    return _read_themes("themes.csv")


@cache
def _packaged_terms() -> pd.DataFrame:
    return _read_terms("theme_terms.csv", tuple(_packaged_themes()["id"]))


def _read_themes(source: str | Path) -> pd.DataFrame:
    table = read_table(
        source, columns=_THEMES, required=("id", "zh", "en"), optional=("cap_major_topic",), unique=("id",)
    )
    if table.empty:
        raise LexiconError(f"{Path(source).name}: holds no theme. Add a row for each theme: id, zh, en.")
    return table


def _read_terms(source: str | Path, ids: tuple[str, ...]) -> pd.DataFrame:
    table = read_table(
        source,
        columns=_TERMS,
        required=("theme_id", "term", "weight"),
        optional=("notes",),
        unique=("theme_id", "term"),
    )
    name = Path(source).name
    rows = table[["theme_id", "term", "weight"]].itertuples(index=False, name=None)
    weights, full, owner = [], {}, {}
    for theme, term, written in rows:
        if theme not in ids:
            raise LexiconError(
                f"{name}: {term!r} has the unknown theme {theme!r}. Use one of {', '.join(ids)}, or give your own "
                "themes as scheme=PATH."
            )
        weight = _weight(name, term, written)
        form = normalise(term).text
        if len(form) < 2:
            raise LexiconError(
                f"{name}: term {term!r} is shorter than two characters and would match anywhere. Write a longer one."
            )
        if _MASK.search(form):
            raise LexiconError(f"{name}: term {term!r} holds a mask, which stands for hidden text. Remove the row.")
        if owner.setdefault((theme, form), term) != term:
            raise LexiconError(
                f"{name}: {owner[theme, form]!r} and {term!r} of theme {theme!r} are one term, as white space and "
                "quotation marks do not count. Remove one of the two rows."
            )
        if weight == 1 and full.setdefault(form, theme) != theme:
            raise LexiconError(
                f"{name}: {term!r} has full weight in two themes, {full[form]!r} and {theme!r}. Remove one of the two "
                "rows, or give both a weight below 1."
            )
        weights.append(weight)
    table = table.assign(weight=pd.array(weights, dtype="float64").to_numpy())
    place = table["theme_id"].map({theme: at for at, theme in enumerate(ids)})
    table = table.iloc[place.argsort(kind="stable")].reset_index(drop=True)
    table.attrs["themes"] = ids
    return table


def _weight(name: str, term: str, written: str) -> float:
    try:
        weight = float(written)
    except ValueError:
        weight = float("nan")
    if not 0 < weight <= 1:
        raise LexiconError(
            f"{name}: the weight of {term!r} is {written!r}. Give a number above 0 and up to 1; 1 for a term that "
            "speaks of its theme alone."
        )
    return weight
