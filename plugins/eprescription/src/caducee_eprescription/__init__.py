"""The digital prescription: checked, numbered, registered, printed, shared, followed."""
