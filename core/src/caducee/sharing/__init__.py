"""What may and what must go where: access basis, opposition, information, obligations, indicators."""
