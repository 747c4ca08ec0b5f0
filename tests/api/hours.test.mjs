// SPDX-License-Identifier: GPL-3.0-or-later
// Hours between any two moments are those of the spans: whole days and hours come from sums, the two ends and what still runs from the rows.
import assert from 'node:assert/strict'
import test from 'node:test'
import { engines, serve } from '../lib/server.mjs'
import { DAY, HOUR, insertMany, random, recounted } from '../lib/statistics.mjs'

const states = ['ready', 'offered', 'reserved', 'preview', 'talking', 'wrap_up', 'pause', 'lost']

// Counted from the rows.
function hoursOf(spans, paid, from, to, now) {
  const people = new Map()
  for (const s of spans) {
    const ms = Math.min(s.to_at ?? now, to) - Math.max(s.from_at, from)
    if (ms <= 0) continue
    const p = people.get(s.user_id) ?? { logged_ms: 0, worked_ms: 0, ...Object.fromEntries(states.map((word) => [`${word}_ms`, 0])) }
    p.logged_ms += ms
    p.worked_ms += s.state === 'pause' && s.pause_reason_id !== paid ? 0 : ms
    p[`${s.state}_ms`] += ms
    people.set(s.user_id, p)
  }
  return people
}

// Ten days of four people, one span after another with a gap now and then; the last one of some still runs.
function makeSpans(s, r, now, people, projects, reasons) {
  return people.flatMap(({ id: user_id }, i) => {
    const runs = i < 2
    const shift_id = s.insert('shift', { user_id, started_at: 1, ended_at: runs ? null : now, state: 'ready', state_at: 1 })
    const spans = []
    for (let at = now - 10 * DAY + r.int(HOUR); ; ) {
      const state = r.one(states), to_at = at + r.one([0, 1, 700, 65432, 600e3, HOUR, 3 * HOUR, 26 * HOUR])
      const last = to_at >= now
      if (last && !runs) return spans
      spans.push({ shift_id, user_id, project_id: r.one([...projects, null]), state, pause_reason_id: state === 'pause' ? r.one([...reasons, null]) : null, from_at: at, to_at: last ? null : to_at })
      if (last) return spans
      at = to_at + r.one([0, 0, 0, 5, 2 * HOUR])
    }
  })
}

for (const engine of engines)
  test(`hours are those of the spans, between any two moments (${engine})`, async (t) => {
    const s = await serve(t, { engine }), r = random(11), now = Date.now()
    const customer_id = s.insert('customer', { name: 'Ромашка', created_at: 1 })
    const projects = ['Масла', 'Окна'].map((name) => s.insert('project', { customer_id, name, type: 'cold_calls', created_at: 1 }))
    const [paid, unpaid] = [1, 0].map((x) => s.insert('pause_reason', { name: `Пауза ${x}`, paid: x }))
    const people = [1, 2, 3, 4].map(() => s.person('operator'))
    const spans = makeSpans(s, r, now, people, projects, [paid, unpaid])
    insertMany(s, 'state_span', spans)
    await recounted(s)

    const hour = (at) => Math.floor(at / HOUR) * HOUR, day = (at) => Math.floor(at / DAY) * DAY
    const periods = [[now - 50 * DAY, now - 20 * DAY], [now - 380 * DAY, now], [day(now - 9 * DAY), day(now - 2 * DAY)], [hour(now - 3 * HOUR), hour(now)], [now - 5 * HOUR, now - 5 * HOUR + 1], [hour(now) - 1, hour(now)]]
    for (let i = 0; i < 60; i++) {
      const from = now - r.int(11 * DAY), to = from + r.one([r.int(3 * HOUR), r.int(3 * DAY), r.int(9 * DAY)])
      periods.push([[from, to], [hour(from), to], [from, day(to)], [day(from), hour(to)]][i % 4])
    }
    const director = s.person('director')
    for (const [from, to] of periods.filter(([from, to]) => from <= to && to <= now)) {
      const { status, text, body } = await s.call('GET', `/api/hours?from=${from}&to=${to}`, { as: director })
      assert.equal(status, 200, text)
      assert.deepEqual(new Map(body.rows.map(({ user_id, name, ...ms }) => [user_id, ms])), hoursOf(spans, paid, from, to, now), `${from} to ${to}`)
    }
    // An operator sees his own.
    const own = await s.call('GET', `/api/hours?from=${now - 11 * DAY}&to=${now}`, { as: people[3] })
    assert.deepEqual(own.body.rows.map((x) => x.user_id), [people[3].id])
  })
