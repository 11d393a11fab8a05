"""Template files of the messages."""
