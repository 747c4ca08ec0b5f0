// SPDX-License-Identifier: GPL-3.0-or-later
// From a ready operator to a saved result, and what happens when a process dies on the way. The telephone process is tests/lib/tel.mjs.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, rollups } from '../lib/house.mjs'
import { engines, patience, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const sdp = `v=0\r\n${'a=x\r\n'.repeat(5)}`

async function house(t, engine, options = {}) {
  const path = join('/tmp', `zvonar-tel-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const tel = await new Tel(path, options).start()
  const s = await serve(t, { engine, args: ['--tel', path] })
  t.after(() => tel.dead || tel.kill())
  const h = { s, tel, path }
  h.sit = async (project_id) => {
    const who = s.person('operator', { project_ids: [project_id] })
    const post = async (path, body, headers) => {
      const r = await s.call('POST', `/api/seat/${path}`, { as: who, body: body ?? {}, headers })
      return r
    }
    const ok = async (path, body, headers) => {
      const r = await post(path, body, headers)
      // Seen once and not understood: nobody, for a session just written.
      if (r.status === 401) assert.fail(`${path}: ${r.text}; the row ${JSON.stringify(s.rows(`SELECT * FROM session WHERE id = ${who.session_id}`))}, asked again: ${(await post(path, body, headers)).text}\n${s.log.slice(-4000)}`)
      assert.equal(r.status, 200, `${path}: ${r.text}`)
      return r.body
    }
    const seat = async () => (await s.call('GET', '/api/seat', { as: who })).body
    const until = async (see, ms = 15000) => {
      let now
      for (const end = Date.now() + ms; Date.now() < end; await sleep(5)) {
        now = await seat()
        if (see(now)) return now
      }
      throw new Error(`the seat is ${JSON.stringify({ state: now.state, leg: now.leg, call: now.call })}\n${s.log.slice(-2000)}`)
    }
    await ok('start', { project_id })
    await until((x) => x.state === 'pause')
    const leg = await ok('leg', { sdp })
    assert.match(leg.sdp, /^v=0/)
    await until((x) => x.leg === 'up')
    return { who, id: who.id, post, ok, seat, until }
  }
  return h
}

// A second of silence as tel records it: WAV, A-law, two sides.
function silence() {
  const wav = Buffer.alloc(58 + 16000, 0xd5)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(18, 16)
  wav.writeUInt16LE(6, 20)
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(8000, 24)
  wav.writeUInt32LE(16000, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(8, 34)
  wav.writeUInt16LE(0, 36)
  wav.write('fact', 38)
  wav.writeUInt32LE(4, 42)
  wav.writeUInt32LE(8000, 46)
  wav.write('data', 50)
  wav.writeUInt32LE(16000, 54)
  return wav
}

function right(s) {
  const r = rollups(s)
  assert.deepEqual(r.kept, r.counted)
  assert.deepEqual(r.states, r.now)
}

for (const engine of engines) {
  test(`a call from ready to result (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s)
    const contact = p.contact('+78124483454')
    const field = s.insert('form_field', { project_id: p.project_id, position: 1, key: 'budget', label: 'Бюджет', type: 'text', required_by: `[${p.results.lead}]` })
    const o = await sit(p.project_id)
    const stream = await s.events({ as: o.who })
    const asked = Date.now()
    await o.ok('ready')
    const card = await stream.next((e) => e.entity === 'seat' && e.body?.card)
    const dial = await tel.command('dial')
    assert.ok(dial.seen_at - asked < 500 * patience, `${dial.seen_at - asked} ms from ready to dial`)
    assert.equal(card.body.card.company, 'Компания +78124483454')
    assert.equal(dial.number, '+78124483454')
    assert.equal(dial.operator, o.id)
    let seat = await o.until((x) => x.state === 'talking')
    assert.equal(seat.call.state, 'connected')
    assert.equal(seat.script.id, p.script_id)
    assert.equal(seat.card.id, contact)
    const call = seat.call

    await t.test('the contact is in this call alone, and may not be dialled', async () => {
      const admin = s.person('admin')
      const why = await s.call('GET', `/api/contacts/${contact}/why`, { as: admin })
      assert.deepEqual([why.body.may, why.body.rule], [false, 'reserved'], why.text)
      assert.equal(s.rows(`SELECT reserved_call FROM contact WHERE id = ${contact}`)[0].reserved_call, call.id)
    })
    await t.test('a draft survives, a result before the end is refused', async () => {
      const draft = await s.call('PUT', '/api/seat/draft', { as: o.who, body: { call_id: call.id, comment: 'интересно', answers: { budget: '10' }, path: [['n1', null, 5]], due_at: asked + 3600e3, mine: false } })
      assert.equal(draft.status, 200, draft.text)
      assert.deepEqual((await o.seat()).call.draft, { result_id: null, due_at: asked + 3600e3, mine: false, comment: 'интересно', answers: { budget: '10' }, path: [['n1', null, 5]] })
      const early = await o.post('result', { call_id: call.id, result_id: p.results.lead })
      assert.deepEqual([early.status, early.body.error.code], [409, 'talking'])
      const leave = await o.post('stop')
      assert.deepEqual([leave.status, leave.body.error.code], [409, 'talking'])
    })
    await t.test('a pause asked for in the call is known with its reason until it is taken, or not', async () => {
      const pause = () => o.seat().then((x) => [x.leaving, x.leaving_reason_id])
      const lunch = s.insert('pause_reason', { name: 'Обед', paid: 0, position: 1 })
      assert.deepEqual(await pause(), [false, null])
      const wrong = await o.post('leaving', { on: true, reason_id: lunch + 1 })
      assert.deepEqual([wrong.status, wrong.body.error.field], [400, 'reason_id'])
      await o.ok('leaving', { on: true, reason_id: lunch })
      assert.deepEqual(await pause(), [true, lunch])
      await o.ok('leaving', { on: false })
      assert.deepEqual(await pause(), [false, null])
      await o.ok('leaving', { on: true, reason_id: lunch })
    })
    await o.ok('hangup')
    seat = await o.until((x) => x.state === 'wrap_up')
    assert.equal(seat.call.cause, 'hung_up')
    assert.equal(seat.leaving, true)
    right(s)

    await t.test('a result that lacks its answer is refused, and nothing is stored', async () => {
      const r = await o.post('result', { call_id: call.id, result_id: p.results.lead })
      assert.deepEqual([r.status, r.body.error.field, r.body.error.code], [400, 'budget', 'required'])
      const foreign = s.person('operator', { project_ids: [p.project_id] })
      const theirs = await s.call('POST', '/api/seat/result', { as: foreign, body: { call_id: call.id, result_id: p.results.lead } })
      assert.equal(theirs.status, 404)
      assert.equal(s.rows(`SELECT result_id FROM call WHERE id = ${call.id}`)[0].result_id, null)
    })
    await t.test('a result is saved once for its key', async () => {
      const body = { call_id: call.id, result_id: p.results.lead, comment: 'берут', answers: { budget: '10' }, then: 'pause' }
      const answers = await Promise.all(Array.from({ length: 5 }, () => o.post('result', body, { 'Idempotency-Key': 'k1' })))
      assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([200]), answers.map((a) => a.text).join('\n'))
      assert.equal((await o.post('result', body, { 'Idempotency-Key': 'k1' })).status, 200)
      const other = await o.post('result', { ...body, result_id: p.results.refusal }, { 'Idempotency-Key': 'k2' })
      assert.deepEqual([other.status, other.body.error.code], [409, 'saved'])
      assert.equal(s.rows(`SELECT value FROM answer WHERE contact_id = ${contact} AND field_id = ${field}`)[0].value, '10')
      const c = s.rows(`SELECT state, closed_reason, last_result_id, last_comment, reserved_call FROM contact WHERE id = ${contact}`)[0]
      assert.deepEqual(c, { state: 'closed', closed_reason: 'result', last_result_id: p.results.lead, last_comment: 'берут', reserved_call: null })
      await o.until((x) => x.state === 'pause' && !x.call)
      assert.equal((await o.seat()).today.leads, 1)
      right(s)
    })
    await t.test('the journal and the events of the call', async () => {
      const admin = s.person('admin')
      const list = await s.call('GET', `/api/calls?project_id=${p.project_id}&total=1`, { as: admin })
      assert.equal(list.status, 200, list.text)
      assert.deepEqual([list.body.total, list.body.rows[0].result, list.body.rows[0].company, list.body.rows[0].cause], [1, 'Лид', 'Компания +78124483454', 'hung_up'])
      const csv = await s.call('GET', '/api/calls?format=csv', { as: admin })
      assert.match(csv.text, /Компания/)
      const events = await s.call('GET', `/api/calls/${call.id}/events`, { as: admin })
      assert.ok(events.body.rows.some((e) => e.state === 'connected'))
      const hours = await s.call('GET', '/api/hours', { as: o.who })
      assert.equal(hours.body.rows[0].user_id, o.id, hours.text)
    })
    await o.ok('stop')
    await o.until((x) => x.state === 'offline' && !x.shift)
    stream.close()
  })

  test(`causes, promises and lists (${engine})`, async (t) => {
    let far = () => 'busy'
    const { s, tel, sit } = await house(t, engine, { far: (c) => far(c) })
    const p = makeProject(s)
    const first = p.contact('+78124483454')
    const o = await sit(p.project_id)
    await o.ok('ready')
    await tel.command('dial')
    await o.until((x) => x.state === 'ready')

    await t.test('busy: the contact is due in ten minutes, one attempt counted', () => {
      const c = s.rows(`SELECT state, due_at, attempts, attempts_day, reserved_call FROM contact WHERE id = ${first}`)[0]
      assert.deepEqual([c.state, c.attempts, c.attempts_day, c.reserved_call], ['due', 1, 1, null])
      assert.ok(Math.abs(c.due_at - Date.now() - 600000) < 5000)
      right(s)
    })
    await t.test('a number that is none is marked, the other one is tried', async () => {
      far = (c) => (c.number === '+74951234567' ? 'wrong_number' : 'answer')
      const two = p.contact(['+74951234567', '+74957654321'])
      assert.equal((await tel.command('dial')).number, '+74951234567')
      await o.until((x) => x.state === 'ready' && !x.call)
      assert.deepEqual(s.rows(`SELECT e164, state FROM phone WHERE contact_id = ${two} ORDER BY position`), [
        { e164: '+74951234567', state: 'wrong' },
        { e164: '+74957654321', state: 'good' }
      ])
      s.run(`UPDATE contact SET due_at = ${Date.now()} WHERE id = ${two}`)
      assert.equal((await tel.command('dial')).number, '+74957654321')
    })
    await t.test('«do not call»: the number is on the customer\'s list at once, and the other project\'s contact stays undialled', async () => {
      const seat = await o.until((x) => x.state === 'talking')
      await o.ok('hangup')
      await o.until((x) => x.state === 'wrap_up')
      await o.ok('result', { call_id: seat.call.id, result_id: p.results.never, then: 'pause' })
      assert.deepEqual(s.rows('SELECT e164, level, customer_id, call_id FROM do_not_call'), [{ e164: '+74957654321', level: 'customer', customer_id: p.customer_id, call_id: seat.call.id }])
      const sister = makeProject(s, { customer_id: p.customer_id })
      const same = sister.contact('+74957654321')
      const why = await s.call('GET', `/api/contacts/${same}/why`, { as: s.person('admin') })
      assert.deepEqual([why.body.may, why.body.rule], [false, 'do_not_call_customer'])
      right(s)
    })
    await t.test('a promise is kept at its moment, before others', async () => {
      far = () => 'answer'
      await o.until((x) => x.state === 'pause')
      const third = p.contact('+73432123456')
      await o.ok('ready')
      let seat = await o.until((x) => x.state === 'talking')
      assert.equal(seat.call.contact_id, third)
      tel.end(seat.call.uuid, 'hung_up', 'contact')
      await o.until((x) => x.state === 'wrap_up')
      const bad = await o.post('result', { call_id: seat.call.id, result_id: p.results.callback })
      assert.deepEqual([bad.status, bad.body.error.field], [400, 'callback'])
      const due_at = Date.now() + 3500
      await o.ok('result', { call_id: seat.call.id, result_id: p.results.callback, callback: { due_at, mine: true, note: 'после обеда' }, then: 'ready' })
      const why = await s.call('GET', `/api/contacts/${third}/why`, { as: s.person('admin') })
      assert.equal(why.body.rule, 'callback_later', why.text)
      seat = await o.until((x) => x.state === 'talking')
      assert.equal(seat.call.contact_id, third)
      assert.ok(Date.now() >= due_at)
      tel.end(seat.call.uuid, 'hung_up', 'contact')
      await o.until((x) => x.state === 'wrap_up')
      await o.ok('result', { call_id: seat.call.id, result_id: p.results.retry, then: 'ready' })
      assert.deepEqual(s.rows(`SELECT state, call_id FROM callback WHERE contact_id = ${third}`), [{ state: 'done', call_id: seat.call.id }])
      right(s)
    })
  })

  test(`preview and by hand (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s, { mode: 'preview' })
    const a = p.contact('+78124483454')
    const b = p.contact('+74951234567')
    const o = await sit(p.project_id)
    await o.ok('ready')
    let seat = await o.until((x) => x.state === 'preview')
    assert.equal(seat.card.id, a)
    await tel.none('dial', 50)
    await o.ok('skip', { reason: 'закрыто на обед' })
    seat = await o.until((x) => x.state === 'preview' && x.call?.contact_id === b)
    const c = s.rows(`SELECT state, attempts, reserved_call FROM contact WHERE id = ${a}`)[0]
    assert.deepEqual(c, { state: 'due', attempts: 0, reserved_call: null })
    await o.ok('dial')
    await o.until((x) => x.state === 'talking')
    await o.ok('hangup')
    await o.until((x) => x.state === 'wrap_up')
    await o.ok('result', { call_id: seat.call.id, result_id: p.results.refusal, then: 'pause' })
    await o.until((x) => x.state === 'pause')
    const number = await o.post('dial', { number: '112' })
    assert.equal(number.status, 400, number.text)
    const again = await o.post('dial', { contact_id: b })
    assert.deepEqual([again.status, again.body.error.code], [409, 'closed'])
    await o.ok('dial', { number: '8 (812) 999-11-22' })
    seat = await o.until((x) => x.state === 'talking')
    assert.deepEqual([seat.call.number, seat.call.contact_id, seat.card], ['+78129991122', null, null])
    await o.ok('hold', { on: true })
    await o.until((x) => x.call.held)
    await o.ok('hold', { on: false })
    await o.ok('hangup')
    await o.until((x) => x.state === 'wrap_up')
    right(s)
  })

  test(`a card read too long: a pause, the next card or a dial, as the project says (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s, { mode: 'preview' })
    const [a, b] = [p.contact('+78124483454'), p.contact('+74951234567')]
    const pm = s.person('project_manager', { project_ids: [p.project_id] })
    const path = `/api/projects/${p.project_id}`
    const says = async (preview_then) => {
      const { body } = await s.call('GET', path, { as: pm })
      const r = await s.call('PATCH', path, { as: pm, body: { preview_then }, headers: { 'If-Match': `"${body.version}"` } })
      return r
    }
    assert.equal((await s.call('GET', path, { as: pm })).body.preview_then, 'pause')
    assert.equal((await says('hang_up')).status, 400)
    const o = await sit(p.project_id)
    const late = async () => {
      const { call } = await o.seat()
      for (let i = 0; i < 500 && tel.operators.get(o.id).call !== call.uuid; i++) await sleep(5) // the seat is told before the telephone
      tel.late(o.id)
    }
    await o.ok('ready')
    let seat = await o.until((x) => x.state === 'preview')
    assert.deepEqual([seat.card.id, seat.project.preview_then], [a, 'pause'])
    await late()
    await o.until((x) => x.state === 'pause' && !x.call)
    const due = s.rows(`SELECT due_at FROM contact WHERE id = ${a} AND reserved_call IS NULL`)[0].due_at
    assert.ok(due > Date.now() + 500e3, 'not at once again')

    assert.equal((await says('skip')).status, 200)
    p.contact('+74951234568')
    await o.ok('ready')
    seat = await o.until((x) => x.state === 'preview')
    assert.equal(seat.card.id, b)
    await late()
    await o.until((x) => x.state === 'preview' && ![a, b].includes(x.call?.contact_id))
    assert.equal(s.rows(`SELECT state FROM contact WHERE id = ${b}`)[0].state, 'due')
    await tel.none('dial', 50)

    assert.equal((await says('dial')).status, 200)
    const c = p.contact('+74951234569')
    await o.ok('skip', { reason: 'занято' })
    seat = await o.until((x) => x.state === 'preview' && x.call?.contact_id === c)
    await late()
    const dial = await tel.command('dial')
    assert.deepEqual([dial.number, dial.call], ['+74951234569', seat.call.uuid])
    await o.until((x) => x.state === 'talking')
    await o.ok('hangup')
    await o.until((x) => x.state === 'wrap_up')
    await o.ok('result', { call_id: seat.call.id, result_id: p.results.refusal, then: 'pause' })

    // What may not be dialled is not: he pauses, and the card goes back.
    await o.until((x) => x.state === 'pause')
    const d = p.contact('+74951234570')
    await o.ok('ready')
    await o.until((x) => x.state === 'preview' && x.call?.contact_id === d)
    s.insert('do_not_call', { e164: '+74951234570', level: 'all', created_at: Date.now() })
    await late()
    await tel.none('dial', 300)
    assert.equal((await o.seat()).state, 'preview')
    right(s)
  })

  test(`the app dies in mid-talk and is back in step (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s)
    const [a, b] = [p.contact('+78124483454'), p.contact('+74951234567')]
    const [o, x] = [await sit(p.project_id), await sit(p.project_id)]
    await o.ok('ready')
    const seat = await o.until((v) => v.state === 'talking')
    await x.ok('ready')
    const other = await x.until((v) => v.state === 'talking')
    assert.deepEqual(new Set([seat.call.contact_id, other.call.contact_id]), new Set([a, b]))
    await s.call('PUT', '/api/seat/draft', { as: o.who, body: { call_id: seat.call.id, comment: 'почти' } })
    process.kill(s.pidOf('app'), 'SIGKILL')
    const died = Date.now()
    tel.end(other.call.uuid, 'hung_up', 'contact') // while the app is away
    await s.ready()
    const back = await o.until((v) => v.state === 'talking' && v.call?.state === 'connected')
    await x.until((v) => v.state === 'wrap_up' && v.call?.cause === 'hung_up')
    assert.ok(Date.now() - died < 2000 * patience, `back in step after ${Date.now() - died} ms`)
    assert.equal(back.call.draft.comment, 'почти')
    await s.led()
    await o.ok('hangup')
    await o.until((v) => v.state === 'wrap_up')
    await o.ok('result', { call_id: seat.call.id, result_id: p.results.refusal, then: 'pause' })
    await x.ok('result', { call_id: other.call.id, result_id: p.results.refusal, then: 'pause' })
    right(s)
    assert.equal(s.rows('SELECT count(*) AS n FROM call')[0].n, 2)
  })

  test(`the telephone process dies: calls end with a cause, contacts return once (${engine})`, async (t) => {
    const h = await house(t, engine, { far: (c) => (c.number === '+74951234567' ? 'ring' : 'answer') })
    const { s, tel, sit } = h
    const p = makeProject(s)
    const [talks, rings] = [p.contact('+78124483454'), p.contact('+74951234567')]
    const [o, x] = [await sit(p.project_id), await sit(p.project_id)]
    await o.ok('ready')
    const seat = await o.until((v) => v.state === 'talking')
    assert.equal(seat.call.contact_id, talks)
    await x.ok('ready')
    await x.until((v) => v.call?.state === 'ringing')
    await tel.kill()
    let answer
    do answer = await o.post('hangup')
    while (answer.status === 200) // until its end is noticed, a moment later
    assert.equal(answer.status, 503, answer.text)
    const next = await new Tel(h.path).start()
    t.after(() => next.kill())
    const bye = [await next.command('bye'), await next.command('bye')]
    assert.deepEqual(new Set(bye.map((m) => m.dialog)).size, 2)
    const mine = await o.until((v) => v.state === 'pause' && v.call?.cause === 'tel_lost')
    assert.equal(mine.leg, 'down')
    const calls = s.rows('SELECT contact_id, state, cause, ended_by FROM call ORDER BY id')
    assert.deepEqual(calls, [
      { contact_id: talks, state: 'ended', cause: 'tel_lost', ended_by: 'system' },
      { contact_id: rings, state: 'ended', cause: 'tel_lost', ended_by: 'system' }
    ])
    const c = s.rows(`SELECT state, attempts, reserved_call FROM contact WHERE id = ${rings}`)[0]
    assert.deepEqual(c, { state: 'due', attempts: 0, reserved_call: null })
    right(s)
    await o.ok('result', { call_id: seat.call.id, result_id: p.results.retry })
    await x.ok('leg', { sdp })
    await x.until((v) => v.state === 'ready' && v.leg === 'up') // as he was, by himself
    s.run(`UPDATE contact SET due_at = 0 WHERE id = ${rings}`)
    assert.equal((await next.command('dial')).number, '+74951234567')
    await x.until((v) => v.state === 'talking')
    right(s)
  })

  test(`a recording fails: the seat and the alarms say so, until one is whole again (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s)
    for (const number of ['+78124483454', '+78124483455']) p.contact(number)
    const o = await sit(p.project_id)
    const [boss, admin] = [s.person('supervisor', { project_ids: [p.project_id] }), s.person('admin')]
    const alarms = async (as) => (await s.call('GET', '/api/alarms', { as })).body.rows.filter((a) => a.kind !== 'disk')
    const metric = async (kind) => (await s.call('GET', '/metrics')).text.match(new RegExp(`alarm\\{kind="${kind}"\\} (\\d)`))[1]
    const recording = (uuid, state, more) => tel.tell({ kind: 'recording', call: uuid, state, path: `${uuid}.wav`, ...more })
    const talk = async () => {
      await o.ok('ready')
      return (await o.until((v) => v.state === 'talking' && v.call?.records)).call
    }
    const over = async (call) => {
      tel.end(call.uuid, 'hung_up', 'contact')
      await o.until((v) => v.state === 'wrap_up')
      const result = (await o.seat()).results[0].id
      await o.ok('result', { call_id: call.id, result_id: result, comment: 'x', then: 'pause' }, { 'Idempotency-Key': call.uuid })
      await o.until((v) => v.state === 'pause')
    }
    assert.deepEqual(await alarms(boss), [])
    assert.equal(await metric('recording'), '0')

    const cut = await talk()
    recording(cut.uuid, 'failed', { bytes: 32058, ms: 2000, error: 'disk_full' })
    const during = (await o.until((v) => v.call?.record_error)).call
    assert.deepEqual([during.state, during.records, during.record_error], ['connected', false, 'disk_full'])
    for (const as of [boss, admin]) {
      const [a, ...others] = await alarms(as)
      assert.deepEqual([a.kind, a.n, a.what, others], ['recording', 1, 'disk_full', []])
      assert.ok(a.since > Date.now() - 60e3)
    }
    assert.equal(await metric('recording'), '1')
    recording(cut.uuid, 'closed', { bytes: 58, error: 'disk_full' })
    await over(cut)
    assert.deepEqual(s.rows('SELECT state, error FROM recording'), [{ state: 'lost', error: 'disk_full' }])
    assert.equal(s.rows("SELECT id FROM job WHERE kind = 'encode_recording'").length, 0, 'nothing to encode')
    assert.equal((await alarms(boss)).length, 1, 'nobody has recorded since')

    const whole = await talk()
    assert.equal(whole.record_error, null)
    const file = join(s.dir, 'recordings', `${tel.calls.get(whole.uuid).record}.wav`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, silence())
    recording(whole.uuid, 'closed', { bytes: 16058, ms: 1000 })
    await over(whole)
    assert.deepEqual(await alarms(boss), [])
    assert.equal(await metric('recording'), '0')
  })

  test(`what is wrong with the house is told to who can mend it, and to nobody else (${engine})`, async (t) => {
    const { s, tel } = await house(t, engine)
    const trunk_id = s.insert('trunk', { name: 'North', kind: 'sip', host: 'carrier.invalid', created_at: Date.now() })
    const [boss, admin, operator] = ['supervisor', 'admin', 'operator'].map((role) => s.person(role))
    const kinds = async (as) => (await s.call('GET', '/api/alarms', { as })).body.rows.map((a) => a.kind).filter((k) => k !== 'disk')
    const until = async (want) => {
      for (const end = Date.now() + 3000; JSON.stringify(await kinds(admin)) !== JSON.stringify(want); await sleep(20))
        assert.ok(Date.now() < end, `${await kinds(admin)} instead of ${want}`)
    }
    await until([])
    assert.equal((await s.call('GET', '/api/alarms', { as: operator })).status, 403)
    tel.tell({ kind: 'trunk', trunk: trunk_id, state: 'down', code: 503 })
    await until(['trunk'])
    const now = Date.now()
    s.insert('letter', { kind: 'evening', to_list: 'a@b.ru', subject: 'x', body_text: 'x', message_id: 'm', state: 'failed', error: '550 no', created_at: now })
    s.insert('job', { kind: 'backup', state: 'dead', run_at: now, created_at: now, done_at: now })
    s.insert('job', { kind: 'tidy', state: 'dead', run_at: now, created_at: now - 2e8, done_at: now - 2e8 })
    assert.deepEqual(await kinds(admin), ['trunk', 'letter', 'job'])
    assert.deepEqual(await kinds(boss), ['trunk'])
    tel.tell({ kind: 'trunk', trunk: trunk_id, state: 'up' })
    await until(['letter', 'job'])
    await tel.kill()
    await until(['telephone', 'letter', 'job'])
  })

  test(`a dial the telephone refuses, and a recording from raw to kept (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s)
    const c = p.contact('+78124483454')
    const o = await sit(p.project_id)
    tel.refuse = 1
    await o.ok('ready')
    await tel.command('dial')
    await tel.command('operator_start') // asked what he is
    await tel.command('operator_start')
    const again = await tel.command('dial', 3000).catch(() => null)
    if (!again) {
      assert.deepEqual(s.rows(`SELECT state, attempts FROM contact WHERE id = ${c}`)[0], { state: 'due', attempts: 0 })
      s.run(`UPDATE contact SET due_at = 0 WHERE id = ${c}`)
    }
    const seat = await o.until((v) => v.state === 'talking')
    const record = tel.calls.get(seat.call.uuid).record
    assert.match(record, /^\d{4}-\d\d\/[0-9a-f-]{36}$/)
    const wav = silence()
    mkdirSync(dirname(join(s.dir, 'recordings', record)), { recursive: true })
    writeFileSync(join(s.dir, 'recordings', `${record}.wav`), wav)
    tel.end(seat.call.uuid, 'hung_up', 'contact')
    tel.tell({ kind: 'recording', call: seat.call.uuid, state: 'closed', path: `${record}.wav`, bytes: wav.length, ms: 1000 })
    await o.until((v) => v.state === 'wrap_up')
    const admin = s.person('admin')
    let row
    for (let i = 0; i < 1500 && row?.state !== 'kept'; i++) {
      row = s.rows('SELECT id, state, sha256, bytes, duration_ms FROM recording')[0]
      if (row?.state === 'raw') {
        const r = await s.call('GET', `/api/recordings/${row.id}/audio`, { as: admin })
        assert.ok(r.status === 200 || r.status === 404, r.text)
      }
      await sleep(10)
    }
    assert.equal(row.state, 'kept', s.log.slice(-2000))
    assert.ok(Math.abs(row.duration_ms - 1000) < 100, `${row.duration_ms} ms`)
    const whole = await s.call('GET', `/api/recordings/${row.id}/audio`, { as: admin })
    assert.deepEqual([whole.status, whole.headers['content-type'], whole.buffer.length], [200, 'audio/ogg', row.bytes])
    assert.equal(createHash('sha256').update(whole.buffer).digest('hex'), row.sha256)
    const part = await s.call('GET', `/api/recordings/${row.id}/audio`, { as: admin, headers: { Range: 'bytes=0-3' } })
    assert.deepEqual([part.status, part.text], [206, 'OggS'])
    assert.equal((await s.call('GET', `/api/recordings/${row.id}/audio`, { as: o.who })).status, 403)
    const stranger = s.person('supervisor')
    assert.equal((await s.call('GET', `/api/recordings/${row.id}/audio`, { as: stranger })).status, 404)
    const link = s.session(null, { project_id: p.project_id })
    assert.equal((await s.call('GET', `/api/recordings/${row.id}/audio`, { as: link })).status, 200)
  })

  test(`a wrap-up that runs out puts the operator to a pause, and a late result is saved (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s)
    const c = p.contact('+78124483454')
    p.contact('+74951234567')
    const o = await sit(p.project_id)
    await o.ok('ready')
    const seat = await o.until((v) => v.state === 'talking')
    await tel.command('dial')
    tel.end(seat.call.uuid, 'hung_up', 'contact')
    await o.until((v) => v.state === 'wrap_up')
    tel.operator(o.id, 'ready', { cause: 'deadline' }) // as the machine does when the time is over
    await o.until((v) => v.state === 'pause' && v.call?.id === seat.call.id)
    await tel.none('dial')
    assert.equal(s.rows(`SELECT state FROM contact WHERE id = ${c}`)[0].state, 'reserved')
    await o.ok('result', { call_id: seat.call.id, result_id: p.results.refusal, then: 'ready' })
    assert.equal((await tel.command('dial')).number, '+74951234567')
    right(s)
    await t.test('a talk whose result never comes gives its contact back', async () => {
      const next = await o.until((v) => v.state === 'talking')
      tel.end(next.call.uuid, 'hung_up', 'contact')
      await o.until((v) => v.state === 'wrap_up')
      s.run(`UPDATE contact SET reserved_until = 1 WHERE reserved_call = ${next.call.id}`)
      let row
      for (let i = 0; i < 200 && row?.state !== 'due'; i++, await sleep(100)) row = s.rows(`SELECT state, attempts FROM contact WHERE id = ${next.call.contact_id}`)[0]
      assert.deepEqual(row, { state: 'due', attempts: 1 })
      right(s)
    })
  })

  test(`an event that cannot be read is noted, and stands before no other (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s)
    p.contact('+78124483454')
    const o = await sit(p.project_id)
    tel.tell({ kind: 'dtmf', call: '00000000-0000-4000-8000-00000000aaaa', digits: '1'.repeat(41) })
    const seq = tel.seq
    await o.ok('ready')
    const seat = await o.until((v) => v.state === 'talking')
    tel.end(seat.call.uuid, 'hung_up', 'contact')
    await o.until((v) => v.state === 'wrap_up')
    for (let i = 0; i < 250 && tel.kept.length; i++) await sleep(20)
    assert.deepEqual(tel.kept, [], 'all are acknowledged')
    const noted = s.rows(`SELECT kind, body FROM call_event WHERE seq = ${seq}`)[0]
    assert.equal(noted.kind, 'unread')
    assert.match(JSON.parse(noted.body).text, /digits/)
  })

  test(`contacts of talks without a result come back, however many long talks stand before them (${engine})`, async (t) => {
    const s = await serve(t, { engine, args: ['--tel', join('/tmp', `zvonar-none-${process.pid}.sock`)] })
    const p = makeProject(s, { state: 'stopped' })
    const held = (i, more) => {
      const contact_id = p.contact(`+7812448${3000 + i}`, { state: 'reserved' })
      const at = Date.now() - 7200e3
      const call = s.insert('call', { uuid: `held-${i}`, project_id: p.project_id, base_id: p.base_id, contact_id, mode: 'manual', number: `+7812448${3000 + i}`, asked_at: at, dialled_at: at, connected_at: at, ...more })
      s.run(`UPDATE contact SET reserved_call = ${call}, reserved_until = ${at + i} WHERE id = ${contact_id}`)
      return contact_id
    }
    await s.stop()
    for (let i = 0; i < 100; i++) held(i, { state: 'connected' })
    const over = held(101, { state: 'ended', ended_at: Date.now() - 3600e3, cause: 'hung_up' })
    const lost = p.contact('+78124483999', { state: 'reserved' })
    s.run(`UPDATE contact SET reserved_call = 999999, reserved_until = 1 WHERE id = ${lost}`)
    await s.start()
    const state = () => s.rows(`SELECT state FROM contact WHERE id = ${over}`)[0].state
    for (let i = 0; state() === 'reserved'; i++) (i < 100 ? await sleep(50) : assert.fail('it is still reserved'))
    assert.equal(s.rows("SELECT COUNT(*) AS n FROM contact WHERE state = 'reserved'")[0].n, 101)
  })

  test(`events told twice change nothing (${engine})`, async (t) => {
    const { s, tel, sit } = await house(t, engine)
    const p = makeProject(s)
    p.contact('+78124483454')
    const o = await sit(p.project_id)
    await o.ok('ready')
    const seat = await o.until((v) => v.state === 'talking')
    tel.end(seat.call.uuid, 'hung_up', 'contact')
    await o.until((v) => v.state === 'wrap_up')
    await sleep(500) // the last of its events, of the recording, is stored too
    const before = s.rows('SELECT * FROM call_hour')
    const events = s.rows('SELECT body FROM call_event ORDER BY seq').map((e) => JSON.parse(e.body))
    tel.kept = events
    tel.socket.destroy() // it connects again and is told everything from the start
    await sleep(600)
    assert.deepEqual(s.rows('SELECT * FROM call_hour'), before)
    const last = events.at(-1).seq // what is told anew after the break comes behind it
    assert.equal(s.rows(`SELECT count(*) AS n FROM call_event WHERE seq <= ${last}`)[0].n, events.length)
    assert.equal((await o.seat()).state, 'wrap_up')
    right(s)
  })
}
