"""What notebook 15 calls."""
