"""`ccr service`: the system starts the service when its user logs in, and again when it fails.

definition  what is to run
systemd     a user unit, under Linux
launchd     an agent, under macOS
windows     a scheduled task
managers    which of them it is here
running     their programs, called
"""
