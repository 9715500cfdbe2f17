"""What notebook 11 calls."""
