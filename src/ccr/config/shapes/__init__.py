"""Sections as they may be written: the validator's classes, imported only while a configuration is read.

Each has a plain twin of the same name and fields in `ccr.config`, which everybody else uses: a process that
serves never imports the validator. Defaults are the twin's.

twins           a shape's values as its plain twin
"""
