-- Finds the loops of a control-flow graph by Havlak's method: graphs of objects, sets as tables with objects for
-- keys, lists that are walked by `each` with a closure, union and find. Expected: 261 848 5 (loops, blocks, how deep
-- they are nested).

local List = {}
List.__index = List

function List.new()
  return setmetatable({ count = 0 }, List)
end

function List:add(item)
  local count = self.count + 1
  self[count] = item
  self.count = count
end

function List:each(action)
  for i = 1, self.count do
    action(self[i])
  end
end

function List:contains(item)
  for i = 1, self.count do
    if self[i] == item then
      return true
    end
  end
  return false
end

-- The graph

local Block = {}
Block.__index = Block

local Graph = {}
Graph.__index = Graph

function Graph.new()
  return setmetatable({ blocks = List.new(), by_name = {} }, Graph)
end

function Graph:block(name)
  local block = self.by_name[name]
  if not block then
    block = setmetatable({ name = name, sources = List.new(), targets = List.new() }, Block)
    self.by_name[name] = block
    self.blocks:add(block)
  end
  return block
end

function Graph:connect(from, to)
  local source, target = self:block(from), self:block(to)
  source.targets:add(target)
  target.sources:add(source)
  return to
end

function Graph:straight(from, length)
  for name = from, from + length - 1 do
    self:connect(name, name + 1)
  end
  return from + length
end

function Graph:diamond(from)
  self:connect(from, from + 1)
  self:connect(from, from + 2)
  self:connect(from + 1, from + 3)
  self:connect(from + 2, from + 3)
  return from + 3
end

function Graph:nest(from)
  local header = self:straight(from, 1)
  local first = self:diamond(header)
  local between = self:straight(first, 1)
  local second = self:diamond(between)
  local footer = self:straight(second, 1)
  self:connect(second, between)
  self:connect(first, header)
  self:connect(footer, from)
  return self:straight(footer, 1)
end

-- Loops

local Loop = {}
Loop.__index = Loop

function Loop.new(header, reducible)
  local loop = { header = header, reducible = reducible, parent = nil, level = 0, blocks = {}, children = {} }
  if header then
    loop.blocks[header] = true
  end
  return setmetatable(loop, Loop)
end

function Loop:put_into(parent)
  self.parent = parent
  parent.children[self] = true
end

function Loop:number(depth)
  local level = 0
  for child in pairs(self.children) do
    level = math.max(level, 1 + child:number(depth + 1))
  end
  self.depth, self.level = depth, level
  return level
end

-- Nodes are blocks in the order of a depth-first walk, united when a loop is found.

local Node = {}
Node.__index = Node

function Node.new(block, number)
  local node = { block = block, number = number, last = number, loop = nil }
  node.parent = node
  node.kind = "none"
  node.back, node.other = List.new(), {}
  return setmetatable(node, Node)
end

function Node:find()
  local passed = List.new()
  local node = self
  while node.parent ~= node do
    passed:add(node)
    node = node.parent
  end
  passed:each(function(each)
    each.parent = node
  end)
  return node
end

function Node:is_ancestor_of(node)
  return self.number <= node.number and node.number <= self.last
end

local Finder = {}
Finder.__index = Finder

function Finder.new(graph)
  return setmetatable({ graph = graph, nodes = List.new(), node_of = {}, loops = List.new() }, Finder)
end

function Finder:walk(block)
  local node = Node.new(block, self.nodes.count + 1)
  self.nodes:add(node)
  self.node_of[block] = node
  block.targets:each(function(target)
    if not self.node_of[target] then
      self:walk(target)
    end
  end)
  node.last = self.nodes.count
end

function Finder:sort_edges()
  self.nodes:each(function(node)
    node.block.sources:each(function(source)
      local from = self.node_of[source]
      if from then
        if node:is_ancestor_of(from) then
          node.back:add(from)
        else
          node.other[from] = true
        end
      end
    end)
  end)
end

function Finder:body_of(header)
  local body = List.new()
  header.back:each(function(node)
    if node == header then
      header.kind = "self"
    else
      body:add(node:find())
    end
  end)
  if body.count > 0 then
    header.kind = "reducible"
  end
  local done = 0
  while done < body.count do
    done = done + 1
    for source in pairs(body[done].other) do
      local node = source:find()
      if not header:is_ancestor_of(node) then
        header.kind = "irreducible"
        header.other[node] = true
      elseif node ~= header and not body:contains(node) then
        body:add(node)
      end
    end
  end
  return body
end

function Finder:find_loops()
  self:walk(self.graph.blocks[1])
  self:sort_edges()
  for i = self.nodes.count, 1, -1 do
    local header = self.nodes[i]
    local body = self:body_of(header)
    if header.kind ~= "none" then
      local loop = Loop.new(header.block, header.kind ~= "irreducible")
      self.loops:add(loop)
      header.loop = loop
      body:each(function(node)
        node.parent = header
        if node.loop then
          node.loop:put_into(loop)
        else
          loop.blocks[node.block] = true
        end
      end)
    end
  end
end

function Finder:nesting()
  local root = Loop.new(nil, true)
  self.loops:each(function(loop)
    if not loop.parent then
      loop:put_into(root)
    end
  end)
  return root:number(0)
end

-- A big graph: groups of loops side by side in loops, all in one loop

local function build(groups, loops, nests)
  local graph = Graph.new()
  graph:nest(1)
  graph:connect(1, 3)
  local last = 3
  for _ = 1, groups do
    graph:connect(3, last + 1)
    last = last + 1
    for _ = 1, loops do
      local top = last
      last = graph:straight(last, 1)
      for _ = 1, nests do
        last = graph:nest(last)
      end
      local bottom = graph:straight(last, 1)
      graph:connect(last, top)
      last = bottom
    end
    graph:connect(last, 1)
  end
  return graph
end

function run()
  local graph = build(5, 4, 4)
  local value
  for _ = 1, 5 do
    local finder = Finder.new(graph)
    finder:find_loops()
    value = finder.loops.count .. " " .. graph.blocks.count .. " " .. finder:nesting()
  end
  if value ~= "261 848 5" then
    error("havlak: " .. value)
  end
  return value
end
