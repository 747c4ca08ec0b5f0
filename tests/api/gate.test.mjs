// SPDX-License-Identifier: GPL-3.0-or-later
// The gate: each rule refuses for its own reason, in its order, and says until when; the waterfall of a base puts every contact on one step.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, never } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const minute = 60000
// Hours that are open for the next while in zone and closed in the other one, or the other way round.
function hoursAround(zone) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(new Date()).map((p) => [p.type, p.value])
  )
  const now = Number(parts.hour) * 60 + Number(parts.minute)
  return JSON.stringify(Array(7).fill([Math.max(0, now - 30), Math.min(1440, now + 30)]))
}

for (const engine of engines) {
  test(`the gate (${engine})`, async (t) => {
    const s = await serve(t, { engine, args: ['--tel', join('/tmp', `zvonar-none-${process.pid}.sock`)] })
    const admin = s.person('admin')
    const why = async (id) => (await s.call('GET', `/api/contacts/${id}/why`, { as: admin })).body
    const rule = async (id) => (await why(id)).rule
    const p = makeProject(s)
    const call = (contact_id, more) =>
      s.insert('call', {
        uuid: `u${Math.random()}`,
        project_id: p.project_id,
        base_id: p.base_id,
        contact_id,
        mode: 'progressive',
        number: '+78124483454',
        state: 'ended',
        cause: 'no_answer',
        asked_at: Date.now(),
        dialled_at: Date.now(),
        ended_at: Date.now(),
        ...more
      })

    await t.test('a contact nothing speaks against', async () => {
      assert.deepEqual(await why(p.contact('+78124483455')), { may: true, rule: 'ok', what: 'it may be dialled now', until: null })
    })
    await t.test('numbers: none, nobody\'s, emergency and paid', async () => {
      const none = p.contact([])
      assert.equal(await rule(none), 'no_number')
      assert.equal(await rule(p.contact('+7812448345')), 'number_invalid')
      assert.equal(await rule(p.contact('+78091234567')), 'special_number')
    })
    await t.test('lists of all, of the customer, of the project, by the API', async () => {
      const number = (n) => `+7812448${n}`
      const put = async (body) => {
        const r = await s.call('POST', '/api/do_not_call', { as: admin, body })
        assert.equal(r.status, 201, r.text)
      }
      await put({ e164: '8 812 448-40-01', level: 'all', reason: 'письмо' })
      await put({ e164: number(4002), level: 'customer', customer_id: p.customer_id })
      await put({ e164: number(4003), level: 'project', project_id: p.project_id })
      const other = makeProject(s)
      await put({ e164: number(4004), level: 'customer', customer_id: other.customer_id })
      assert.equal(await rule(p.contact(number(4001))), 'do_not_call_all')
      assert.equal(await rule(p.contact(number(4002))), 'do_not_call_customer')
      assert.equal(await rule(p.contact(number(4003))), 'do_not_call_project')
      assert.equal(await rule(p.contact(number(4004))), 'ok')
      const bad = await s.call('POST', '/api/do_not_call', { as: admin, body: { e164: number(4005), level: 'project' } })
      assert.deepEqual([bad.status, bad.body.error.field], [400, 'project_id'])
      const twice = await s.call('POST', '/api/do_not_call', { as: admin, body: { e164: number(4001), level: 'all' } })
      assert.equal(twice.status, 409)
    })
    await t.test('hours are those of the called party: its own zone, else the number\'s, else the project\'s', async () => {
      const east = makeProject(s, { hours: hoursAround('Asia/Vladivostok'), timezone: 'Asia/Vladivostok' })
      assert.equal(await rule(east.contact('+74232601234')), 'ok', 'a number of Vladivostok')
      assert.equal(await rule(east.contact('+74951234567')), 'hours', 'a number of Moscow')
      assert.equal(await rule(east.contact('+79161234567')), 'ok', 'a mobile number tells nothing: the project\'s zone')
      assert.equal(await rule(east.contact('+79161234568', { timezone: 'Europe/Moscow' })), 'hours', 'but its address may')
      const moscow = await why(east.contact('+74951234568', { timezone: 'Asia/Vladivostok' }))
      assert.equal(moscow.rule, 'ok', 'the contact\'s own zone comes first')
      const closed = await why(east.contact('+74951234569'))
      assert.ok(closed.until > Date.now() && closed.until < Date.now() + 24 * 60 * minute, JSON.stringify(closed))
      assert.deepEqual(await why(makeProject(s, { hours: never }).contact('+79161234567')).then((w) => [w.rule, w.until]), ['hours', null])
    })
    await t.test('attempts: of the day, in all, and the gap, across the customer\'s projects', async () => {
      const c = p.contact('+78124483454')
      call(c, { dialled_at: Date.now() - 5 * minute })
      assert.equal(await rule(c), 'ok', 'its own pauses are its own state\'s business')
      const sister = makeProject(s, { customer_id: p.customer_id })
      const same = sister.contact('+78124483454')
      const gap = await why(same)
      assert.equal(gap.rule, 'gap')
      assert.ok(Math.abs(gap.until - Date.now() - 55 * minute) < minute)
      assert.equal(await rule(makeProject(s).contact('+78124483454')), 'ok', 'another customer')
      call(c, { cause: 'trunk_down' })
      call(c, { cause: 'tel_lost' })
      assert.equal(await rule(c), 'ok', 'what failed by our fault does not count')
      call(c)
      call(c)
      const day = await why(c)
      assert.equal(day.rule, 'attempts_day')
      assert.ok(day.until > Date.now())
      assert.equal(await rule(p.contact('+78124483460', { attempts: 5 })), 'attempts_total')
      const due = await why(p.contact('+78124483461', { state: 'due', due_at: Date.now() + 30 * minute }))
      assert.equal(due.rule, 'gap')
    })
    await t.test('a promise for later waits; a due one is kept though the attempts are spent', async () => {
      const c = p.contact('+78124483462', { state: 'due', due_at: Date.now(), attempts: 5 })
      const id = s.insert('callback', { project_id: p.project_id, contact_id: c, due_at: Date.now() + 30 * minute, created_at: Date.now() })
      assert.equal(await rule(c), 'callback_later')
      s.run(`UPDATE callback SET due_at = ${Date.now() - 1000} WHERE id = ${id}`)
      assert.equal(await rule(c), 'ok')
    })
    await t.test('approvals, and the trunk', async () => {
      const q = makeProject(s)
      const c = q.contact('+78124483463')
      s.run(`UPDATE trunk SET state = 'down' WHERE id = ${q.trunk_id}`)
      assert.equal(await rule(c), 'trunk_down')
      s.run(`UPDATE project SET state = 'stopped' WHERE id = ${q.project_id}`)
      assert.equal(await rule(c), 'project_not_running')
      s.run(`UPDATE script_version SET state = 'retired' WHERE id = ${q.script_id}`)
      assert.equal(await rule(c), 'script_not_active')
      s.run(`UPDATE base SET state = 'draft' WHERE id = ${q.base_id}`)
      assert.equal(await rule(c), 'base_not_active')
      s.run(`UPDATE trunk SET state = 'up' WHERE id = ${q.trunk_id}`)
    })
    await t.test('the waterfall of a base', async () => {
      const q = makeProject(s)
      q.contact('+78124483470')
      q.contact('+78124483471', { state: 'closed', closed_reason: 'result' })
      q.contact([])
      q.contact('+78124484001') // on the list of all
      q.contact('+78124483473', { state: 'due', due_at: Date.now() + minute })
      q.contact('+78124483474', { attempts: 5 })
      const r = await s.call('GET', `/api/bases/${q.base_id}/waterfall`, { as: admin })
      assert.equal(r.status, 200, r.text)
      assert.deepEqual(
        [r.body.loaded, r.body.diallable, Object.fromEntries(r.body.steps.map((x) => [x.code, x.contacts]))],
        [6, 1, { closed_result: 1, no_number: 1, do_not_call: 1, gap: 1, attempts_total: 1 }]
      )
    })
    await t.test('a contact out of reach is not there', async () => {
      const stranger = s.person('project_manager')
      const r = await s.call('GET', `/api/contacts/${p.contact('+78124483480')}/why`, { as: stranger })
      assert.equal(r.status, 404)
    })
  })

  test(`what the gate refuses moves out of the way, with its reason (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-tel-gate-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
    const tel = await new Tel(path, { far: () => 'ring' }).start()
    t.after(() => tel.kill())
    const s = await serve(t, { engine, args: ['--tel', path] })
    const p = makeProject(s)
    s.insert('do_not_call', { e164: '+78124483401', level: 'all', owner_id: 0, created_at: Date.now() })
    const [listed, numberless, night] = [p.contact('+78124483401'), p.contact([]), p.contact('+74232601234')]
    s.run(`UPDATE project SET hours = '${hoursAround('Europe/Moscow')}' WHERE id = ${p.project_id}`)
    const good = p.contact('+78124483402')
    const who = s.person('operator', { project_ids: [p.project_id] })
    const post = (what, body = {}) => s.call('POST', `/api/seat/${what}`, { as: who, body })
    await post('start', { project_id: p.project_id })
    await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
    await tel.command('operator_leg')
    for (let i = 0; i < 100 && (await s.call('GET', '/api/seat', { as: who })).body.leg !== 'up'; i++) await sleep(50)
    assert.equal((await post('ready')).status, 200)
    assert.equal((await tel.command('dial')).number, '+78124483402')
    const rows = Object.fromEntries(s.rows('SELECT id, state, why_not, due_at FROM contact').map((c) => [c.id, c]))
    assert.equal(rows[good].state, 'reserved')
    assert.deepEqual([rows[listed].why_not, s.rows(`SELECT state FROM phone WHERE contact_id = ${listed}`)[0].state], ['do_not_call_all', 'refused'])
    assert.deepEqual([rows[numberless].state, rows[numberless].why_not], ['closed', 'no_number'])
    assert.deepEqual([rows[night].state, rows[night].why_not], ['due', 'hours'])
    assert.ok(rows[night].due_at > Date.now())
  })
}
