"""Template files of the messages that only the DMP has."""
