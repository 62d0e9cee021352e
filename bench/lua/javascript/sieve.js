// sieve.lua in JavaScript.
"use strict";

function countPrimes(limit) {
  const prime = new Array(limit + 1).fill(true);
  let count = 0;
  for (let i = 2; i <= limit; i++) {
    if (prime[i]) {
      count++;
      for (let multiple = i + i; multiple <= limit; multiple += i) {
        prime[multiple] = false;
      }
    }
  }
  return count;
}

function run() {
  const count = countPrimes(400000);
  if (count !== 33860) {
    throw new Error(`sieve: ${count}`);
  }
  return count;
}

module.exports = { run };
