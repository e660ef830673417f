"""`python -m fedi` is the `fedi` command."""

from fedi.cli import main

main()
