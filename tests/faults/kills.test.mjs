// SPDX-License-Identifier: GPL-3.0-or-later
// Trial R1: the app is killed at random moments under write load. Whatever a client was told is saved is there afterwards, once; the database is
// sound; the server is ready again within two seconds. 20 kills on each engine, 500 with ZVONAR_LONG.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { engines, serve } from '../lib/server.mjs'

const KILLS = process.env.ZVONAR_LONG ? 500 : 20
const WRITERS = 16

// Writes until told to stop: a new customer each time, its name the proof. told: 201 arrived; unknown: no answer came.
async function writer(s, admin, id, ledger, state) {
  for (let n = 0; !state.stop; n++) {
    const name = `w${id}-${n}`
    try {
      const r = await s.call('POST', '/api/customers', { as: admin, body: { name }, timeout: 5000 })
      if (r.status === 201) ledger.told.push(name)
      else if (r.status >= 500) ledger.unknown.push(name)
      else if (!state.stop) assert.fail(`${r.status} ${r.text}`)
    } catch (e) {
      if (e.code === 'ERR_ASSERTION') throw e
      ledger.unknown.push(name)
      await sleep(20)
    }
  }
}

for (const engine of engines) {
  test(`R1: ${KILLS} kills lose nothing that was acknowledged (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const ledger = { told: [], unknown: [] }
    const state = { stop: false }
    t.after(() => (state.stop = true))
    const writers = Array.from({ length: WRITERS }, (_, i) => writer(s, admin, i, ledger, state))
    const back = []
    for (let i = 0; i < KILLS; i++) {
      await sleep(50 + Math.random() * 200)
      let pid
      for (let n = 0; !(pid = s.pidOf('app')); n++) {
        assert.ok(n < 400, 'the app runs')
        await sleep(5)
      }
      process.kill(pid, 'SIGKILL')
      const killed = Date.now()
      while ((s.pidOf('app') || pid) === pid) await sleep(5)
      await s.ready()
      back.push(Date.now() - killed)
    }
    state.stop = true
    await Promise.all(writers)
    const rows = s.rows('SELECT name FROM customer')
    const kept = new Map()
    for (const { name } of rows) kept.set(name, (kept.get(name) ?? 0) + 1)
    const lost = ledger.told.filter((name) => !kept.has(name))
    const known = new Set([...ledger.told, ...ledger.unknown])
    assert.deepEqual(lost, [], 'acknowledged and lost')
    assert.deepEqual([...kept].filter(([, n]) => n > 1), [], 'kept twice')
    assert.deepEqual([...kept.keys()].filter((name) => !known.has(name)), [], 'made up')
    assert.ok(ledger.told.length > KILLS, `only ${ledger.told.length} writes went through`)
    if (engine === 'sqlite') assert.equal(s.run('PRAGMA integrity_check'), 'ok')
    back.sort((a, b) => a - b)
    const p99 = back[Math.min(back.length - 1, Math.floor(back.length * 0.99))]
    t.diagnostic(`${ledger.told.length} acknowledged, ${ledger.unknown.length} without an answer, 0 lost; back after ${back[back.length >> 1]} ms (median), ${p99} ms (p99)`)
    assert.ok(p99 <= 2000, `ready again after ${p99} ms`)
  })
}
