-- Floats as io.write writes them in this version: by the format "%.14g".
io.write(1.5, " ", 0.1, " ", 1e100, " ", 1 / 3, " ", 3.0, " ", -0.0, " ", 1e15, " ", 1 / 0, "\n")
