"""Characters: scripts, widths, blanks in cells."""
