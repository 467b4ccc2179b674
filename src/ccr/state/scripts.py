"""What Redis does in one step, in Lua. Time is always the server's: the replicas' clocks do not matter.

A bucket is a hash ``spent``, ``at``; places are a sorted set of holders by when their leases end.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Script(NamedTuple):
    source: str

    @property
    def sha(self) -> str:
        """By what Redis knows it once it is loaded."""
        return hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()


_SHARED = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000

local function spent(key, refill)
  if refill == 0 then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    return redis.call('ZCARD', key)
  end
  local kept = redis.call('HMGET', key, 'spent', 'at')
  if not kept[1] then return 0 end
  return math.max(0, kept[1] - math.max(0, now - kept[2]) * refill)
end

local function keep(key, amount, refill)
  if amount <= 0 then return redis.call('DEL', key) end
  redis.call('HSET', key, 'spent', amount, 'at', now)
  redis.call('PEXPIRE', key, math.ceil(amount / refill * 1000) + 1000)
end

local function hold(key, holder, lease)
  redis.call('ZADD', key, now + lease, holder)
  redis.call('PEXPIRE', key, math.ceil(lease * 1000) + 1000)
end
"""

#: KEYS: buckets. ARGV: holder, lease in seconds; for each bucket amount, capacity, refill a second
#: (0: places). Answers 1 or 0 for all or nothing, then what was spent of each bucket before.
TAKE = Script(
    _SHARED
    + """
local holder, lease = ARGV[1], tonumber(ARGV[2])
local before, answer = {}, {1}
for i, key in ipairs(KEYS) do
  local amount, capacity, refill = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  before[i] = spent(key, refill)
  answer[i + 1] = string.format('%.17g', before[i])
  if before[i] + amount - capacity > 0 then answer[1] = 0 end
end
if answer[1] == 0 then return answer end
for i, key in ipairs(KEYS) do
  local amount, refill = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 2])
  if refill == 0 then hold(key, holder, lease) else keep(key, before[i] + amount, refill) end
end
return answer
"""
)

#: KEYS: buckets. ARGV: holder; for each bucket how much more than reserved was used, and refill a second.
SETTLE = Script(
    _SHARED
    + """
for i, key in ipairs(KEYS) do
  local more, refill = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  if refill == 0 then
    redis.call('ZREM', key, ARGV[1])
  elseif more ~= 0 then
    keep(key, spent(key, refill) + more, refill)
  end
end
"""
)

#: KEYS: places. ARGV: lease in seconds, then the holder of each.
RENEW = Script(
    _SHARED
    + """
for i, key in ipairs(KEYS) do hold(key, ARGV[i + 1], tonumber(ARGV[1])) end
"""
)

#: KEYS: a fact. ARGV: milliseconds to keep it (0: forget it), its value, the channel, what to tell there.
PUT = Script(
    """
if ARGV[1] == '0' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1]) end
redis.call('PUBLISH', ARGV[3], ARGV[4])
"""
)

#: The same, where what is there does not last as long.
OUTLAST = Script(
    """
if redis.call('PTTL', KEYS[1]) >= tonumber(ARGV[1]) then return end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[4])
"""
)

SCRIPTS = (TAKE, SETTLE, RENEW, PUT, OUTLAST)
