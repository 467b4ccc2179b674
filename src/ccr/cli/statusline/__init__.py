"""`ccr statusline`: one line for Claude Code, drawn by a process of its own, many times a minute.

Nothing of the server is imported here, nor click: a process has 60 ms from its start to its end.

line        from standard input to standard output
given       what Claude Code says
branch      the git branch, without git
transcript  the conversation's end, as Claude Code keeps it
answers     what the router has written down: who answered, what it cost, what rests
variables   what ``{{name}}`` stands for
formats     figures as the original writes them
themes      which modules are shown
scripts     modules of the user's own, in Python and JavaScript
colours     colours by name or number, as the terminal can show them
drawing     modules to a line
"""
