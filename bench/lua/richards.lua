-- An operating system's scheduler with six tasks that send packets to each other: objects with state, a function in a
-- field that is called for each step (many callees at one call), linked lists. Expected: 23246 9297.

local IDLER, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local DEVICE_KIND, WORK_KIND = 0, 1
local DATA_SIZE = 4

local function append(packet, queue)
  packet.link = nil
  if not queue then
    return packet
  end
  local last = queue
  while last.link do
    last = last.link
  end
  last.link = packet
  return queue
end

local function new_packet(link, identity, kind)
  return { link = link, identity = identity, kind = kind, datum = 1, data = { 0, 0, 0, 0 } }
end

-- Tasks

local Task = {}
Task.__index = Task

function Task:holds_or_waits()
  return self.holding or (self.waiting and not self.pending)
end

function Task:set(pending, waiting, holding)
  self.pending, self.waiting, self.holding = pending, waiting, holding
end

function Task:add_input(packet, running)
  if not self.input then
    self.input = packet
    self.pending = true
    if self.priority > running.priority then
      return self
    end
  else
    append(packet, self.input)
  end
  return running
end

function Task:run()
  local packet = nil
  if self.pending and self.waiting and not self.holding then
    packet = self.input
    self.input = packet.link
    self:set(self.input ~= nil, false, false)
  end
  return self.step(packet, self)
end

-- The scheduler

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler.new()
  return setmetatable({ list = nil, current = nil, tasks = {}, queued = 0, held = 0 }, Scheduler)
end

function Scheduler:add(identity, priority, input, waiting, step, memory)
  local task = setmetatable(memory, Task)
  task.link, task.identity, task.priority = self.list, identity, priority
  task.input, task.step = input, step
  task:set(input ~= nil, waiting, false)
  self.list = task
  self.tasks[identity] = task
end

function Scheduler:hold()
  self.held = self.held + 1
  self.current.holding = true
  return self.current.link
end

function Scheduler:wait()
  self.current.waiting = true
  return self.current
end

function Scheduler:release(identity)
  local task = self.tasks[identity]
  task.holding = false
  if task.priority > self.current.priority then
    return task
  end
  return self.current
end

function Scheduler:send(packet)
  local receiver = self.tasks[packet.identity]
  self.queued = self.queued + 1
  packet.link = nil
  packet.identity = self.current.identity
  return receiver:add_input(packet, self.current)
end

function Scheduler:run()
  self.current = self.list
  while self.current do
    if self.current:holds_or_waits() then
      self.current = self.current.link
    else
      self.current = self.current:run()
    end
  end
end

-- What the tasks do

local function toggled(number, bit)
  if number % (2 * bit) >= bit then
    return number - bit
  end
  return number + bit
end

local function idler(scheduler)
  return function(_, task)
    task.count = task.count - 1
    if task.count == 0 then
      return scheduler:hold()
    end
    if task.control % 2 == 0 then
      task.control = math.floor(task.control / 2)
      return scheduler:release(DEVICE_A)
    end
    local half = math.floor(task.control / 2)
    task.control = toggled(toggled(toggled(half + 32768, 16384), 4096), 8)
    return scheduler:release(DEVICE_B)
  end
end

local function worker(scheduler)
  return function(packet, task)
    if not packet then
      return scheduler:wait()
    end
    task.destination = HANDLER_A + HANDLER_B - task.destination
    packet.identity = task.destination
    packet.datum = 1
    for i = 1, DATA_SIZE do
      task.letter = task.letter % 26 + 1
      packet.data[i] = 64 + task.letter
    end
    return scheduler:send(packet)
  end
end

local function handler(scheduler)
  return function(packet, task)
    if packet then
      if packet.kind == WORK_KIND then
        task.work = append(packet, task.work)
      else
        task.device = append(packet, task.device)
      end
    end
    local work = task.work
    if work then
      local place = work.datum
      if place > DATA_SIZE then
        task.work = work.link
        return scheduler:send(work)
      end
      local device = task.device
      if device then
        task.device = device.link
        device.datum = work.data[place]
        work.datum = place + 1
        return scheduler:send(device)
      end
    end
    return scheduler:wait()
  end
end

local function device(scheduler)
  return function(packet, task)
    if packet then
      task.pending_packet = packet
      return scheduler:hold()
    end
    packet = task.pending_packet
    if not packet then
      return scheduler:wait()
    end
    task.pending_packet = nil
    return scheduler:send(packet)
  end
end

local function packets(count, identity, kind)
  local queue = nil
  for _ = 1, count do
    queue = new_packet(queue, identity, kind)
  end
  return queue
end

local function simulate()
  local scheduler = Scheduler.new()
  scheduler:add(IDLER, 0, nil, false, idler(scheduler), { control = 1, count = 10000 })
  scheduler:add(WORKER, 1000, packets(2, WORKER, WORK_KIND), true, worker(scheduler),
    { destination = HANDLER_A, letter = 0 })
  scheduler:add(HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE_KIND), true, handler(scheduler), {})
  scheduler:add(HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE_KIND), true, handler(scheduler), {})
  scheduler:add(DEVICE_A, 4000, nil, true, device(scheduler), {})
  scheduler:add(DEVICE_B, 5000, nil, true, device(scheduler), {})
  scheduler:run()
  return scheduler.queued .. " " .. scheduler.held
end

function run()
  local value = simulate()
  if value ~= "23246 9297" then
    error("richards: " .. value)
  end
  return value
end
