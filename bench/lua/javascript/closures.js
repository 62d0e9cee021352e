// closures.lua in JavaScript: `try` in the place of pcall, rest parameters in the place of varargs. What is thrown is a
// string, as in Lua: an Error would note its stack.
"use strict";

function counter(step) {
  let count = 0;
  return [
    () => {
      count += step;
      return count;
    },
    () => count,
  ];
}

function compose(...functions) {
  return (value) => {
    for (const each of functions) {
      value = each(value);
    }
    return value;
  };
}

function map(array, action) {
  const result = [];
  for (const each of array) {
    result.push(action(each));
  }
  return result;
}

function fold(array, start, action) {
  let value = start;
  for (const each of array) {
    value = action(value, each);
  }
  return value;
}

function sumOf(...numbers) {
  let sum = 0;
  for (const number of numbers) {
    sum += number;
  }
  return sum;
}

function checked(value) {
  if (value % 5 === 0) {
    throw "five";
  }
  return value;
}

function run() {
  let total = 0;
  for (let round = 1; round <= 60; round++) {
    const [add, read] = counter(round);
    for (let i = 0; i < 1000; i++) {
      add();
    }
    total += read();

    const functions = [];
    for (let i = 1; i <= 200; i++) {
      functions.push((value) => value + i);
    }
    total += compose(...functions)(0);

    const array = [];
    for (let i = 1; i <= 1000; i++) {
      array.push(i);
    }
    const squares = map(array, (value) => ((value * value) % 1001) + round);
    total += fold(squares, 0, (a, b) => a + b);

    for (let i = 1; i <= 1000; i++) {
      total += sumOf(i, round, 3, 4);
      try {
        total += checked(i);
      } catch (error) {
        if (error !== "five") {
          throw error;
        }
      }
    }
  }
  if (total !== 90335160) {
    throw new Error(`closures: ${total}`);
  }
  return total;
}

module.exports = { run };
