// bounce.lua in JavaScript.
"use strict";

class Random {
  constructor() {
    this.seed = 74755;
  }

  next() {
    this.seed = (this.seed * 1309 + 13849) % 65536;
    return this.seed;
  }
}

class Ball {
  constructor(random) {
    this.x = random.next() % 500;
    this.y = random.next() % 500;
    this.dx = (random.next() % 300) - 150;
    this.dy = (random.next() % 300) - 150;
  }

  bounce() {
    let bounced = false;
    this.x += this.dx;
    this.y += this.dy;
    if (this.x > 500) {
      this.x = 500;
      this.dx = -Math.abs(this.dx);
      bounced = true;
    }
    if (this.x < 0) {
      this.x = 0;
      this.dx = Math.abs(this.dx);
      bounced = true;
    }
    if (this.y > 500) {
      this.y = 500;
      this.dy = -Math.abs(this.dy);
      bounced = true;
    }
    if (this.y < 0) {
      this.y = 0;
      this.dy = Math.abs(this.dy);
      bounced = true;
    }
    return bounced;
  }
}

function simulate() {
  const random = new Random();
  const balls = [];
  for (let i = 0; i < 100; i++) {
    balls.push(new Ball(random));
  }
  let bounces = 0;
  for (let i = 0; i < 50; i++) {
    for (const ball of balls) {
      if (ball.bounce()) {
        bounces++;
      }
    }
  }
  return bounces;
}

function run() {
  let bounces = 0;
  for (let i = 0; i < 50; i++) {
    bounces = simulate();
  }
  if (bounces !== 1331) {
    throw new Error(`bounce: ${bounces}`);
  }
  return bounces;
}

module.exports = { run };
