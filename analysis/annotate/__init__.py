"""Spans found in the sentences: tokens, slogans, quantities."""
