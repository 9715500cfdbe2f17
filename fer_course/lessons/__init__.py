"""One room for each notebook: its figures, controls and checks, and exercises for all of them."""
