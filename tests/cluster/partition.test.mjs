// SPDX-License-Identifier: GPL-3.0-or-later
// The trial R10 of the trust page: the app node that leads is cut off from the database, and from nothing else: no packet comes or goes, no connection
// breaks. 20 times for 10 to 60 s with ZVONAR_LONG, or ZVONAR_CUTS times for ten. The other leads within its lease and what it waits for, talks go on,
// nobody is dialled by both, and who was cut off is of use again afterwards.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { patience } from '../lib/server.mjs'
import { house, within } from './lib.mjs'
import { floor } from './people.mjs'

const long = Boolean(process.env.ZVONAR_LONG)
const CUTS = Number(process.env.ZVONAR_CUTS ?? (long ? 20 : 0))
const OPERATORS = Number(process.env.ZVONAR_OPERATORS ?? (long ? 40 : 4))
const LEASE_MS = 5000

// What stands between a node and PostgreSQL: a socket of its own, which can be cut. cut() holds what comes from either side, and new ones too.
async function wire(t, url) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-wire-'))
  const to = /host=([^&]+)/.exec(url)[1]
  const pairs = new Set()
  let off = false
  const server = net.createServer({ allowHalfOpen: true }, (from) => {
    const other = net.connect({ path: join(to, '.s.PGSQL.5432'), allowHalfOpen: true })
    const pair = [from, other]
    pairs.add(pair)
    for (const [x, y] of [pair, [other, from]]) {
      x.pipe(y)
      x.on('error', () => y.destroy()).on('close', () => (pairs.delete(pair), y.destroy()))
      if (off) x.pause()
    }
  })
  await new Promise((done) => server.listen(join(dir, '.s.PGSQL.5432'), done))
  t.after(() => {
    for (const pair of pairs) pair[0].destroy()
    server.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return {
    url: url.replace(/host=[^&]+/, `host=${dir}`),
    set(cut) {
      off = cut
      for (const pair of pairs) for (const x of pair) cut ? x.pause() : x.resume()
    }
  }
}

test(`R10: ${CUTS} cuts between the app node that leads and the database`, { timeout: 7200e3, skip: !CUTS && 'ZVONAR_LONG' }, async (t) => {
  let cut
  const h = await house(t, { tels: 1, way: async (url) => (cut = await wire(t, url)).url })
  const { a, b } = h
  const { p, end } = await floor(t, h, OPERATORS, OPERATORS * (20 + 20 * CUTS))
  const dials = (since = Date.now()) => within('somebody dials', async () => a.rows(`SELECT 1 AS n FROM call WHERE project_id = ${p.project_id} AND dialled_at > ${since}`).length)
  const took = []
  for (let i = 0; i < CUTS; i++) {
    for (let tries = 0; ; tries++) { // a sleeps until b has the lease; waking it may take it back once
      if (h.leader('tel-1') === 'app-b' && (await dials()) && h.leader('tel-1') === 'app-b') break
      const pid = a.pidOf('app')
      assert.ok(tries < 10, 'b never leads')
      process.kill(pid, 'SIGSTOP')
      await within('b leads', async () => h.leader('tel-1') === 'app-b').finally(() => process.kill(pid, 'SIGCONT'))
      await sleep(3000)
    }
    const at = Date.now()
    const ends = at + (long ? 10000 + Math.random() * 50000 : 10000 * patience)
    cut.set(true)
    await within('the other leads', async () => h.leader('tel-1') === 'app-a')
    took.push(Date.now() - at)
    await dials()
    while (Date.now() < ends) await sleep(100)
    cut.set(false)
    await within('who was cut off is back', async () => (await b.send('GET', '/readyz')).status === 200)
    assert.equal(h.leader('tel-1'), 'app-a')
  }
  assert.deepEqual(a.rows("SELECT id, cause FROM call WHERE connected_at IS NOT NULL AND cause IN ('node_lost', 'tel_lost')"), [])
  await end()
  t.diagnostic(`the other led after ${took.join(', ')} ms`)
  assert.ok(Math.max(...took) <= (LEASE_MS + 3000) * patience, `${took}`)
})
