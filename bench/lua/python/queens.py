"""queens.lua in Python: rows and columns begin at 0."""

from __future__ import annotations


class Board:
    def __init__(self, size: int) -> None:
        self.size = size
        self.rows = [True] * size
        self.rising = [True] * (2 * size)
        self.falling = [True] * (2 * size)
        self.solutions = 0

    def is_free(self, column: int, row: int) -> bool:
        return self.rows[row] and self.rising[row + column] and self.falling[row - column + self.size]

    def mark(self, column: int, row: int, free: bool) -> None:
        self.rows[row] = free
        self.rising[row + column] = free
        self.falling[row - column + self.size] = free

    def place(self, column: int) -> None:
        if column == self.size:
            self.solutions += 1
            return
        for row in range(self.size):
            if self.is_free(column, row):
                self.mark(column, row, False)
                self.place(column + 1)
                self.mark(column, row, True)


def run() -> int:
    solutions = 0
    for _ in range(3):
        board = Board(9)
        board.place(0)
        solutions = board.solutions
    if solutions != 352:
        raise ValueError(f"queens: {solutions}")
    return solutions
