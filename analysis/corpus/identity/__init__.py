"""Whose report it is: place, level, year, genre, from the text, the file's name and metadata.csv."""
