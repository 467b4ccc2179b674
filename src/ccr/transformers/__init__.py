"""Floor 4: small named adaptations, one per file (``builtin`` is the table of them), and the user's own.

``contract`` is what each implements, ``chain`` applies them, ``load`` makes chains of a configuration;
``options`` and ``files`` check what users write; ``blocks`` and ``tags`` help those that rewrite streams.
"""
