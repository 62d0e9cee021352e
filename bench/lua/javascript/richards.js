// richards.lua in JavaScript: a class for each kind of task, whose method `step` is in the place of the function in a
// field; bits are toggled by `^`.
"use strict";

const IDLER = 1, WORKER = 2, HANDLER_A = 3, HANDLER_B = 4, DEVICE_A = 5, DEVICE_B = 6;
const DEVICE_KIND = 0, WORK_KIND = 1;
const DATA_SIZE = 4;

class Packet {
  constructor(link, identity, kind) {
    this.link = link;
    this.identity = identity;
    this.kind = kind;
    this.datum = 1;
    this.data = [0, 0, 0, 0];
  }
}

function append(packet, queue) {
  packet.link = null;
  if (queue === null) {
    return packet;
  }
  let last = queue;
  while (last.link !== null) {
    last = last.link;
  }
  last.link = packet;
  return queue;
}

class Scheduler {
  constructor() {
    this.list = null;
    this.current = null;
    this.tasks = [];
    this.queued = 0;
    this.held = 0;
  }

  hold() {
    this.held++;
    this.current.holding = true;
    return this.current.link;
  }

  wait() {
    this.current.waiting = true;
    return this.current;
  }

  release(identity) {
    const task = this.tasks[identity];
    task.holding = false;
    return task.priority > this.current.priority ? task : this.current;
  }

  send(packet) {
    const receiver = this.tasks[packet.identity];
    this.queued++;
    packet.link = null;
    packet.identity = this.current.identity;
    return receiver.addInput(packet, this.current);
  }

  run() {
    this.current = this.list;
    while (this.current !== null) {
      if (this.current.holdsOrWaits()) {
        this.current = this.current.link;
      } else {
        this.current = this.current.run();
      }
    }
  }
}

class Task {
  constructor(scheduler, identity, priority, input, waiting) {
    this.scheduler = scheduler;
    this.link = scheduler.list;
    this.identity = identity;
    this.priority = priority;
    this.input = input;
    this.set(input !== null, waiting, false);
    scheduler.list = this;
    scheduler.tasks[identity] = this;
  }

  holdsOrWaits() {
    return this.holding || (this.waiting && !this.pending);
  }

  set(pending, waiting, holding) {
    this.pending = pending;
    this.waiting = waiting;
    this.holding = holding;
  }

  addInput(packet, running) {
    if (this.input === null) {
      this.input = packet;
      this.pending = true;
      if (this.priority > running.priority) {
        return this;
      }
    } else {
      append(packet, this.input);
    }
    return running;
  }

  run() {
    let packet = null;
    if (this.pending && this.waiting && !this.holding) {
      packet = this.input;
      this.input = packet.link;
      this.set(this.input !== null, false, false);
    }
    return this.step(packet);
  }
}

class Idler extends Task {
  control = 1;
  count = 10000;

  step() {
    this.count--;
    if (this.count === 0) {
      return this.scheduler.hold();
    }
    const half = this.control >> 1;
    if ((this.control & 1) === 0) {
      this.control = half;
      return this.scheduler.release(DEVICE_A);
    }
    this.control = (half + 32768) ^ 16384 ^ 4096 ^ 8;
    return this.scheduler.release(DEVICE_B);
  }
}

class Worker extends Task {
  destination = HANDLER_A;
  letter = 0;

  step(packet) {
    if (packet === null) {
      return this.scheduler.wait();
    }
    this.destination = HANDLER_A + HANDLER_B - this.destination;
    packet.identity = this.destination;
    packet.datum = 1;
    for (let i = 0; i < DATA_SIZE; i++) {
      this.letter = (this.letter % 26) + 1;
      packet.data[i] = 64 + this.letter;
    }
    return this.scheduler.send(packet);
  }
}

class Handler extends Task {
  work = null;
  device = null;

  step(packet) {
    if (packet !== null) {
      if (packet.kind === WORK_KIND) {
        this.work = append(packet, this.work);
      } else {
        this.device = append(packet, this.device);
      }
    }
    const work = this.work;
    if (work !== null) {
      const place = work.datum;
      if (place > DATA_SIZE) {
        this.work = work.link;
        return this.scheduler.send(work);
      }
      const device = this.device;
      if (device !== null) {
        this.device = device.link;
        device.datum = work.data[place - 1];
        work.datum = place + 1;
        return this.scheduler.send(device);
      }
    }
    return this.scheduler.wait();
  }
}

class Device extends Task {
  pendingPacket = null;

  step(packet) {
    if (packet !== null) {
      this.pendingPacket = packet;
      return this.scheduler.hold();
    }
    packet = this.pendingPacket;
    if (packet === null) {
      return this.scheduler.wait();
    }
    this.pendingPacket = null;
    return this.scheduler.send(packet);
  }
}

function packets(count, identity, kind) {
  let queue = null;
  for (let i = 0; i < count; i++) {
    queue = new Packet(queue, identity, kind);
  }
  return queue;
}

function simulate() {
  const scheduler = new Scheduler();
  new Idler(scheduler, IDLER, 0, null, false);
  new Worker(scheduler, WORKER, 1000, packets(2, WORKER, WORK_KIND), true);
  new Handler(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE_KIND), true);
  new Handler(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE_KIND), true);
  new Device(scheduler, DEVICE_A, 4000, null, true);
  new Device(scheduler, DEVICE_B, 5000, null, true);
  scheduler.run();
  return `${scheduler.queued} ${scheduler.held}`;
}

function run() {
  const value = simulate();
  if (value !== "23246 9297") {
    throw new Error(`richards: ${value}`);
  }
  return value;
}

module.exports = { run };
