"""Programs that keep the house, run by hand and in continuous integration; not part of the package."""
