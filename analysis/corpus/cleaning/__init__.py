"""From raw text to cleaned text: what is not the report's own goes, each change logged."""
