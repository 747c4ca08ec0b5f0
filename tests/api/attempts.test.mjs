// SPDX-License-Identifier: GPL-3.0-or-later
// Attempts: when a contact comes back and to whom, in which order, how its call is signed, and how long the base lasts.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const minute = 60000
async function until(see, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
    const found = await see()
    if (found) return found
  }
  throw new Error(`not within ${ms} ms: ${see}`)
}

// ./test --long: on PostgreSQL as well.
for (const engine of engines)
  test(`attempts (${engine})`, { skip: engine === 'postgres' && !process.env.ZVONAR_LONG && 'ZVONAR_LONG' }, async (t) => {
    const path = join('/tmp', `zvonar-attempts-${process.pid}-${engine}.sock`)
    let far = 'busy'
    const tel = await new Tel(path, { far: () => far }).start()
    const s = await serve(t, { engine, args: ['--tel', path] })
    t.after(() => tel.kill())
    const admin = s.person('admin')
    const p = makeProject(s, { attempt_gap_min: 0, attempts_day: 20, attempts_total: 20 })
    const seatOf = async (name) => {
      const who = s.person('operator', { project_ids: [p.project_id], name })
      const post = async (to, body = {}) => {
        const r = await s.call('POST', `/api/seat/${to}`, { as: who, body })
        assert.equal(r.status, 200, `${to}: ${r.text}`)
      }
      const see = async (is) => until(async () => ((x) => is(x) && x)((await s.call('GET', '/api/seat', { as: who })).body))
      await post('start', { project_id: p.project_id })
      await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
      await see((x) => x.leg === 'up')
      return { id: who.id, post, see, pause: async () => (await post('pause'), await see((x) => x.state === 'pause')) }
    }
    const contact = (id) => s.rows(`SELECT state, closed_reason, due_at FROM contact WHERE id = ${id}`)[0]
    const patch = async (body) => {
      const [{ version }] = s.rows(`SELECT version FROM project WHERE id = ${p.project_id}`)
      return s.call('PATCH', `/api/projects/${p.project_id}`, { as: admin, body, headers: { 'If-Match': String(version) } })
    }
    const anna = await seatOf('Анна')

    await t.test('after a busy line the project\'s pause, and an end after so many', async () => {
      const rule = await s.call('POST', `/api/projects/${p.project_id}/retries`, { as: admin, body: { project_id: p.project_id, cause: 'busy', pause_min: 7, most: 2 } })
      assert.equal(rule.status, 201, rule.text)
      const id = p.contact('+78124483455')
      await anna.post('ready')
      await tel.command('dial')
      const first = await until(() => ((c) => c.state === 'due' && c)(contact(id)))
      assert.ok(Math.abs(first.due_at - Date.now() - 7 * minute) < minute, JSON.stringify(first))
      s.run(`UPDATE contact SET due_at = 1 WHERE id = ${id}`)
      await tel.command('dial')
      await until(() => contact(id).state === 'closed')
      assert.equal(contact(id).closed_reason, 'attempts')
    })
    await t.test('a result closes after so many as well', async () => {
      s.run(`UPDATE result SET retry_most = 1 WHERE id = ${p.results.retry}`)
      far = 'answer'
      const id = p.contact('+78124483456')
      await tel.command('dial')
      const { call } = await anna.see((x) => x.state === 'talking')
      tel.end(call.uuid, 'hung_up', 'contact')
      await anna.see((x) => x.state === 'wrap_up')
      await anna.post('result', { call_id: call.id, result_id: p.results.retry, then: 'pause' })
      assert.deepEqual([contact(id).state, contact(id).closed_reason], ['closed', 'attempts'])
      await anna.see((x) => x.state === 'pause')
    })
    await t.test('a retry waits for the operator who talked, as long as he is at work', async () => {
      const boris = await seatOf('Борис')
      far = 'ring'
      s.insert('retry', { project_id: p.project_id, cause: 'no_answer', pause_min: 60 })
      s.run(`UPDATE project SET stick_min = 30 WHERE id = ${p.project_id}`)
      const due_at = Date.now() - minute
      const id = p.contact('+78124483457', { state: 'due', due_at, attempts: 1, last_at: due_at, last_operator_id: anna.id, last_result_id: p.results.retry })
      await boris.post('ready')
      await tel.none('dial', 1500)
      await anna.post('ready')
      const his = await tel.command('dial')
      assert.equal(his.operator, anna.id)
      tel.end(his.call, 'no_answer', 'contact')
      await until(() => contact(id).state === 'due')
      await anna.see((x) => x.state === 'ready')
      await anna.pause()
      s.run(`UPDATE contact SET due_at = ${Date.now() - 31 * minute}, last_operator_id = ${anna.id} WHERE id = ${id}`)
      const anybodys = await tel.command('dial')
      assert.equal(anybodys.operator, boris.id, 'it has waited long enough')
      tel.end(anybodys.call, 'no_answer', 'contact')
      await boris.see((x) => x.state === 'ready')
      await boris.pause()
      s.run(`UPDATE contact SET state = 'closed' WHERE id = ${id}`)
    })
    await t.test('the project says whom first; its calls are signed', async () => {
      const label = 'Масла Поволжья: заказ'
      assert.equal((await patch({ takes_first: 'fresh', caller_label: label, purpose: 'service' })).status, 200)
      const long = await patch({ caller_label: 'я'.repeat(33) })
      assert.deepEqual([long.status, long.body.error.field, long.body.error.code], [400, 'caller_label', 'label_long'])
      s.run(`UPDATE project SET purpose = NULL WHERE id = ${p.project_id}`)
      p.contact('+78124483458', { state: 'due', due_at: 1, attempts: 1 })
      p.contact('+78124483459')
      await anna.post('ready')
      const dial = await tel.command('dial')
      assert.deepEqual([dial.number, dial.label], ['+78124483459', label])
      tel.end(dial.call, 'no_answer', 'contact')
      assert.equal((await tel.command('dial')).number, '+78124483458')
    })
    await t.test('promises before all others, or in their turn; contacts of the quota filled least', async () => {
      await anna.see((x) => x.state === 'reserved')
      s.run(`UPDATE contact SET state = 'closed', reserved_call = NULL WHERE project_id = ${p.project_id}`)
      for (const call of tel.calls.keys()) tel.end(call, 'no_answer', 'contact')
      await anna.see((x) => x.state === 'ready')
      await anna.pause()
      tel.commands.length = 0
      const numbers = async (n) => {
        await anna.post('ready')
        const all = []
        while (all.length < n) {
          const dial = await tel.command('dial')
          all.push(dial.number.slice(-1))
          tel.end(dial.call, 'no_answer', 'contact')
        }
        await anna.see((x) => x.state === 'ready' && !x.call)
        await anna.pause()
        s.run(`UPDATE contact SET state = 'closed' WHERE project_id = ${p.project_id}`)
        s.run(`UPDATE callback SET state = 'done' WHERE project_id = ${p.project_id}`)
        return all.join('')
      }
      let made = 0
      const retry = (digit, due_at) => p.contact(`+7812448${600 + made++}${digit}`, { state: 'due', due_at, attempts: 1 })
      const promise = (digit, due_at) => s.insert('callback', { project_id: p.project_id, contact_id: retry(digit, due_at), due_at, created_at: 1 })
      const three = async () => {
        retry(1, Date.now() - 50 * minute)
        promise(2, Date.now() - 40 * minute)
        retry(3, Date.now() - 30 * minute)
        return numbers(3)
      }
      assert.equal((await patch({ takes_first: 'retries', stick_min: 0 })).status, 200)
      assert.equal(await three(), '213')
      assert.equal((await patch({ promised_when: 'in_turn' })).status, 200)
      assert.equal(await three(), '123')
      const lead = p.results.lead
      for (const [value, target] of [['Казань', 4], ['Пермь', 4]]) s.insert('quota', { project_id: p.project_id, field: 'city', value, result_id: lead, target, created_at: 1 })
      p.contact('+78124486900', { state: 'closed', city: 'Казань', last_result_id: lead })
      const fresh = () => ['Казань', 'Томск', 'Пермь', 'Казань', 'Пермь'].forEach((city, i) => p.contact(`+7812448${7000 + made++ * 10 + i}`, { city }))
      fresh()
      assert.equal(await numbers(5), '01234', 'as they come')
      assert.equal((await patch({ fresh_by: 'quota' })).status, 200)
      fresh()
      assert.equal(await numbers(5), '24031', 'Perm is filled least; who is in no quota comes last')
      s.run(`DELETE FROM quota WHERE project_id = ${p.project_id}`)
      assert.equal((await patch({ fresh_by: 'base', promised_when: 'first', takes_first: 'fresh' })).status, 200)
    })
    await t.test('the base lasts so long, and those who run projects are told when it ends', async () => {
      const hour = Math.floor(Date.now() / 3600000) * 3600000 - 24 * 3600000
      const zeros = Object.fromEntries(['answered', 'dialogues', 'leads', 'meetings', 'presentations', 'sales', 'refusals', 'callbacks', 'talk_ms', 'wrap_ms', 'ring_ms'].map((k) => [k, 0]))
      s.run(`DELETE FROM project_hour WHERE project_id = ${p.project_id}`)
      s.run(`INSERT INTO project_hour (project_id, hour, calls, ${Object.keys(zeros)}) VALUES (${p.project_id}, ${hour}, 40, ${Object.values(zeros)})`)
      const look = async () => {
        const since = Date.now()
        await s.call('POST', `/api/jobs/${s.rows("SELECT id FROM job WHERE kind = 'forecast'")[0].id}/retry`, { as: admin })
        return until(async () => {
          const { forecast } = (await s.call('GET', `/api/projects/${p.project_id}/overview`, { as: admin })).body
          return forecast?.at >= since && forecast
        })
      }
      for (let i = 0; i < 30; i++) p.contact(`+781244850${10 + i}`)
      const long = await look()
      assert.deepEqual([long.fresh >= 20, long.calls_per_day], [true, 40], JSON.stringify(long))
      assert.ok(long.calls_left >= 2 * long.fresh, 'a beginner: two calls a contact')
      const alarm = async () => (await s.call('GET', '/api/alarms', { as: admin })).body.rows.find((a) => a.kind === 'base')
      assert.equal(await alarm(), undefined)
      s.run(`UPDATE contact_state SET contacts = 5 WHERE project_id = ${p.project_id} AND state = 'fresh'`)
      await look()
      assert.equal((await alarm()).n, 1)
    })
  })
