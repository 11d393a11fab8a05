"""Verifying many identities that are already stored. Nobody is ever retrieved in bulk."""
