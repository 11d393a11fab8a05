"""Dated value sets and association tables, as data."""
