"""Lexicons: words, patterns and facts as CSV tables with their sources, and the readers that check every row."""
