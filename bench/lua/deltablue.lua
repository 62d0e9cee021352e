-- A solver of one-way constraints between variables, with strengths: classes with inheritance (metatables whose
-- __index is a table with a metatable), methods that many classes define, lists that grow and shrink, closures in
-- loops. Expected: 1170 5.

local function class(parent)
  local made = {}
  made.__index = made
  return setmetatable(made, parent)
end

-- Strengths are numbers, the strongest is the least.
local REQUIRED, PREFERRED, STRONG_DEFAULT, DEFAULT, WEAKEST = 1, 3, 4, 5, 7

local function weakest(a, b)
  if a > b then
    return a
  end
  return b
end

-- A queue of constraints or variables

local Queue = class()

function Queue.new(...)
  local queue = setmetatable({ first = 1, last = 0, items = {} }, Queue)
  for i = 1, select("#", ...) do
    queue:add((select(i, ...)))
  end
  return queue
end

function Queue:add(item)
  self.last = self.last + 1
  self.items[self.last] = item
end

function Queue:take()
  local item = self.items[self.first]
  self.items[self.first] = nil
  self.first = self.first + 1
  return item
end

function Queue:is_empty()
  return self.first > self.last
end

function Queue:each(action)
  local items = self.items
  for i = self.first, self.last do
    action(items[i])
  end
end

-- Variables

local Variable = class()

function Variable.new(value)
  return setmetatable({
    value = value,
    constraints = {},
    determined_by = nil,
    mark = 0,
    walk_strength = WEAKEST,
    stay = true,
  }, Variable)
end

function Variable:drop(constraint)
  local list = self.constraints
  for i = 1, #list do
    if list[i] == constraint then
      table.remove(list, i)
      break
    end
  end
  if self.determined_by == constraint then
    self.determined_by = nil
  end
end

-- Constraints: of one variable, of two, and what all have in common

local Constraint = class()

function Constraint:is_input()
  return false
end

function Constraint:enter(planner)
  self:for_variables(function(variable)
    table.insert(variable.constraints, self)
  end)
  self:forget()
  planner:add(self)
end

function Constraint:leave(planner)
  if self:is_satisfied() then
    planner:remove(self)
  else
    self:detach()
  end
end

function Constraint:detach()
  self:for_variables(function(variable)
    variable:drop(self)
  end)
  self:forget()
end

function Constraint:inputs_known(mark)
  local known = true
  self:for_inputs(function(variable)
    if variable.mark ~= mark and not variable.stay and variable.determined_by then
      known = false
    end
  end)
  return known
end

function Constraint:satisfy(mark, planner)
  self:choose(mark)
  if not self:is_satisfied() then
    if self.strength == REQUIRED then
      error("a required constraint cannot be satisfied")
    end
    return nil
  end
  self:for_inputs(function(variable)
    variable.mark = mark
  end)
  local output = self:output()
  local overridden = output.determined_by
  if overridden then
    overridden:forget()
  end
  output.determined_by = self
  if not planner:propagate(self, mark) then
    error("a cycle of constraints")
  end
  output.mark = mark
  return overridden
end

local Unary = class(Constraint)

function Unary:is_satisfied()
  return self.satisfied
end

function Unary:forget()
  self.satisfied = false
end

function Unary:output()
  return self.variable
end

function Unary:for_variables(action)
  action(self.variable)
end

function Unary:for_inputs()
end

function Unary:choose(mark)
  self.satisfied = self.variable.mark ~= mark and self.strength < self.variable.walk_strength
end

function Unary:recalculate()
  self.variable.walk_strength = self.strength
  self.variable.stay = not self:is_input()
end

function Unary:execute()
end

local Stay = class(Unary)
local Edit = class(Unary)

function Stay.new(variable, strength, planner)
  local constraint = setmetatable({ variable = variable, strength = strength, satisfied = false }, Stay)
  constraint:enter(planner)
  return constraint
end

function Edit.new(variable, strength, planner)
  local constraint = setmetatable({ variable = variable, strength = strength, satisfied = false }, Edit)
  constraint:enter(planner)
  return constraint
end

function Edit:is_input()
  return true
end

local Binary = class(Constraint)

function Binary:is_satisfied()
  return self.from ~= nil
end

function Binary:forget()
  self.from, self.to = nil, nil
end

function Binary:output()
  return self.to
end

function Binary:for_variables(action)
  action(self.left)
  action(self.right)
end

function Binary:for_inputs(action)
  action(self.from)
end

function Binary:choose(mark)
  local left, right = self.left, self.right
  local to
  if left.mark == mark then
    to = right
  elseif right.mark == mark then
    to = left
  elseif left.walk_strength > right.walk_strength then
    to = left
  else
    to = right
  end
  if to.mark ~= mark and self.strength < to.walk_strength then
    self.to = to
    self.from = to == left and right or left
  else
    self:forget()
  end
end

function Binary:recalculate()
  local from, to = self.from, self.to
  to.walk_strength = weakest(self.strength, from.walk_strength)
  to.stay = from.stay
  if to.stay then
    self:execute()
  end
end

local Equal = class(Binary)
local Scale = class(Binary)

function Equal.new(left, right, planner)
  local constraint = setmetatable({ left = left, right = right, strength = REQUIRED }, Equal)
  constraint:enter(planner)
  return constraint
end

function Equal:execute()
  self.to.value = self.from.value
end

function Scale.new(left, factor, offset, right, planner)
  local constraint = setmetatable(
    { left = left, factor = factor, offset = offset, right = right, strength = REQUIRED }, Scale)
  constraint:enter(planner)
  return constraint
end

function Scale:for_variables(action)
  Binary.for_variables(self, action)
  action(self.factor)
  action(self.offset)
end

function Scale:for_inputs(action)
  action(self.from)
  action(self.factor)
  action(self.offset)
end

function Scale:execute()
  if self.to == self.right then
    self.right.value = self.left.value * self.factor.value + self.offset.value
  else
    self.left.value = (self.right.value - self.offset.value) / self.factor.value
  end
end

function Scale:recalculate()
  local from, to = self.from, self.to
  to.walk_strength = weakest(self.strength, from.walk_strength)
  to.stay = from.stay and self.factor.stay and self.offset.stay
  if to.stay then
    self:execute()
  end
end

-- The planner

local Planner = class()

function Planner.new()
  return setmetatable({ mark = 0 }, Planner)
end

function Planner:next_mark()
  self.mark = self.mark + 1
  return self.mark
end

function Planner:add(constraint)
  local mark = self:next_mark()
  while constraint do
    constraint = constraint:satisfy(mark, self)
  end
end

function Planner:consumers(variable, action)
  local determining = variable.determined_by
  for _, constraint in ipairs(variable.constraints) do
    if constraint ~= determining and constraint:is_satisfied() then
      action(constraint)
    end
  end
end

function Planner:propagate(constraint, mark)
  local ahead = Queue.new(constraint)
  while not ahead:is_empty() do
    local each = ahead:take()
    if each:output().mark == mark then
      self:remove(constraint)
      return false
    end
    each:recalculate()
    self:consumers(each:output(), function(consumer)
      ahead:add(consumer)
    end)
  end
  return true
end

function Planner:remove(constraint)
  local output = constraint:output()
  constraint:detach()
  output.determined_by, output.walk_strength, output.stay = nil, WEAKEST, true
  local unsatisfied = {}
  local ahead = Queue.new(output)
  while not ahead:is_empty() do
    local variable = ahead:take()
    for _, each in ipairs(variable.constraints) do
      if not each:is_satisfied() then
        unsatisfied[#unsatisfied + 1] = each
      end
    end
    self:consumers(variable, function(each)
      each:recalculate()
      ahead:add(each:output())
    end)
  end
  table.sort(unsatisfied, function(a, b)
    return a.strength < b.strength
  end)
  for _, each in ipairs(unsatisfied) do
    self:add(each)
  end
end

function Planner:plan(edit)
  local plan = Queue.new()
  local mark = self:next_mark()
  local sources = Queue.new()
  if edit:is_input() and edit:is_satisfied() then
    sources:add(edit)
  end
  while not sources:is_empty() do
    local each = sources:take()
    local output = each:output()
    if output.mark ~= mark and each:inputs_known(mark) then
      plan:add(each)
      output.mark = mark
      self:consumers(output, function(consumer)
        sources:add(consumer)
      end)
    end
  end
  return plan
end

local function execute(constraint)
  constraint:execute()
end

function Planner:change(variable, value)
  local edit = Edit.new(variable, PREFERRED, self)
  local plan = self:plan(edit)
  for _ = 1, 10 do
    variable.value = value
    plan:each(execute)
  end
  edit:leave(self)
end

-- The two tests: a chain of equal variables, and many pairs with one factor and one offset

local function check(got, wanted)
  if got ~= wanted then
    error("deltablue: expected " .. tostring(wanted) .. ", found " .. tostring(got))
  end
end

local function chain(length)
  local planner = Planner.new()
  local first = Variable.new(0)
  local last = first
  for _ = 1, length do
    local following = Variable.new(0)
    Equal.new(last, following, planner)
    last = following
  end
  Stay.new(last, STRONG_DEFAULT, planner)
  local edit = Edit.new(first, PREFERRED, planner)
  local plan = planner:plan(edit)
  for value = 1, 100 do
    first.value = value
    plan:each(execute)
    check(last.value, value)
  end
  edit:leave(planner)
end

local function projection(count)
  local planner = Planner.new()
  local factor, offset = Variable.new(10), Variable.new(1000)
  local results = {}
  local source, result
  for i = 1, count do
    source, result = Variable.new(i), Variable.new(i)
    results[i] = result
    Stay.new(source, DEFAULT, planner)
    Scale.new(source, factor, offset, result, planner)
  end
  planner:change(source, 17)
  check(result.value, 1170)
  planner:change(result, 1050)
  check(source.value, 5)
  planner:change(factor, 5)
  for i = 1, count - 1 do
    check(results[i].value, i * 5 + 1000)
  end
  planner:change(offset, 2000)
  for i = 1, count - 1 do
    check(results[i].value, i * 5 + 2000)
  end
  return math.floor(source.value)
end

function run()
  for _ = 1, 3 do
    chain(200)
  end
  local value = "1170 " .. projection(800)
  check(value, "1170 5")
  return value
end
