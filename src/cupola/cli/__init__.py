"""The command line: one module a command, imported when the command is used.

`main` chooses the command; `status` holds the exit statuses. Everything on the path of `cupola run` imports only what
a run needs, because people wait for it.
"""
