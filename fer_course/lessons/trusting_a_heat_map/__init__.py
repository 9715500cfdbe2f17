"""What notebook 07 calls."""
