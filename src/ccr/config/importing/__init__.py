"""Configurations of other routers, as ours.

sources     which there are, where they keep their files, how each is read
found       what was taken over: a configuration, the keys it names, and what is to be said of it
original    the original's versions 1 and 2: the same file
version3    the original's version 3: SQLite
litellm     LiteLLM's YAML
ccswitch    cc-switch: SQLite, or JSON of older versions
"""
