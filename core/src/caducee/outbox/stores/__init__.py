"""Where what must not be lost is kept. Only this package knows SQL and files of the store."""
