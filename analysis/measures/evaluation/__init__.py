"""How well the extraction does on annotated truth."""
