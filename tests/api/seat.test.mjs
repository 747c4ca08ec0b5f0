// SPDX-License-Identifier: GPL-3.0-or-later
// The seat without a talk: taking it, the headset, pauses, hours, the floor, another project, a card by hand, the trunk's test.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const sdp = `v=0\r\n${'a=x\r\n'.repeat(5)}`

for (const engine of engines) {
  test(`who tells of the recording: our voice where the project says so, and what was heard stands with the call (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-tel-notice-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
    const tel = await new Tel(path).start()
    t.after(() => tel.kill())
    const s = await serve(t, { engine, args: ['--tel', path] })
    const admin = s.person('admin')
    const p = makeProject(s, { mode: 'manual' })
    const who = s.person('operator', { project_ids: [p.project_id] })
    const post = (what, body = {}) => s.call('POST', `/api/seat/${what}`, { as: who, body })
    const becomes = async (ask, wanted) => {
      for (const end = Date.now() + 15000; Date.now() < end; await sleep(10)) if (wanted(await ask())) return ask()
      throw new Error(JSON.stringify(await ask()))
    }
    const seat = async () => (await s.call('GET', '/api/seat', { as: who })).body
    const set = async (body) => {
      const now = (await s.call('GET', `/api/projects/${p.project_id}`, { as: admin })).body
      const r = await s.call('PATCH', `/api/projects/${p.project_id}`, { as: admin, body, headers: { 'If-Match': `"${now.version}"` } })
      assert.equal(r.status, 200, r.text)
    }
    await post('start', { project_id: p.project_id })
    await post('leg', { sdp })
    await becomes(seat, (v) => v.leg === 'up')
    await post('ready')
    await becomes(seat, (v) => v.state === 'ready')
    const words = 'Для контроля качества разговор записывается.'
    const talk = async (number, heard) => {
      const r = await post('dial', { contact_id: p.contact(number) })
      assert.equal(r.status, 200, r.text)
      const dial = await tel.command('dial')
      tel.answer(dial.call)
      await becomes(seat, (v) => v.state === 'talking')
      if (heard) tel.tell({ kind: 'told', call: dial.call })
      tel.end(dial.call, 'hung_up', 'contact')
      await becomes(seat, (v) => v.state === 'wrap_up')
      const call = (await seat()).call
      assert.equal((await post('result', { call_id: call.id, result_id: p.results.refusal })).status, 200)
      await becomes(seat, (v) => v.state === 'ready')
      const told = s.rows(`SELECT told_at FROM call WHERE uuid = '${dial.call}'`)[0].told_at
      const read = (await s.call('GET', `/api/calls/${call.id}`, { as: admin })).body
      assert.equal(read.told_at, told === null ? null : Number(told))
      return [dial.words, dial.voice, told !== null]
    }
    assert.deepEqual(await talk('+78124483401'), [undefined, undefined, false])
    await set({ record_notice: true }) // the operator says it
    assert.deepEqual(await talk('+78124483402'), [undefined, undefined, false])
    await set({ notice_text: words })
    assert.deepEqual(await talk('+78124483403', true), [words, 'ru', true])
    assert.deepEqual(await talk('+78124483404'), [words, 'ru', false]) // he hung up before it was said
    await set({ records: false })
    assert.deepEqual(await talk('+78124483405'), [undefined, undefined, false])
  })

  test(`the seat (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-tel-seat-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
    const tel = await new Tel(path).start()
    t.after(() => tel.kill())
    const s = await serve(t, { engine, args: ['--tel', path] })
    const admin = s.person('admin')
    const p = makeProject(s, { mode: 'manual' })
    const contact = p.contact('+78124483454')
    const who = s.person('operator', { project_ids: [p.project_id] })
    const post = (what, body = {}) => s.call('POST', `/api/seat/${what}`, { as: who, body })
    const seat = async () => (await s.call('GET', '/api/seat', { as: who })).body
    const until = async (see) => {
      let now
      for (const end = Date.now() + 15000; Date.now() < end; await sleep(5)) if (see((now = await seat()))) return now
      throw new Error(`the seat is ${JSON.stringify(now)}`)
    }
    const lunch = (await s.call('POST', '/api/pause_reasons', { as: admin, body: { name: 'Обед', paid: false, position: 1 } })).body

    await t.test('nothing is done without a shift, without a headset, or in a project out of reach', async () => {
      for (const what of ['ready', 'pause', 'stop', 'next', 'hangup', 'extend', 'skip']) {
        const r = await post(what, what === 'pause' ? { reason_id: lunch.id } : {})
        assert.ok([400, 409].includes(r.status), `${what}: ${r.text}`)
      }
      assert.equal((await post('start', { project_id: makeProject(s).project_id })).status, 404)
      const stopped = makeProject(s, { state: 'stopped' })
      s.insert('member', { project_id: stopped.project_id, user_id: who.id, created_at: 1 })
      assert.equal((await post('start', { project_id: stopped.project_id })).body.error.code, 'project_not_running')
      assert.equal((await post('start', { project_id: p.project_id })).status, 200)
      await until((v) => v.state === 'pause' && v.shift)
      const deaf = await post('ready')
      assert.deepEqual([deaf.status, deaf.body.error.code], [400, 'no_leg'])
      assert.equal((await post('leg', { sdp: 'x' })).status, 400)
    })
    await t.test('the headset: its answer comes back, and the echo call\'s', async () => {
      assert.match((await post('leg', { sdp })).body.sdp, /^v=0/)
      await until((v) => v.leg === 'up')
      assert.match((await s.call('POST', '/api/echo', { as: who, body: { sdp } })).body.sdp, /^v=0/)
    })
    await t.test('a lost headset takes him out of the ready ones until it is back', async () => {
      await post('ready')
      await until((v) => v.state === 'ready')
      Object.assign(tel.operators.get(who.id), { up: false })
      tel.operator(who.id, 'lost', { cause: 'leg', until: Date.now() + 20000 })
      await until((v) => v.state === 'lost' && v.leg === 'down')
      await post('leg', { sdp })
      tel.operator(who.id, 'ready', { cause: 'leg' })
      await until((v) => v.state === 'ready' && v.leg === 'up')
    })
    await t.test('by hand: a card is shown by «next», given back by «skip», dialled by «dial»', async () => {
      await tel.none('dial', 100)
      const r = await post('next')
      assert.deepEqual([r.status, r.body.card?.id], [200, contact], r.text)
      await until((v) => v.state === 'preview')
      assert.equal((await post('skip', { reason: 'не сейчас' })).status, 200)
      await until((v) => v.state === 'ready' && !v.call)
      const nobody = await post('next')
      assert.deepEqual([nobody.status, nobody.body.error.code], [409, 'nobody'])
      const gap = await post('dial', { contact_id: contact })
      assert.deepEqual([gap.status, gap.body.error.code], [409, 'gap'])
      s.run(`UPDATE contact SET due_at = 0 WHERE id = ${contact}`)
      assert.equal((await post('dial', { contact_id: contact })).status, 200)
      const v = await until((x) => x.state === 'talking')
      assert.equal((await post('mute', { on: true })).body.call.muted, true)
      assert.equal((await tel.command('mute')).on, true)
      assert.equal((await post('dtmf', { digits: '12#' })).status, 200)
      assert.equal((await tel.command('dtmf')).digits, '12#')
      assert.equal((await post('dtmf', { digits: 'x' })).status, 400)
      await post('hangup')
      await until((x) => x.state === 'wrap_up')
      await s.call('POST', '/api/seat/result', { as: who, body: { call_id: v.call.id, result_id: p.results.refusal, then: 'pause', pause_reason_id: lunch.id } })
      const paused = await until((x) => x.state === 'pause')
      assert.equal(paused.pause_reason_id, lunch.id)
    })
    await t.test('the floor and the hours', async () => {
      const floor = await s.call('GET', '/api/floor', { as: admin })
      assert.deepEqual(
        floor.body.rows.map((r) => [r.user_id, r.state, r.pause_reason_id]),
        [[who.id, 'pause', lunch.id]],
        floor.text
      )
      assert.equal((await s.call('GET', '/api/floor', { as: who })).status, 403)
      const hours = async (as) => (await s.call('GET', `/api/hours?from=${Date.now() - 3600000}&to=${Date.now() + 1000}`, { as })).body.rows
      const [mine] = await hours(who)
      assert.equal(mine.user_id, who.id)
      const spans = mine.ready_ms + mine.reserved_ms + mine.preview_ms + mine.talking_ms + mine.wrap_up_ms + mine.pause_ms + mine.lost_ms
      assert.equal(mine.logged_ms, spans)
      assert.ok(mine.worked_ms <= mine.logged_ms - 0 && mine.talking_ms > 0)
      assert.deepEqual(await hours(s.person('operator')), [])
      assert.equal((await hours(admin)).length, 1)
    })
    await t.test('another project, and the end of the shift', async () => {
      const q = makeProject(s, { mode: 'manual' })
      s.insert('member', { project_id: q.project_id, user_id: who.id, created_at: 1 })
      assert.equal((await post('start', { project_id: q.project_id })).body.project_id, q.project_id)
      assert.equal((await seat()).project.id, q.project_id)
      await post('stop')
      await until((v) => v.state === 'offline' && !v.shift)
      const [shift] = s.rows('SELECT ended_at, ended_why FROM shift')
      assert.ok(shift.ended_at > 0)
      assert.equal(s.rows('SELECT count(*) AS n FROM state_span WHERE to_at IS NULL')[0].n, 0)
    })
    await t.test('the trunk\'s test says its steps; a promise by a manager is kept within reach', async () => {
      const r = await s.call('POST', `/api/trunks/${p.trunk_id}/test`, { as: admin, body: {} })
      assert.deepEqual(r.body, { ok: true, steps: [{ what: 'options', ok: true, detail: '200 OK' }] })
      tel.outdated = true // what is refused is told at once, not after the half minute a test may take
      const from = Date.now()
      const none = await s.call('POST', `/api/trunks/${p.trunk_id}/test`, { as: admin, body: {} })
      assert.deepEqual([none.status, none.body.error.code], [503, 'tel_down'], none.text)
      assert.ok(Date.now() - from < 10000, `${Date.now() - from} ms`)
      tel.outdated = false
      const c = p.contact('+74951234567')
      const body = { project_id: p.project_id, contact_id: c, due_at: Date.now() + 60000, note: 'просил вечером' }
      const made = await s.call('POST', '/api/callbacks', { as: admin, body })
      assert.equal(made.status, 201, made.text)
      const stranger = s.person('project_manager')
      assert.equal((await s.call('GET', `/api/callbacks/${made.body.id}`, { as: stranger })).status, 404)
      const late = await s.call('POST', '/api/callbacks', { as: admin, body: { ...body, due_at: 1 } })
      assert.equal(late.body.error.field, 'due_at')
    })
  })
}
