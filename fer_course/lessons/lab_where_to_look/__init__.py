"""What notebook 12 calls."""
