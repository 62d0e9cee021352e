// Runs one program of this folder, as ../harness.lua does, with the same output:
//
//     node harness.js PROGRAM [ITERATIONS [turns]]
//
// Each program here is ../PROGRAM.lua written in JavaScript: the same algorithm and the same work, with the types that
// one would take in JavaScript (classes, arrays, Map and Set, generators). There are no operators of one's own: where
// Lua has metamethods for them, there are methods. No program needs integers beyond 2^53. The time is that of the
// processor for all threads: Node compiles and collects garbage in some of its own.
"use strict";

const fs = require("fs");

function fail(message) {
  fs.writeSync(2, message + "\n");
  process.exit(1);
}

// Whether there is another line on standard input: its end is read byte by byte, so that nothing is read ahead.
function lineIsThere() {
  const byte = Buffer.alloc(1);
  while (fs.readSync(0, byte, 0, 1, null) === 1) {
    if (byte[0] === 10) {
      return true;
    }
  }
  return false;
}

const [name, count = "10", word] = process.argv.slice(2);
const iterations = Number(count);
if (!name || !Number.isInteger(iterations) || process.argv.length > 5 || (word !== undefined && word !== "turns")) {
  fail("usage: node harness.js PROGRAM [ITERATIONS [turns]]");
}

const { run } = require(`./${name}.js`);

let value;
for (let i = 1; i <= iterations; i++) {
  if (word && !lineIsThere()) {
    fail(`standard input ended before iteration ${i}`);
  }
  const start = process.cpuUsage();
  value = run();
  const { user, system } = process.cpuUsage(start);
  fs.writeSync(1, `${name}: iteration ${i}: ${user + system} us\n`);
}
fs.writeSync(1, `${name} ${value}\n`);
