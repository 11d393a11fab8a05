"""Keys where they are: software keys and the card, behind the Signer contract."""
