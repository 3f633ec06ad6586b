"""The statistics that all measures share: counts, intervals, tests, association."""
