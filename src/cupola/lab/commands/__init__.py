"""The subcommands of `cupola lab`, one module each: `add_arguments(parser)`, `main(args) -> exit status`, and if they
like DESCRIPTION and EPILOG for their help.

They raise LabError for what the user has to mend, and import numpy and its like only where they use it: the table of
`cupola.cli.lab` imports them when they are called.
"""
