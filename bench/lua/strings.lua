-- Text: pieces joined by `..` and by table.concat, taken apart by sub, byte, find, gmatch and gsub, formatted
-- numbers, strings as keys. Expected: 2522 3 6000 901309 202893 12000 567738 (words, counts and sums over the bytes).

local function sentence(count)
  local words = {}
  for i = 1, count do
    words[i] = "w" .. i % 97 .. string.char(97 + i % 26)
  end
  return table.concat(words, " ")
end

local function checksum(text)
  local sum = 0
  for i = 1, #text do
    sum = (sum * 31 + string.byte(text, i)) % 1000003
  end
  return sum
end

local function count_words(text)
  local counts, different = {}, 0
  for word in string.gmatch(text, "%a%d*%a") do
    if not counts[word] then
      counts[word] = 0
      different = different + 1
    end
    counts[word] = counts[word] + 1
  end
  return different, counts
end

local function reversed(text)
  local result = ""
  for i = 1, #text do
    result = string.sub(text, i, i) .. result
  end
  return result
end

local function lines(count)
  local out = {}
  for i = 1, count do
    out[#out + 1] = string.format("%5d|%-8s|%x|%.3f", i, "n" .. i, i * 255, i / 7)
  end
  return table.concat(out, "\n")
end

local function fields(text)
  local count, start = 0, 1
  while true do
    local place = string.find(text, "|", start, true)
    if not place then
      return count
    end
    count = count + 1
    start = place + 1
  end
end

function run()
  local text = sentence(6000)
  local different, counts = count_words(text)
  local swapped, replaced = string.gsub(text, "(%a)(%d+)(%a)", "%3%2%1")
  local upper = string.gsub(swapped, "%d+", function(digits)
    return "<" .. digits .. ">"
  end)
  local table_of_lines = lines(4000)
  local value = table.concat({
    different, counts.w1b, replaced, checksum(upper), checksum(reversed(string.sub(text, 1, 3000))),
    fields(table_of_lines), checksum(table_of_lines),
  }, " ")
  if value ~= "2522 3 6000 901309 202893 12000 567738" then
    error("strings: " .. value)
  end
  return value
end
