"""What figures and controls are made of."""
