"""A corpus: the tables of its reports, the documents behind them, and the choice of some of its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.schemas.errors import TableError
from analysis.schemas.names import column_of, with_aliases
from analysis.schemas.report import Report

__all__ = ["Corpus", "corpus_tables"]


@dataclass(frozen=True, eq=False)
class Corpus:
    """A container of the tables, one attribute per table, and the documents behind them.

    ``describe("tokens")`` explains the columns of a table. ``documents`` maps `report_id` to `Report`, ``parameters``
    are the settings with which `read_corpus` made the tables, and what was selected since.
    """

    folder: str
    reports: pd.DataFrame
    edits: pd.DataFrame
    noise: pd.DataFrame
    masks: pd.DataFrame
    damage: pd.DataFrame
    zones: pd.DataFrame
    headings: pd.DataFrame
    items: pd.DataFrame
    sentences: pd.DataFrame
    tokens: pd.DataFrame
    slogans: pd.DataFrame
    themes: pd.DataFrame
    duplicates: pd.DataFrame
    rejects: pd.DataFrame
    documents: Mapping[str, Report] = field(repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return (
            f"Corpus({self.folder!r}: {len(self.reports)} reports, {len(self.sentences)} sentences, "
            f"{len(self.tokens)} tokens, {len(self.slogans)} slogans, {len(self.rejects)} rejects)"
        )

    def select(self, where: str | pd.Series | None = None, /, **values: Any) -> Corpus:
        """Return the corpus of some of its reports, with all their tables; this one stays as it is.

        Parameters
        ----------
        where : str or boolean Series, optional
            An expression of `pandas.DataFrame.query` over the columns of ``reports``, such as
            ``"year >= 2010 and region == 'east'"``, or True and False for each report, in the order of ``reports`` or
            by its index. Where it is missing (NA), the report is left out.
        **values : value or list of values
            Of a column: ``select(genre="述职报告")``, ``select(year=[2019, 2020])``. All that is given must hold.

        Returns
        -------
        Corpus
            Columns may be called as usual in the field: year, place, 年份, 乡镇, 县 … (docs/recipes.md). A report whose
            fuller version is not selected is no duplicate any more: of several such versions the one with most visible
            characters is counted. ``rejects`` stay those of the folder.

        Raises
        ------
        TableError
            If a column is unknown, the expression is none, or no report is left.

        Examples
        --------
        >>> from analysis.pipeline import read_corpus
        >>> corpus = read_corpus("seeds")
        >>> corpus.select("year >= 2020 and visible_chars > 2500").reports["report_id"].tolist()
        ['001_fabdd819ee8bbdc7', '004_0eb332933a24d2c0']
        >>> len(corpus.select(genre=["述职报告"]).sentences) < len(corpus.sentences)
        True
        """
        kept = np.ones(len(self.reports), dtype=bool)
        if where is not None:
            kept &= _holding(self.reports, where)
        for name, value in values.items():
            column = self.reports[column_of(name, self.reports)]
            several = list(value) if pd.api.types.is_list_like(value) else [value]
            if not column.isin(several).any():
                there = ", ".join(map(str, sorted(column.dropna().unique().tolist(), key=str)[:12]))
                raise TableError(f"no report has {name} {value!r}; there are: {there or 'none'}.")
            kept &= column.isin(several).to_numpy(dtype=bool, na_value=False)
        said = [] if where is None else [where if isinstance(where, str) else "a Series"]
        said += [f"{name}={value!r}" for name, value in values.items()]
        if not kept.any():
            raise TableError(f"select({', '.join(said)}) leaves no report of {len(kept)}; widen it.")
        reports = _freed(self.reports[kept].reset_index(drop=True))
        ids = set(reports["report_id"])
        tables = {}
        for name in corpus_tables():
            table = getattr(self, name)
            if "report_id" in table.columns and name != "reports":
                mask = table["report_id"].isin(ids)
                if "other_id" in table.columns:
                    mask &= table["other_id"].isin(ids)
                tables[name] = table[mask].reset_index(drop=True)
        documents = {name: self.documents[name] for name in reports["report_id"]}
        selected = [*self.parameters.get("selected", []), " and ".join(said)]
        parameters = {**self.parameters, "selected": selected}
        return replace(self, **tables, reports=reports, documents=documents, parameters=parameters)


def corpus_tables() -> tuple[str, ...]:
    """Return the names of the tables of a `Corpus`, in the order in which it holds and writes them."""
    return tuple(one.name for one in fields(Corpus) if one.type == "pd.DataFrame")


def _holding(reports: pd.DataFrame, where: str | pd.Series) -> np.ndarray:
    """Return for each report whether `where` holds."""
    if isinstance(where, str):
        known = with_aliases(reports)
        try:
            found = known.query(where)
        except Exception as error:  # whatever pandas makes of what she wrote, it is her expression that has to change
            said = " ".join(str(error).split())
            name = getattr(error, "args", [""])[0]
            if isinstance(error, (pd.errors.UndefinedVariableError, KeyError)):
                quoted = str(name).split("'")
                column_of(quoted[1] if len(quoted) > 1 else str(name), reports)
            raise TableError(
                f"select cannot read {where!r}: {said}. Write column names and values, such as "
                "\"year >= 2010 and province == '江西省'\"."
            ) from error
        return np.isin(np.arange(len(reports)), known.index.get_indexer(found.index))
    if not isinstance(where, (pd.Series, np.ndarray, list, pd.arrays.BooleanArray)):
        raise TableError(f"select takes an expression or a boolean Series; received {type(where).__name__}.")
    mask = where.reindex(reports.index) if isinstance(where, pd.Series) else pd.Series(where)
    if len(mask) != len(reports) or not pd.api.types.is_bool_dtype(mask.dropna().infer_objects().dtype):
        raise TableError(
            f"select needs True or False for each of {len(reports)} reports; received {len(mask)} {mask.dtype} values. "
            "Make them from corpus.reports."
        )
    return mask.astype("boolean").fillna(False).to_numpy(dtype=bool)


def _freed(reports: pd.DataFrame) -> pd.DataFrame:
    """Return `reports` in which a version whose original is not there is no duplicate, and others are of it."""
    orphans = reports[reports["duplicate_of"].notna() & ~reports["duplicate_of"].isin(reports["report_id"])]
    if orphans.empty:
        return reports
    order = orphans.sort_values(["duplicate_of", "visible_chars", "report_id"], ascending=[True, False, True])
    first = order.groupby("duplicate_of")["report_id"].transform("first")
    now = first.where(first != order["report_id"])
    marked = reports["duplicate_of"].copy()
    marked.loc[order.index] = now.astype("str")
    return reports.assign(duplicate_of=marked)
