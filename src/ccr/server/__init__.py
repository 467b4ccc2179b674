"""Floor 8, HTTP for Claude Code, people and monitors.

``app`` is the table of paths · ``admission`` lets requests in · ``encodings`` unpacks them · ``messages``
serves one · ``delivery`` writes its answer · ``heads`` its headers · ``run`` is the process.
"""
