"""Plots: tables in, Axes out; no statistics and no file is made here."""
