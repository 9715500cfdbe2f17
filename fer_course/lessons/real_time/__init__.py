"""The room of notebook 08: a network in use, and in time."""
