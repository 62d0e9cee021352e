// mandelbrot.lua in JavaScript.
"use strict";

function mandelbrot(size, most) {
  let inside = 0, rounds = 0;
  for (let row = 0; row < size; row++) {
    const ci = (2.0 * row) / size - 1.0;
    for (let column = 0; column < size; column++) {
      const cr = (2.0 * column) / size - 1.5;
      let zr = 0.0, zi = 0.0, rr = 0.0, ii = 0.0;
      let round = 0;
      while (round < most && rr + ii <= 4.0) {
        zi = 2.0 * zr * zi + ci;
        zr = rr - ii + cr;
        rr = zr * zr;
        ii = zi * zi;
        round++;
      }
      if (rr + ii <= 4.0) {
        inside++;
      } else {
        rounds += round;
      }
    }
  }
  return [inside, rounds];
}

function run() {
  const [inside, rounds] = mandelbrot(200, 50);
  const value = `${inside} ${rounds}`;
  if (value !== "15899 181625") {
    throw new Error(`mandelbrot: ${value}`);
  }
  return value;
}

module.exports = { run };
