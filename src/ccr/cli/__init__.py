"""Floor 9: the command `ccr`.

main            the entry: runs a command, turns failures into words and exit codes
table           the commands, each imported when it is run
terminal        how we speak to the user
commands/       one module for each command
service/        the running service: its record, its lock, its health; starting, finding, stopping it
client/         Claude Code: its environment, its settings, its process
"""
