// coroutines.lua in JavaScript: generators, with `yield*` where Lua yields from a nested call.
"use strict";

function* range(first, last) {
  for (let i = first; i <= last; i++) {
    yield i;
  }
}

function* filter(prime, source) {
  for (const number of source) {
    if (number % prime !== 0) {
      yield number;
    }
  }
}

function primes(limit) {
  let count = 0, last = 0;
  let source = range(2, limit);
  for (;;) {
    const { value: prime, done } = source.next();
    if (done) {
      return count + last;
    }
    count++;
    last = prime;
    source = filter(prime, source);
  }
}

class Tree {
  constructor(left, value, right) {
    this.left = left;
    this.value = value;
    this.right = right;
  }
}

function tree(depth) {
  if (depth === 0) {
    return null;
  }
  return new Tree(tree(depth - 1), depth, tree(depth - 1));
}

function* walk(node) {
  if (node !== null) {
    yield* walk(node.left);
    yield node.value;
    yield* walk(node.right);
  }
}

function sumOfTree(root) {
  let sum = 0;
  for (const value of walk(root)) {
    sum += value;
  }
  return sum;
}

function* summing(first) {
  let sum = first;
  for (;;) {
    sum += yield sum % 7;
  }
}

function toAndFro(rounds) {
  const other = summing(1);
  let sum = other.next().value;
  for (let i = 2; i <= rounds; i++) {
    sum += other.next(i).value;
  }
  return sum;
}

function* doubling(a, b) {
  const c = yield a + b;
  return c * 2;
}

function shortLives(count) {
  let sum = 0;
  for (let i = 1; i <= count; i++) {
    const thread = doubling(i, 1);
    const first = thread.next().value;
    sum += thread.next(first).value;
  }
  return sum;
}

const root = tree(13);

function run() {
  const total = primes(500) + primes(510) + primes(520) + sumOfTree(root) + toAndFro(60000) + shortLives(15000);
  if (total !== 225183179) {
    throw new Error(`coroutines: ${total}`);
  }
  return total;
}

module.exports = { run };
