// collision.lua in JavaScript: vectors have methods in the place of operators.
"use strict";

const MIN_X = 0, MIN_Y = 0, MAX_X = 1000, MAX_Y = 1000, MIN_Z = 0, MAX_Z = 10;
const RADIUS = 1;
const CELL = 2;

// Vectors

class Flat {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  plus(other) {
    return new Flat(this.x + other.x, this.y + other.y);
  }

  compare(other) {
    if (this.x !== other.x) {
      return this.x < other.x ? -1 : 1;
    }
    if (this.y !== other.y) {
      return this.y < other.y ? -1 : 1;
    }
    return 0;
  }
}

class Space {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  plus(other) {
    return new Space(this.x + other.x, this.y + other.y, this.z + other.z);
  }

  minus(other) {
    return new Space(this.x - other.x, this.y - other.y, this.z - other.z);
  }

  times(factor) {
    return new Space(this.x * factor, this.y * factor, this.z * factor);
  }

  dot(other) {
    return this.x * other.x + this.y * other.y + this.z * other.z;
  }
}

// Search trees that are balanced by levels: a left child is one level lower, a right one at most one level lower

class Node {
  constructor(key, value) {
    this.key = key;
    this.value = value;
    this.level = 1;
    this.left = null;
    this.right = null;
  }
}

function skewed(node) {
  const left = node.left;
  if (left !== null && left.level === node.level) {
    node.left = left.right;
    left.right = node;
    return left;
  }
  return node;
}

function split(node) {
  const right = node.right;
  if (right !== null && right.right !== null && right.right.level === node.level) {
    node.right = right.left;
    right.left = node;
    right.level++;
    return right;
  }
  return node;
}

function put(node, key, value) {
  if (node === null) {
    return [new Node(key, value), undefined];
  }
  const order = key.compare(node.key);
  let old;
  if (order === 0) {
    old = node.value;
    node.value = value;
    return [node, old];
  }
  if (order < 0) {
    [node.left, old] = put(node.left, key, value);
  } else {
    [node.right, old] = put(node.right, key, value);
  }
  return [split(skewed(node)), old];
}

function walk(node, action) {
  if (node !== null) {
    walk(node.left, action);
    action(node.key, node.value);
    walk(node.right, action);
  }
}

class Tree {
  constructor() {
    this.root = null;
  }

  put(key, value) {
    let old;
    [this.root, old] = put(this.root, key, value);
    return old;
  }

  get(key) {
    let node = this.root;
    while (node !== null) {
      const order = key.compare(node.key);
      if (order === 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }

  each(action) {
    walk(this.root, action);
  }
}

// The times between which a coordinate lies within the cell widened by half a radius, as parts of the frame

function within(cell, start, way) {
  let low = cell - RADIUS / 2, high = cell + CELL + RADIUS / 2;
  if (way === 0) {
    return start >= low && start <= high ? [0, 1] : [1, 0];
  }
  low = (low - start) / way;
  high = (high - start) / way;
  if (low > high) {
    [low, high] = [high, low];
  }
  return [Math.max(low, 0), Math.min(high, 1)];
}

// A part of a straight line that an aircraft flies in a frame

class Motion {
  constructor(from, to) {
    this.from = from;
    this.to = to;
  }

  meets(other) {
    const start = this.from.minus(other.from);
    const way = this.to.minus(this.from).minus(other.to.minus(other.from));
    const a = way.dot(way);
    if (a === 0) {
      if (Math.sqrt(start.dot(start)) <= RADIUS) {
        return this.from.plus(other.from).times(0.5);
      }
      return null;
    }
    const b = 2 * start.dot(way);
    const c = start.dot(start) - RADIUS * RADIUS;
    const discriminant = b * b - 4 * a * c;
    if (discriminant < 0) {
      return null;
    }
    const root = Math.sqrt(discriminant);
    const first = (-b - root) / (2 * a), last = (-b + root) / (2 * a);
    if (first > 1 || last < 0) {
      return null;
    }
    const time = Math.max(first, 0);
    const ours = this.from.plus(this.to.minus(this.from).times(time));
    const place = ours.plus(other.from.plus(other.to.minus(other.from).times(time))).times(0.5);
    if (place.x >= MIN_X && place.x <= MAX_X && place.y >= MIN_Y && place.y <= MAX_Y
      && place.z >= MIN_Z && place.z <= MAX_Z) {
      return place;
    }
    return null;
  }

  touches(cell) {
    if (cell.x > MAX_X || cell.x < MIN_X || cell.y > MAX_Y || cell.y < MIN_Y) {
      return false;
    }
    const { from, to } = this;
    const [xLow, xHigh] = within(cell.x, from.x, to.x - from.x);
    const [yLow, yHigh] = within(cell.y, from.y, to.y - from.y);
    return Math.max(xLow, yLow) <= Math.min(xHigh, yHigh);
  }
}

const NEIGHBOURS = [];
for (let x = -1; x <= 1; x++) {
  for (let y = -1; y <= 1; y++) {
    if (x !== 0 || y !== 0) {
      NEIGHBOURS.push(new Flat(x * CELL, y * CELL));
    }
  }
}

function draw(cells, seen, cell, motion) {
  if (!motion.touches(cell) || seen.put(cell, true)) {
    return;
  }
  let motions = cells.get(cell);
  if (!motions) {
    motions = [];
    cells.put(cell, motions);
  }
  motions.push(motion);
  for (const neighbour of NEIGHBOURS) {
    draw(cells, seen, cell.plus(neighbour), motion);
  }
}

function collisionsIn(motions) {
  const cells = new Tree();
  for (const motion of motions) {
    const cell = new Flat(Math.floor(motion.from.x / CELL) * CELL, Math.floor(motion.from.y / CELL) * CELL);
    draw(cells, new Tree(), cell, motion);
  }
  let count = 0;
  cells.each((_, group) => {
    for (let i = 0; i < group.length; i++) {
      for (let j = i + 1; j < group.length; j++) {
        if (group[i].meets(group[j])) {
          count++;
        }
      }
    }
  });
  return count;
}

// Pairs of aircraft that fly the same way, one up and down as the sine, the other as the cosine

function positions(aircraft, time) {
  const places = [];
  for (let i = 0; i < aircraft; i += 2) {
    places.push(new Space(time, Math.cos(time) * 2 + i * 3, 10));
    places.push(new Space(time, Math.sin(time) * 2 + i * 3, 10));
  }
  return places;
}

function simulate(aircraft, frames) {
  let before = null;
  let count = 0;
  for (let frame = 0; frame < frames; frame++) {
    const now = positions(aircraft, frame / 10);
    before = before || now;
    const motions = [];
    for (let i = 0; i < aircraft; i++) {
      motions.push(new Motion(before[i], now[i]));
    }
    count += collisionsIn(motions);
    before = now;
  }
  return count;
}

function run() {
  const count = simulate(10, 100);
  if (count !== 157) {
    throw new Error(`collision: ${count}`);
  }
  return count;
}

module.exports = { run };
