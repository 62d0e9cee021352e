// fannkuch.lua in JavaScript: arrays begin at 0.
"use strict";

function fannkuch(n) {
  const current = [], turned = [], counts = [];
  for (let i = 0; i < n; i++) {
    current.push(i + 1);
    turned.push(i + 1);
    counts.push(i + 1);
  }
  let sign = 1, checksum = 0, most = 0;
  for (;;) {
    if (current[0] !== 1) {
      for (let i = 0; i < n; i++) {
        turned[i] = current[i];
      }
      let flips = 0;
      let first = turned[0];
      while (first !== 1) {
        let low = 0, high = first - 1;
        while (low < high) {
          const kept = turned[low];
          turned[low] = turned[high];
          turned[high] = kept;
          low++;
          high--;
        }
        flips++;
        first = turned[0];
      }
      if (flips > most) {
        most = flips;
      }
      checksum += sign * flips;
    }
    if (sign === 1) {
      const kept = current[0];
      current[0] = current[1];
      current[1] = kept;
      sign = -1;
    } else {
      const kept = current[1];
      current[1] = current[2];
      current[2] = kept;
      sign = 1;
      let i = 2;
      while (counts[i] === 1) {
        if (i === n - 1) {
          return [checksum, most];
        }
        counts[i] = i + 1;
        const first = current[0];
        for (let k = 0; k <= i; k++) {
          current[k] = current[k + 1];
        }
        i++;
        current[i] = first;
      }
      counts[i]--;
    }
  }
}

function run() {
  const [checksum, most] = fannkuch(8);
  const value = `${checksum} ${most}`;
  if (value !== "1616 22") {
    throw new Error(`fannkuch: ${value}`);
  }
  return value;
}

module.exports = { run };
