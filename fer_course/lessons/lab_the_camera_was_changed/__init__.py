"""What notebook 13 calls."""
