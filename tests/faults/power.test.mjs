// SPDX-License-Identifier: GPL-3.0-or-later
// Trial R2: the power fails at random moments under write load (SQLite). Whatever a client was told is saved before that moment is there
// afterwards, once; the database opens and is sound; and the server goes on from it. Each round writes for a while, noting all the disk is
// asked; then the power fails at ten of the moments, and the next round begins on what the last of these left. 20 cuts, 300 with ZVONAR_LONG.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ledger, none } from '../lib/ledger.mjs'
import { Disk, recordsOf } from '../lib/power.mjs'
import { program, root, serve } from '../lib/server.mjs'

const ROUNDS = process.env.ZVONAR_LONG ? 30 : 2
const CUTS = 10
const WRITERS = 16
const FILES = ['zvonar.db', 'zvonar.db-wal', 'zvonar.db-journal']
const shim = join(root, 'build/libpower_cut.so')

// mulberry32: a seed gives the same cuts of the same writes.
function randomBy(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296
  }
}
const read = (dir) => Object.fromEntries(FILES.filter((name) => existsSync(join(dir, name))).map((name) => [name, readFileSync(join(dir, name))]))
function write(dir, files) {
  for (const name of [...FILES, 'zvonar.db-shm']) rmSync(join(dir, name), { force: true })
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes, { mode: 0o600 })
}
const namesIn = (dir) => execFileSync('sqlite3', [join(dir, 'zvonar.db'), 'SELECT name FROM customer'], { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n').filter(Boolean)

// A server whose house is empty but for an administrator, stopped.
async function house(t) {
  const s = await serve(t)
  const admin = s.person('admin')
  await s.stop()
  const work = mkdtempSync(join(tmpdir(), 'zvonar-power-'))
  t.after(() => rmSync(work, { recursive: true, force: true }))
  return { s, admin, work }
}

// Write until the disk was asked that much, its orders noted; then everything stops at once: the orders. 1000 pages (4 MB) in the
// write-ahead log begin a checkpoint.
async function load({ s, admin, work }, ledger, round, megabytes, env = {}) {
  const log = join(work, 'orders')
  rmSync(log, { force: true })
  s.env = { LD_PRELOAD: shim, POWER_LOG: log, POWER_WATCH: s.dir, ...env }
  await s.start()
  ledger.write(s, admin, WRITERS, `r${round}w`)
  for (const until = Date.now() + 60000; statSync(log).size < megabytes * 1e6; await sleep(5)) assert.ok(Date.now() < until, 'the load goes on')
  s.kill()
  await s.ended
  await ledger.stop()
  return recordsOf(readFileSync(log))
}

// The power fails at n moments, oldest first: calls each(what the disk holds, the moment in ns, which record came next).
function cuts({ s }, before, records, n, random, each) {
  const disk = new Disk(s.dir, before, (name) => FILES.includes(name))
  const moments = Array.from({ length: n }, () => 1 + Math.floor(random() * (records.length - 1))).sort((a, b) => a - b)
  let at = 0
  for (const moment of moments) {
    while (at < moment) disk.apply(records[at++])
    each(disk.cut(random), records[moment].ns, moment)
  }
}

// What is wrong with a disk: nothing, or why it does not open, or what the ledger misses.
function faultsOf(work, files, ledger, ns) {
  const dir = join(work, 'disk')
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir)
  write(dir, files)
  const check = spawnSync(program, ['check', '--data', dir], { encoding: 'utf8' })
  if (check.status !== 0) return { opens: `${check.stdout}${check.stderr}` }
  return ledger.faults(namesIn(dir), ns)
}

test(`R2: ${ROUNDS * CUTS} power cuts lose nothing that was acknowledged (sqlite)`, async (t) => {
  const seed = Number(process.env.ZVONAR_SEED ?? Math.floor(Math.random() * 2 ** 31))
  const random = randomBy(seed)
  const h = await house(t)
  const ledger = new Ledger()
  let copied = 0
  for (let round = 0; round < ROUNDS; round++) {
    const before = read(h.s.dir)
    const records = await load(h, ledger, round, 8)
    copied += records.filter((r) => r.kind === 0 && r.path.endsWith('.db')).length
    let last
    cuts(h, before, records, CUTS, random, (files, ns, moment) => {
      assert.deepEqual(faultsOf(h.work, files, ledger, ns), none, `seed ${seed}, round ${round}, before order ${moment} of ${records.length}`)
      last = files
    })
    write(h.s.dir, last)
    const there = new Set(namesIn(h.s.dir))
    ledger.told = ledger.told.filter((x) => there.has(x.name)) // what came after the cut was never said to anybody
    write(h.s.dir, last)
  }
  assert.ok(copied > 0, 'pages were copied from the log into the database meanwhile')
  t.diagnostic(`${ROUNDS * CUTS} cuts, ${ledger.told.length} acknowledged before the last, 0 lost; ${copied} pages copied meanwhile; seed ${seed}`)
})

test('R2: a database that never syncs is found out', async (t) => {
  const h = await house(t)
  const ledger = new Ledger()
  const before = read(h.s.dir)
  const records = await load(h, ledger, 0, 2, { POWER_DEAF: '1' })
  let found = 0
  cuts(h, before, records, CUTS, randomBy(1), (files, ns) => {
    const faults = faultsOf(h.work, files, ledger, ns)
    if (faults.opens || faults.lost.length > 0) found++
  })
  assert.ok(found > 0, 'nothing was lost without a single sync')
})
