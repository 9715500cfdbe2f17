"""Two-stage training, from a recipe to a run."""
