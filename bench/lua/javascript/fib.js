// fib.lua in JavaScript.
"use strict";

function fib(n) {
  if (n < 2) {
    return n;
  }
  return fib(n - 1) + fib(n - 2);
}

function run() {
  const result = fib(30);
  if (result !== 832040) {
    throw new Error(`fib: ${result}`);
  }
  return result;
}

module.exports = { run };
