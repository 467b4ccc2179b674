"""``Router`` and ``fallback`` of a configuration, checked and typed: ``reading`` makes ``shapes`` of them."""
