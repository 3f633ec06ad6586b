"""From a file to a report and its parts: read, clean, mask, structure, metadata."""
