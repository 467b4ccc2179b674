"""Floor 9: the command `ccr`.

main            the entry; draws the status line without anything below
program         runs a command, turns failures into words and exit codes
table           the commands, each imported when it is run
group           a command with commands of its own, such as `ccr config`
reading         what was given on the command line, and the configuration it leads to
apart           the same, read by another process
terminal        how we speak to the user
itself          how others call this program
commands/       one module for each command
service/        the running service: its record, its lock, its health; starting, finding, stopping it
setup/          making a configuration: what is found, proposed, asked
models/         providers, models and routes changed by a person, by keyboard or command
client/         Claude Code: its environment, its settings, its process
reference       docs/reference/cli.md, written from the help
completion/     what shells complete
newer           whether there is a newer version
autostart/      the service as the system starts it
statusline/     the line below Claude Code's prompt
"""
