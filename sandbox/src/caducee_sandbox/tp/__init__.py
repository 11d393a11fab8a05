"""Third-party payment: a concentrator, payers and a bank that keep a truth file of what they did."""
