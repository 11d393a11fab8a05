"""A patient's record taken elsewhere and brought back: everything sent and received, its receipts and its trail."""
