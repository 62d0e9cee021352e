// queens.lua in JavaScript: rows and columns begin at 0.
"use strict";

class Board {
  constructor(size) {
    this.size = size;
    this.rows = new Array(size).fill(true);
    this.rising = new Array(2 * size).fill(true);
    this.falling = new Array(2 * size).fill(true);
    this.solutions = 0;
  }

  isFree(column, row) {
    return this.rows[row] && this.rising[row + column] && this.falling[row - column + this.size];
  }

  mark(column, row, free) {
    this.rows[row] = free;
    this.rising[row + column] = free;
    this.falling[row - column + this.size] = free;
  }

  place(column) {
    if (column === this.size) {
      this.solutions++;
      return;
    }
    for (let row = 0; row < this.size; row++) {
      if (this.isFree(column, row)) {
        this.mark(column, row, false);
        this.place(column + 1);
        this.mark(column, row, true);
      }
    }
  }
}

function run() {
  let board;
  for (let i = 0; i < 3; i++) {
    board = new Board(9);
    board.place(0);
  }
  if (board.solutions !== 352) {
    throw new Error(`queens: ${board.solutions}`);
  }
  return board.solutions;
}

module.exports = { run };
