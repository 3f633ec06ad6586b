"""The error types: each text says what was wrong, what was received and what to do."""

__all__ = ["CorpusError", "FontError", "LexiconError", "TableError", "TownshipError"]


class TownshipError(ValueError):
    """Base of every error this package raises on bad input; its text says what, where and what to do."""


class CorpusError(TownshipError):
    """A folder or file cannot be used as a corpus."""


class LexiconError(TownshipError):
    """A data table (lexicon, stopwords, gold file) has a broken row."""


class TableError(TownshipError):
    """A table lacks a column or a parameter does not fit the table."""


class FontError(TownshipError):
    """A figure needs a character that no font at hand can draw."""
