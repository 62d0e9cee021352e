"""What is shown: charts, the page of an experiment as HTML and as Markdown, and the journal as a site.

Nothing here computes a statistic; pages open without a network.
"""
