"""What protocols of several families need alike: small pure modules, none of which knows a protocol.

Requests: ``system`` · ``content`` (every block as text, image or PDF) · ``dialogue`` (two sides in turns) ·
``tools`` (which, and in which order) · ``schema`` · ``names`` · ``effort`` · ``models`` · ``answer`` (its
limit, its schema) · ``url`` · ``auth``. Answers: ``arguments`` · ``usage`` · ``errors`` · ``overflow`` ·
``websearch``.
"""
