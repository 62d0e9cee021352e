"""json.lua in Python: objects are dicts, which keep their order."""

from __future__ import annotations

import re
from typing import NoReturn, Union

Value = Union[None, bool, int, float, str, "list[Value]", "dict[str, Value]"]

ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def fail(self, message: str) -> NoReturn:
        raise ValueError(f"json: {message} at {self.place}")

    def skip_blanks(self) -> str:
        """The character after the blanks; an empty string at the end."""
        text, place = self.text, self.place
        while place < len(text) and text[place] in " \n\t\r":
            place += 1
        self.place = place
        return text[place] if place < len(text) else ""

    def expect(self, word: str) -> None:
        if not self.text.startswith(word, self.place):
            self.fail(f"expected {word}")
        self.place += len(word)

    def string(self) -> str:
        text = self.text
        pieces = []
        start = place = self.place + 1
        while place < len(text):
            character = text[place]
            if character == '"':
                pieces.append(text[start:place])
                self.place = place + 1
                return "".join(pieces)
            if character == "\\":
                pieces.append(text[start:place])
                letter = text[place + 1]
                pieces.append(ESCAPES.get(letter, letter))
                place += 2
                start = place
            else:
                place += 1
        self.fail("the text ends in a string")

    def number(self) -> int | float:
        text = self.text
        place = self.place
        while place < len(text) and text[place] in "0123456789-.+eE":
            place += 1
        word = text[self.place : place]
        try:
            number: int | float = int(word)
        except ValueError:
            try:
                number = float(word)
            except ValueError:
                self.fail("expected a value")
        self.place = place
        return number

    def array(self) -> list[Value]:
        array: list[Value] = []
        self.place += 1
        if self.skip_blanks() == "]":
            self.place += 1
            return array
        while True:
            array.append(self.value())
            character = self.skip_blanks()
            self.place += 1
            if character == "]":
                return array
            if character != ",":
                self.fail("expected , or ]")

    def object(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        self.place += 1
        if self.skip_blanks() == "}":
            self.place += 1
            return found
        while True:
            if self.skip_blanks() != '"':
                self.fail("expected a name")
            key = self.string()
            if self.skip_blanks() != ":":
                self.fail("expected :")
            self.place += 1
            found[key] = self.value()
            character = self.skip_blanks()
            self.place += 1
            if character == "}":
                return found
            if character != ",":
                self.fail("expected , or }")

    def value(self) -> Value:
        character = self.skip_blanks()
        if character == "{":
            return self.object()
        if character == "[":
            return self.array()
        if character == '"':
            return self.string()
        if character == "t":
            self.expect("true")
            return True
        if character == "f":
            self.expect("false")
            return False
        if character == "n":
            self.expect("null")
            return None
        return self.number()


SPECIAL = re.compile(r'[\n\t"\\]')
NAMES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def print_string(text: str, out: list[str]) -> None:
    out.append('"' + SPECIAL.sub(lambda found: NAMES[found[0]], text) + '"')


def print_value(value: Value, out: list[str]) -> None:
    if value is None:
        out.append("null")
    elif isinstance(value, str):
        print_string(value, out)
    elif isinstance(value, bool):
        out.append("true" if value else "false")
    elif isinstance(value, dict):
        out.append("{")
        for i, (key, each) in enumerate(value.items()):
            if i > 0:
                out.append(",")
            print_string(key, out)
            out.append(":")
            print_value(each, out)
        out.append("}")
    elif isinstance(value, list):
        out.append("[")
        for i, each in enumerate(value):
            if i > 0:
                out.append(",")
            print_value(each, out)
        out.append("]")
    else:
        out.append(str(value))


def document(count: int) -> str:
    parts = []
    for i in range(1, count + 1):
        opened = "true" if i % 2 == 0 else "false"
        parent = "null" if i % 3 == 0 else '"up"'
        parts.append(
            f'{{"id":{i},"name":"item {i * 7}","size":[{i % 13},{i % 5}.5,{-i}],'
            f'"tags":["red","line\\nbreak","quote \\"{i}\\"",[]],"open":{opened},"parent":{parent},'
            f'"inner":{{"x":{i * i},"deep":{{"list":[1,2,3,[4,[5]]],"none":{{}}}}}}}}'
        )
    return "[" + ",".join(parts) + "]"


TEXT = document(120)


def run() -> int:
    length = 0
    for _ in range(4):
        out: list[str] = []
        print_value(Parser(TEXT).value(), out)
        printed = "".join(out)
        if printed != TEXT:
            raise ValueError("json: the text is not the same")
        length = len(printed)
    return length
