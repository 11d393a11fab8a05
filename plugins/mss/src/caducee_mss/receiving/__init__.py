"""What arrives: read from the boxes, noted with the place it was read up to, handed to the inbox once."""
