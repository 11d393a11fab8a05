"""Locks, permissions and processes: the only code that knows the operating system."""
