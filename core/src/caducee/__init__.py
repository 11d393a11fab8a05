"""Embeddable SDK for the French national e-health services."""
