// SPDX-License-Identifier: GPL-3.0-or-later
// Calls to us: what the telephone process is told beforehand, who the caller is, his card at the seat, and what becomes of a missed one.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, rollups } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
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
  const queue = await ok('POST', `/projects/${p.project_id}/queues`, { name: 'Продажи', priority: 2 })
  const number = await ok('POST', `/projects/${p.project_id}/numbers`, { e164: '8 (495) 765-43-21', queue_id: queue.id, source: 'Радио' })
  return { s, tel, p, admin, ok, queue, number, arrive: (from) => tel.arrive({ number: LINE, from, project: p.project_id, queue: queue.id, trunk: p.trunk_id }) }
}

async function sit(h) {
  const who = h.s.person('operator', { project_ids: [h.p.project_id] })
  await h.ok('POST', '/seat/start', { project_id: h.p.project_id }, who)
  await h.ok('POST', '/seat/leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` }, who)
  const until = async (see) => {
    let now
    for (const end = Date.now() + 5000; Date.now() < end; await sleep(10)) {
      now = await h.ok('GET', '/seat', undefined, who)
      if (see(now)) return now
    }
    throw new Error(`the seat is ${JSON.stringify({ state: now.state, call: now.call })}\n${h.s.log.slice(-2000)}`)
  }
  await until((x) => x.leg === 'up')
  await h.ok('POST', '/seat/ready', {}, who)
  await until((x) => x.state === 'ready')
  return { who, until }
}

async function until(get, see) {
  let now
  for (const end = Date.now() + 5000; Date.now() < end; await sleep(10)) if (see((now = await get()))) return now
  throw new Error(JSON.stringify(now))
}

const missed = (h, as = h.admin) => h.ok('GET', '/missed_calls?sort=id', undefined, as).then((r) => r.rows)

for (const engine of engines) {
  test(`numbers, queues and members are told beforehand, at each change and at each start (${engine})`, async (t) => {
    const h = await house(t, engine)
    const told = async (see) => {
      for (let i = 0; i < 50; i++) {
        const m = await h.tel.command('inbound')
        if (see(m)) return m
      }
      throw new Error('never told')
    }
    const m = await told((x) => x.numbers.length)
    assert.deepEqual(m.numbers, [{ number: LINE, project: h.p.project_id, queue: h.queue.id, records: true }])
    assert.deepEqual(m.queues, [{ queue: h.queue.id, project: h.p.project_id, wait_ms: 600000, priority: 2, level: 1, target_ms: 20000, relax_ms: 30000, text: 'Спасибо. Мы перезвоним, как только подойдёт ваша очередь.' }])
    const operator = h.s.person('operator', { project_ids: [h.p.project_id] })
    await h.ok('POST', `/queues/${h.queue.id}/members`, { user_id: operator.id, level: 7 })
    assert.deepEqual((await told((x) => x.members.length)).members, [{ queue: h.queue.id, operator: operator.id, level: 7 }])
    await h.ok('PATCH', `/projects/${h.p.project_id}/numbers/${h.number.id}`, { disabled: true }, h.admin, { headers: { 'If-Match': `"${h.number.version}"` } })
    assert.equal((await told((x) => !x.numbers.length)).queues.length, 1)
    const other = makeProject(h.s, { customer_id: h.p.customer_id })
    for (const [body, field] of [[{ e164: '+74957654322', queue_id: h.queue.id }, 'queue_id'], [{ e164: LINE, queue_id: h.queue.id }, 'queue_id']]) {
      const r = await h.s.call('POST', `/api/projects/${other.project_id}/numbers`, { as: h.admin, body })
      assert.deepEqual([r.status, r.body.error.field], [400, field], r.text)
    }
    const twice = await h.s.call('POST', `/api/projects/${h.p.project_id}/numbers`, { as: h.admin, body: { e164: LINE, queue_id: h.queue.id } })
    assert.equal(twice.status, 409, twice.text)
    const used = await h.s.call('DELETE', `/api/projects/${h.p.project_id}/queues/${h.queue.id}`, { as: h.admin, headers: { 'If-Match': `"${h.queue.version}"` } })
    assert.equal(used.status, 409, used.text)
    const queues = `/projects/${h.p.project_id}/queues`
    const spare = await h.ok('POST', queues, { name: 'Запасная' })
    await h.ok('POST', `/queues/${spare.id}/members`, { user_id: operator.id, level: 3 })
    const leave = () => h.s.call('DELETE', `/api${queues}/${spare.id}`, { as: h.admin, headers: { 'If-Match': `"${spare.version}"` } })
    const flow = await h.ok('POST', `/projects/${h.p.project_id}/flows`, { name: 'В запасную', graph: { start: 'a', nodes: [step('a', 'queue', { queue_id: spare.id })] } })
    assert.match((await leave()).body.error.what, /flows lead to this queue/)
    await h.ok('DELETE', `/projects/${h.p.project_id}/flows/${flow.id}`, undefined, h.admin, { headers: { 'If-Match': `"${flow.version}"` } })
    const waits = h.s.insert('queue_place', { project_id: h.p.project_id, queue_id: spare.id, call_id: 1, kind: 'ticket', entered_at: 1 })
    assert.match((await leave()).body.error.what, /promised/)
    h.s.run(`UPDATE queue_place SET left_at = 2, way = 'failed' WHERE id = ${waits}`)
    assert.ok((await leave()).status < 300, 'with its members, but not out of a flow, nor with who waits')
  })

  test(`a caller we know: his card, whom he knows, a talk with its result, and nobody dials him meanwhile (${engine})`, async (t) => {
    const h = await house(t, engine)
    const o = await sit(h)
    const contact = h.p.contact('+79161234567', { last_operator_id: o.who.id, last_at: 5 })
    const call = h.arrive('8 916 123-45-67')
    assert.deepEqual({ ...(await h.tel.command('caller')), seen_at: undefined }, { kind: 'caller', call, operator: o.who.id, seen_at: undefined })
    await until(() => h.s.rows(`SELECT state, reserved_call FROM contact WHERE id = ${contact}`)[0], (c) => c.state === 'reserved')
    h.tel.take(call, o.who.id)
    const seat = await o.until((x) => x.call?.state === 'connected')
    assert.deepEqual([seat.call.direction, seat.call.number, seat.call.called, seat.call.source, seat.call.queue], ['in', '+79161234567', LINE, 'Радио', 'Продажи'])
    assert.equal(seat.card.id, contact)
    h.tel.end(call, 'hung_up', 'contact')
    await o.until((x) => x.state === 'wrap_up')
    await h.ok('POST', '/seat/result', { call_id: seat.call.id, result_id: h.p.results.lead, then: 'ready' }, o.who)
    const row = h.s.rows(`SELECT direction, contact_id, queue_id, number_id, result_id, talk_ms FROM call WHERE id = ${seat.call.id}`)[0]
    assert.deepEqual([row.direction, row.contact_id, row.queue_id, row.number_id, row.result_id], ['in', contact, h.queue.id, h.number.id, h.p.results.lead])
    assert.deepEqual(h.s.rows(`SELECT state, closed_reason, attempts FROM contact WHERE id = ${contact}`)[0], { state: 'closed', closed_reason: 'result', attempts: 0 })
    assert.deepEqual(await missed(h), [])
    const r = rollups(h.s)
    assert.deepEqual([r.kept, r.states], [r.counted, r.now])
  })

  test(`a new caller is registered with the source; missed, he is one task until somebody speaks with him (${engine})`, async (t) => {
    const h = await house(t, engine)
    for (let i = 1; i <= 2; i++) {
      const call = h.arrive('+79031112233')
      h.tel.giveUp(call)
      await until(() => missed(h), (rows) => rows[0]?.calls === i)
    }
    assert.equal((await missed(h))[0].recording_id, null)
    const message = h.arrive('+79031112233') // the third time he leaves a message
    h.tel.tell({ kind: 'recording', call: message, state: 'open', path: '2026-01/x.wav' })
    h.tel.giveUp(message)
    const left = (await until(() => missed(h), (x) => x[0].calls === 3))[0]
    h.s.run(`UPDATE recording SET state = 'kept' WHERE call_id = ${left.call_id}`)
    assert.deepEqual([left.message_call_id, (await missed(h))[0].recording_id], [left.call_id, h.s.rows('SELECT id FROM recording')[0].id])
    h.tel.giveUp(h.arrive())
    const rows = await until(() => missed(h), (x) => x.length === 2)
    assert.deepEqual(rows.map((m) => [m.caller, m.calls, m.state, m.queue_id, m.number_id]), [['+79031112233', 3, 'open', h.queue.id, h.number.id], [null, 1, 'open', h.queue.id, h.number.id]])
    const contacts = h.s.rows(`SELECT c.id, c.state, c.attempts, b.name, b.state AS base FROM contact c JOIN base b ON b.id = c.base_id WHERE c.project_id = ${h.p.project_id}`)
    assert.deepEqual(contacts, [{ id: contacts[0].id, state: 'due', attempts: 0, name: 'Входящие: Радио', base: 'active' }])
    assert.equal(rows[0].contact_id, contacts[0].id)
    const o = await sit(h)
    assert.equal((await missed(h, o.who)).length, 2, 'operators see them')
    await h.ok('POST', '/seat/dial', { contact_id: contacts[0].id }, o.who)
    const dial = await h.tel.command('dial')
    assert.equal(dial.number, '+79031112233')
    await o.until((x) => x.call?.state === 'connected')
    h.tel.end(dial.call, 'hung_up', 'contact')
    const done = (await until(() => missed(h), (x) => x[0].state === 'done'))[0]
    assert.equal(done.user_id, o.who.id)
    const hidden = rows[1]
    const dropped = await h.ok('PATCH', `/missed_calls/${hidden.id}`, { state: 'dropped', note: 'номер скрыт' }, o.who, { headers: { 'If-Match': `"${hidden.version}"` } })
    assert.deepEqual([dropped.state, dropped.user_id], ['dropped', o.who.id])
    const again = await h.s.call('PATCH', `/api/missed_calls/${hidden.id}`, { as: o.who, body: { state: 'open' }, headers: { 'If-Match': `"${dropped.version}"` } })
    assert.equal(again.status, 400)
    const r = rollups(h.s)
    assert.deepEqual([r.kept, r.states], [r.counted, r.now])
  })

  test(`a killed telephone process: who waited is a missed call, his dialog gets its BYE, and he may be called back (${engine})`, async (t) => {
    const h = await house(t, engine)
    const contact = h.p.contact('+79161234567')
    const call = h.arrive('+79161234567')
    h.tel.tell({ kind: 'dialog', call, trunk: h.p.trunk_id, dialog: 'lines' })
    await until(() => h.s.rows(`SELECT state FROM call WHERE uuid = '${call}' AND dialog IS NOT NULL`), (x) => x[0]?.state === 'queued')
    await h.tel.kill()
    const next = await new Tel(h.tel.path).start()
    t.after(() => next.kill())
    assert.equal((await next.command('bye')).dialog, 'lines')
    await until(() => missed(h), (x) => x.length === 1 && x[0].contact_id === contact)
    assert.equal(h.s.rows(`SELECT state FROM contact WHERE id = ${contact}`)[0].state, 'fresh')
  })
}

const always = Array(7).fill([0, 1440])
const step = (id, type, more = {}) => ({ id, type, title: id, x: 0, y: 0, ...more })

for (const engine of engines)
  test(`a flow is told as rows with its opening hours; a bad drawing is refused with the step's name (${engine})`, async (t) => {
    const h = await house(t, engine)
    h.s.run('DELETE FROM day_off')
    const path = `/projects/${h.p.project_id}/flows`
    const graph = {
      start: 'часы',
      nodes: [
        step('меню', 'menu', { words: 'Продажи — один.', keys: { 1: 'очередь' }, other: 'почта' }),
        step('часы', 'hours', { hours: [...always.slice(0, 5), null, null], next: 'меню', other: 'почта' }),
        step('очередь', 'queue', { queue_id: h.queue.id, other: 'почта', wait_s: 90 }),
        step('почта', 'voicemail', { words: 'Оставьте сообщение.' })
      ]
    }
    const flow = await h.ok('POST', path, { name: 'Главное меню', graph })
    assert.deepEqual(flow.graph, graph)
    await h.ok('PATCH', `/projects/${h.p.project_id}/numbers/${h.number.id}`, { flow_id: flow.id }, h.admin, { headers: { 'If-Match': `"${h.number.version}"` } })
    let m
    do m = await h.tel.command('inbound')
    while (!m.numbers[0]?.flow || !m.nodes)
    assert.equal(m.numbers[0].flow, flow.id)
    const hours = m.nodes[0].hours
    assert.deepEqual(m.nodes, [
      { flow: flow.id, node: 1, type: 'hours', next: 2, other: 4, tries: 3, hours },
      { flow: flow.id, node: 2, type: 'menu', words: 'Продажи — один.', voice: 'ru', other: 4, keys: '1:3', wait_ms: 5000, tries: 3 },
      { flow: flow.id, node: 3, type: 'queue', other: 4, wait_ms: 90000, tries: 3, queue: h.queue.id },
      { flow: flow.id, node: 4, type: 'voicemail', words: 'Оставьте сообщение.', voice: 'ru', wait_ms: 120000, tries: 3 }
    ].map((n) => ({ ...n, keys: n.keys ?? '' })))
    assert.equal(m.opens.length, 15, 'three weeks of working days')
    for (const o of m.opens) {
      assert.deepEqual([o.hours, o.until - o.since], [hours, 86400000])
      assert.equal(new Date(o.since).toLocaleTimeString('ru', { timeZone: 'Europe/Moscow' }), '00:00:00')
    }
    const other = makeProject(h.s, { customer_id: h.p.customer_id })
    const foreign = await h.ok('POST', `/projects/${other.project_id}/queues`, { name: 'Чужая' })
    const bad = [
      [{ start: 'a', nodes: [] }, /^graph: .*1 to 100/],
      [{ start: 'b', nodes: [step('a', 'end')] }, /^graph: .*first/],
      [{ start: 'a', nodes: [step('a', 'menu', { words: 'x' })] }, /^graph.a: .*key/],
      [{ start: 'a', nodes: [step('a', 'menu', { words: 'x', keys: { 1: 'nowhere' } })] }, /^graph.a: .*not there/],
      [{ start: 'a', nodes: [step('a', 'menu', { words: 'x', keys: { x: 'a' } })] }, /^graph.a: .*keys/],
      [{ start: 'a', nodes: [step('a', 'say')] }, /^graph.a: .*nothing to say/],
      [{ start: 'a', nodes: [step('a', 'say', { words: 'я'.repeat(1001) })] }, /^graph.a: .*too long/],
      [{ start: 'a', nodes: [step('a', 'hours', { next: 'a', hours: [1] })] }, /^graph.a: .*seven days/],
      [{ start: 'a', nodes: [step('a', 'queue', { queue_id: foreign.id })] }, /not this project/],
      [{ start: 'a', nodes: [step('a', 'dance')] }, /^graph.a: no such kind/],
      [{ start: 'a', nodes: [step('a', 'end'), step('a', 'end')] }, /id of its own/]
    ]
    for (const [graph, what] of bad) {
      const r = await h.s.call('POST', `/api${path}`, { as: h.admin, body: { name: 'Плохая', graph } })
      assert.equal(r.status, 400, r.text)
      assert.match(`${r.body.error.field}: ${r.body.error.what}`, what)
    }
    const used = await h.s.call('DELETE', `/api${path}/${flow.id}`, { as: h.admin, headers: { 'If-Match': `"${flow.version}"` } })
    assert.equal(used.status, 409, used.text)
  })

for (const engine of engines)
  test(`opening hours follow the official calendar: closed on a holiday, Friday's hours on a Saturday that is worked (${engine})`, async (t) => {
    const h = await house(t, engine)
    h.s.run('DELETE FROM day_off')
    // In Moscow, a Wednesday and the Saturday and Sunday after it, none of them today.
    const day = (n) => new Date(Date.now() + 3 * 3600000 + n * 86400000)
    const first = Array.from({ length: 7 }, (_, i) => i + 2).find((n) => day(n).getUTCDay() === 3)
    const [wednesday, saturday, sunday] = [first, first + 3, first + 4].map((n) => day(n).toISOString().slice(0, 10))
    const week = [...Array(4).fill([540, 1080]), [600, 900], null, [660, 720]]
    const drawing = (more) => ({ start: 'ч', nodes: [step('ч', 'hours', { hours: week, next: 'о', other: null, ...more }), step('о', 'queue', { queue_id: h.queue.id })] })
    const flow = await h.ok('POST', `/projects/${h.p.project_id}/flows`, { name: 'Часы', graph: drawing({}) })
    await h.ok('PATCH', `/projects/${h.p.project_id}/numbers/${h.number.id}`, { flow_id: flow.id }, h.admin, { headers: { 'If-Match': `"${h.number.version}"` } })
    const opens = async (see) => {
      for (;;) {
        const m = await h.tel.command('inbound')
        if (!m.opens) continue
        const of = (date) => m.opens.filter((o) => new Date(o.since + 3 * 3600000).toISOString().startsWith(date)).map((o) => [(o.since + 3 * 3600000) % 86400000 / 60000, (o.until - o.since) / 60000])
        const days = [wednesday, saturday, sunday].map(of)
        if (see(days)) return days
      }
    }
    assert.deepEqual(await opens(() => true), [[[540, 540]], [], [[660, 60]]], 'by the week')
    const put = (date, kind) => h.ok('POST', '/days_off', { jurisdiction: 'RU', day: date, kind })
    await put(wednesday, 'off')
    await put(saturday, 'working')
    await put(sunday, 'working')
    assert.deepEqual(await opens(([w, s]) => !w.length && s.length), [[], [[600, 300]], [[660, 60]]], 'a Sunday with hours of its own keeps them')
    await h.s.call('POST', '/api/days_off', { as: h.admin, body: { jurisdiction: 'KZ', day: saturday, kind: 'off' } }) // another country's
    const now = await h.ok('GET', `/projects/${h.p.project_id}/flows/${flow.id}`)
    await h.ok('PATCH', `/projects/${h.p.project_id}/flows/${flow.id}`, { graph: drawing({ open_days_off: true }) }, h.admin, { headers: { 'If-Match': `"${now.version}"` } })
    assert.deepEqual(await opens(([w]) => w.length), [[[540, 540]], [], [[660, 60]]], 'by the week alone, if the flow says so')
  })
