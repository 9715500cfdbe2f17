"""Faces from files: what people have, read, checked and kept."""
