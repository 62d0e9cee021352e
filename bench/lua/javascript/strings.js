// strings.lua in JavaScript: regular expressions in the place of patterns, padStart and the like in that of format.
"use strict";

function sentence(count) {
  const words = [];
  for (let i = 1; i <= count; i++) {
    words.push(`w${i % 97}` + String.fromCharCode(97 + (i % 26)));
  }
  return words.join(" ");
}

function checksum(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    sum = (sum * 31 + text.charCodeAt(i)) % 1000003;
  }
  return sum;
}

function countWords(text) {
  const counts = new Map();
  let different = 0;
  for (const [word] of text.matchAll(/[A-Za-z][0-9]*[A-Za-z]/g)) {
    if (!counts.has(word)) {
      counts.set(word, 0);
      different++;
    }
    counts.set(word, counts.get(word) + 1);
  }
  return [different, counts];
}

function reversed(text) {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    result = text[i] + result;
  }
  return result;
}

function lines(count) {
  const out = [];
  for (let i = 1; i <= count; i++) {
    const number = String(i).padStart(5), name = `n${i}`.padEnd(8);
    out.push(`${number}|${name}|${(i * 255).toString(16)}|${(i / 7).toFixed(3)}`);
  }
  return out.join("\n");
}

function fields(text) {
  let count = 0, start = 0;
  for (;;) {
    const place = text.indexOf("|", start);
    if (place < 0) {
      return count;
    }
    count++;
    start = place + 1;
  }
}

function run() {
  const text = sentence(6000);
  const [different, counts] = countWords(text);
  let replaced = 0;
  const swapped = text.replace(/([A-Za-z])([0-9]+)([A-Za-z])/g, (_, first, digits, last) => {
    replaced++;
    return last + digits + first;
  });
  const upper = swapped.replace(/[0-9]+/g, (digits) => "<" + digits + ">");
  const table = lines(4000);
  const value = [
    different, counts.get("w1b"), replaced, checksum(upper), checksum(reversed(text.slice(0, 3000))), fields(table),
    checksum(table),
  ].join(" ");
  if (value !== "2522 3 6000 901309 202893 12000 567738") {
    throw new Error(`strings: ${value}`);
  }
  return value;
}

module.exports = { run };
