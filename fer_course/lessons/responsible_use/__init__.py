"""The room of notebook 09: for whom and where a network works, and what it may be used for."""
