// SPDX-License-Identifier: GPL-3.0-or-later
// The trial R9 of the trust page: of two app nodes the one that leads is killed while operators work by desk phones: 30 times
// under 200 of them with ZVONAR_LONG, or ZVONAR_KILLS times under ZVONAR_OPERATORS. Whoever asks has his seat again within five seconds, nobody is dialled twice at a
// time, no contact is held for longer than half a minute after its call, and what was acknowledged is there.
import assert from 'node:assert/strict'
import test from 'node:test'
import { patience } from '../lib/server.mjs'
import { house, within } from './lib.mjs'
import { floor } from './people.mjs'

const long = Boolean(process.env.ZVONAR_LONG)
const KILLS = Number(process.env.ZVONAR_KILLS ?? (long ? 30 : 0))
const OPERATORS = Number(process.env.ZVONAR_OPERATORS ?? 200)
const LIMIT_MS = 5000 * patience

test(`R9: ${KILLS} kills of the app node that leads, under ${OPERATORS} operators`, { timeout: 3600e3, skip: !KILLS && 'ZVONAR_LONG' }, async (t) => {
  const h = await house(t, { tels: 1 })
  const { a } = h
  const { people, end } = await floor(t, h, OPERATORS, OPERATORS * (10 + 4 * KILLS))
  const took = []
  for (let i = 0; i < KILLS; i++) {
    const s = h.apps[h.leader('tel-1')]
    const pid = s.pidOf('app')
    const at = Date.now()
    for (const o of people) o.gaps.length = 0
    process.kill(pid, 'SIGKILL')
    await within('who was cut off has his seat again', async () => people.every((o) => !o.lost) && Date.now() - at > 1500)
    took.push(...people.flatMap((o) => o.gaps))
    await within('somebody is dialled again', async () => a.rows(`SELECT 1 AS n FROM call WHERE dialled_at > ${at + 500}`).length, LIMIT_MS + 20000)
    await s.ready()
    await within('it is led', async () => h.leader('tel-1'))
  }
  await end()
  took.sort((x, y) => x - y)
  const p99 = took[Math.min(took.length - 1, Math.floor(took.length * 0.99))] ?? 0
  t.diagnostic(`${took.length} were cut off; back after ${took[took.length >> 1] ?? 0} ms (median), ${p99} ms (p99)`)
  if (long) assert.ok(took.length, 'nobody noticed')
  assert.ok(p99 <= LIMIT_MS, `${p99} ms`)
})
