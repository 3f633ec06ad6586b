"""The slogan lexicon (提法): its rows, its forms, and the form in which text and lexicon are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.lexicons.tables import read_table
from analysis.schemas import LexiconError

__all__ = ["LAYERS", "SCOPES", "SLOGAN_TYPES", "RETROSPECT", "Dated", "Form", "Normalised", "dated_forms", "forms", "normalise", "slogan_lexicon"]

SLOGAN_TYPES = ("ideology", "policy_name", "numeric_abbrev", "quoted_formula", "four_char_pair")
SCOPES = ("central", "provincial", "sectoral", "generic")
LAYERS = ("formula", "term")
RETROSPECT = re.compile("时期|成果|期间|以来|收官|胜利|圆满|任务完成|成效|精神")
"""Words right behind a formula that look back on it: they make no anachronism."""
QUOTES = frozenset("“”‘’\"'「」『』＂＇")
_COLUMNS = (
    "canonical",
    "variants",
    "type",
    "layer",
    "bare",
    "scope",
    "expansion",
    "first_year",
    "last_year",
    "retired_by",
    "source",
    "status",
    "theme",
    "english",
)


class Normalised(NamedTuple):
    """A text as slogans are compared on it, and for each of its characters the place in the text it came from."""

    text: str
    places: tuple[int, ...]


class Form(NamedTuple):
    """One wording of a slogan (normalised), the row of the lexicon it belongs to, and whether it needs quotes."""

    text: str
    row: int
    bare: bool


class Dated(NamedTuple):
    """One wording of a formula or term that is known to have begun in year `first` or ended in year `last`."""

    form: str
    canonical: str
    first: int | None
    last: int | None


def normalise(text: str) -> Normalised:
    """Return `text` in NFKC without white space and quotation marks, with 、，, as one comma, and its places.

    Examples
    --------
    >>> normalise("农村“三 资”").text
    '农村三资'
    """
    kept, places = [], []
    for place, character in enumerate(text):
        if character in QUOTES or character.isspace():
            continue
        folded = "," if character in "、，,﹑､" else unicodedata.normalize("NFKC", character)
        kept.append(folded)
        places += [place] * len(folded)
    return Normalised("".join(kept), tuple(places))


def slogan_lexicon(path: str | Path | None = None) -> pd.DataFrame:
    """Return the slogan lexicon, all rows and both layers.

    Parameters
    ----------
    path : str or Path, optional
        A CSV of your own with the same columns; the package's if not given. A header without rows is an empty lexicon.

    Returns
    -------
    pandas.DataFrame
        **Columns**: canonical, variants (| between), type, layer (formula = a slogan; term = a noun of administrative
        language), bare (yes = matches without quotation marks), scope, expansion, first_year, last_year (Int64; NA
        where unknown), retired_by, source, status (checked / memory), theme, english.

    Raises
    ------
    LexiconError
        If a row is broken, a type or scope unknown, a year no year, or two rows claim one form; the text names them.
    """
    if path is None:
        return _packaged().copy()
    return _read(Path(path))


@cache
def _packaged() -> pd.DataFrame:
    return _read("slogans.csv")


def _read(source: str | Path) -> pd.DataFrame:
    table = read_table(
        source,
        columns=_COLUMNS,
        required=("canonical", "type", "layer", "bare", "scope"),
        unique=("canonical",),
        allowed={"type": SLOGAN_TYPES, "layer": LAYERS, "bare": ("yes", "no"), "scope": SCOPES},
    )
    name = Path(source).name
    for column in ("first_year", "last_year"):
        for canonical, year in zip(table["canonical"], table[column], strict=True):
            if year and not (year.isdecimal() and 1900 <= int(year) <= 2100):
                raise LexiconError(f"{name}: {column} of {canonical!r} is {year!r}; give a year or leave it empty.")
        table[column] = pd.to_numeric(table[column].replace("", None)).astype("Int64")
    owner: dict[str, str] = {}
    for canonical, variants in zip(table["canonical"], table["variants"], strict=True):
        for form in _forms(canonical, variants):
            if owner.setdefault(form, canonical) != canonical:
                raise LexiconError(
                    f"{name}: {form!r} is a form of both {owner[form]!r} and {canonical!r}; leave it to one of them."
                )
    return table


def _forms(canonical: str, variants: str) -> list[str]:
    return list(dict.fromkeys(normalise(form).text for form in [canonical, *filter(None, variants.split("|"))]))


def forms(lexicon: pd.DataFrame) -> list[Form]:
    """Return every form of the rows of layer ``formula``, longest first, then in the order of code points."""
    found = [
        Form(form, row, bare == "yes")
        for row, (canonical, variants, layer, bare) in enumerate(
            zip(lexicon["canonical"], lexicon["variants"], lexicon["layer"], lexicon["bare"], strict=True)
        )
        if layer == "formula"
        for form in _forms(canonical, variants)
    ]
    return sorted(found, key=lambda form: (-len(form.text), form.text))


def dated_forms(lexicon: pd.DataFrame) -> tuple[Dated, ...]:
    """Return the dated wordings of three characters or more that need no quotation marks, both layers, longest first."""
    found = []
    for row in lexicon.to_dict("records"):
        first, last = (None if pd.isna(row[name]) else int(row[name]) for name in ("first_year", "last_year"))
        if row["bare"] == "yes" and (first or last):
            found += [Dated(form, row["canonical"], first, last) for form in _forms(row["canonical"], row["variants"])]
    return tuple(sorted((one for one in found if len(one.form) >= 3), key=lambda one: (-len(one.form), one.form)))
