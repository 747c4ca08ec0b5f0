// SPDX-License-Identifier: GPL-3.0-or-later
// Trial R1: the app is killed at random moments under write load. Whatever a client was told is saved is there afterwards, once; the database is
// sound; the server is ready again within two seconds. 20 kills on each engine, 500 with ZVONAR_LONG.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ledger, none } from '../lib/ledger.mjs'
import { command, engines, patience, serve } from '../lib/server.mjs'

const KILLS = process.env.ZVONAR_LONG ? 500 : 20
const WRITERS = 16

// Operators who save results of calls that ended; each acknowledged one must be in the verifiable log, whose numbers have no gap.
class Results {
  told = []
  #stop = false
  #writers = []
  constructor(s) {
    const now = Date.now()
    this.s = s
    s.run(`INSERT INTO customer (id, name, created_at) VALUES (900000000, 'k', ${now});
      INSERT INTO project (id, customer_id, name, type, created_at) VALUES (900000000, 900000000, 'k', 'cold', ${now});
      INSERT INTO result (id, project_id, name, effect) VALUES (900000000, 900000000, 'k', 'final')`)
  }
  write(n) {
    const people = Array.from({ length: n }, () => this.s.person('operator', { project_ids: [900000000] }))
    const rows = people.flatMap((p, w) => Array.from({ length: 1500 }, (_, i) => {
      const id = 100000 + w * 1500 + i
      return `(${id}, '${randomUUID()}', 900000000, ${p.id}, 'manual', '+7495${1000000 + id}', 'ended', 1, 1, 1, 2, 'hung_up')`
    }))
    this.s.run(`INSERT INTO call (id, uuid, project_id, operator_id, mode, number, state, asked_at, dialled_at, connected_at, ended_at, cause) VALUES ${rows.join()}`)
    this.#writers = people.map((p, w) => this.#writer(p, 100000 + w * 1500))
  }
  async #writer(person, first) {
    for (let id = first; id < first + 1500 && !this.#stop; ) {
      const body = { call_id: id, result_id: 900000000, comment: `c${id}`, then: 'pause' }
      const r = await this.s.send('POST', '/api/seat/result', { as: person, body, timeout: 5000, headers: { 'Idempotency-Key': `k${id}` } }).catch(() => null)
      if (r?.status === 200) this.told.push(id++)
      else if (r && r.status < 500 && !this.#stop) assert.fail(`${r.status} ${r.text}`)
      else await sleep(20) // and again with the same key
    }
  }
  async stop() {
    this.#stop = true
    await Promise.all(this.#writers)
  }
  // The server runs now: until there is something to compare.
  async enough() {
    for (let i = 0; i < 1000 && this.told.length < 50; i++) await sleep(20)
  }
  async recorded() {
    const { s } = this
    const records = new Set(s.rows('SELECT call_id FROM ledger_leaf').map((r) => r.call_id))
    assert.ok(this.told.length > 20, `only ${this.told.length} results were acknowledged`)
    assert.deepEqual(this.told.filter((id) => !records.has(id)), [])
    const [{ n, last, size }] = s.rows('SELECT COUNT(*) AS n, MAX(l.seq) AS last, MAX(g.size) AS size FROM ledger_leaf l JOIN ledger g ON g.project_id = l.project_id WHERE l.project_id = 900000000')
    assert.deepEqual([n, last], [size, size], 'the numbers have no gap')
    // Those without a result were put in behind the server's back.
    s.run('DELETE FROM call WHERE id >= 100000 AND result_at IS NULL')
    const { out } = await command('check', '--data', s.dir, '--db', s.db.url)
    assert.doesNotMatch(out, /ledger/)
  }
}

for (const engine of engines) {
  test(`R1: ${KILLS} kills lose nothing that was acknowledged (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const ledger = new Ledger()
    ledger.write(s, admin, WRITERS)
    t.after(() => ledger.stop())
    const results = new Results(s)
    results.write(4)
    t.after(() => results.stop())
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
    await results.enough()
    await results.stop()
    await results.recorded()
    assert.deepEqual(ledger.faults(s.rows('SELECT name FROM customer WHERE id <> 900000000').map((r) => r.name)), none)
    assert.ok(ledger.told.length > KILLS, `only ${ledger.told.length} writes went through`)
    if (engine === 'sqlite') assert.equal(s.run('PRAGMA integrity_check'), 'ok')
    back.sort((a, b) => a - b)
    const p99 = back[Math.min(back.length - 1, Math.floor(back.length * 0.99))]
    t.diagnostic(`${ledger.told.length} acknowledged, ${ledger.unknown.length} without an answer, 0 lost; back after ${back[back.length >> 1]} ms (median), ${p99} ms (p99)`)
    assert.ok(p99 <= 2000 * patience, `ready again after ${p99} ms`)
  })
}
