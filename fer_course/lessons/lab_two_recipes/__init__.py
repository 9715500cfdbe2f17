"""What notebook 10 calls."""
