// tak.lua in JavaScript, which has no tail calls here.
"use strict";

class Element {
  constructor(value, rest) {
    this.value = value;
    this.rest = rest;
  }
}

function make(length) {
  let list = null;
  for (let value = 1; value <= length; value++) {
    list = new Element(value, list);
  }
  return list;
}

function shorter(a, b) {
  while (b !== null) {
    if (a === null) {
      return true;
    }
    a = a.rest;
    b = b.rest;
  }
  return false;
}

function tak(x, y, z) {
  if (!shorter(y, x)) {
    return z;
  }
  return tak(tak(x.rest, y, z), tak(y.rest, z, x), tak(z.rest, x, y));
}

function lengthOf(list) {
  let count = 0;
  while (list !== null) {
    count++;
    list = list.rest;
  }
  return count;
}

function run() {
  let result;
  for (let i = 0; i < 4; i++) {
    result = lengthOf(tak(make(18), make(12), make(6)));
  }
  if (result !== 7) {
    throw new Error(`tak: ${result}`);
  }
  return result;
}

module.exports = { run };
