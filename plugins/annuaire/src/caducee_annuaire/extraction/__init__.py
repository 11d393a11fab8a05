"""The public extraction of secure mailboxes: read, put in display order, searched on this machine."""
