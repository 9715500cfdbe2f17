"""What notebook 16 calls."""
