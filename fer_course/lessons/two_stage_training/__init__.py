"""What notebook 04 calls."""
