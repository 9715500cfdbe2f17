"""What notebook 00 calls."""
