"""What notebook 02 calls."""
