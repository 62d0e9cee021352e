// metamethods.lua in JavaScript: methods in the place of operators, a Proxy for __index and __newindex that are
// functions, prototypes for the chain of defaults, toString in the place of __concat.
"use strict";

class Complex {
  constructor(re, im) {
    this.re = re;
    this.im = im;
  }

  plus(other) {
    return new Complex(this.re + other.re, this.im + other.im);
  }

  minus(other) {
    return new Complex(this.re - other.re, this.im - other.im);
  }

  times(other) {
    return new Complex(this.re * other.re - this.im * other.im, this.re * other.im + this.im * other.re);
  }

  negated() {
    return new Complex(-this.re, -this.im);
  }

  equals(other) {
    return this.re === other.re && this.im === other.im;
  }

  isLess(other) {
    return this.re * this.re + this.im * this.im < other.re * other.re + other.im * other.im;
  }

  toString() {
    return `${this.re},${this.im}`;
  }
}

function gaussian(rounds) {
  let value = new Complex(1, 0);
  const turn = new Complex(0, 1);
  let sum = new Complex(0, 0), least = 0;
  for (let i = 1; i <= rounds; i++) {
    value = value.times(turn);
    sum = sum.plus(value).minus(new Complex(1, i % 3));
    if (value.equals(new Complex(1, 0).negated())) {
      least++;
    }
    if (value.isLess(sum)) {
      least++;
    }
  }
  return `(${sum})${least}`;
}

function watched(rounds) {
  const kept = {};
  let reads = 0, writes = 0;
  const proxy = new Proxy({}, {
    get(_, key) {
      reads++;
      return kept[key];
    },
    set(_, key, value) {
      writes++;
      kept[key] = value;
      return true;
    },
  });
  for (let i = 1; i <= rounds; i++) {
    const key = i % 10;
    proxy[key] = (proxy[key] || 0) + i;
  }
  return proxy[3] + reads + writes;
}

class Adder {
  call(a, b) {
    return a + b;
  }
}

function chained(rounds) {
  const base = { value: 1 };
  let object = base;
  for (let i = 0; i < 5; i++) {
    object = Object.create(object);
  }
  const adder = new Adder();
  let sum = 0;
  for (let i = 1; i <= rounds; i++) {
    sum = adder.call(sum, object.value);
    if (i % 1000 === 0) {
      base.value++;
    }
  }
  return sum;
}

function run() {
  const value = `${gaussian(20000)} ${watched(40000)} ${chained(60000)}`;
  if (value !== "(-20000,-20001)24999 80072001 1830000") {
    throw new Error(`metamethods: ${value}`);
  }
  return value;
}

module.exports = { run };
