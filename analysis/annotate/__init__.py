"""Spans found in the sentences: tokens and slogans."""
