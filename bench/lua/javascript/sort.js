// sort.lua in JavaScript: Array.prototype.sort in the place of table.sort. Its comparators tell three cases apart, and
// so does ours everywhere; numbers need one too, as it takes them for text else.
"use strict";

let seed;

function random(limit) {
  seed = (seed * 1309 + 13849) % 65536;
  return seed % limit;
}

function numbers(count) {
  const array = [];
  for (let i = 0; i < count; i++) {
    array.push(random(10000));
  }
  return array;
}

function check(array, order) {
  for (let i = 1; i < array.length; i++) {
    if (order(array[i], array[i - 1]) < 0) {
      throw new Error(`sort: element ${i} is out of order`);
    }
  }
}

function byNumber(a, b) {
  return a - b;
}

function byKey(a, b) {
  if (a.key !== b.key) {
    return b.key - a.key;
  }
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function quicksort(array, first, last) {
  while (first < last) {
    const pivot = array[Math.floor((first + last) / 2)];
    let i = first, j = last;
    while (i <= j) {
      while (array[i] < pivot) {
        i++;
      }
      while (array[j] > pivot) {
        j--;
      }
      if (i <= j) {
        const kept = array[i];
        array[i] = array[j];
        array[j] = kept;
        i++;
        j--;
      }
    }
    quicksort(array, first, j);
    first = i;
  }
}

function mergeSort(array, order) {
  const count = array.length;
  let from = array.slice(), to = array.slice();
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      let left = start, right = start + width;
      const leftEnd = Math.min(right, count);
      const rightEnd = Math.min(right + width, count);
      for (let place = start; place < rightEnd; place++) {
        if (left < leftEnd && (right >= rightEnd || order(from[right], from[left]) >= 0)) {
          to[place] = from[left];
          left++;
        } else {
          to[place] = from[right];
          right++;
        }
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function run() {
  seed = 42;
  const plain = numbers(16000);
  plain.sort(byNumber);
  check(plain, byNumber);

  const records = [];
  for (let i = 0; i < 8000; i++) {
    records.push({ key: random(100), name: `r${random(1000)}` });
  }
  const merged = mergeSort(records, byKey);
  records.sort(byKey);
  check(records, byKey);
  check(merged, byKey);

  const own = numbers(16000);
  quicksort(own, 0, own.length - 1);
  check(own, byNumber);

  let sum = 0;
  for (const each of plain) {
    sum = (sum * 31 + each) % 1000003;
  }
  for (const each of records) {
    sum = (sum * 31 + each.key) % 1000003;
  }
  for (const each of own) {
    sum = (sum * 31 + each) % 1000003;
  }
  if (sum !== 39422) {
    throw new Error(`sort: ${sum}`);
  }
  return sum;
}

module.exports = { run };
