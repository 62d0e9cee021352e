// tables.lua in JavaScript: Maps; an array whose beginning moves for the queue, an array for the stack.
"use strict";

function sparse(count) {
  const map = new Map();
  let key = 1;
  for (let i = 1; i <= count; i++) {
    key = (key * 1309 + 13849) % 65536;
    map.set(key * 16, i);
  }
  let entries = 0, sum = 0;
  for (const [each, value] of map) {
    entries++;
    sum += (each % 101) + value;
  }
  return entries + sum;
}

function names(count) {
  const map = new Map();
  for (let i = 1; i <= count; i++) {
    const name = `name${i % 1500}`;
    map.set(name, (map.get(name) || 0) + i);
  }
  let sum = 0;
  for (let i = 0; i < 1500; i++) {
    sum += map.get(`name${i}`);
  }
  for (let i = 0; i < 1500; i += 2) {
    map.delete(`name${i}`);
  }
  let left = 0;
  for (const _ of map.keys()) {
    left++;
  }
  return sum + left;
}

function queue(count) {
  const items = [];
  let first = 0, sum = 0;
  for (let i = 1; i <= count; i++) {
    items.push(i);
    if (i % 3 === 0) {
      sum += items[first];
      items[first] = undefined;
      first++;
    }
  }
  return sum + items.length - first - 1;
}

function stack(count) {
  const items = [];
  for (let i = 1; i <= count; i++) {
    items.push(i);
  }
  let sum = 0;
  while (items.length > count / 2) {
    sum += items.pop();
  }
  for (let i = 1; i <= 20; i++) {
    items.unshift(i);
    sum += items.splice(4, 1)[0];
  }
  return sum;
}

function objects(count) {
  const all = [], place = new Map();
  for (let i = 1; i <= count; i++) {
    const object = [i];
    all.push(object);
    place.set(object, i);
    place.set(i + 0.5, i);
  }
  let sum = 0;
  for (let i = 1; i <= count; i++) {
    const object = all[i - 1];
    sum += place.get(object) - place.get(i + 0.5) + object[0];
  }
  return sum;
}

function run() {
  const total = sparse(60000) + names(50000) + queue(60000) + stack(8000) + objects(16000);
  if (total !== 3405179869) {
    throw new Error(`tables: ${total}`);
  }
  return total;
}

module.exports = { run };
