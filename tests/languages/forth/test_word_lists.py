"""Word lists against a plain model of them: random definitions, orders, markers and FORGETs; limits; bad arguments."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

import cupola
from cupola.languages.forth.constants import LOW, MAX_LISTS, MAX_ORDER, MAX_WORDS
from cupola.languages.forth.dictionary.records import MAX_NAME
from cupola.languages.forth.vm import DEFAULT_MEMORY
from tests.languages.forth.engines import ENGINES, REFERENCE, Engine, make_vm, run

# Short ones, one of exactly 8 bytes, long ones that differ at either end, one with letters that have no lower case.
NAMES = (
    "w", "w-", "w1", "w2", "word-one", "word-two-long", "word-two-lonG2", "a-name-of-more-than-16",
    "b-name-of-more-than-16",
    "w-größe", "W-GRÖSSE", "w[\\]^_`{|}@", "w" * 255,
)  # fmt: skip
STEPS = 60
OWN_LISTS = (
    int(run(make_vm(REFERENCE), "wordlist .").output) - 1
)  # of a new system: the first is FORTH-WORDLIST

# What finds a name in an order of its own, whatever order is set: ( wid*n n c-addr u -- x | -1 )
PROLOGUE = """
: kept ( wid*n n c-addr u -- nt )  2>r set-order 2r> find-name ;
create old-order  64 cells allot
: keep-order ( -- )  get-order dup old-order !  0 ?do old-order cell+ i cells + ! loop ;
: old ( -- )  old-order @ 0 ?do old-order @ 1- i - cells old-order cell+ + @ loop  old-order @ set-order ;
: value-of ( nt -- x )  dup if name>interpret execute else drop -1 then ;
: find-in-order ( wid*n n c-addr u -- x )  keep-order kept >r old r> value-of ;
: find-in-list ( c-addr u wid -- x )  find-name-in value-of ;
"""


@dataclass
class Word:
    """A word of the model: what it is called, its list, what it leaves; for a marker, the order and list before it."""

    name: str
    list_: int
    value: int
    saved: tuple[list[int], int] | None = None


@dataclass
class Model:
    """What the standard says: a list of words, of word lists by when they were made, the order, the current list."""

    words: list[Word] = field(default_factory=list)
    births: list[int] = field(
        default_factory=lambda: [-1] * OWN_LISTS
    )  # of list 1, 2 ...: how many words there were
    order: list[int] = field(default_factory=lambda: [1])
    current: int = 1

    def find(self, name: str, order: list[int]) -> Word | None:
        same = [each for each in self.words if lower(each.name) == lower(name)]
        for list_ in order:
            for word in reversed(same):
                if word.list_ == list_:
                    return word
        return None

    def forget(self, word: Word) -> None:
        place = self.words.index(word)
        del self.words[place:]
        self.births = [birth for birth in self.births if birth <= place]
        known = len(self.births)
        self.order = [each for each in self.order if each <= known]
        self.current = self.current if self.current <= known else 1


def lower(name: str) -> str:
    return "".join(each.lower() if "A" <= each <= "Z" else each for each in name)


def any_case(chance: random.Random, name: str) -> str:
    return "".join(
        chance.choice((each.upper(), each.lower())) if each.isascii() and each.isalpha() else each
        for each in name
    )


class Pair:
    """A system and its model, which do the same."""

    def __init__(self, vm: cupola.VM, seed: int) -> None:
        self.vm = vm
        self.model = Model()
        self.chance = random.Random(seed)
        self.next_value = 1000
        self.done: list[str] = []
        vm.run(PROLOGUE)

    def do(self, text: str) -> str:
        self.done.append(text)
        outcome = run(self.vm, text)
        assert outcome.code is None, (outcome, self.done)
        return outcome.output

    def step(self) -> None:
        self.chance.choice(
            (self.define, self.define, self.define, self.define, self.new_list, self.set_order, self.set_order,
             self.set_current, self.mark, self.go_back, self.forget, self.fail)
        )()  # fmt: skip

    def define(self) -> None:
        name = any_case(self.chance, self.chance.choice(NAMES))
        self.next_value += 1
        model = self.model
        # Its own name means the older word, if there is one, until the definition ends.
        older = model.find(name, model.order)
        text = f"{self.next_value} {name} drop" if older and not older.saved else str(self.next_value)
        self.do(f": {name}  {text} ;")
        model.words.append(Word(name, model.current, self.next_value))

    def new_list(self) -> None:
        if len(self.model.births) < OWN_LISTS + 11:
            self.model.births.append(len(self.model.words))
            assert self.do("wordlist .").split() == [str(len(self.model.births))]

    def any_list(self) -> int:
        made = range(OWN_LISTS + 1, len(self.model.births) + 1)
        return int(self.chance.choice([1, *made]))  # not those with the system's own words

    def any_order(self) -> list[int]:
        return [self.any_list() for _ in range(self.chance.randrange(0, 9))]

    def set_order(self) -> None:
        self.model.order = [*self.any_order(), 1]  # without FORTH-WORDLIST there would be no SET-ORDER
        self.do(f"{shown(self.model.order)} set-order")

    def set_current(self) -> None:
        self.model.current = self.any_list()
        how = self.chance.choice(("{} set-current", "{} current !"))
        self.do(how.format(self.model.current))

    def mark(self) -> None:
        model = self.model
        name = f"marker-{len(self.done)}"
        self.do(f"marker {name}")
        model.words.append(Word(name, model.current, 0, (model.order, model.current)))

    def go_back(self) -> None:
        model = self.model
        markers = [each for each in model.words if each.saved and model.find(each.name, model.order) is each]
        if markers:
            word = self.chance.choice(markers)
            self.do(word.name)
            model.forget(word)
            assert word.saved is not None
            model.order, model.current = word.saved

    def forget(self) -> None:
        model = self.model
        names = {lower(each.name) for each in model.words if each.list_ == model.current and not each.saved}
        if names and self.chance.random() < 0.5:
            word = model.find(self.chance.choice(sorted(names)), [model.current])
            assert word is not None
            self.do(f"forget {any_case(self.chance, word.name)}")
            model.forget(word)

    def fail(self) -> None:
        """A definition that ends in an error leaves nothing to be found."""
        name = self.chance.choice(NAMES)
        assert run(self.vm, f": {name}  5 no-such-word ;").code == -13
        self.model.words.append(Word("no name at all", 0, 0))

    def check(self) -> None:
        """All names, in the present order, in another one, and in one list."""
        model = self.model
        other, list_ = self.any_order(), self.any_list()
        text = []
        expected = []
        for name in NAMES:
            spelt = any_case(self.chance, name)
            text.append(
                f's" {spelt}" find-name value-of .  {shown(other)} s" {spelt}" find-in-order .  '
                f's" {spelt}" {list_} find-in-list .'
            )
            found = (model.find(name, order) for order in (model.order, other, [list_]))
            expected += [str(each.value) if each else "-1" for each in found]
        assert self.do("\n".join(text)).split() == expected, self.done
        order = self.do("get-order . " + ". " * len(model.order) + "get-current .").split()
        assert order == [str(each) for each in (len(model.order), *model.order, model.current)], self.done


def shown(order: list[int]) -> str:
    """A search order as it is given to SET-ORDER."""
    return " ".join(map(str, [*reversed(order), len(order)]))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("by_hits", [False, True], ids=["by rank", "by hits"])
def test_random_word_lists_are_as_the_model_says(seed: int, by_hits: bool) -> None:
    with cupola.VM("forth", tier="auto", options={"search-order": by_hits}) as vm:
        pair = Pair(vm, seed)
        for _ in range(STEPS):
            pair.step()
            pair.check()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_random_word_lists_on_every_engine(engine: Engine) -> None:
    pair = Pair(make_vm(engine), 100)
    for _ in range(STEPS):
        pair.step()
    pair.check()


def test_lists_with_hits_come_first_and_that_changes_nothing() -> None:
    with cupola.VM("forth", options={"search-order": True}) as vm:
        vm.run(
            "wordlist constant a  a set-current  : only-in-a  1 ;  : both  2 ;\n"
            "forth-wordlist set-current  : both  3 ;  : only-in-forth  drop ;  forth-wordlist a 2 set-order"
        )
        vm.run("only-in-a only-in-forth\n1 only-in-forth\n" * 300)
        vm.run("only-in-a . both .")
        assert vm.take_output() == "1 2 "
        assert vm.statistics()["options"]["search-order"] > 0


# --- many words ----------------------------------------------------------------------------------------------------


def test_a_dictionary_of_many_words_finds_all_and_forgets_them() -> None:
    vm = make_vm(REFERENCE)
    count = 5000
    vm.run("marker none-of-these\n" + "".join(f": word-{each}  {each} ;\n" for each in range(count)))
    vm.run("".join(f"word-{each} {each} <> throw\n" for each in range(count)))
    vm.run("forget word-2500\n")
    assert run(vm, "word-2499 .").output == "2499 "
    assert run(vm, "word-2500 .").code == -13
    vm.run("".join(f": word-{each}  {each} negate ;\n" for each in range(count)))
    vm.run("".join(f"word-{each} {each} negate <> throw\n" for each in range(count)))
    vm.run("none-of-these")
    assert [run(vm, f"word-{each}").code for each in (0, 2499, 2500, 4999)] == [-13] * 4
    vm.close()


def test_the_table_of_words_can_be_filled() -> None:
    with cupola.VM("forth", tier="threaded") as vm:
        used = int(run(vm, ":noname ; .").output)
        vm.run(": again  1 ;\n" * (MAX_WORDS - used - 2))
        outcome = run(vm, ": last  2 ;\n: no-room  3 ;")
        assert (outcome.code, outcome.line) == (-8, 2)
        assert run(vm, "last again + .  forget again  : again  7 ;  again .").output == "3 7 "


def test_words_of_code_are_found_after_others_were_forgotten() -> None:
    vm = make_vm(REFERENCE)
    vm.run("".join(f": word-{each}  {each} throw ;\n" for each in range(50)))
    vm.run("forget word-10\n: fails  99 throw ;\n: outer  fails 1 drop ;")
    vm.run(": definer  create does> drop 98 throw ;\ndefiner one")
    assert run(vm, "outer").backtrace == ("fails", "outer")
    assert run(vm, "word-9").backtrace == ("word-9",)
    assert run(vm, "one").code == 98


# --- limits and bad arguments --------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_the_order_has_a_limit(engine: Engine) -> None:
    vm = make_vm(engine)
    most = " ".join(["1"] * MAX_ORDER)
    assert run(vm, f"{most} {MAX_ORDER} set-order get-order . only").output == f"{MAX_ORDER} "
    assert run(vm, f"1 {most} {MAX_ORDER + 1} set-order").code == -49
    assert run(vm, "also " * (MAX_ORDER - 1) + "get-order .").output == f"{MAX_ORDER} "
    assert run(vm, "also").code == -49
    assert run(vm, "only get-order .s").output == "<2> 1 1 "


def test_there_is_a_limit_of_word_lists() -> None:
    vm = make_vm(REFERENCE)
    vm.run(f": lists ( n -- )  0 do wordlist drop loop ;\n{MAX_LISTS - 1 - OWN_LISTS} lists")
    assert run(vm, "wordlist").code == -8
    assert run(vm, "marker m  5 .").output == "5 "
    vm.run("forget lists")
    assert run(vm, "wordlist drop 5 .").output == "5 "


def test_the_empty_order_finds_nothing_and_ends_with_the_error() -> None:
    vm = make_vm(REFERENCE)
    assert run(vm, "only previous 5 .").code == -13
    assert run(vm, "order").output.split() == ["forth", "forth"]
    text = ": f  previous ['] also catch ['] previous catch ['] definitions catch only ;\nf . . ."
    assert run(vm, text).output == "-50 -50 -50 "


BAD = (
    ("999 set-current", -12),
    ("0 set-current", -12),
    ("-1 set-current", -12),
    ("1 999 2 set-order", -12),
    ("0 1 set-order", -12),
    ("-2 set-order", -24),
    ("1 1000000 set-order", -49),
    ("9000000000000000000 set-order", -49),
    ("set-order", -4),
    ('s" dup" 999 search-wordlist', -12),
    ('s" dup" 0 search-wordlist', -12),
    ("0 5 1 search-wordlist", -9),
    ("1 -1 find-name", -9),
    ('s" dup" -7 find-name-in', -12),
    ("0 name>string", -12),
    ("1000000 name>string", -12),
    ("-1 name>interpret", -12),
    (":noname ; name>compile", -12),
    ("1000000 name>", -12),
    ("999 context ! 5 .", -12),
    ("0 context ! 5 .", -12),
    ("999 current ! : x ;", -12),
    ("forget dup", -15),
    ("forget words", -15),
    ("forget no-such-word", -13),
    ("forget", -16),
    (": x  [ forget x ]", -29),
    (": y ; : x  [ forget y ]", -29),
    ("vocabulary", -16),
    ("marker", -16),
    ("marker m  : f  m ;  : x  [ f ]", -29),
)


@pytest.mark.parametrize(("text", "code"), BAD, ids=[text for text, _ in BAD])
def test_bad_arguments_are_errors_and_the_system_goes_on(text: str, code: int) -> None:
    vm = make_vm(REFERENCE)
    assert run(vm, text).code == code
    outcome = run(vm, ": after-it  1 2 + . ;\nafter-it get-order . . get-current .")
    assert (outcome.code, outcome.output) == (None, "3 1 1 1 ")
    vm.close()


def test_a_name_has_at_most_255_bytes() -> None:
    vm = make_vm(REFERENCE)
    name = "n" * MAX_NAME
    assert run(vm, f': {name}  5 ;\n{name.upper()} .  s" {name}" find-name 0<> .').output == "5 -1 "
    assert run(vm, f": {name}n  5 ;").code == -19
    assert run(vm, f's" {name}n" find-name .').output == "0 "


def test_a_name_may_end_where_the_data_space_does() -> None:
    vm = make_vm(REFERENCE)
    end = LOW + DEFAULT_MEMORY
    text = f"char d {end - 3} c!  char u {end - 2} c!  char p {end - 1} c!  {end - 3} 3 find-name name>string type"
    assert run(vm, text).output == "dup"


def test_a_marker_takes_back_order_lists_and_data_space() -> None:
    vm = make_vm(REFERENCE)
    vm.run("vocabulary a  vocabulary b  also a definitions  here  marker m  : x  1 ;")
    vm.run("vocabulary c  also c also b definitions  variable v  100 allot  m  here = .  order")
    assert vm.take_output().split() == ["-1", "a", "forth", "a"]
    assert run(vm, "c").code == -13


def test_a_marker_whose_data_the_program_has_spoilt_is_an_error() -> None:
    vm = make_vm(REFERENCE)
    assert run(vm, "here marker m  8 + -1 swap !  m").code == -15
    assert run(vm, "5 .").output == "5 "
    assert run(vm, "here marker m  999 swap !  m").code == -12
    assert run(vm, "5 . order").output.split() == ["5", "forth", "forth"]


def test_context_and_current_are_cells() -> None:
    vm = make_vm(REFERENCE)
    text = "wordlist constant w  context @ current @ = .  also w context !  context @ current !  : x  9 ;  previous"
    assert run(vm, text).output == "-1 "
    assert run(vm, 'definitions  s" x" w find-name-in name>interpret execute .').output == "9 "
    assert run(vm, "x").code == -13


def test_words_shows_the_first_list() -> None:
    vm = make_vm(REFERENCE)
    text = "vocabulary a  also a definitions  : one ; : two ; : one ;  words"
    assert run(vm, text).output == "one two one "
    assert "dup" in run(vm, "previous words").output.split()


def test_traversing() -> None:
    vm = make_vm(REFERENCE)
    vm.run(
        "wordlist constant w  w set-current  : a ; : b ; immediate : c ;  forth-wordlist set-current\n"
        ": show ( n nt -- n' flag )  name>string type space 1+ dup 2 < ;\n"
        ": go-on ( nt -- flag )  drop true ;\n"
        ": how ( nt -- flag )  name>compile nip ['] execute = . true ;"
    )
    assert run(vm, "0 ' show w traverse-wordlist .").output == "c b 2 "
    assert run(vm, "' go-on w traverse-wordlist .s").output == "<0> "
    assert run(vm, "' go-on wordlist traverse-wordlist .s").output == "<0> "
    assert run(vm, "' how w traverse-wordlist").output == "0 -1 0 "


def test_names_and_tokens() -> None:
    vm = make_vm(REFERENCE)
    assert run(vm, "' dup >name name>string type  ' dup >name name> ' dup = .").output == "dup-1 "
    assert run(vm, ":noname ; >name .  0 >name .  -1 >name .  1000000 >name .").output == "0 0 0 0 "
    text = 's" if" find-name  dup name>interpret .  name>compile \' execute = nip .'
    assert run(vm, text).output == "0 -1 "
    assert run(vm, ": latest-word ;  latest name>string type").output == "latest-word"
