// deltablue.lua in JavaScript.
"use strict";

// Strengths are numbers, the strongest is the least.
const REQUIRED = 1, PREFERRED = 3, STRONG_DEFAULT = 4, DEFAULT = 5, WEAKEST = 7;

function weakest(a, b) {
  return a > b ? a : b;
}

// A queue of constraints or variables

class Queue {
  constructor(...items) {
    this.first = 0;
    this.items = items;
  }

  add(item) {
    this.items.push(item);
  }

  take() {
    const item = this.items[this.first];
    this.items[this.first] = undefined;
    this.first++;
    return item;
  }

  isEmpty() {
    return this.first === this.items.length;
  }
}

class Variable {
  constructor(value) {
    this.value = value;
    this.constraints = [];
    this.determinedBy = null;
    this.mark = 0;
    this.walkStrength = WEAKEST;
    this.stay = true;
  }

  drop(constraint) {
    const place = this.constraints.indexOf(constraint);
    if (place >= 0) {
      this.constraints.splice(place, 1);
    }
    if (this.determinedBy === constraint) {
      this.determinedBy = null;
    }
  }
}

// Constraints: of one variable, of two, and what all have in common

class Constraint {
  constructor(strength) {
    this.strength = strength;
  }

  isInput() {
    return false;
  }

  enter(planner) {
    this.forVariables((variable) => variable.constraints.push(this));
    this.forget();
    planner.add(this);
  }

  leave(planner) {
    if (this.isSatisfied()) {
      planner.remove(this);
    } else {
      this.detach();
    }
  }

  detach() {
    this.forVariables((variable) => variable.drop(this));
    this.forget();
  }

  inputsKnown(mark) {
    let known = true;
    this.forInputs((variable) => {
      if (variable.mark !== mark && !variable.stay && variable.determinedBy) {
        known = false;
      }
    });
    return known;
  }

  satisfy(mark, planner) {
    this.choose(mark);
    if (!this.isSatisfied()) {
      if (this.strength === REQUIRED) {
        throw new Error("a required constraint cannot be satisfied");
      }
      return null;
    }
    this.forInputs((variable) => {
      variable.mark = mark;
    });
    const output = this.output();
    const overridden = output.determinedBy;
    if (overridden) {
      overridden.forget();
    }
    output.determinedBy = this;
    if (!planner.propagate(this, mark)) {
      throw new Error("a cycle of constraints");
    }
    output.mark = mark;
    return overridden;
  }
}

class Unary extends Constraint {
  constructor(variable, strength, planner) {
    super(strength);
    this.variable = variable;
    this.satisfied = false;
    this.enter(planner);
  }

  isSatisfied() {
    return this.satisfied;
  }

  forget() {
    this.satisfied = false;
  }

  output() {
    return this.variable;
  }

  forVariables(action) {
    action(this.variable);
  }

  forInputs() {}

  choose(mark) {
    this.satisfied = this.variable.mark !== mark && this.strength < this.variable.walkStrength;
  }

  recalculate() {
    this.variable.walkStrength = this.strength;
    this.variable.stay = !this.isInput();
  }

  execute() {}
}

class Stay extends Unary {}

class Edit extends Unary {
  isInput() {
    return true;
  }
}

class Binary extends Constraint {
  constructor(left, right) {
    super(REQUIRED);
    this.left = left;
    this.right = right;
    this.from = null;
    this.to = null;
  }

  isSatisfied() {
    return this.from !== null;
  }

  forget() {
    this.from = null;
    this.to = null;
  }

  output() {
    return this.to;
  }

  forVariables(action) {
    action(this.left);
    action(this.right);
  }

  forInputs(action) {
    action(this.from);
  }

  choose(mark) {
    const { left, right } = this;
    let to;
    if (left.mark === mark) {
      to = right;
    } else if (right.mark === mark || left.walkStrength > right.walkStrength) {
      to = left;
    } else {
      to = right;
    }
    if (to.mark !== mark && this.strength < to.walkStrength) {
      this.to = to;
      this.from = to === left ? right : left;
    } else {
      this.forget();
    }
  }

  recalculate() {
    const { from, to } = this;
    to.walkStrength = weakest(this.strength, from.walkStrength);
    to.stay = from.stay;
    if (to.stay) {
      this.execute();
    }
  }
}

class Equal extends Binary {
  constructor(left, right, planner) {
    super(left, right);
    this.enter(planner);
  }

  execute() {
    this.to.value = this.from.value;
  }
}

class Scale extends Binary {
  constructor(left, factor, offset, right, planner) {
    super(left, right);
    this.factor = factor;
    this.offset = offset;
    this.enter(planner);
  }

  forVariables(action) {
    super.forVariables(action);
    action(this.factor);
    action(this.offset);
  }

  forInputs(action) {
    super.forInputs(action);
    action(this.factor);
    action(this.offset);
  }

  execute() {
    if (this.to === this.right) {
      this.right.value = this.left.value * this.factor.value + this.offset.value;
    } else {
      this.left.value = (this.right.value - this.offset.value) / this.factor.value;
    }
  }

  recalculate() {
    const { from, to } = this;
    to.walkStrength = weakest(this.strength, from.walkStrength);
    to.stay = from.stay && this.factor.stay && this.offset.stay;
    if (to.stay) {
      this.execute();
    }
  }
}

class Planner {
  constructor() {
    this.mark = 0;
  }

  nextMark() {
    this.mark++;
    return this.mark;
  }

  add(constraint) {
    const mark = this.nextMark();
    while (constraint) {
      constraint = constraint.satisfy(mark, this);
    }
  }

  consumers(variable, action) {
    const determining = variable.determinedBy;
    for (const constraint of variable.constraints) {
      if (constraint !== determining && constraint.isSatisfied()) {
        action(constraint);
      }
    }
  }

  propagate(constraint, mark) {
    const ahead = new Queue(constraint);
    while (!ahead.isEmpty()) {
      const each = ahead.take();
      if (each.output().mark === mark) {
        this.remove(constraint);
        return false;
      }
      each.recalculate();
      this.consumers(each.output(), (consumer) => ahead.add(consumer));
    }
    return true;
  }

  remove(constraint) {
    const output = constraint.output();
    constraint.detach();
    output.determinedBy = null;
    output.walkStrength = WEAKEST;
    output.stay = true;
    const unsatisfied = [];
    const ahead = new Queue(output);
    while (!ahead.isEmpty()) {
      const variable = ahead.take();
      for (const each of variable.constraints) {
        if (!each.isSatisfied()) {
          unsatisfied.push(each);
        }
      }
      this.consumers(variable, (each) => {
        each.recalculate();
        ahead.add(each.output());
      });
    }
    unsatisfied.sort((a, b) => a.strength - b.strength);
    for (const each of unsatisfied) {
      this.add(each);
    }
  }

  plan(edit) {
    const plan = [];
    const mark = this.nextMark();
    const sources = new Queue();
    if (edit.isInput() && edit.isSatisfied()) {
      sources.add(edit);
    }
    while (!sources.isEmpty()) {
      const each = sources.take();
      const output = each.output();
      if (output.mark !== mark && each.inputsKnown(mark)) {
        plan.push(each);
        output.mark = mark;
        this.consumers(output, (consumer) => sources.add(consumer));
      }
    }
    return plan;
  }

  change(variable, value) {
    const edit = new Edit(variable, PREFERRED, this);
    const plan = this.plan(edit);
    for (let i = 0; i < 10; i++) {
      variable.value = value;
      plan.forEach(execute);
    }
    edit.leave(this);
  }
}

function execute(constraint) {
  constraint.execute();
}

// The two tests: a chain of equal variables, and many pairs with one factor and one offset

function check(got, wanted) {
  if (got !== wanted) {
    throw new Error(`deltablue: expected ${wanted}, found ${got}`);
  }
}

function chain(length) {
  const planner = new Planner();
  const first = new Variable(0);
  let last = first;
  for (let i = 0; i < length; i++) {
    const following = new Variable(0);
    new Equal(last, following, planner);
    last = following;
  }
  new Stay(last, STRONG_DEFAULT, planner);
  const edit = new Edit(first, PREFERRED, planner);
  const plan = planner.plan(edit);
  for (let value = 1; value <= 100; value++) {
    first.value = value;
    plan.forEach(execute);
    check(last.value, value);
  }
  edit.leave(planner);
}

function projection(count) {
  const planner = new Planner();
  const factor = new Variable(10), offset = new Variable(1000);
  const results = [];
  let source, result;
  for (let i = 1; i <= count; i++) {
    source = new Variable(i);
    result = new Variable(i);
    results.push(result);
    new Stay(source, DEFAULT, planner);
    new Scale(source, factor, offset, result, planner);
  }
  planner.change(source, 17);
  check(result.value, 1170);
  planner.change(result, 1050);
  check(source.value, 5);
  planner.change(factor, 5);
  for (let i = 1; i < count; i++) {
    check(results[i - 1].value, i * 5 + 1000);
  }
  planner.change(offset, 2000);
  for (let i = 1; i < count; i++) {
    check(results[i - 1].value, i * 5 + 2000);
  }
  return Math.floor(source.value);
}

function run() {
  for (let i = 0; i < 3; i++) {
    chain(200);
  }
  const value = `1170 ${projection(800)}`;
  check(value, "1170 5");
  return value;
}

module.exports = { run };
