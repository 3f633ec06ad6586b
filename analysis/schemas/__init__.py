"""Every table: its columns, dtypes, units, meaning and key; Report and Corpus; the error types.

Offsets are 0-based code points into ``raw``, the text that the reader returned; the end is exclusive.
"""

from analysis.schemas.corpus import Corpus, corpus_tables
from analysis.schemas.errors import CorpusError, FontError, LexiconError, TableError, TownshipError
from analysis.schemas.names import column_of
from analysis.schemas.report import ELISION, Edit, Report
from analysis.schemas.tables import Column, arrow_schema, columns, conform, describe, empty, rows, table_names

__all__ = [
    "ELISION",
    "Column",
    "Corpus",
    "CorpusError",
    "Edit",
    "FontError",
    "LexiconError",
    "Report",
    "TableError",
    "TownshipError",
    "arrow_schema",
    "column_of",
    "columns",
    "conform",
    "corpus_tables",
    "describe",
    "empty",
    "rows",
    "table_names",
]
