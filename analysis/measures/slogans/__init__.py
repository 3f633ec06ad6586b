"""Slogans: rates, echo, networks."""
