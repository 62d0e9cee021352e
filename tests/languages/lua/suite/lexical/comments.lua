#!a first line with a hash is skipped
-- comment
print("one") -- after code
--[[ long
comment ]] print("two")
--[==[ with
]] in it
]==]
print("three") --[[inline]] print("four")
--[ no long comment
print("five") --[==
---[[ not long either
print("six")
--]]
print("seven")
--[[]] print("eight")
print(--[[ in the middle ]] "nine" --[[ of things ]])
--
