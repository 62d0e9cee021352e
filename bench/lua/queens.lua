-- Queens on a board of nine by nine, all solutions by backtracking: arrays of booleans, small loops, a method that
-- calls itself. Expected: 352.

local Board = {}
Board.__index = Board

local function filled(first, last)
  local array = {}
  for i = first, last do
    array[i] = true
  end
  return array
end

function Board.new(size)
  local board = {
    size = size,
    rows = filled(1, size),
    rising = filled(1, 2 * size),
    falling = filled(1, 2 * size),
    solutions = 0,
  }
  return setmetatable(board, Board)
end

function Board:is_free(column, row)
  return self.rows[row] and self.rising[row + column] and self.falling[row - column + self.size]
end

function Board:mark(column, row, free)
  self.rows[row] = free
  self.rising[row + column] = free
  self.falling[row - column + self.size] = free
end

function Board:place(column)
  if column > self.size then
    self.solutions = self.solutions + 1
    return
  end
  for row = 1, self.size do
    if self:is_free(column, row) then
      self:mark(column, row, false)
      self:place(column + 1)
      self:mark(column, row, true)
    end
  end
end

function run()
  local board
  for _ = 1, 3 do
    board = Board.new(9)
    board:place(1)
  end
  if board.solutions ~= 352 then
    error("queens: " .. board.solutions)
  end
  return board.solutions
end
