"""Faces drawn from facial action units, whose truth is known."""
