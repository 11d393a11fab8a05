"""Lots on their way to the concentrator, and what comes back from it."""
