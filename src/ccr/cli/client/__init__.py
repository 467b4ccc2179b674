"""Claude Code as the launcher sees it.

environment     which variables make it use us well; pure
shells          the same as lines for a shell; pure
settings        the ``--settings`` file, the user's own merged in
executable      where the program is
onboarding      its first start
session         the service, for as long as it runs
process         runs it, and passes signals on
launch          all of that for one run
"""
