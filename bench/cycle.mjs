// SPDX-License-Identifier: GPL-3.0-or-later
// cycle - what an operator's round costs: ready, the next contact chosen and dialled for him, the call (answered and over at once), the seat
// with card and script, its result saved durably. 64 operators at a time, each on a kept-alive connection. The limit beside it is the same round by the same handlers in
// one process, without HTTP (bench-cycle-limit); the telephone process is tests/lib/tel.mjs for both.
// Aim: ≥ 0.6 of the limit, p99 of a request < 20 ms.
// usage: bench/run cycle [SECONDS [OPERATORS]]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { makeProject } from '../tests/lib/house.mjs'
import { Tel } from '../tests/lib/tel.mjs'
import { bench, fixed, print, quantile, withServer } from './lib.mjs'

const seconds = Number(process.argv[2] ?? 10)
const operators = Number(process.argv[3] ?? 64)
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const contacts = 2000 * seconds

// Answered and over at once. quiet(operator) waits until the server has stored all that was said so far.
class QuickTel extends Tel {
  constructor(path) {
    super(path, { far: (m) => (setImmediate(() => this.calls.has(m.call) && this.end(m.call, 'hung_up', 'contact')), 'answer') })
    this.waiters = new Set()
  }
  operator(id, state, more) {
    super.operator(id, state, more)
    this.last ??= new Map()
    this.last.set(id, { state, seq: this.seq })
  }
  // Until the server has acknowledged that the operator is in one of these states.
  async reached(id, states) {
    for (;;) {
      const at = this.last?.get(id)
      if (at && states.includes(at.state) && !this.kept.some((e) => e.seq === at.seq)) return
      await new Promise((done) => setTimeout(done, 1))
    }
  }
}

async function house(s) {
  const p = makeProject(s, { mode: 'progressive' })
  s.run(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${contacts})
    INSERT INTO contact (project_id, base_id, company, city, state, created_at) SELECT ${p.project_id}, ${p.base_id}, 'Компания ' || i, 'Москва', 'fresh', 0 FROM n;`)
  s.run(`INSERT INTO phone (project_id, base_id, contact_id, e164) SELECT project_id, base_id, id, '+7495' || (2000000 + id) FROM contact;`)
  s.run(`INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (${p.project_id}, ${p.base_id}, 'fresh', 0, ${contacts});`)
  const people = []
  for (let i = 0; i < operators; i++) people.push(s.person('operator', { project_ids: [p.project_id] }))
  return { p, people }
}

async function withHouse(work) {
  const path = `/tmp/zvonar-cycle-${process.pid}.sock`
  const tel = await new QuickTel(path).start()
  try {
    return await withServer({ engine, args: ['--tel', path] }, async (s) => work({ s, tel, path, ...(await house(s)) }))
  } finally {
    await tel.kill()
  }
}

async function overHttp({ s, tel, p, people }) {
  const took = { seat: [], result: [] }
  let rounds = 0
  const send = async (who, what, method, path, body) => {
    const from = process.hrtime.bigint()
    const r = await s.send(method, path, { as: who, body })
    took[what]?.push(Number(process.hrtime.bigint() - from) / 1e6)
    if (r.status !== 200) throw new Error(`${what}: ${r.status} ${r.text}`)
    return r.body
  }
  const post = (who, what, body = {}) => send(who, what, 'POST', `/api/seat/${what}`, body)
  const sit = async (who) => {
    await post(who, 'start', { project_id: p.project_id })
    await tel.reached(who.id, ['pause'])
    await post(who, 'leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
    await new Promise((done) => setTimeout(done, 200))
  }
  await Promise.all(people.map(sit))
  for (const who of people) await post(who, 'ready')
  const from = Date.now()
  const until = from + seconds * 1000
  const work = async (who) => {
    while (Date.now() < until) {
      await tel.reached(who.id, ['wrap_up'])
      const { call } = await send(who, 'seat', 'GET', '/api/seat')
      await post(who, 'result', { call_id: call.id, result_id: p.results.refusal, comment: 'просили прислать предложение', then: 'ready' })
      tel.last.delete(who.id)
      rounds++
    }
  }
  await Promise.all(people.map(work))
  return { rate: (rounds * 1000) / (Date.now() - from), took }
}

async function inProcess({ s, path, p, people }) {
  await s.stop()
  const first = Math.min(...people.map((w) => w.id))
  const c = spawn(bench('cycle-limit'), [s.db.url, path, String(p.project_id), String(seconds), String(first), String(operators), String(p.results.refusal)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: s.dir
  })
  let out = ''
  c.stdout.on('data', (d) => (out += d))
  const [code] = await once(c, 'exit')
  if (code !== 0) throw new Error(`cycle-limit ended with ${code}`)
  return Number(out)
}

const http = await withHouse(overHttp)
const limit = await withHouse(inProcess)
print('cycle', fixed(http.rate), 'rounds/s', `limit: the same handlers without HTTP ${fixed(limit)} rounds/s, ratio ${fixed(http.rate / limit, 2)}; ${operators} operators`)
for (const [name, t] of Object.entries(http.took)) {
  t.sort((a, b) => a - b)
  print(`cycle_${name}`, fixed(quantile(t, 0.99)), 'ms p99', `p50 ${fixed(quantile(t, 0.5))} ms, aim p99 < 20 ms`)
}
