"""The HTTP API for people and tools, below ``/api/``: imported when it is first asked for."""
