// SPDX-License-Identifier: GPL-3.0-or-later
// The gate: each rule refuses for its own reason, in its order, and says until when; the waterfall of a base puts every contact on one step.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, never, rollups } from '../lib/house.mjs'
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
      assert.deepEqual(await why(p.contact('+78124483455')), { may: true, rule: 'ok', what: 'it may be dialled now', until: null, rule_id: null, source: null, refusals: [] })
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
    await t.test('the law: rows of the jurisdiction and the purpose, off and on by a director', async () => {
      s.run("UPDATE rule SET from_min = 0, to_min = 1440 WHERE kind LIKE 'hours_%'")
      const boss = s.person('director')
      const q = makeProject(s, { purpose: 'advertising' })
      const c = q.contact('+78124483490')
      const none = await why(c)
      assert.deepEqual([none.rule, none.source], ['consent', '38-ФЗ, ст. 18 ч. 1'])
      const consent = await s.call('POST', '/api/consents', {
        as: admin,
        body: { customer_id: q.customer_id, e164: '8 812 448-34-90', text_version: 'анкета 3', given_at: Date.now() - minute, proof: 'запись 17' }
      })
      assert.equal(consent.status, 201, consent.text)
      assert.equal(await rule(c), 'automatic')
      const law = (await s.call('GET', `/api/projects/${q.project_id}/rules`, { as: boss })).body
      assert.equal(law.blocks, 'automatic')
      const row = law.rules.find((r) => r.kind === 'no_automatic')
      const off = { project_id: q.project_id, rule_id: row.id, reason: 'Заключение юриста № 5', applies: false }
      const path = `/api/projects/${q.project_id}/rule_exceptions`
      assert.equal((await s.call('POST', path, { as: s.person('project_manager', { project_ids: [q.project_id] }), body: off })).status, 403)
      assert.equal((await s.call('POST', path, { as: boss, body: { ...off, reason: '' } })).status, 400)
      assert.equal((await s.call('POST', path, { as: boss, body: off })).status, 201)
      assert.equal(await rule(c), 'ok', 'unlocked; the practice carrier shows no number')
      assert.equal(s.rows("SELECT count(*) AS n FROM audit WHERE entity = 'rule_exception'")[0].n, 1)
      const back = await s.call('PATCH', `/api/consents/${consent.body.id}`, {
        as: admin,
        body: { revoked_at: Date.now() },
        headers: { 'If-Match': String(consent.body.version) }
      })
      assert.equal(back.status, 200, back.text)
      assert.equal(await rule(c), 'consent', 'taken back')
      assert.equal(await rule(makeProject(s, { purpose: 'service', customer_id: q.customer_id }).contact('+78124483490')), 'consent', 'for whatever purpose')
      assert.equal(await rule(makeProject(s).contact('+78124483490')), 'ok', 'no purpose said: no row holds')
    })
    await t.test('a consent allows what it is for, and is taken back with its like', async () => {
      const now = Date.now()
      const q = makeProject(s, { purpose: 'survey' })
      s.run(`UPDATE project SET purpose = 'advertising', mode = 'manual' WHERE id = ${q.project_id}`)
      const service = makeProject(s, { purpose: 'service', customer_id: q.customer_id })
      const numbers = ['+78124483701', '+78124483702', '+78124483703', '+78124483704']
      const [a, b, c, d] = numbers.map((n) => q.contact(n))
      const [sb, sc, sd] = numbers.slice(1).map((n) => service.contact(n))
      const give = (n, kind, given, revoked = null, project_id = null) =>
        s.insert('consent', { customer_id: q.customer_id, project_id, e164: numbers[n], kind, text_version: '1', given_at: now - given * minute, revoked_at: revoked === null ? null : now - revoked * minute, created_at: now })
      give(0, 'recording', 10)
      assert.equal(await rule(a), 'consent', 'to be recorded is not to be called')
      give(0, 'service', 10)
      assert.equal(await rule(a), 'consent', 'nor to be served to be sold to')
      give(0, 'advertising', 9)
      assert.equal(await rule(a), 'ok')
      give(1, 'advertising', 20)
      give(1, 'advertising', 15, 5)
      assert.deepEqual([await rule(b), await rule(sb)], ['consent', 'consent'], 'an older one of the kind is taken back with it')
      give(1, 'advertising', 3)
      assert.deepEqual([await rule(b), await rule(sb)], ['ok', 'ok'], 'agreed to anew')
      give(2, 'advertising', 15, 5)
      give(2, 'service', 20)
      assert.deepEqual([await rule(c), await rule(sc)], ['consent', 'ok'], 'no advertisements any more, but service')
      give(3, 'recording', 20, 10)
      give(3, 'advertising', 20)
      give(3, 'advertising', 15, 5, service.project_id)
      assert.deepEqual([await rule(d), await rule(sd)], ['ok', 'consent'], 'taken back in one project')
      for (const [x, steps] of [[q, { consent: 1, diallable: 3 }], [service, { consent: 1, diallable: 2 }]]) {
        const { body } = await s.call('GET', `/api/bases/${x.base_id}/waterfall`, { as: admin })
        assert.deepEqual({ ...Object.fromEntries(body.steps.map((x) => [x.code, x.contacts])), diallable: body.diallable }, steps)
      }
    })
    await t.test('the number shown, the notice of recording, the age of a register', async () => {
      const sip = s.insert('trunk', { name: 'Carrier', kind: 'sip', host: 'sip.example', created_at: 1 })
      const q = makeProject(s, { purpose: 'service', records: 0 })
      s.run(`UPDATE project SET trunk_id = ${sip} WHERE id = ${q.project_id}`)
      const c = q.contact('+78124483491')
      assert.equal(await rule(c), 'caller_number')
      s.run(`UPDATE project SET caller_number = '+78091234567' WHERE id = ${q.project_id}`)
      assert.equal(await rule(c), 'caller_number', 'a paid number is not called back')
      s.run(`UPDATE trunk SET caller_number = '+74951234567' WHERE id = ${sip}; UPDATE project SET caller_number = NULL WHERE id = ${q.project_id}`)
      assert.equal(await rule(c), 'ok')
      const gb = makeProject(s, { purpose: 'advertising', jurisdiction: 'GB', records: 0 })
      const d = gb.contact('+442079460001')
      assert.equal(await rule(d), 'register_old')
      const tps = await s.call('POST', '/api/registers', { as: admin, body: { name: 'TPS', jurisdiction: 'GB' } })
      assert.equal(tps.status, 201, tps.text)
      const load = (method, text) =>
        s.call(method, `/api/registers/${tps.body.id}/numbers`, { as: admin, raw: text, headers: { 'Content-Type': 'text/csv' } })
      const loaded = await load('POST', 'number\n020 7946 0002\n+442079460003\n')
      assert.deepEqual([loaded.status, loaded.body], [200, { rows: 3, no_number: 1, numbers: 2 }])
      assert.equal(await rule(d), 'ok')
      assert.equal(await rule(gb.contact('+442079460002')), 'do_not_call_register')
      assert.equal((await load('PUT', '+442079460003\n+442079460001\n')).body.numbers, 2)
      assert.deepEqual([await rule(d), await rule(gb.contact('+442079460002'))], ['do_not_call_register', 'ok'])
      s.run(`UPDATE register SET loaded_at = ${Date.now() - 29 * 24 * 60 * minute}`)
      assert.equal(await rule(gb.contact('+442079460004')), 'register_old')
      s.run(`UPDATE register SET loaded_at = ${Date.now()}; UPDATE project SET records = 1 WHERE id = ${gb.project_id}`)
      assert.equal(await rule(gb.contact('+442079460005')), 'record_notice')
    })
    await t.test('collection: a day and a week; an abandoned call; the days of the calendar', async () => {
      const q = makeProject(s, { purpose: 'collection', attempts_day: 20, attempt_gap_min: 0, attempts_total: 50 })
      const c = q.contact('+78124483495')
      call(c, { project_id: q.project_id, base_id: q.base_id, number: '+78124483495', asked_at: Date.now() - 40 * 60 * minute })
      assert.equal(await rule(c), 'ok')
      call(c, { project_id: q.project_id, base_id: q.base_id, number: '+78124483495', asked_at: Date.now() - 30 * 60 * minute })
      const week = await why(c)
      assert.equal(week.rule, 'attempts_week')
      assert.ok(Math.abs(week.until - Date.now() - (7 * 24 - 40) * 60 * minute) < minute)
      assert.equal(week.source, '230-ФЗ, ст. 7')
      const d = q.contact('+78124483496')
      call(d, { project_id: q.project_id, base_id: q.base_id, number: '+78124483496', asked_at: Date.now() })
      s.insert('callback', { project_id: q.project_id, contact_id: d, due_at: Date.now() - 1000, created_at: Date.now() })
      assert.equal(await rule(d), 'attempts_day', 'a promise does not loosen the law')
      const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Moscow', dateStyle: 'short' }).format(new Date())
      s.run(`DELETE FROM day_off WHERE day = '${today}'`)
      s.insert('day_off', { jurisdiction: 'RU', day: today })
      assert.equal(await rule(makeProject(s, { calls_days_off: 0 }).contact('+79161234588')), 'holiday')
      assert.equal(await rule(makeProject(s).contact('+79161234588')), 'ok')
      s.run("UPDATE rule SET from_min = 1439 WHERE kind = 'hours_day_off' AND purpose IS NULL")
      assert.equal(await rule(makeProject(s, { purpose: 'survey' }).contact('+79161234588')), 'hours')
    })
    await t.test('a range of the numbering plan with two zones: both must be open', async () => {
      const q = makeProject(s, { hours: hoursAround('Asia/Vladivostok'), timezone: 'Asia/Vladivostok' })
      const range = (from, to, zones) => s.call('POST', '/api/number_ranges', { as: admin, body: { from_number: from, to_number: to, zones } })
      assert.equal((await range(79250000000, 79250000999, 'Asia/Vladivostok')).status, 201)
      assert.equal((await range(79250001000, 79250001999, 'Asia/Vladivostok, Europe/Moscow')).status, 201)
      assert.equal((await range(79250001500, 79250002999, 'Asia/Omsk')).status, 409)
      assert.deepEqual([await rule(q.contact('+79250000001')), await rule(q.contact('+79250001001')), await rule(q.contact('+79250002001'))], ['ok', 'hours', 'ok'])
    })
    await t.test('a contact out of reach is not there', async () => {
      const stranger = s.person('project_manager')
      const r = await s.call('GET', `/api/contacts/${p.contact('+78124483480')}/why`, { as: stranger })
      assert.equal(r.status, 404)
    })
  })

  test(`one number is in one call, whoever dials it at the same moment (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-tel-gate-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
    const tel = await new Tel(path, { far: () => 'silent' }).start()
    t.after(() => tel.kill())
    const s = await serve(t, { engine, args: ['--tel', path] })
    const seats = Array.from({ length: 6 }, () => {
      const p = makeProject(s, { mode: 'manual' })
      const who = s.person('operator', { project_ids: [p.project_id] })
      return { p, post: (what, body = {}) => s.call('POST', `/api/seat/${what}`, { as: who, body }), now: async () => (await s.call('GET', '/api/seat', { as: who })).body }
    })
    const all = async (see) => {
      for (const x of seats) for (let i = 0; !see(await x.now()); i++) (i < 400 ? await sleep(20) : assert.fail(JSON.stringify(await x.now())))
    }
    for (const x of seats) {
      assert.equal((await x.post('start', { project_id: x.p.project_id })).status, 200)
      assert.equal((await x.post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })).status, 200)
    }
    await all((x) => x.leg === 'up')
    for (let i = 0; i < 12; i++) {
      for (const x of seats) assert.equal((await x.post('ready')).status, 200)
      await all((x) => x.state === 'ready')
      const number = `+7812448${5000 + i}`
      const answers = await Promise.all(seats.map((x) => x.post('dial', { number })))
      assert.deepEqual(answers.map((r) => r.body.error?.code ?? 'dialled').sort(), ['dialled', ...Array(5).fill('reserved')])
      const { call } = await tel.command('dial')
      tel.end(call, 'no_answer', 'system')
    }
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
    const added = await s.call('POST', `/api/contacts/${numberless}/phones`, { as: s.person('admin'), body: { e164: '+78124483409' } })
    assert.equal(added.status, 201, added.text)
    const again = s.rows(`SELECT state, closed_reason, why_not FROM contact WHERE id = ${numberless}`)[0]
    assert.deepEqual(again, { state: 'fresh', closed_reason: null, why_not: null }, 'with a number it is called after all')
    const { states, now } = rollups(s)
    assert.deepEqual(states, now)
    assert.deepEqual([rows[night].state, rows[night].why_not], ['due', 'hours'])
    assert.ok(rows[night].due_at > Date.now())
    const kept = s.rows(`SELECT rule FROM refusal WHERE contact_id = ${night}`)
    assert.deepEqual(kept.map((r) => r.rule), ['hours'])
  })
}
