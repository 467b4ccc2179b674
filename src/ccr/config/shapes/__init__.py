"""Sections as they may be written: the validator's classes, imported only while a configuration is read.

Each has a plain twin in `ccr.config`, which everybody else uses: a process that serves never imports the
validator. Twins have the same name and fields, and the defaults are the plain one's; but of `Logging`, of
`Limits` and of what the file says of the process, which are settled otherwise than they are written.

twins           a shape's values as its plain twin
"""
