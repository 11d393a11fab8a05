"""The messages that are written: template files."""
