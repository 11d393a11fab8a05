"""Third-party payment: every invoice followed until the money is there."""
