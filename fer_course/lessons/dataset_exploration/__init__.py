"""What notebook 01 calls."""
