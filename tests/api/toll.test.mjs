// SPDX-License-Identifier: GPL-3.0-or-later
// Toll fraud (S11): a line calls only what it is for, and no more than its hour allows; who asks does not matter. What is refused is seen.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

async function until(see, ms = 8000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
    const found = await see()
    if (found) return found
  }
  throw new Error(`not within ${ms} ms: ${see}`)
}

for (const engine of engines)
  test(`what a line may call (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-toll-${process.pid}-${engine}.sock`)
    const tel = await new Tel(path, { far: () => 'ring' }).start()
    const s = await serve(t, { engine, args: ['--tel', path] })
    t.after(() => tel.kill())
    const admin = s.person('admin')
    const api = async (method, to, body, status) => {
      const r = await s.call(method, `/api/${to}`, { as: admin, body })
      if (status) assert.equal(r.status, status, `${to}: ${r.text}`)
      return r.body
    }
    const line = await api('POST', 'trunks', { name: 'Линия', kind: 'sip', host: '192.0.2.1' }, 201)
    const set = (values) => s.run(`UPDATE trunk SET ${values} WHERE id = ${line.id};`)
    set("state = 'up'")
    const p = makeProject(s, { trunk_id: line.id, caller_number: '+74951111111', mode: 'manual' })
    const why = async (id) => (await api('GET', `contacts/${id}/why`)).rule

    await t.test('a new line calls its own country and has a bound of an hour; the list is one of beginnings', async () => {
      assert.deepEqual([line.allowed, line.calls_per_hour], ['+7', 6000])
      for (const allowed of ['7', '+7,', '+7; +375', '+7 495', ',', '+'])
        assert.deepEqual((({ field, code }) => [field, code])((await api('POST', 'trunks', { name: 'X', kind: 'sip', host: 'a', allowed }, 400)).error), ['allowed', 'beginnings'], allowed)
    })

    await t.test('abroad, paid and satellite numbers are refused until the list names them', async () => {
      const ids = Object.entries({ home: '+74951234567', minsk: '+375291234567', paid: '+78091234567', iridium: '+881612345678', abroad_paid: '+380900212345' }).map(([name, n]) => [name, p.contact(n)])
      const rules = async () => Object.fromEntries(await Promise.all(ids.map(async ([name, id]) => [name, await why(id)])))
      assert.deepEqual(await rules(), { home: 'ok', minsk: 'trunk_number', paid: 'special_number', iridium: 'special_number', abroad_paid: 'special_number' })
      set("allowed = '+7, +375, +380'")
      assert.deepEqual(await rules(), { home: 'ok', minsk: 'ok', paid: 'special_number', iridium: 'special_number', abroad_paid: 'special_number' })
      set("allowed = '+7809,+881'")
      assert.deepEqual(await rules(), { home: 'trunk_number', minsk: 'trunk_number', paid: 'ok', iridium: 'ok', abroad_paid: 'special_number' })
      set('allowed = NULL')
      assert.deepEqual(await rules(), { home: 'ok', minsk: 'ok', paid: 'special_number', iridium: 'special_number', abroad_paid: 'special_number' })
    })

    const who = s.person('operator', { project_ids: [p.project_id] })
    const post = (to, body = {}) => s.call('POST', `/api/seat/${to}`, { as: who, body })
    const seat = (see) => until(async () => ((x) => see(x) && x)((await s.call('GET', '/api/seat', { as: who })).body))
    await post('start', { project_id: p.project_id })
    await seat((x) => x.state === 'pause')
    await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
    await seat((x) => x.leg === 'up')
    await post('ready')
    await seat((x) => x.state === 'ready')

    const dialled = async (number) => {
      const r = await post('dial', { number })
      if (r.status !== 200) return r.body.error.code
      const { uuid } = (await seat((x) => x.call?.uuid)).call
      await until(() => tel.calls.has(uuid)) // the card is there before the command
      tel.end(uuid, 'no_answer', 'contact')
      await seat((x) => x.state === 'ready' && !x.call)
      return 'ok'
    }

    await t.test('by hand as well; a route leads abroad over the line that may', async () => {
      set("allowed = '+7'")
      assert.deepEqual([await dialled('+375291234567'), await dialled('+78091234567'), await dialled('+74951234567')], ['trunk_number', 'special_number', 'ok'])
      const far = await api('POST', 'trunks', { name: 'Даль', kind: 'sip', host: '192.0.2.2', allowed: '+375' }, 201)
      s.run(`UPDATE trunk SET state = 'up' WHERE id = ${far.id};`)
      await api('POST', 'trunk_routes', { trunk_id: far.id }, 201)
      assert.equal(await dialled('+375291234567'), 'ok')
      const ways = () => tel.commands.filter((m) => m.kind === 'dial').at(-1).routes.map((r) => r.trunk)
      assert.deepEqual(ways(), [far.id])
      assert.equal(await dialled('+74951234568'), 'ok')
      assert.deepEqual(ways(), [line.id], 'and what it may not call does not fall through to it')
    })

    await t.test('an hour that is spent stops the line, for the dialler as for a hand; the alarm says so, and ends with it', async () => {
      const alarm = async () => (await api('GET', 'alarms')).rows.find((x) => x.kind === 'toll')
      const calls = () => s.rows(`SELECT COALESCE(SUM(calls), 0) AS n FROM trunk_minute WHERE trunk_id = ${line.id}`)[0].n
      assert.equal(Number(calls()), 2)
      assert.equal(await alarm(), undefined)
      set('calls_per_hour = 3')
      assert.equal(await dialled('+74951234561'), 'ok')
      assert.equal(await dialled('+74951234562'), 'trunk_hour')
      assert.deepEqual(((x) => [x.n, x.what])(await alarm()), [1, 'Линия'])
      const id = p.contact('+74951234563')
      const told = await api('GET', `contacts/${id}/why`)
      assert.equal(told.rule, 'trunk_hour')
      assert.ok(told.until > Date.now() && told.until <= Date.now() + 3600000, `${told.until}`)
      assert.equal((await api('GET', `bases/${p.base_id}/waterfall`)).steps.some((x) => x.code === 'trunk_hour'), false, 'the other line has room')
      s.run(`UPDATE trunk SET disabled = 1 WHERE name = 'Даль'; UPDATE project SET mode = 'progressive' WHERE id = ${p.project_id};`)
      assert.ok((await api('GET', `bases/${p.base_id}/waterfall`)).steps.find((x) => x.code === 'trunk_hour').contacts > 0)
      await sleep(1500) // the dialler has looked at it by then
      assert.equal(Number(calls()), 3)
      assert.equal(s.rows(`SELECT state FROM contact WHERE id = ${id}`)[0].state, 'fresh', 'nobody is moved for it')
      s.run(`UPDATE trunk_minute SET minute = minute - 60 WHERE trunk_id = ${line.id};`)
      assert.equal(await alarm(), undefined)
      await until(() => Number(calls()) === 1) // the dialler goes on, and the old minutes are gone
    })
  })
