"""Measurements: each against a peer in the same run, its output checked before the time counts."""
