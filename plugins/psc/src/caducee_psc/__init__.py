"""Pro Santé Connect: the log-in of a professional without a card in the reader."""
