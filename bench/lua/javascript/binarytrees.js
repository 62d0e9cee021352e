// binarytrees.lua in JavaScript: nodes are objects.
"use strict";

class Tree {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }
}

function make(depth) {
  if (depth === 0) {
    return new Tree(null, null);
  }
  return new Tree(make(depth - 1), make(depth - 1));
}

function count(tree) {
  if (tree.left === null) {
    return 1;
  }
  return 1 + count(tree.left) + count(tree.right);
}

function run() {
  const longLived = make(14);
  const sums = [];
  for (let depth = 4; depth <= 14; depth += 5) {
    const trees = 2 ** (14 - depth);
    let sum = 0;
    for (let i = 0; i < trees; i++) {
      sum += count(make(depth));
    }
    sums.push(sum);
  }
  sums.push(count(longLived));
  const value = sums.join(" ");
  if (value !== "31744 32736 32767 32767") {
    throw new Error(`binarytrees: ${value}`);
  }
  return value;
}

module.exports = { run };
