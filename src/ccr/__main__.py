"""`python -m ccr` is `ccr`."""

from ccr.cli.main import main

main()
