// SPDX-License-Identifier: GPL-3.0-or-later
// More than two in a talk, as app keeps it: hand-overs with card and draft, a word first, passed outside, the pause of the recording, and
// supervisors with their entries in the audit trail. Sound is tests/sip/talk.test.mjs's.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, never, rollups } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const sdp = `v=0\r\n${'a=x\r\n'.repeat(5)}`

async function house(t, engine) {
  const path = join('/tmp', `zvonar-talk-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const tel = await new Tel(path).start()
  const s = await serve(t, { engine, args: ['--tel', path] })
  t.after(() => tel.dead || tel.kill())
  const p = makeProject(s, { mode: 'manual' })
  const sit = async (name) => {
    const who = s.person('operator', { project_ids: [p.project_id], name })
    const post = (path, body) => s.call('POST', `/api/seat/${path}`, { as: who, body: body ?? {} })
    const ok = async (path, body) => {
      const r = await post(path, body)
      assert.equal(r.status, 200, `${path}: ${r.text}`)
      return r.body
    }
    const seat = async () => (await s.call('GET', '/api/seat', { as: who })).body
    const until = async (see, ms = 15000) => {
      let now
      for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) if (see((now = await seat()))) return now
      throw new Error(`the seat of ${name} is ${JSON.stringify({ ...now, script: 0, results: 0, card: now.card?.id })}\n${see}`)
    }
    await ok('start', { project_id: p.project_id })
    await ok('leg', { sdp })
    await until((x) => x.leg === 'up')
    return { who, id: who.id, post, ok, until, seat }
  }
  const anna = await sit('Анна')
  const boris = await sit('Борис')
  await boris.ok('ready')
  await boris.until((x) => x.state === 'ready')
  let n = 0
  const talk = async () => {
    const contact = p.contact(`+7495123450${n++}`)
    if ((await anna.seat()).state !== 'ready') await anna.ok('ready') // a second one may come behind the dial
    await anna.until((x) => x.state === 'ready')
    await anna.ok('dial', { contact_id: contact })
    return (await anna.until((x) => x.state === 'talking' && x.call?.state === 'connected')).call
  }
  const right = () => {
    const r = rollups(s)
    assert.deepEqual(r.kept, r.counted)
    assert.deepEqual(r.states, r.now)
  }
  return { s, tel, p, anna, boris, talk, right }
}

for (const engine of engines) {
  test(`more than two in a talk (${engine})`, async (t) => {
    const { s, tel, p, anna, boris, talk, right } = await house(t, engine)

    await t.test('who can be called in, and who cannot', async () => {
      const call = await talk()
      const list = await s.call('GET', '/api/seat/colleagues', { as: anna.who })
      assert.deepEqual(list.body.rows, [{ user_id: boris.id, name: 'Борис', state: 'ready', free: true }])
      const refused = async (body, status, code) => {
        const r = await anna.post('transfer', { how: 'blind', ...body })
        assert.deepEqual([r.status, r.body.error.code], [status, code], r.text)
      }
      await refused({}, 400, 'both')
      await refused({ operator_id: boris.id, number: '+78124483454' }, 400, 'both')
      await refused({ operator_id: anna.id }, 400, 'reference')
      await refused({ number: 'не номер' }, 400, 'phone_no_digits')
      s.insert('do_not_call', { e164: '+78124483454', level: 'all', created_at: 1, owner_id: 0 })
      await refused({ number: '8 812 448-34-54' }, 409, 'do_not_call_all')
      await boris.ok('pause')
      await boris.until((x) => x.state === 'pause')
      await refused({ operator_id: boris.id }, 409, 'not_free')
      await boris.ok('ready')
      await boris.until((x) => x.state === 'ready')
      const early = await anna.post('turn', { turn: 'back' })
      assert.deepEqual([early.status, early.body.error.code], [409, 'call_state'])
      await tel.none('transfer', 50)
      assert.equal((await anna.seat()).call.id, call.id)
    })

    await t.test('a word first, then the call with its card and what was typed is another’s', async () => {
      const { call } = await anna.seat()
      await s.call('PUT', '/api/seat/draft', { as: anna.who, body: { call_id: call.id, comment: 'просит скидку' } })
      await anna.ok('transfer', { how: 'consult', operator_id: boris.id })
      // a snapshot is read in pieces, between which the talk goes on
      const mine = await anna.until((x) => x.call?.guest?.state === 'in' && x.call.state === 'consulting')
      assert.equal(mine.call.guest.name, 'Борис')
      const his = await boris.until((x) => x.guest_of && x.state === 'talking')
      assert.deepEqual([his.guest_of.operator, his.guest_of.call_id, his.call], ['Анна', call.id, null])
      await anna.ok('turn', { turn: 'join' })
      await anna.until((x) => x.call.state === 'conference')
      await boris.ok('leave')
      await anna.until((x) => x.call.state === 'connected' && x.call.guest.state === 'out')
      await boris.until((x) => !x.guest_of && x.state === 'ready' && !x.call)
      await anna.ok('transfer', { how: 'consult', operator_id: boris.id })
      await boris.until((x) => x.guest_of)
      await anna.ok('turn', { turn: 'complete' })
      const now = await boris.until((x) => x.call?.id === call.id && !x.guest_of && x.card)
      assert.equal(now.call.draft.comment, 'просит скидку')
      assert.equal(now.card.id, call.contact_id)
      await anna.until((x) => x.state === 'ready' && !x.call)
      await boris.ok('hangup')
      await boris.until((x) => x.state === 'wrap_up' && x.call.ended_at)
      const not = await anna.post('result', { call_id: call.id, result_id: p.results.lead })
      assert.equal(not.status, 404)
      await boris.ok('result', { call_id: call.id, result_id: p.results.lead, then: 'ready' })
      await boris.until((x) => x.state === 'ready')
      assert.equal(s.rows(`SELECT operator_id FROM call WHERE id = ${call.id}`)[0].operator_id, boris.id)
      right()
    })

    await t.test('passed outside: the first keeps the result, before or after its end', async () => {
      const call = await talk()
      tel.commands.length = 0
      // What protects who is rung up is not asked of who is called into a talk: consent, register, hours. What a line costs and who wants no calls is.
      s.run(`UPDATE project SET purpose = 'advertising', hours = '${never}' WHERE id = ${p.project_id}`)
      s.insert('do_not_call', { e164: '+74957770012', level: 'all', owner_id: 0, created_at: Date.now() })
      const no = async (number) => (await anna.post('transfer', { how: 'blind', number })).body.error?.code
      assert.deepEqual([await no('+74957770012'), await no('+78091234567'), await no('112')], ['do_not_call_all', 'special_number', 'phone_special'])
      await anna.ok('transfer', { how: 'blind', number: '+7 495 777-00-11' })
      s.run(`UPDATE project SET purpose = NULL, hours = '${JSON.stringify(Array(7).fill([0, 1440]))}' WHERE id = ${p.project_id}`)
      const command = await tel.command('transfer')
      assert.equal((await anna.until((x) => x.call?.guest?.number === '+74957770011' && x.call.state === 'transferring')).call.guest.state, 'asked')
      tel.guestOut(call.uuid, 'busy')
      assert.equal((await anna.until((x) => x.call.guest.state === 'out' && x.call.state === 'connected')).call.guest.cause, 'busy')
      await anna.ok('transfer', { how: 'consult', number: '+7 495 777-00-11' })
      await anna.until((x) => x.call?.guest?.state === 'asked')
      tel.guestIn(call.uuid)
      await anna.until((x) => x.call?.guest?.state === 'in')
      await anna.ok('turn', { turn: 'complete' })
      await anna.until((x) => x.state === 'wrap_up' && x.call.state === 'passed')
      await anna.ok('result', { call_id: call.id, result_id: p.results.refusal, then: 'ready' })
      await anna.until((x) => x.state === 'ready' && !x.call)
      right()
      tel.callState(call.uuid, 'ended', { cause: 'hung_up', by: 'contact' })
      for (let i = 0; i < 500 && !s.rows(`SELECT ended_at FROM call WHERE id = ${call.id}`)[0].ended_at; i++) await sleep(10)
      const [row] = s.rows(`SELECT state, result_id, operator_id FROM call WHERE id = ${call.id}`)
      assert.deepEqual([row.state, row.result_id, row.operator_id], ['ended', p.results.refusal, anna.id])
      right()
      assert.ok(command.trunk > 0)
    })

    await t.test('to a queue: whoever takes it has card and draft, who gave it is free; left there he is missed', async () => {
      const admin = s.person('admin')
      const post = async (path, body) => (await s.call('POST', `/api${path}`, { as: admin, body })).body
      const queue = await post(`/projects/${p.project_id}/queues`, { name: 'Поддержка' })
      await post(`/queues/${queue.id}/members`, { user_id: boris.id })
      const foreign = makeProject(s, { mode: 'manual' })
      const theirs = await post(`/projects/${foreign.project_id}/queues`, { name: 'Чужая' })
      const call = await talk()
      const list = await s.call('GET', '/api/seat/colleagues', { as: anna.who })
      assert.deepEqual(list.body.queues, [{ queue_id: queue.id, name: 'Поддержка', waiting: 0, ready: 1 }])
      const refused = async (body, code) => {
        const r = await anna.post('transfer', { how: 'blind', ...body })
        assert.deepEqual([r.status, r.body.error.code], [400, code], r.text)
      }
      await refused({ queue_id: theirs.id }, 'reference')
      await refused({ queue_id: queue.id, number: '+74957770011' }, 'both')
      await refused({ queue_id: queue.id, how: 'consult' }, 'queue')
      await s.call('PUT', '/api/seat/draft', { as: anna.who, body: { call_id: call.id, comment: 'не пришёл счёт' } })
      const given = async (id) => {
        await anna.ok('transfer', { how: 'blind', queue_id: queue.id })
        const now = await anna.until((x) => x.state === 'ready' && !x.call)
        assert.equal(now.card, null)
        assert.deepEqual(s.rows(`SELECT state, operator_id, queued_by FROM call WHERE id = ${id}`)[0], { state: 'queued', operator_id: null, queued_by: anna.id })
      }
      await given(call.id)
      assert.equal((await s.call('GET', '/api/seat/colleagues', { as: anna.who })).body.queues[0].waiting, 1)
      tel.take(call.uuid, boris.id)
      const his = await boris.until((x) => x.call?.id === call.id && x.call.state === 'connected' && x.card)
      assert.deepEqual([his.card.id, his.call.draft.comment, his.call.connected_at], [call.contact_id, 'не пришёл счёт', call.connected_at])
      await boris.ok('hangup')
      await boris.until((x) => x.state === 'wrap_up' && x.call.ended_at)
      await boris.ok('result', { call_id: call.id, result_id: p.results.lead, then: 'ready' })
      await boris.until((x) => x.state === 'ready')
      const row = (id) => s.rows(`SELECT operator_id, result_id, talk_ended_at, talk_ms, ended_at - connected_at AS whole FROM call WHERE id = ${id}`)[0]
      assert.deepEqual([row(call.id).operator_id, row(call.id).talk_ended_at, row(call.id).talk_ms], [boris.id, null, row(call.id).whole])
      assert.deepEqual(s.rows('SELECT kind, way FROM queue_place'), [{ kind: 'transfer', way: 'answered' }])
      right()

      // he leaves the queue before anybody has him: a task, and the contact is due again
      const lost = await talk()
      await given(lost.id)
      s.run(`UPDATE queue_place SET entered_at = entered_at - 30000 WHERE left_at IS NULL`)
      s.run(`UPDATE call SET talk_ended_at = talk_ended_at - 30000, connected_at = connected_at - 60000 WHERE id = ${lost.id}`)
      tel.giveUp(lost.uuid)
      let missed
      for (let i = 0; i < 500 && !missed; i++, await sleep(10)) [missed] = (await s.call('GET', '/api/missed_calls?state=open', { as: admin })).body.rows
      assert.deepEqual([missed.call_id, missed.contact_id, missed.queue_id, missed.caller], [lost.id, lost.contact_id, queue.id, lost.number])
      assert.ok(missed.waited_ms >= 30000 && missed.waited_ms < 40000, `${missed.waited_ms}`)
      const left = row(lost.id)
      assert.equal(left.operator_id, anna.id, 'the talk there was is hers')
      assert.ok(left.talk_ms >= 30000 && left.talk_ms < 40000 && left.whole > 60000, 'and ends where the queue began')
      assert.equal(s.rows(`SELECT state FROM contact WHERE id = ${lost.contact_id}`)[0].state, 'due')
      assert.deepEqual(s.rows(`SELECT kind, way FROM queue_place WHERE call_id = ${lost.id}`), [{ kind: 'transfer', way: 'abandoned' }])
      right()
    })

    await t.test('the recording pauses, and its gap is in the recording’s row and in the journal', async () => {
      const call = await talk()
      await anna.ok('record', { on: false })
      await anna.until((x) => x.call.unrecorded)
      await anna.ok('record', { on: true })
      await anna.until((x) => !x.call.unrecorded)
      assert.equal(s.rows(`SELECT gaps FROM recording WHERE call_id = ${call.id}`)[0].gaps, '[[2000,5000]]')
      await anna.ok('record', { on: false })
      await anna.until((x) => x.call.unrecorded)
      assert.equal(s.rows(`SELECT gaps FROM recording WHERE call_id = ${call.id}`)[0].gaps, '[[2000,5000],[2000,null]]')
      const admin = s.person('admin')
      const events = await s.call('GET', `/api/calls/${call.id}/events`, { as: admin })
      assert.deepEqual(events.body.rows.filter((e) => e.kind === 'recording').map((e) => e.state), ['open', 'paused', 'resumed', 'paused'])
      const [recording] = (await s.call('GET', `/api/recordings?call_id=${call.id}`, { as: admin })).body.rows
      assert.deepEqual(recording.gaps, [[2000, 5000], [2000, null]])
    })

    await t.test('a supervisor in the talk: each step in the audit trail, the operator sees him when he speaks', async () => {
      const { call } = await anna.seat()
      const boss = s.person('supervisor', { project_ids: [p.project_id], name: 'Вера' })
      const watch = (mode) => s.call('POST', `/api/calls/${call.id}/monitor/mode`, { as: boss, body: { mode } })
      for (const who of [s.person('supervisor'), s.person('customer', { customer_id: p.customer_id }), anna.who]) {
        const r = await s.call('POST', `/api/calls/${call.id}/monitor`, { as: who, body: { mode: 'listen', sdp } })
        assert.ok([403, 404].includes(r.status), r.text)
      }
      const leg = await s.call('POST', `/api/calls/${call.id}/monitor`, { as: boss, body: { mode: 'listen', sdp } })
      assert.match(leg.body.sdp, /^v=0/)
      const floor = async () => (await s.call('GET', '/api/floor', { as: boss })).body.rows.find((r) => r.user_id === anna.id)
      for (let i = 0; i < 500 && (await floor()).my_mode !== 'listen'; i++) await sleep(10)
      assert.equal((await anna.seat()).call.monitor, null)
      assert.equal((await watch('whisper')).status, 204)
      assert.deepEqual((await anna.until((x) => x.call.monitor)).call.monitor, { name: 'Вера', mode: 'whisper' })
      await watch('take_over')
      await anna.until((x) => x.call.state === 'taken_over')
      const hang = await anna.post('hangup')
      assert.deepEqual([hang.status, hang.body.error.code], [409, 'taken_over'])
      await watch('none')
      await anna.until((x) => x.call.state === 'connected' && !x.call.monitor)
      const trail = s.rows(`SELECT verb FROM audit WHERE entity = 'call' AND row_id = ${call.id} AND user_id = ${boss.id} ORDER BY id`)
      assert.deepEqual(trail.map((r) => r.verb), ['listen', 'whisper', 'take_over'])
      assert.equal(s.rows('SELECT count(*) AS n FROM monitor WHERE to_at IS NULL')[0].n, 0)
      await anna.ok('leaving', { on: true })
      assert.equal(s.rows(`SELECT leaving FROM shift WHERE user_id = ${anna.id}`)[0].leaving, 1)
      await anna.ok('leaving', { on: false })
      assert.equal(s.rows(`SELECT leaving FROM shift WHERE user_id = ${anna.id}`)[0].leaving, 0)
      await anna.ok('pause')
      assert.equal(s.rows(`SELECT leaving FROM shift WHERE user_id = ${anna.id}`)[0].leaving, 1)
      await anna.ok('hangup')
      await anna.until((x) => x.state === 'wrap_up' && x.call.ended_at)
      const over = await s.call('POST', `/api/calls/${call.id}/monitor`, { as: boss, body: { mode: 'listen', sdp } })
      assert.deepEqual([over.status, over.body.error.code], [409, 'no_talk'])
      await anna.ok('result', { call_id: call.id, result_id: p.results.refusal, then: 'pause' })
      await anna.until((x) => x.state === 'pause')
      assert.equal(s.rows(`SELECT leaving FROM shift WHERE user_id = ${anna.id}`)[0].leaving, 0)
      right()
    })
  })
}
