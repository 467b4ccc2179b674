"""Floor 1, bytes: ``sse`` cuts event streams, ``json`` reads and writes what JavaScript clients send."""
