-- SPDX-License-Identifier: Apache-2.0
-- Words of the input, counted; then what leaves a function by longjmp.

local count, lines = {}, 0
for line in io.lines() do
	lines = lines + 1
	for word in line:gmatch("%a+") do
		count[word] = (count[word] or 0) + 1
	end
end
local words = {}
for word in pairs(count) do
	words[#words + 1] = word
end
table.sort(words, function(a, b)
	return count[a] > count[b] or count[a] == count[b] and a < b
end)
print(lines, #words)
for i = 1, 20 do
	print(words[i], count[words[i]])
end

-- An error from deep below, and one in the handler of another.
local function deep(n)
	if n == 0 then
		error({ code = 7 })
	end
	return 1 + deep(n - 1)
end
local sum = 0
for i = 1, 2000 do
	local ok, e = pcall(deep, i % 100)
	assert(not ok)
	sum = sum + e.code
end
print("errors", sum)
print(xpcall(deep, function(e) return e.code * 2 end, 5))
print(pcall(pcall, error, "x"))
print(select(2, pcall(function() local t = nil; return t.x end)))
print(pcall(function()
	local ok, e = pcall(error, "inner")
	error("outer of " .. e, 0)
end))

-- The C stack, the memory, a pattern and a program that are no good.
local function forever(n)
	return 1 + forever(n)
end
print(pcall(forever, 1))
print(pcall(string.find, "a", "(a"))
print(load("x ="))
print(pcall(string.rep, "x", 1 << 40))

-- Coroutines: made, left in the middle, ended by an error.
local function numbers(n)
	return coroutine.wrap(function()
		for i = 1, n do
			coroutine.yield(i)
		end
	end)
end
local total = 0
for i in numbers(1000) do
	total = total + i
end
print("yields", total)
local co = coroutine.create(function(a)
	local b = coroutine.yield(a + 1)
	local ok, e = pcall(function() coroutine.yield(b * 2) error("end") end)
	error(tostring(e), 0)
end)
print(coroutine.resume(co, 1))
print(coroutine.resume(co, 10))
print(coroutine.resume(co))
print(coroutine.status(co), coroutine.close(co))

-- to-be-closed variables run on the way out.
print(pcall(function()
	local c <close> = setmetatable({}, {
		__close = function(_, e) print("closed", e) end })
	error("left", 0)
end))

-- Numbers and the collector.
print(7 // 2, -7 // 2, 7 % -3, 7.5 // 2, 2^53 | 0, math.maxinteger + 1)
print(("%5.2f %x %q"):format(1 / 3, 255, "a\nb"))
for i = 1, 20000 do
	words[i % 100] = { i }
end
collectgarbage()
print(collectgarbage("count") < 20000)

local f = assert(io.open("out", "w"))
f:write(lines, " ", #words, "\n")
f:close()
error("the end")
