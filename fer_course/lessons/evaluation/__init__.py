"""What notebook 05 calls."""
