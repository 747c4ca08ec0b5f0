// SPDX-License-Identifier: GPL-3.0-or-later
// Two tel nodes share a trunk, and one is killed under load, with ZVONAR_LONG several times: it keeps what its calls may still hold, the other has the
// rest; it comes back, and all of it is shared anew.
import assert from 'node:assert/strict'
import test from 'node:test'
import { house } from './lib.mjs'
import { CHANNELS, sharedTrunk, tidesOfTwo } from './shares.mjs'

const KILLS = Number(process.env.ZVONAR_KILLS ?? (process.env.ZVONAR_LONG ? 10 : 0))

test(`two tel nodes share a trunk, one is killed ${KILLS} times`, { timeout: 3600e3, skip: !KILLS && 'ZVONAR_LONG' }, async (t) => {
  const h = await house(t)
  const { a } = h
  const x = await sharedTrunk(t, h)
  await tidesOfTwo(x)
  const name = h.place(x.projects[1].project_id)
  const [{ id }] = a.rows(`SELECT id FROM node WHERE name = '${name}'`)
  const row = () => x.rows().find((s) => s.name === name)
  for (let i = 0; i < KILLS; i++) {
    h.tels[name].kill()
    await x.seen('it is lost', async () => row().lost_at)
    const kept = row()
    assert.ok(kept.channels > 0 && kept.calls_per_s === 0, JSON.stringify(kept))
    await x.seen('all the rest is taken', async () => x.rows().reduce((n, s) => n + Number(s.channels), 0) === CHANNELS)
    for (const p of x.projects) x.run(p, 'stopped')
    h.tels[name].start()
    await x.seen('it is back', async () => !row().lost_at && h.leader(name))
    const move = async () => (await a.call('POST', `/api/nodes/${id}/projects`, { as: a.person('admin'), body: { project_id: x.projects[1].project_id } })).status === 204
    await x.seen('its project too', move)
    for (const p of x.projects) x.run(p, 'running')
    await x.seen('it dials', async () => x.carrier.of(x.ports[1]) > 0)
    await x.seen('every channel is taken', async () => x.carrier.open.size === CHANNELS)
  }
  t.diagnostic(`${x.carrier.began.length} calls, at most ${x.carrier.most} at once and ${x.carrier.busiest()} in a second`)
})
