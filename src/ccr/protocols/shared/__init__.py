"""What protocols of several families need alike: small pure modules, none of which knows a protocol.

Requests: ``system`` · ``content`` (every block as text, image or PDF) · ``tools`` (which, and in which order)
· ``schema`` · ``names`` · ``effort`` · ``answer`` (its limit, its schema) · ``url`` · ``auth``. Answers:
``usage`` · ``errors`` · ``overflow`` · ``websearch``.
"""
