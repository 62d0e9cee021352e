// spectralnorm.lua in JavaScript: rows and columns begin at 0.
"use strict";

function element(i, j) {
  const ij = i + j;
  return 1.0 / (ij * (ij + 1) * 0.5 + i + 1);
}

function multiply(x, y, count) {
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < count; j++) {
      sum += x[j] * element(i, j);
    }
    y[i] = sum;
  }
}

function multiplyTransposed(x, y, count) {
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < count; j++) {
      sum += x[j] * element(j, i);
    }
    y[i] = sum;
  }
}

function norm(count) {
  const u = [], v = [], scratch = [];
  for (let i = 0; i < count; i++) {
    u.push(1);
  }
  for (let i = 0; i < 10; i++) {
    multiply(u, scratch, count);
    multiplyTransposed(scratch, v, count);
    multiply(v, scratch, count);
    multiplyTransposed(scratch, u, count);
  }
  let numerator = 0, denominator = 0;
  for (let i = 0; i < count; i++) {
    numerator += u[i] * v[i];
    denominator += v[i] * v[i];
  }
  return Math.sqrt(numerator / denominator);
}

function run() {
  const value = norm(100).toFixed(9);
  if (value !== "1.274219991") {
    throw new Error(`spectralnorm: ${value}`);
  }
  return value;
}

module.exports = { run };
