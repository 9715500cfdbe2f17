"""What notebook 03 calls."""
