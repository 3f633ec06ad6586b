"""Words: frequency, contrast, contexts."""
