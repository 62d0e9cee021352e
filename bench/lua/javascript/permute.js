// permute.lua in JavaScript: the array begins at 0.
"use strict";

const values = [];
let count = 0;

function exchange(i, j) {
  const kept = values[i];
  values[i] = values[j];
  values[j] = kept;
}

function permute(n) {
  count++;
  if (n > 0) {
    permute(n - 1);
    for (let i = n - 1; i >= 0; i--) {
      exchange(n - 1, i);
      permute(n - 1);
      exchange(n - 1, i);
    }
  }
}

function run() {
  for (let i = 0; i < 7; i++) {
    values[i] = i + 1;
  }
  for (let i = 0; i < 6; i++) {
    count = 0;
    permute(7);
  }
  for (let i = 0; i < 7; i++) {
    if (values[i] !== i + 1) {
      throw new Error("permute: the array was not restored");
    }
  }
  if (count !== 69281) {
    throw new Error(`permute: ${count}`);
  }
  return count;
}

module.exports = { run };
