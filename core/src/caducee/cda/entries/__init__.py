"""Coded entries that several documents share: what the templates render, and how it is made of the model."""
