// towers.lua in JavaScript: piles begin at 0.
"use strict";

class Disk {
  constructor(size) {
    this.size = size;
    this.next = null;
  }
}

let piles = [];
let moves = 0;

function push(pile, disk) {
  const top = piles[pile];
  if (top !== null && disk.size >= top.size) {
    throw new Error("a big disk on a small one");
  }
  disk.next = top;
  piles[pile] = disk;
}

function pop(pile) {
  const top = piles[pile];
  if (top === null) {
    throw new Error("a disk from an empty pile");
  }
  piles[pile] = top.next;
  top.next = null;
  return top;
}

function move(disks, from, to) {
  if (disks === 1) {
    push(to, pop(from));
    moves++;
    return;
  }
  const other = 3 - from - to;
  move(disks - 1, from, other);
  move(1, from, to);
  move(disks - 1, other, to);
}

function run() {
  piles = [null, null, null];
  moves = 0;
  for (let size = 17; size >= 1; size--) {
    push(0, new Disk(size));
  }
  move(17, 0, 1);
  if (moves !== 131071) {
    throw new Error(`towers: ${moves}`);
  }
  return moves;
}

module.exports = { run };
