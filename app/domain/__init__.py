"""The appraisal itself, in plain Python: no framework, no I/O, no clock and no randomness of its own."""
