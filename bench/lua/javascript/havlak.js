// havlak.lua in JavaScript: arrays walked by forEach, sets and maps of the language.
"use strict";

class Block {
  constructor(name) {
    this.name = name;
    this.sources = [];
    this.targets = [];
  }
}

class Graph {
  constructor() {
    this.blocks = [];
    this.byName = new Map();
  }

  block(name) {
    let block = this.byName.get(name);
    if (!block) {
      block = new Block(name);
      this.byName.set(name, block);
      this.blocks.push(block);
    }
    return block;
  }

  connect(from, to) {
    const source = this.block(from), target = this.block(to);
    source.targets.push(target);
    target.sources.push(source);
    return to;
  }

  straight(from, length) {
    for (let name = from; name < from + length; name++) {
      this.connect(name, name + 1);
    }
    return from + length;
  }

  diamond(from) {
    this.connect(from, from + 1);
    this.connect(from, from + 2);
    this.connect(from + 1, from + 3);
    this.connect(from + 2, from + 3);
    return from + 3;
  }

  nest(from) {
    const header = this.straight(from, 1);
    const first = this.diamond(header);
    const between = this.straight(first, 1);
    const second = this.diamond(between);
    const footer = this.straight(second, 1);
    this.connect(second, between);
    this.connect(first, header);
    this.connect(footer, from);
    return this.straight(footer, 1);
  }
}

class Loop {
  constructor(header, reducible) {
    this.header = header;
    this.reducible = reducible;
    this.parent = null;
    this.level = 0;
    this.depth = 0;
    this.blocks = new Set();
    this.children = new Set();
    if (header) {
      this.blocks.add(header);
    }
  }

  putInto(parent) {
    this.parent = parent;
    parent.children.add(this);
  }

  number(depth) {
    let level = 0;
    for (const child of this.children) {
      level = Math.max(level, 1 + child.number(depth + 1));
    }
    this.depth = depth;
    this.level = level;
    return level;
  }
}

// Nodes are blocks in the order of a depth-first walk, united when a loop is found.

class Node {
  constructor(block, number) {
    this.block = block;
    this.number = number;
    this.last = number;
    this.loop = null;
    this.parent = this;
    this.kind = "none";
    this.back = [];
    this.other = new Set();
  }

  find() {
    const passed = [];
    let node = this;
    while (node.parent !== node) {
      passed.push(node);
      node = node.parent;
    }
    passed.forEach((each) => {
      each.parent = node;
    });
    return node;
  }

  isAncestorOf(node) {
    return this.number <= node.number && node.number <= this.last;
  }
}

class Finder {
  constructor(graph) {
    this.graph = graph;
    this.nodes = [];
    this.nodeOf = new Map();
    this.loops = [];
  }

  walk(block) {
    const node = new Node(block, this.nodes.length);
    this.nodes.push(node);
    this.nodeOf.set(block, node);
    block.targets.forEach((target) => {
      if (!this.nodeOf.has(target)) {
        this.walk(target);
      }
    });
    node.last = this.nodes.length - 1;
  }

  sortEdges() {
    this.nodes.forEach((node) => {
      node.block.sources.forEach((source) => {
        const from = this.nodeOf.get(source);
        if (from) {
          if (node.isAncestorOf(from)) {
            node.back.push(from);
          } else {
            node.other.add(from);
          }
        }
      });
    });
  }

  bodyOf(header) {
    const body = [];
    header.back.forEach((node) => {
      if (node === header) {
        header.kind = "self";
      } else {
        body.push(node.find());
      }
    });
    if (body.length > 0) {
      header.kind = "reducible";
    }
    for (let done = 0; done < body.length; done++) {
      for (const source of body[done].other) {
        const node = source.find();
        if (!header.isAncestorOf(node)) {
          header.kind = "irreducible";
          header.other.add(node);
        } else if (node !== header && !body.includes(node)) {
          body.push(node);
        }
      }
    }
    return body;
  }

  findLoops() {
    this.walk(this.graph.blocks[0]);
    this.sortEdges();
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const header = this.nodes[i];
      const body = this.bodyOf(header);
      if (header.kind !== "none") {
        const loop = new Loop(header.block, header.kind !== "irreducible");
        this.loops.push(loop);
        header.loop = loop;
        body.forEach((node) => {
          node.parent = header;
          if (node.loop) {
            node.loop.putInto(loop);
          } else {
            loop.blocks.add(node.block);
          }
        });
      }
    }
  }

  nesting() {
    const root = new Loop(null, true);
    this.loops.forEach((loop) => {
      if (!loop.parent) {
        loop.putInto(root);
      }
    });
    return root.number(0);
  }
}

// A big graph: groups of loops side by side in loops, all in one loop

function build(groups, loops, nests) {
  const graph = new Graph();
  graph.nest(1);
  graph.connect(1, 3);
  let last = 3;
  for (let i = 0; i < groups; i++) {
    graph.connect(3, last + 1);
    last++;
    for (let j = 0; j < loops; j++) {
      const top = last;
      last = graph.straight(last, 1);
      for (let k = 0; k < nests; k++) {
        last = graph.nest(last);
      }
      const bottom = graph.straight(last, 1);
      graph.connect(last, top);
      last = bottom;
    }
    graph.connect(last, 1);
  }
  return graph;
}

function run() {
  const graph = build(5, 4, 4);
  let value;
  for (let i = 0; i < 5; i++) {
    const finder = new Finder(graph);
    finder.findLoops();
    value = `${finder.loops.length} ${graph.blocks.length} ${finder.nesting()}`;
  }
  if (value !== "261 848 5") {
    throw new Error(`havlak: ${value}`);
  }
  return value;
}

module.exports = { run };
