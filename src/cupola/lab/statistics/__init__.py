"""What follows: warm-up classes, comparisons with intervals, posteriors, and the verdict.

Functions of arrays and records; nothing here runs a process or writes a file. A process is the unit of analysis: what
it measured in its iterations is summed up before anything is compared.
"""
