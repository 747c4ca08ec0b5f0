// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of queues: places, how they end, the three levels of service, and what only some may see.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { command, engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const LINE = '+74957654321'

async function house(t, engine) {
  const path = join('/tmp', `zvonar-tel-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const tel = await new Tel(path).start()
  const s = await serve(t, { engine, args: ['--tel', path] })
  t.after(() => tel.dead || tel.kill())
  const p = makeProject(s, { mode: 'manual' })
  const admin = s.person('admin')
  const ok = async (method, path, body, as = admin, more = {}) => {
    const r = await s.call(method, `/api${path}`, { as, body, ...more })
    assert.ok(r.status < 300, `${method} ${path}: ${r.status} ${r.text}`)
    return r.body
  }
  const queue = await ok('POST', `/projects/${p.project_id}/queues`, { name: 'Продажи', target_s: 20 })
  const second = await ok('POST', `/projects/${p.project_id}/queues`, { name: 'Помощь' })
  await ok('POST', `/projects/${p.project_id}/numbers`, { e164: LINE, queue_id: queue.id, source: 'Радио' })
  return { s, tel, p, admin, ok, queue, second, arrive: (from) => tel.arrive({ number: LINE, from, project: p.project_id, queue: queue.id, trunk: p.trunk_id }) }
}

async function operator(h) {
  const who = h.s.person('operator', { project_ids: [h.p.project_id] })
  await h.ok('POST', '/seat/start', { project_id: h.p.project_id }, who)
  await h.ok('POST', '/seat/leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` }, who)
  await until(() => h.ok('GET', '/seat', undefined, who), (x) => x.leg === 'up')
  await h.ok('POST', '/seat/ready', {}, who)
  await until(() => h.ok('GET', '/seat', undefined, who), (x) => x.state === 'ready')
  return who
}

async function until(get, see) {
  let now
  for (const end = Date.now() + 10000; Date.now() < end; await sleep(10)) if (see((now = await get()))) return now
  throw new Error(JSON.stringify(now))
}

const figures = async (h, queue, as = h.admin) => (await h.ok('GET', '/queues/figures', undefined, as)).rows.find((r) => r.queue_id === queue.id)
const waiting = (h, n, queue = h.queue) => until(() => figures(h, queue), (f) => f.waiting === n)
// As if he had come so long ago.
const aged = (h, call, s) => h.s.run(`UPDATE queue_place SET entered_at = entered_at - ${s * 1000} WHERE left_at IS NULL AND call_id = (SELECT id FROM call WHERE uuid = '${call}')`)

async function whole(h) {
  const { out, code } = await command('check', '--data', h.s.dir, '--db', h.s.db.url)
  assert.equal(code, 0, out)
}

for (const engine of engines) {
  test(`places in a queue and what they count as (${engine})`, async (t) => {
    const h = await house(t, engine)
    assert.deepEqual([(await figures(h, h.queue)).s1, (await figures(h, h.queue)).waiting_since], [null, null])
    const quick = h.arrive('+79160000001')
    await waiting(h, 1)
    h.tel.giveUp(quick) // within 5 s: no blame
    await waiting(h, 0)
    const [patient, late] = [h.arrive('+79160000002'), h.arrive('+79160000003')]
    await waiting(h, 2)
    aged(h, patient, 8)
    aged(h, late, 90)
    const f = await figures(h, h.queue)
    assert.ok(Date.now() - f.waiting_since > 89000)
    h.tel.giveUp(patient)
    h.tel.giveUp(late)
    await waiting(h, 0)
    const o = await operator(h)
    assert.deepEqual([(await figures(h, h.queue)).operators, (await figures(h, h.queue)).ready], [1, 1])
    const taken = h.arrive('+79160000004')
    await waiting(h, 1)
    h.tel.take(taken, o.id)
    await waiting(h, 0)
    h.tel.callState(taken, 'held')
    h.tel.callState(taken, 'connected') // a talk goes on: no second place
    h.tel.end(taken, 'hung_up', 'contact')
    const on = h.arrive('+79160000005')
    await waiting(h, 1)
    h.tel.callState(on, 'queued', { queue: h.second.id }) // its menu leads it on
    await waiting(h, 1, h.second)
    h.tel.callState(on, 'ivr', { queue: h.second.id })
    await waiting(h, 0, h.second)
    h.tel.giveUp(on)
    const end = await until(() => figures(h, h.queue), (x) => x.offered === 5 && x.overflowed === 1)
    assert.deepEqual([end.answered, end.answered_in, end.abandoned, end.abandoned_in, end.short_waits], [1, 1, 2, 2, 1])
    assert.deepEqual([end.s1, end.s2, end.s3].map((x) => Math.round(x * 10) / 10), [33.3, 100, 60])
    const other = await figures(h, h.second)
    assert.deepEqual([other.offered, other.overflowed, other.s1], [1, 1, null])
    await whole(h)
    h.s.run('UPDATE queue_hour SET answered = answered + 1')
    assert.notEqual((await command('check', '--data', h.s.dir, '--db', h.s.db.url)).code, 0, 'a wrong sum is found')
    h.s.run('UPDATE queue_hour SET answered = answered - 1')
  })

  test(`figures are of the asker's own projects (${engine})`, async (t) => {
    const h = await house(t, engine)
    const stranger = makeProject(h.s, { customer_id: h.p.customer_id })
    const mine = h.s.person('supervisor', { project_ids: [h.p.project_id] })
    const other = h.s.person('supervisor', { project_ids: [stranger.project_id] })
    assert.equal((await h.ok('GET', '/queues/figures', undefined, mine)).rows.length, 2)
    assert.deepEqual((await h.ok('GET', '/queues/figures', undefined, other)).rows, [])
    const events = await h.s.events({ as: mine })
    const foreign = await h.s.events({ as: other })
    h.arrive('+79160000001')
    await events.next((e) => e.entity === 'queue_place' && e.id === h.queue.id)
    assert.equal(foreign.seen.filter((e) => e.entity === 'queue_place').length, 0)
    events.close()
    foreign.close()
  })
}

// He asks to be called back: his place ends, his call too.
function asks(h, from) {
  const call = h.arrive(from)
  const since = Date.now() - 70000
  h.tel.tell({ kind: 'ticket', call, queue: h.queue.id, since })
  h.tel.callState(call, 'ivr', { queue: h.queue.id })
  h.tel.callState(call, 'ended', { cause: 'hung_up', by: 'system' })
  h.tel.calls.delete(call)
  return { call, since }
}
const tickets = (h) => h.ok('GET', '/queue_tickets?sort=id').then((r) => r.rows)
const missed = (h) => h.ok('GET', '/missed_calls?state=open').then((r) => r.rows)
// The telephone process is told of them; the last word that names one in such a way.
async function told(h, see) {
  for (;;) {
    const m = await h.tel.command('tickets')
    if (see(m.rows)) return m.rows
  }
}

for (const engine of engines)
  test(`callbacks that keep their place: asked, dialled in their turn, tried three times, counted apart (${engine})`, async (t) => {
    const h = await house(t, engine)
    const { since } = asks(h, '+79160000001')
    const [ticket] = await until(() => tickets(h), (x) => x.length === 1)
    assert.deepEqual([ticket.number, ticket.since, ticket.state, ticket.attempts, ticket.queue_id], ['+79160000001', since, 'open', 0, h.queue.id])
    await until(() => figures(h, h.queue), (f) => f.callbacks === 1 && f.tickets_open === 1 && f.abandoned === 0 && f.waiting === 0)
    asks(h, '+79160000001') // once is enough: the older place stays
    await until(() => figures(h, h.queue), (f) => f.callbacks === 2 && f.tickets_open === 1)
    assert.deepEqual(await missed(h), [], 'he is to be called back: no task for people')
    assert.deepEqual((await told(h, (x) => x.length === 1))[0], { ticket: ticket.id, queue: h.queue.id, since, until: ticket.next_at })

    h.tel.far = () => 'no_answer'
    const o = await operator(h)
    const turn = async (n) => {
      h.s.run(`UPDATE queue_ticket SET next_at = 1 WHERE id = ${ticket.id}`)
      await until(() => h.ok('GET', '/seat', undefined, o), (x) => x.state === 'ready')
      h.tel.tell({ kind: 'turn', ticket: ticket.id, operator: o.id })
      const dial = await h.tel.command('dial')
      assert.deepEqual([dial.ticket, dial.operator, dial.number], [ticket.id, o.id, '+79160000001'])
      return until(() => tickets(h), (x) => x[0].attempts === n && (x[0].state === 'failed' || x[0].next_at < Date.now() + 3600000)).then((x) => x[0])
    }
    const once = await turn(1)
    assert.ok(once.state === 'open' && once.next_at > Date.now() + 280000 && once.next_at < Date.now() + 301000, 'again in five minutes')
    await turn(2)
    const last = await turn(3)
    assert.equal(last.state, 'failed')
    assert.deepEqual((await until(() => missed(h), (x) => x.length === 1)).map((m) => [m.caller, m.queue_id]), [['+79160000001', h.queue.id]])
    assert.deepEqual(await told(h, (x) => !x.length), [])

    asks(h, '+79160000002')
    const [, second] = await until(() => tickets(h), (x) => x.length === 2)
    h.tel.far = () => 'answer'
    h.tel.tell({ kind: 'turn', ticket: second.id, operator: o.id })
    const dial = await h.tel.command('dial')
    const seat = await until(() => h.ok('GET', '/seat', undefined, o), (x) => x.call?.state === 'connected')
    assert.equal(seat.call.number, '+79160000002')
    h.tel.end(dial.call, 'hung_up', 'contact')
    await until(() => tickets(h), (x) => x[1].state === 'done' && x[1].user_id === o.id)
    const f = await until(() => figures(h, h.queue), (x) => x.tickets_open === 0)
    assert.deepEqual([f.tickets_reached, f.tickets_failed, f.callbacks, f.answered, f.s1], [1, 1, 3, 0, null])

    // the gate has the last word; somebody who reaches us himself needs no call; a person may drop one
    h.s.insert('do_not_call', { e164: '+79160000003', level: 'all', owner_id: 0, created_at: 1 })
    asks(h, '+79160000003')
    const [, , forbidden] = await until(() => tickets(h), (x) => x.length === 3)
    await h.ok('POST', '/seat/result', { call_id: seat.call.id, result_id: h.p.results.lead, then: 'ready' }, o)
    await until(() => h.ok('GET', '/seat', undefined, o), (x) => x.state === 'ready')
    h.tel.tell({ kind: 'turn', ticket: forbidden.id, operator: o.id })
    await until(() => tickets(h), (x) => x[2].state === 'failed' && x[2].attempts === 0)
    asks(h, '+79160000004')
    await until(() => tickets(h), (x) => x.length === 4)
    const himself = h.arrive('+79160000004')
    h.tel.take(himself, o.id)
    await waiting(h, 0)
    h.tel.end(himself, 'hung_up', 'contact')
    await until(() => tickets(h), (x) => x[3].state === 'done')
    asks(h, '+79160000005')
    const fifth = (await until(() => tickets(h), (x) => x.length === 5))[4]
    const drop = (state) => h.s.call('PATCH', `/api/queue_tickets/${fifth.id}`, { as: h.admin, body: { state }, headers: { 'If-Match': `"${fifth.version}"` } })
    assert.equal((await drop('done')).status, 400)
    assert.equal((await drop('dropped')).status, 200)
    await until(() => figures(h, h.queue), (x) => x.tickets_open === 0 && x.tickets_failed === 3)
    await h.tel.none('dial')
    await whole(h)
  })

for (const engine of engines)
  test(`a call rings at the seats of operators: who it is, whoever takes it first, who does not take it (${engine})`, async (t) => {
    const h = await house(t, engine)
    const set = (more) => h.s.call('POST', `/api/projects/${h.p.project_id}/queues`, { as: h.admin, body: { name: 'Все', ...more } })
    const refused = async (more, code) => {
      const r = await set(more)
      assert.deepEqual([r.status, r.body.error.field, r.body.error.code], [400, 'accept_s', code], r.text)
    }
    await refused({ choice: 'ring_all' }, 'missing')
    await refused({ accept_s: 3 }, 'range')
    const all = (await set({ choice: 'ring_all', accept_s: 15 })).body
    const told = await until(async () => (await h.tel.command('inbound')).queues.find((q) => q.queue === all.id), (x) => x)
    assert.deepEqual([told.choice, told.accept_ms], ['ring_all', 15000])

    const seat = (who) => h.ok('GET', '/seat', undefined, who)
    const [anna, boris] = [await operator(h), await operator(h)]
    const call = h.arrive('+79160000001')
    await waiting(h, 1)
    const early = await h.s.call('POST', '/api/seat/accept', { as: anna, body: {} })
    assert.deepEqual([early.status, early.body.error.code], [409, 'no_offer'])
    h.tel.ring(call, anna.id, boris.id)
    for (const who of [anna, boris]) {
      const now = await until(() => seat(who), (x) => x.state === 'offered' && x.offer)
      assert.deepEqual([now.offer.number, now.offer.queue, now.offer.source, now.call, now.card], ['+79160000001', 'Продажи', 'Радио', null, null])
      assert.ok(now.state_until > Date.now() + 5000 && now.offer.since <= Date.now())
    }
    assert.equal(h.s.rows(`SELECT operator_id FROM call WHERE uuid = '${call}'`)[0].operator_id, null, 'it is nobody’s')
    // both in the same moment
    const took = await Promise.all([anna, boris].map((who) => h.s.call('POST', '/api/seat/accept', { as: who, body: {} })))
    assert.ok(took.some((r) => r.status === 200))
    const one = await until(async () => Promise.all([anna, boris].map(seat)), (both) => both.filter((x) => x.call?.state === 'connected').length === 1 && both.some((x) => x.state === 'ready'))
    const [his, others] = one[0].call ? [anna, boris] : [boris, anna]
    assert.deepEqual(one.map((x) => x.offer), [null, null])
    assert.equal(h.s.rows(`SELECT operator_id FROM call WHERE uuid = '${call}'`)[0].operator_id, his.id)
    assert.equal((await seat(his)).card.phones[0].e164, '+79160000001')
    h.tel.end(call, 'hung_up', 'contact')

    const second = h.arrive('+79160000002')
    h.tel.ring(second, others.id)
    await until(() => seat(others), (x) => x.offer?.number === '+79160000002')
    h.tel.notTaken(others.id)
    await until(() => seat(others), (x) => x.state === 'pause' && !x.offer)
    assert.equal(h.s.rows(`SELECT operator_id FROM call WHERE uuid = '${second}'`)[0].operator_id, null)
    const hours = await h.ok('GET', '/hours')
    assert.ok(hours.rows.find((r) => r.user_id === others.id).offered_ms >= 0)
    h.tel.giveUp(second)
    await waiting(h, 0)
    await whole(h)
  })
