"""Looking words up with the physics on: the cache of hot words before the search, and what a lookup leaves behind.

The cache is asked by the hash of the name, and what it gives is compared with the name. A new definition takes the
word with its hash out (`changing.revealed`); everything else that changes what a search finds (`VM.generation`)
empties it. So a hit is what a search would find.

Instead of the hash table, 256 buckets by the first character may be searched, as the original has them, with the
hottest words first (`strategy`): `reorganize` fills them with what a search finds, and they are used as long as that
is so.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, clock, i32, i64, kernel, u8, u32, u64
from cupola.languages.forth.dictionary.names import fold_name, lower_case
from cupola.languages.forth.dictionary.records import MAX_NAME, find_word, is_named, search_order
from cupola.languages.forth.dictionary.word_lists import follow_context
from cupola.languages.forth.machine import VM
from cupola.policy.physics.heat import looked_up, timed
from cupola.policy.physics.hotwords import clear, find_hot, is_hot, promote
from cupola.policy.physics.window import record_word

NONE = -1
HIDDEN_MARK, FOUND_MARK = 0xFFFFFFFE, 0xFFFFFFFF  # no counts of diversity: those are small
BY_HASH, BY_HEAT = 0, 1
DIVERSE = 70  # different words in the window above which the order by heat is used


@kernel
def look_up(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """`find_word` for the text interpreter: the word, or -1."""
    word = find(vm, name, length)
    if word > 0:
        physics = vm.physics
        looked_up(physics.state, physics.regions.meta + word)
        record_word(physics.state, physics.regions, word)
    return word


@kernel
def find(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """What `find_word` finds, by way of the cache if that is on. Hits and misses are counted."""
    if u64(length - 1) >= u64(MAX_NAME):
        return find_word(vm, name, length)
    physics = vm.physics
    state = physics.state
    cache = address_of(state.cache)
    follow_context(vm)
    word: i64 = NONE
    if state.use_cache != 0:
        if physics.generation != vm.generation:
            clear(cache)
            physics.generation = vm.generation
        first, hash = fold_name(name, length)
        word = find_hot(cache, hash)
        if word > 0 and is_named(vm.words + word, name, length, first):
            cache.hits += 1
            return word
        word = search(vm, name, length)
        if word > 0 and is_hot(physics.regions.meta[word].heat, state.threshold):
            promote(cache, hash, word)
    else:
        word = search(vm, name, length)
    if word > 0:
        cache.bucket_hits += 1
    else:
        cache.misses += 1
    return word


@kernel
def search(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """Search the dictionary the way that `strategy` says."""
    physics = vm.physics
    by_heat = physics.state.strategy == BY_HEAT and physics.state.diversity > DIVERSE
    if by_heat and physics.ordered == vm.generation:
        return search_buckets(vm, name, length)
    return search_order(vm, name, length)


@kernel
def search_buckets(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """Search the bucket of the first character, in its order."""
    physics = vm.physics
    first, _ = fold_name(name, length)
    bucket = lower_case(i64(name[0]))
    at = i64(physics.order_starts[bucket])
    end = i64(physics.order_starts[bucket + 1])
    while at < end:
        word = i64(physics.order[at])
        if is_named(vm.words + word, name, length, first):
            return word
        at += 1
    return NONE


@kernel
def reorganize(vm: Ptr[VM]) -> i64:
    """Fill the buckets with the words that a search finds now, the hottest first; how many there are."""
    physics = vm.physics
    follow_context(vm)
    total: i64 = 0
    bucket: i64 = 0
    while bucket < 257:
        physics.order_starts[bucket + 1] = 0
        physics.bucket_counts[bucket] = 0
        bucket += 1
    word: i64 = 1
    while word < vm.word_count:
        record = vm.words + word
        physics.regions.seen[word] = u32(HIDDEN_MARK)
        if record.name_length != 0 and search_order(vm, record.name, i64(record.name_length)) == word:
            physics.regions.seen[word] = u32(FOUND_MARK)
            bucket = lower_case(i64(record.name[0]))
            physics.order_starts[bucket + 1] = i32(i64(physics.order_starts[bucket + 1]) + 1)
        word += 1
    physics.order_starts[0] = 0
    bucket = 0
    while bucket < 257:
        physics.order_starts[bucket + 1] = i32(
            i64(physics.order_starts[bucket + 1]) + i64(physics.order_starts[bucket])
        )
        bucket += 1
    word = vm.word_count - 1
    while word > 0:  # the newest first, as long as heats are equal
        if physics.regions.seen[word] == u32(FOUND_MARK):
            put_in_bucket(vm, word, lower_case(i64((vm.words + word).name[0])))
            total += 1
        word -= 1
    physics.ordered = vm.generation
    physics.state.reorganized += 1
    return total


@kernel
def put_in_bucket(vm: Ptr[VM], word: i64, bucket: i64) -> None:
    """Insert a word into its bucket, behind all that are as hot."""
    physics = vm.physics
    start = i64(physics.order_starts[bucket])
    count = i64(physics.bucket_counts[bucket])
    at = count
    heat = physics.regions.meta[word].heat
    while at > 0 and physics.regions.meta[i64(physics.order[start + at - 1])].heat < heat:
        physics.order[start + at] = physics.order[start + at - 1]
        at -= 1
    physics.order[start + at] = i32(word)
    physics.bucket_counts[bucket] = i32(count + 1)


# --- the time of what is run ----------------------------------------------------------------------------------------


@kernel
def begun(vm: Ptr[VM], word: i64) -> None:
    """The text interpreter is about to run a word: of some it takes the time."""
    state = vm.physics.state
    if state.latency_every == 0:
        return
    state.until_sample -= 1
    if state.until_sample < 0:
        state.until_sample = state.latency_every - 1
        state.running = word
        state.running_since = clock()


@kernel
def finished(vm: Ptr[VM]) -> None:
    """The word that the text interpreter ran is done."""
    physics = vm.physics
    if physics.state.running > 0:
        timed(physics.regions.meta + physics.state.running, clock() - physics.state.running_since)
        physics.state.running = 0
