// SPDX-License-Identifier: GPL-3.0-or-later
// decide - an operator is free: how long until the telephone process is told to dial a contact for him? 500 operators of one progressive
// project, each called for about TALK_MS, and a base of so many contacts in four time zones under the rules of the law, with retries that
// are due, promises and a list of refusals. Each choice passes the gate and is committed. The telephone process is tests/lib/tel.mjs.
// Aim: p99 < 50 ms, and with ten and a hundred times the contacts the same.
// usage: bench/run decide [CONTACTS …]      100000 1000000 when none is said
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../tests/lib/house.mjs'
import { sha256 } from '../tests/lib/server.mjs'
import { Tel } from '../tests/lib/tel.mjs'
import { fixed, print, quantile, withServer } from './lib.mjs'
import { cpuOf } from './process.mjs'

const OPERATORS = 500
const TALK_MS = 10000
const WARM_MS = 10000
const LAST_MS = 40000
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const sizes = process.argv.slice(2).map(Number)
if (!sizes.length) sizes.push(100000, 1000000)

// Nobody answers, each after another while; the time from `ready` to the dial is kept.
class BusyTel extends Tel {
  waits = []
  since = new Map()
  constructor(path) {
    super(path, {
      far: (m) => {
        setTimeout(() => this.calls.has(m.call) && this.end(m.call, 'busy', 'contact'), TALK_MS * (0.5 + Math.random()))
        this.commands.length = 0
        return 'silent'
      }
    })
  }
  // A dial makes the operator `reserved` at once.
  operator(id, state, more) {
    const now = performance.now()
    if (state === 'ready') this.since.set(id, now)
    else if (state === 'reserved' && this.since.has(id)) this.waits.push({ at: now, ms: now - this.since.get(id) })
    super.operator(id, state, more)
  }
}

const each = (n) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n})`

// One contact in fifty is a retry that is due, one in a thousand was promised a call now.
function fill(s, p, contacts) {
  const of = `${p.project_id}, ${p.base_id}`
  const PIECE = 1000000
  for (let from = 0; from < contacts; from += PIECE) {
    const n = Math.min(PIECE, contacts - from)
    s.run(`${each(n)} INSERT INTO contact (project_id, base_id, company, city, timezone, state, due_at, attempts, created_at) SELECT ${of}, 'Компания ' || (${from} + i), 'Город',
      CASE i % 4 WHEN 0 THEN 'Asia/Vladivostok' WHEN 1 THEN 'Asia/Yekaterinburg' WHEN 2 THEN 'Europe/Moscow' ELSE NULL END,
      CASE WHEN i % 50 = 0 THEN 'due' ELSE 'fresh' END, CASE WHEN i % 50 = 0 THEN ${from} + i ELSE 0 END, CASE WHEN i % 50 = 0 THEN 1 ELSE 0 END, 0 FROM n;`)
    s.run(`INSERT INTO phone (project_id, base_id, contact_id, e164) SELECT ${of}, id, '+7' || (9160000000 + id) FROM contact WHERE id > ${from} AND id <= ${from + n};`)
  }
  s.run(`INSERT INTO callback (project_id, contact_id, due_at, created_at) SELECT project_id, id, 1, 0 FROM contact WHERE state = 'due' AND id % 1000 = 0 AND id <= 100000;`)
  s.run(`${each(100000)} INSERT INTO do_not_call (e164, level, owner_id, created_at) SELECT '+7' || (9160000000 + i * 37), 'all', 0, 0 FROM n;`)
  s.run("UPDATE rule SET from_min = 0, to_min = 1440 WHERE kind LIKE 'hours%'")
  s.run(`INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) SELECT ${of}, state, 0, COUNT(*) FROM contact GROUP BY state;`)
  if (engine === 'postgres') s.run('ANALYZE')
}

function operatorsOf(s, p) {
  const now = Date.now()
  const people = Array.from({ length: OPERATORS }, (_, i) => ({ id: 100 + i, cookie: randomBytes(32).toString('base64url') }))
  s.run(people.map(({ id }) => `INSERT INTO "user" (id, login, name, role, created_at) VALUES (${id}, 'o${id}', 'Оператор ${id}', 'operator', 0);
    INSERT INTO member (project_id, user_id, created_at) VALUES (${p.project_id}, ${id}, 0);`).join('\n'))
  s.run(people.map(({ id, cookie }) => `INSERT INTO session (token_hash, kind, user_id, peer, created_at, seen_at, expires_at) VALUES
    ('${sha256(cookie)}', 'person', ${id}, '127.0.0.1', ${now}, ${now}, ${now + 3600000});`).join('\n'))
  return people
}

async function seat(s, p, as) {
  const post = async (to, body) => {
    const r = await s.send('POST', `/api/seat/${to}`, { as, body })
    if (r.status !== 200) throw new Error(`${to}: ${r.text}`)
  }
  await post('start', { project_id: p.project_id })
  await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
  for (let tries = 0; ; tries++) {
    const r = await s.send('POST', '/api/seat/ready', { as, body: {} })
    if (r.status === 200) return
    if (tries > 200) throw new Error(`ready: ${r.text}`)
    await sleep(50)
  }
}

async function measure(contacts) {
  const path = `/tmp/zvonar-decide-${process.pid}.sock`
  const tel = await new BusyTel(path).start()
  try {
    return await withServer({ engine, args: ['--tel', path] }, async (s) => {
      const p = makeProject(s, { purpose: 'service', attempts_week: 7 })
      fill(s, p, contacts)
      await sleep(500) // connections that idled away meanwhile are seen to be closed
      for (const person of operatorsOf(s, p)) await seat(s, p, person)
      await sleep(WARM_MS)
      const from = performance.now()
      const cpu = cpuOf(s.pidOf('app'))
      await sleep(LAST_MS)
      const ms = tel.waits.filter((w) => w.at >= from).map((w) => w.ms).sort((a, b) => a - b)
      return { ms, cpu_ms: (cpuOf(s.pidOf('app')) - cpu) / 1e6 / ms.length }
    })
  } finally {
    await tel.kill()
  }
}

let first
for (const contacts of sizes) {
  const { ms, cpu_ms } = await measure(contacts)
  const p99 = quantile(ms, 0.99)
  const name = `decide, ${OPERATORS} operators, ${contacts.toLocaleString('en')} contacts (${engine})`
  print(`${name}, p50`, fixed(quantile(ms, 0.5)), 'ms', `${ms.length} dials, ${fixed(ms.length / (LAST_MS / 1000), 0)}/s`)
  print(`${name}, p99`, fixed(p99), 'ms', `limit: 50 ms, ratio ${fixed(p99 / 50, 2)}${first ? `; against ${sizes[0].toLocaleString('en')} contacts ${fixed(p99 / first, 2)}` : ''}`)
  print(`${name}, processor`, fixed(cpu_ms, 2), 'ms a dial', 'with the end of the call before it')
  first ??= p99
}
process.exit(0)
