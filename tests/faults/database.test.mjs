// SPDX-License-Identifier: GPL-3.0-or-later
// Trials R5 and R7 for what the telephone process tells: a disk that is full (SQLite) or a server that is restarted (PostgreSQL) while a talk ends.
// It is stored when the database takes it again, though telephone and app never parted, and what people command meanwhile goes on.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, rollups } from '../lib/house.mjs'
import { engines, patience, root, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

// A server of PostgreSQL for this test alone: others work on the common one.
async function ownServer() {
  const child = spawn(join(root, 'tools/with-postgres'), ['sh', '-c', 'echo "$ZVONAR_TEST_PG"; read line'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const common = process.env.ZVONAR_TEST_PG
  process.env.ZVONAR_TEST_PG = await new Promise((done) => child.stdout.once('data', (line) => done(String(line).trim())))
  const dir = process.env.ZVONAR_TEST_PG.match(/host=(.*)/)[1]
  const pg_ctl = (...what) => {
    const [program, ...args] = [...(process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : []), 'pg_ctl', '-D', join(dir, 'data'), '-w', ...what]
    execFileSync(program, args, { cwd: '/', stdio: 'ignore' })
  }
  return {
    away: () => pg_ctl('-m', 'fast', 'stop'),
    back: () => pg_ctl('-o', `-c listen_addresses='' -k ${dir}`, '-l', join(dir, 'data/log'), 'start'),
    end: () => {
      process.env.ZVONAR_TEST_PG = common
      child.stdin.end()
    }
  }
}

const disk = { away: (s) => writeFileSync(s.env.POWER_FULL, ''), back: (s) => rmSync(s.env.POWER_FULL), end: () => {} }

// An operator who is ready: the dialler calls at once. prepare: before that.
async function house(t, engine, database, prepare = () => {}) {
  const path = join('/tmp', `zvonar-tel-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const full = `${path}.full`
  const tel = await new Tel(path).start()
  const shim = { LD_PRELOAD: join(root, 'build/libpower_cut.so'), POWER_LOG: '/dev/null', POWER_WATCH: '/tmp/zvonar-test-', POWER_FULL: full }
  const s = await serve(t, { engine, env: engine === 'sqlite' ? shim : {}, args: ['--tel', path] })
  t.after(() => tel.kill())
  t.after(() => database?.end())
  t.after(() => rmSync(full, { force: true }))
  const p = makeProject(s)
  const contact = p.contact('+78124483454')
  const who = s.person('operator', { project_ids: [p.project_id] })
  const post = async (what, body = {}) => {
    const r = await s.call('POST', `/api/seat/${what}`, { as: who, body })
    assert.equal(r.status, 200, `${what}: ${r.text}`)
  }
  const until = async (see) => {
    let now
    for (const end = Date.now() + 20000 * patience; Date.now() < end; await sleep(20)) {
      now = (await s.call('GET', '/api/seat', { as: who }).catch(() => null))?.body
      if (now && see(now)) return now
    }
    throw new Error(`the seat is ${JSON.stringify({ state: now?.state, call: now?.call })}\n${s.log.slice(-3000)}`)
  }
  await post('start', { project_id: p.project_id })
  await until((x) => x.state === 'pause')
  await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
  await until((x) => x.leg === 'up')
  prepare(s)
  await post('ready')
  const { call } = await until((x) => x.state === 'talking')
  return { s, tel, p, contact, post, until, call }
}

for (const engine of engines) {
  test(`the end of a talk outlives a database that is away (${engine})`, async (t) => {
    const database = engine === 'postgres' ? await ownServer() : disk
    const { s, tel, p, contact, post, until, call } = await house(t, engine, database)
    const connections = tel.connections
    s.db.rest()
    database.away(s)
    tel.end(call.uuid, 'hung_up', 'contact')
    const ended = tel.seq
    await sleep(2500) // the dialler has tried by now, and again
    assert.ok(tel.kept.some((e) => e.seq === ended), 'what is not stored is not acknowledged')
    if (engine === 'sqlite') assert.equal((await s.call('GET', '/metrics')).text.includes('\nzvonar_tel_up 1\n'), true, 'the telephone may be commanded')
    database.back(s)
    const seat = await until((x) => x.state === 'wrap_up')
    assert.deepEqual([seat.call.id, seat.call.state, seat.call.cause], [call.id, 'ended', 'hung_up'])
    assert.deepEqual(tel.kept, [])
    assert.equal(tel.connections, connections, 'telephone and app never parted')
    await post('result', { call_id: call.id, result_id: p.results.lead, then: 'pause' })
    assert.deepEqual(s.rows(`SELECT state, last_result_id FROM contact WHERE id = ${contact}`), [{ state: 'closed', last_result_id: p.results.lead }])
    const sums = rollups(s)
    assert.deepEqual([sums.kept, sums.states], [sums.counted, sums.now])
  })

  test(`what a rule of the database refuses is noted, and stands in nobody's way (${engine})`, async (t) => {
    const plant = {
      sqlite: "CREATE TRIGGER refuses BEFORE UPDATE ON call WHEN NEW.state = 'ringing' BEGIN SELECT RAISE(ABORT, 'planted'); END",
      postgres: `CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
        CREATE TRIGGER refuses BEFORE UPDATE ON call FOR EACH ROW WHEN (NEW.state = 'ringing') EXECUTE FUNCTION refuses()`
    }
    const { s, tel, call } = await house(t, engine, null, (s) => s.run(plant[engine]))
    assert.deepEqual(s.rows(`SELECT ringing_at, connected_at IS NOT NULL AS talks FROM call WHERE id = ${call.id}`).map((c) => [c.ringing_at, !!c.talks]), [[null, true]])
    assert.deepEqual(tel.kept, [])
    assert.equal(s.rows('SELECT COUNT(*) AS n, MAX(seq) AS last FROM call_event').map((e) => e.n === e.last && e.last)[0], tel.seq)
    assert.match(s.log, /has no effect/)
  })
}
