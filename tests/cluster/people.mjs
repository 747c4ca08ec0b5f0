// SPDX-License-Identifier: GPL-3.0-or-later
// people.mjs - many operators at desk phones (tests/sip/lib/desks.mjs), and a project with enough contacts for them; what must hold of their calls.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, rollups } from '../lib/house.mjs'
import { patience } from '../lib/server.mjs'
import { Desks } from '../sip/lib/desks.mjs'
import { within } from './lib.mjs'

// Somebody at a desk, who speaks with one app node until it fails him.
class Person {
  constructor(h, p, desks, crowd) {
    Object.assign(this, { h, p, desks, crowd, at: h.a, saved: [], gaps: [] })
    this.who = h.a.person('operator', { project_ids: [p.project_id] })
  }
  async ask(method, path, body, headers) {
    for (const from = Date.now(); ; await sleep(50)) {
      try {
        const r = await this.at.send(method, path, { as: this.who, body, headers, timeout: 3000 * patience })
        if (r.status < 500) {
          if (this.lost) this.gaps.push(Date.now() - this.lost)
          this.lost = 0
          return r
        }
      } catch {
        this.at = this.at === this.h.a ? this.h.b : this.h.a
      }
      this.lost ||= Date.now()
      assert.ok(Date.now() - from < 60000 * patience, `${method} ${path} is not answered`)
    }
  }
  async begin() {
    const made = (await this.ask('POST', '/api/me/sip_phone')).body
    // Not known yet counts as a wrong answer, of which a login has twenty: asked again as seldom as a phone would.
    await sleep(300)
    await within('his phone is known', () => this.desks.enter(made.login, made.secret).then(() => true, (e) => sleep(2000).then(() => Promise.reject(e))))
    await within('he takes the seat', async () => (await this.ask('POST', '/api/seat/start', { project_id: this.p.project_id })).status === 200)
    this.works = this.work()
  }
  async step() {
    const s = (await this.ask('GET', '/api/seat')).body
    if (s.call?.ended_at && !s.call.result_at) {
      const r = await this.ask('POST', '/api/seat/result', { call_id: s.call.id, result_id: this.p.results.refusal, then: 'ready' }, { 'Idempotency-Key': (this.key ??= randomUUID()) })
      if (r.status === 200) this.saved.push(s.call.id)
      this.key = undefined
    } else if (s.leg === 'down') await this.ask('POST', '/api/seat/phone')
    else if (s.state === 'pause') await this.ask('POST', '/api/seat/ready')
    else if (s.state === 'talking' && Math.random() < 0.2) await this.ask('POST', '/api/seat/hangup')
  }
  async work() {
    for (; !this.stopped; await sleep(this.crowd * (2 + 4 * Math.random()))) await this.step() // some 300 requests a second of all
  }
}

// n of them at work, in a project of contacts who all answer and talk long: { p, people, end }.
export async function floor(t, h, n, contacts) {
  const { a } = h
  const p = makeProject(a, { wrap_up_s: 30 })
  a.run(`INSERT INTO contact (project_id, base_id, company, created_at) SELECT ${p.project_id}, ${p.base_id}, 'Компания ' || i, 0 FROM generate_series(1, ${contacts}) i;
    INSERT INTO phone (project_id, base_id, contact_id, e164) SELECT project_id, base_id, id, '+7999' || lpad(id::text, 5, '0') || '98' FROM contact;
    INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (${p.project_id}, ${p.base_id}, 'fresh', 0, ${contacts})`)
  const { id, version } = a.rows(`SELECT id, version FROM trunk WHERE id = ${p.trunk_id}`)[0]
  const wide = await a.call('PATCH', `/api/trunks/${id}`, { as: a.person('admin'), body: { channels: 2 * n, calls_per_s: 100 }, headers: { 'If-Match': `"${version}"` } })
  assert.equal(wide.status, 200, wide.text)
  const desks = await Desks.start(undefined, 5099, 5071)
  t.after(() => desks.stop())
  const people = Array.from({ length: n }, () => new Person(h, p, desks, n))
  for (const o of people) await o.begin()
  const talks = () => a.rows(`SELECT COUNT(*) AS n FROM call WHERE project_id = ${p.project_id} AND state = 'connected'`)[0].n
  await within('they talk', async () => talks() >= n / 5, 60000 * patience) // each for some five steps; the rest ring or write what came of it
  return { p, people, end: () => end(a, people) }
}

// All leave off; nobody was dialled twice at a time, nobody is held, nothing acknowledged is lost.
async function end(a, people) {
  for (const o of people) o.stopped = true
  for (const o of people) await o.works
  const doubled = a.rows(
    `SELECT x.id FROM call x JOIN call y ON y.contact_id = x.contact_id AND y.id > x.id AND y.dialled_at < COALESCE(x.ended_at, 9e18) WHERE x.dialled_at IS NOT NULL`
  )
  assert.deepEqual(doubled, [])
  const held = a.rows(`SELECT c.id FROM contact c JOIN call k ON k.id = c.reserved_call WHERE k.ended_at < ${Date.now() - 30000 * patience} AND (k.connected_at IS NULL OR k.result_at IS NOT NULL)`)
  assert.deepEqual(held, [])
  const saved = people.flatMap((o) => o.saved)
  assert.ok(saved.length, 'nothing was saved')
  assert.equal(a.rows(`SELECT COUNT(*) AS n FROM call WHERE result_at IS NOT NULL AND id IN (${saved.join(',')})`)[0].n, new Set(saved).size)
  const r = rollups(a)
  assert.deepEqual(r.states, r.now)
}
