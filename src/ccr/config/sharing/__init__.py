"""Presets of configuration that are given on: made of a configuration, fetched, asked about, installed.

questions       what a preset asks whoever installs it, and what answers are good for
exporting       a configuration as a preset, without secrets
limits          how large a preset may be
fetching        a folder, a zip or a git repository as a folder
installing      into ``presets/``, whole or not at all; answers kept; taken away again
"""
