// SPDX-License-Identifier: GPL-3.0-or-later
// A day again under other settings: what was is counted as the journal has it, what would have been obeys the same floor.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'

const DAY = '2026-03-11' // a Wednesday
const nine = Date.UTC(2026, 2, 11, 6) // 9:00 in Moscow
const OPERATORS = 6
const HOURS = 3

// One call after another per operator: he waits 40 s, talks 60 s, writes down for 20 s; three dials in four ring out for 30 s meanwhile.
function recordDay(s, p) {
  const spans = []
  const calls = []
  const own = Array.from({ length: OPERATORS }, () => s.person('operator', { project_ids: [p.project_id] }).id)
  own.forEach((user, k) => {
    const shift = s.insert('shift', { user_id: user, started_at: nine, ended_at: nine + HOURS * 3600e3, project_id: p.project_id, state: 'offline', state_at: nine })
    for (let at = nine + k * 1000; at < nine + (HOURS * 60 - 3) * 60e3; at += 120e3) {
      spans.push([shift, user, 'ready', at, at + 40e3], [shift, user, 'talking', at + 40e3, at + 100e3], [shift, user, 'wrap_up', at + 100e3, at + 120e3])
      calls.push([user, at + 25e3, at + 40e3, at + 40e3, at + 100e3, 'hung_up'])
      for (let i = 0; i < 3; i++) calls.push([null, at + i * 30e3, null, null, at + (i + 1) * 30e3 - 1, 'no_answer'])
    }
  })
  const q = (v) => (v === null ? 'NULL' : typeof v === 'string' ? `'${v}'` : v)
  s.run(
    `INSERT INTO state_span (shift_id, user_id, state, from_at, to_at, project_id) VALUES ${spans.map((r) => `(${r.map(q)}, ${p.project_id})`).join()};` +
      `INSERT INTO call (operator_id, dialled_at, answered_at, connected_at, ended_at, cause, uuid, project_id, mode, number, state, asked_at) VALUES ${calls
        .map((r, i) => `(${r.map(q)}, 'replay-${p.project_id}-${i}', ${p.project_id}, 'progressive', '+78124483454', 'ended', ${r[1]})`)
        .join()}`
  )
  return { dials: calls.length, connected: calls.filter((c) => c[3]).length }
}

for (const engine of engines)
  test(`a day again under other settings (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const p = makeProject(s, { timezone: 'Europe/Moscow' })
    const was = recordDay(s, p)
    const supervisor = s.person('supervisor', { project_ids: [p.project_id] })
    const ask = (query) => s.call('GET', `/api/projects/${p.project_id}/replay?${query}`, { as: supervisor })

    await t.test('what was is what the journal has', async () => {
      const { status, body, text } = await ask(`day=${DAY}`)
      assert.equal(status, 200, text)
      const { all, hours } = body.recorded
      assert.deepEqual([body.operators, all.dials, all.connected, all.abandoned], [OPERATORS, was.dials, was.connected, 0])
      assert.equal(all.talk_ms, was.connected * 60e3)
      assert.equal(all.wrap_ms, was.connected * 20e3)
      assert.equal(all.here_ms, was.connected * 120e3)
      assert.equal(hours.length, HOURS)
      for (const key of ['dials', 'connected', 'talk_ms']) assert.equal(hours.reduce((n, h) => n + h[key], 0), all[key], key)
    })
    await t.test('predictive dialling would have kept them busier within the limit; the same question has the same answer', async () => {
      const [one, again, progressive, none] = (await Promise.all([`day=${DAY}`, `day=${DAY}`, `day=${DAY}&mode=progressive`, `day=${DAY}&abandon_max=0`].map(ask))).map((r) => r.body)
      assert.deepEqual(one, again)
      const busy = ({ all }) => (all.talk_ms + all.wrap_ms) / all.here_ms
      assert.ok(busy(one.simulated) > busy(progressive.simulated) + 0.05, `${busy(one.simulated)} and ${busy(progressive.simulated)}`)
      assert.ok(one.simulated.all.abandoned <= 0.03 * one.simulated.all.answered + 1)
      for (const r of [progressive, none]) assert.equal(r.simulated.all.abandoned, 0)
      const few = (await ask(`day=${DAY}&lines=7`)).body.simulated.all
      assert.ok(few.dials < one.simulated.all.dials, 'channels hold it back')
    })
    await t.test('a question that cannot be answered says why', async () => {
      for (const [query, field, code] of [
        ['', 'day', 'date'],
        ['day=11.03.2026', 'day', 'date'],
        [`day=${DAY}&mode=guess`, 'mode', 'word'],
        [`day=${DAY}&abandon_max=11`, 'abandon_max', 'range'],
        [`day=${DAY}&lines=-1`, 'lines', 'range'],
        ['day=2026-03-12', 'events', 'replay_few']
      ]) {
        const { status, body } = await ask(query)
        assert.deepEqual([status, body.error.field, body.error.code], [400, field, code], query)
      }
      const stranger = s.person('supervisor', { project_ids: [makeProject(s).project_id] })
      assert.equal((await s.call('GET', `/api/projects/${p.project_id}/replay?day=${DAY}`, { as: stranger })).status, 404)
    })
  })
