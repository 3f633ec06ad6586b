"""The slogan lexicon (提法): its rows, its forms, and the form in which text and lexicon are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Generic, NamedTuple, Protocol, TypeVar

import pandas as pd

from analysis.lexicons.tables import read_table
from analysis.schemas import LexiconError

__all__ = [
    "LAYERS",
    "RETROSPECT",
    "SCOPES",
    "SLOGAN_TYPES",
    "Dated",
    "Form",
    "Index",
    "Normalised",
    "dated_forms",
    "forms",
    "has_one_meaning",
    "normalise",
    "slogan_lexicon",
]

SLOGAN_TYPES = ("ideology", "policy_name", "numeric_abbrev", "quoted_formula", "four_char_pair")
SCOPES = ("central", "provincial", "sectoral", "generic")
LAYERS = ("formula", "term")
RETROSPECT = re.compile("时期|成果|期间|以来|收官|胜利|圆满|任务完成|成效|精神")
"""Words right behind a formula that look back on it: they make no anachronism."""
QUOTES = frozenset("“”‘’\"'「」『』＂＇")
_COMMAS = frozenset("、，,﹑､")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_SHORTEST_DATED = 3  # shorter forms are too often part of other words to date a text
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

    text: str
    canonical: str
    first: int | None
    last: int | None


class _Wording(Protocol):
    @property
    def text(self) -> str: ...


_W = TypeVar("_W", bound=_Wording)


class Index(Generic[_W]):
    """Wordings by their first two characters, so that one scan of a text finds all of them.

    Parameters
    ----------
    wordings : iterable of Form or Dated
        Normalised, of two characters or more.

    Examples
    --------
    >>> index = Index([Form("三农", 0, True), Form("三农工作", 1, True)])
    >>> [(start, end, form.row) for start, end, form in index.hits("做好三农工作")]
    [(2, 4, 0), (2, 6, 1)]
    """

    def __init__(self, wordings: Iterable[_W]) -> None:
        self._heads: dict[str, list[_W]] = {}
        for wording in wordings:
            self._heads.setdefault(wording.text[:2], []).append(wording)

    def hits(self, text: str) -> list[tuple[int, int, _W]]:
        """Return every wording at every place of normalised `text`, those inside others included."""
        return [
            (place, place + len(wording.text), wording)
            for place in range(len(text) - 1)
            for wording in self._heads.get(text[place : place + 2], ())
            if text.startswith(wording.text, place)
        ]


@cache
def _fold(character: str) -> str:
    if character in QUOTES or character.isspace():
        return ""
    return "," if character in _COMMAS else unicodedata.normalize("NFKC", character)


def normalise(text: str) -> Normalised:
    """Return `text` in NFKC without white space and quotation marks, with 、，, as one comma, and its places.

    Examples
    --------
    >>> normalise("农村“三 资”").text
    '农村三资'
    """
    kept, places = [], []
    for place, folded in enumerate(map(_fold, text)):
        kept.append(folded)
        if len(folded) == 1:
            places.append(place)
        else:
            places += [place] * len(folded)
    return Normalised("".join(kept), tuple(places))


def slogan_lexicon(path: str | Path | None = None) -> pd.DataFrame:
    """Return the slogan lexicon, all rows and both layers.

    Parameters
    ----------
    path : str or Path, optional
        A CSV of your own with the same columns; the package's if not given. A header without rows is an empty lexicon.
        docs/slogans.md tells what to put into each column.

    Returns
    -------
    pandas.DataFrame
        **Columns**: canonical, variants (| between), type, layer (formula = a slogan; term = a noun of administrative
        language), bare (yes = matches without quotation marks), scope, expansion, first_year, last_year (Int64; NA
        where unknown), retired_by, source, status (checked / memory), theme, english.

    Raises
    ------
    LexiconError
        If a row is broken, a type or scope unknown, a year no year or before the first, a form shorter than two
        characters, or two rows claim one form; the text names them.

    Examples
    --------
    >>> lexicon = slogan_lexicon().set_index("canonical")
    >>> lexicon.loc["六稳", "scope"], int(lexicon.loc["六稳", "first_year"])
    ('central', 2018)
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
            if year and not (year.isdecimal() and _FIRST_YEAR <= int(year) <= _LAST_YEAR):
                raise LexiconError(f"{name}: {column} of {canonical!r} is {year!r}; give a year or leave it empty.")
        table[column] = pd.to_numeric(table[column].replace("", None)).astype("Int64")
    backwards = table[(table["first_year"] > table["last_year"]).fillna(False)]
    if len(backwards):
        row = backwards.iloc[0]
        raise LexiconError(
            f"{name}: {row['canonical']!r} ends in {row['last_year']}, before it begins in {row['first_year']}; "
            "mend one of the two years or leave it empty."
        )
    owner: dict[str, str] = {}
    for canonical, variants in zip(table["canonical"], table["variants"], strict=True):
        for form in _forms(canonical, variants):
            if len(form) < 2:
                raise LexiconError(
                    f"{name}: {form!r}, a form of {canonical!r}, is shorter than two characters and would match "
                    "anywhere; remove it."
                )
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
    """Return the dated wordings, both layers, longest first: three characters or more, needing no quotation marks."""
    found = []
    for row in lexicon.to_dict("records"):
        first, last = (None if pd.isna(row[name]) else int(row[name]) for name in ("first_year", "last_year"))
        if row["bare"] == "yes" and (first or last):
            found += [Dated(form, row["canonical"], first, last) for form in _forms(row["canonical"], row["variants"])]
    long_enough = (one for one in found if len(one.text) >= _SHORTEST_DATED)
    return tuple(sorted(long_enough, key=lambda one: (-len(one.text), one.text)))


@cache
def _ambiguous() -> dict[str, re.Pattern[str] | None]:
    table = read_table("ambiguous_forms.csv", columns=("form", "beside", "note"), required=("form", "note"))
    return {
        form: re.compile(beside) if beside else None
        for form, beside in zip(table["form"], table["beside"], strict=True)
    }


def has_one_meaning(form: str, around: str) -> bool:
    """Tell whether the lexicon's account of a normalised `form` holds in the text `around` it.

    The meaning of some forms varies by place or date (``lexicons/ambiguous_forms.csv``): no scope, year or expansion
    may be asserted of them, unless the words beside them tell.

    Examples
    --------
    >>> has_one_meaning("六稳", ""), has_one_meaning("两区", "建设两区")
    (True, False)
    >>> has_one_meaning("动态清零", "坚持疫情动态清零"), has_one_meaning("动态清零", "欠薪动态清零")
    (True, False)
    """
    ambiguous = _ambiguous()
    if form not in ambiguous:
        return True
    beside = ambiguous[form]
    return beside is not None and beside.search(around) is not None
