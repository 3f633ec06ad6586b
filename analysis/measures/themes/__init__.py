"""Themes: shares, distances, maps."""
