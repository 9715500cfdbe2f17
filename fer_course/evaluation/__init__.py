"""From logits to figures, each with its interval."""
