"""The network: how it is built, its weights, and what goes in."""
