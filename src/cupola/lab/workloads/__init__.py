"""Processes that experiments run as arms of the kind `command`: each does one thing with Cupola, in a way that
`cupola run` has no switch for, and tells of it by the protocol of `cupola.lab.running.told`.

They print nothing that varies, so that arms which mean something else are found by what they print.
"""
