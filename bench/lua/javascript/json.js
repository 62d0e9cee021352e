// json.lua in JavaScript: objects are Maps, which keep their order.
"use strict";

const ESCAPES = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Parser {
  constructor(text) {
    this.text = text;
    this.place = 0;
  }

  fail(message) {
    throw new Error(`json: ${message} at ${this.place}`);
  }

  // The code of the character after the blanks; NaN at the end.
  skipBlanks() {
    const text = this.text;
    let place = this.place;
    let code = text.charCodeAt(place);
    while (code === 32 || code === 10 || code === 9 || code === 13) {
      place++;
      code = text.charCodeAt(place);
    }
    this.place = place;
    return code;
  }

  expect(word, value) {
    if (!this.text.startsWith(word, this.place)) {
      this.fail(`expected ${word}`);
    }
    this.place += word.length;
    return value;
  }

  string() {
    const text = this.text;
    const pieces = [];
    let start = this.place + 1;
    let place = start;
    for (;;) {
      const code = text.charCodeAt(place);
      if (code === 34) {
        pieces.push(text.slice(start, place));
        this.place = place + 1;
        return pieces.join("");
      }
      if (code === 92) {
        pieces.push(text.slice(start, place));
        const letter = text[place + 1];
        pieces.push(ESCAPES[letter] || letter);
        place += 2;
        start = place;
      } else if (Number.isNaN(code)) {
        this.fail("the text ends in a string");
      } else {
        place++;
      }
    }
  }

  number() {
    const text = this.text;
    let place = this.place;
    let code = text.charCodeAt(place);
    while ((code >= 48 && code <= 57) || code === 45 || code === 46 || code === 43 || code === 101 || code === 69) {
      place++;
      code = text.charCodeAt(place);
    }
    const word = text.slice(this.place, place);
    const number = Number(word);
    if (word === "" || Number.isNaN(number)) {
      this.fail("expected a value");
    }
    this.place = place;
    return number;
  }

  array() {
    const array = [];
    this.place++;
    if (this.skipBlanks() === 93) {
      this.place++;
      return array;
    }
    for (;;) {
      array.push(this.value());
      const code = this.skipBlanks();
      this.place++;
      if (code === 93) {
        return array;
      }
      if (code !== 44) {
        this.fail("expected , or ]");
      }
    }
  }

  object() {
    const object = new Map();
    this.place++;
    if (this.skipBlanks() === 125) {
      this.place++;
      return object;
    }
    for (;;) {
      if (this.skipBlanks() !== 34) {
        this.fail("expected a name");
      }
      const key = this.string();
      if (this.skipBlanks() !== 58) {
        this.fail("expected :");
      }
      this.place++;
      object.set(key, this.value());
      const code = this.skipBlanks();
      this.place++;
      if (code === 125) {
        return object;
      }
      if (code !== 44) {
        this.fail("expected , or }");
      }
    }
  }

  value() {
    switch (this.skipBlanks()) {
      case 123:
        return this.object();
      case 91:
        return this.array();
      case 34:
        return this.string();
      case 116:
        return this.expect("true", true);
      case 102:
        return this.expect("false", false);
      case 110:
        return this.expect("null", null);
      default:
        return this.number();
    }
  }
}

// Printing

const NAMES = { "\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

function printString(text, out) {
  out.push('"' + text.replace(/[\n\t"\\]/g, (found) => NAMES[found]) + '"');
}

function printValue(value, out) {
  if (value === null) {
    out.push("null");
  } else if (typeof value === "string") {
    printString(value, out);
  } else if (typeof value !== "object") {
    out.push(String(value));
  } else if (value instanceof Map) {
    out.push("{");
    let first = true;
    for (const [key, each] of value) {
      if (!first) {
        out.push(",");
      }
      first = false;
      printString(key, out);
      out.push(":");
      printValue(each, out);
    }
    out.push("}");
  } else {
    out.push("[");
    for (let i = 0; i < value.length; i++) {
      if (i > 0) {
        out.push(",");
      }
      printValue(value[i], out);
    }
    out.push("]");
  }
}

function document(count) {
  const parts = [];
  for (let i = 1; i <= count; i++) {
    const open = i % 2 === 0 ? "true" : "false";
    const parent = i % 3 === 0 ? "null" : '"up"';
    parts.push(
      `{"id":${i},"name":"item ${i * 7}","size":[${i % 13},${i % 5}.5,${-i}],`
        + `"tags":["red","line\\nbreak","quote \\"${i}\\"",[]],"open":${open},"parent":${parent},`
        + `"inner":{"x":${i * i},"deep":{"list":[1,2,3,[4,[5]]],"none":{}}}}`,
    );
  }
  return `[${parts.join(",")}]`;
}

const TEXT = document(120);

function run() {
  let length;
  for (let i = 0; i < 4; i++) {
    const out = [];
    printValue(new Parser(TEXT).value(), out);
    const printed = out.join("");
    if (printed !== TEXT) {
      throw new Error("json: the text is not the same");
    }
    length = printed.length;
  }
  return length;
}

module.exports = { run };
