"""Township work reports: from raw files to figures."""
