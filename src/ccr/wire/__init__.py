"""Floor 1, bytes: ``sse`` cuts event streams, ``json`` reads and writes JSON as JavaScript clients send it."""
