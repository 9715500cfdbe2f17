"""The commands of ``python -m fer_course``, each in a module with ``add`` and ``run``."""
