// SPDX-License-Identifier: GPL-3.0-or-later
// Trial R1: the app is killed at random moments under write load. Whatever a client was told is saved is there afterwards, once; the database is
// sound; the server is ready again within two seconds. 20 kills on each engine, 500 with ZVONAR_LONG.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ledger, none } from '../lib/ledger.mjs'
import { engines, patience, serve } from '../lib/server.mjs'

const KILLS = process.env.ZVONAR_LONG ? 500 : 20
const WRITERS = 16

for (const engine of engines) {
  test(`R1: ${KILLS} kills lose nothing that was acknowledged (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const ledger = new Ledger()
    ledger.write(s, admin, WRITERS)
    t.after(() => ledger.stop())
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
    await ledger.stop()
    assert.deepEqual(ledger.faults(s.rows('SELECT name FROM customer').map((r) => r.name)), none)
    assert.ok(ledger.told.length > KILLS, `only ${ledger.told.length} writes went through`)
    if (engine === 'sqlite') assert.equal(s.run('PRAGMA integrity_check'), 'ok')
    back.sort((a, b) => a - b)
    const p99 = back[Math.min(back.length - 1, Math.floor(back.length * 0.99))]
    t.diagnostic(`${ledger.told.length} acknowledged, ${ledger.unknown.length} without an answer, 0 lost; back after ${back[back.length >> 1]} ms (median), ${p99} ms (p99)`)
    assert.ok(p99 <= 2000 * patience, `ready again after ${p99} ms`)
  })
}
