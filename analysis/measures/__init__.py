"""Measures: tables in, tables out, no hidden state; no figure and no file is made here."""
