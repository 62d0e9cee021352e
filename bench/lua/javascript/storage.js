// storage.lua in JavaScript: a leaf is made at once.
"use strict";

let seed;
let nodes;

function random() {
  seed = (seed * 1309 + 13849) % 65536;
  return seed;
}

function build(depth) {
  nodes++;
  if (depth === 1) {
    return new Array((random() % 10) + 1).fill(false);
  }
  const node = [];
  for (let i = 0; i < 4; i++) {
    node.push(build(depth - 1));
  }
  return node;
}

function run() {
  seed = 74755;
  for (let i = 0; i < 2; i++) {
    nodes = 0;
    build(8);
  }
  if (nodes !== 21845) {
    throw new Error(`storage: ${nodes}`);
  }
  return nodes;
}

module.exports = { run };
