"""From a document at the desk to deliveries that cannot be lost."""
