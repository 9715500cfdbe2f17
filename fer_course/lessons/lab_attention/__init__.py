"""What notebook 14 calls."""
