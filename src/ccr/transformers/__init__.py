"""Floor 4: small named adaptations, one per file. ``BUILTIN`` is the ordered table of them."""
