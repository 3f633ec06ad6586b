"""Which reports are versions of one another."""
