// SPDX-License-Identifier: GPL-3.0-or-later
// Trunks: which a call may take and from which number, what a carrier means by its codes, and numbers that are answered less. The telephone
// process is tests/lib/tel.mjs; that it walks the list is tests/sip/routes.test.mjs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { command, engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

async function until(see, ms = 8000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
    const found = await see()
    if (found) return found
  }
  throw new Error(`not within ${ms} ms: ${see}`)
}

for (const engine of engines)
  test(`trunks, routes, caller numbers (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-trunks-${process.pid}-${engine}.sock`)
    const tel = await new Tel(path, { far: () => 'ring' }).start()
    const s = await serve(t, { engine, args: ['--tel', path] })
    t.after(() => tel.kill())
    const admin = s.person('admin')
    const make = async (to, body, status = 201) => {
      const r = await s.call('POST', `/api/${to}`, { as: admin, body })
      assert.equal(r.status, status, `${to}: ${r.text}`)
      return r.body
    }
    const refused = async (to, body, field, code) => {
      const e = (await make(to, body, 400)).error
      assert.deepEqual([e.field, e.code], [field, code], JSON.stringify(e))
    }
    const carrier = (name, more = {}) => make('trunks', { name, kind: 'sip', host: '192.0.2.1', ...more })
    const main = await carrier('Main', { host: 'a.example:5080, b.example', caller_number: '+74950000000' })
    const cheap = await carrier('Cheap', { transport: 'tls', port: 5061, srtp: true })
    const spare = await carrier('Spare')
    const practice = s.rows("SELECT id FROM trunk WHERE kind = 'practice'")[0].id

    await t.test('what makes no sense is refused, naming the field', async () => {
      await refused('trunks', { name: 'X', kind: 'sip', host: '192.0.2.1', srtp: true }, 'srtp', 'tls')
      await refused('trunk_routes', { trunk_id: spare.id, prefix: '8495' }, 'prefix', 'prefix')
      await refused('trunk_routes', { trunk_id: practice }, 'trunk_id', 'practice')
      await refused('trunk_causes', { trunk_id: main.id, sip_code: 200, cause: 'busy' }, 'sip_code', 'range')
      await refused('trunk_causes', { trunk_id: main.id, sip_code: 503, cause: 'hung_up' }, 'cause', 'word')
    })

    await make('trunk_causes', { trunk_id: main.id, sip_code: 503, cause: 'busy' })
    assert.equal((await s.call('POST', '/api/trunk_causes', { as: admin, body: { trunk_id: main.id, sip_code: 503, cause: 'failed' } })).status, 409)
    const project = makeProject(s, { trunk_id: main.id, caller_number: '+74951111111' })
    s.run("UPDATE trunk SET state = 'up';")
    await make('trunk_routes', { trunk_id: spare.id })
    await make('trunk_routes', { trunk_id: cheap.id, prefix: '+7812', project_id: project.project_id })
    await make('caller_numbers', { trunk_id: cheap.id, number: '+78120000002' })
    await make('caller_numbers', { trunk_id: cheap.id, number: '+78120000001', project_id: project.project_id })

    await t.test('the telephone process is told of causes and SRTP', async () => {
      const row = await until(() => tel.trunks.find((r) => r.causes) && tel.trunks)
      assert.deepEqual(row.find((r) => r.trunk === main.id).causes, [{ code: 503, cause: 'busy' }])
      assert.equal(row.find((r) => r.trunk === cheap.id).srtp, true)
      assert.equal(row.find((r) => r.trunk === main.id).host, 'a.example:5080, b.example')
    })

    const who = s.person('operator', { project_ids: [project.project_id] })
    const post = async (to, body = {}) => {
      const r = await s.call('POST', `/api/seat/${to}`, { as: who, body })
      assert.equal(r.status, 200, `${to}: ${r.text}`)
    }
    const seat = (see) => until(async () => ((x) => see(x) && x)((await s.call('GET', '/api/seat', { as: who })).body))
    await post('start', { project_id: project.project_id })
    await seat((x) => x.state === 'pause')
    await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
    await seat((x) => x.leg === 'up')

    await t.test('a dial carries its trunks in order, each with the number to show; the one it went over is kept', async () => {
      project.contact('+78124483454')
      await post('ready')
      const dial = await tel.command('dial')
      assert.deepEqual(dial.routes, [
        { trunk: cheap.id, from: '+78120000001' },
        { trunk: main.id, from: '+74951111111' },
        { trunk: spare.id, from: '+74951111111' }
      ])
      assert.deepEqual([dial.trunk, dial.from], [cheap.id, '+78120000001'])
      const row = () => s.rows(`SELECT trunk_id, caller FROM call WHERE uuid = '${dial.call}'`)[0]
      assert.deepEqual(row(), { trunk_id: cheap.id, caller: '+78120000001' })
      tel.tell({ kind: 'route', call: dial.call, trunk: spare.id, from: '+74951111111', cause: 'trunk_down', sip_code: 503 })
      await until(() => row().trunk_id === spare.id)
      tel.end(dial.call, 'no_answer', 'contact')
      await until(() => s.rows('SELECT 1 AS n FROM caller_hour')[0])
      const { rows } = (await s.call('GET', '/api/caller_numbers/rates?offset_min=180', { as: admin })).body
      assert.deepEqual(rows.map(({ number, dialled, answered }) => ({ number, dialled, answered })), [{ number: '+74951111111', dialled: 1, answered: 0 }])
      assert.equal((rows[0].from + 3 * 3600000) % 86400000, 0)
    })

    await t.test('numbers are taken in turn, the least used first', async () => {
      s.run(`INSERT INTO caller_hour (caller, hour, dialled, answered) VALUES ('+78120000001', ${Date.now() - (Date.now() % 3600000)}, 5, 5);`)
      await make('caller_numbers', { trunk_id: cheap.id, number: '+78120000003', project_id: project.project_id })
      project.contact('+78124483455')
      assert.equal((await tel.command('dial')).from, '+78120000003')
    })

    await t.test('a project on the practice line never reaches a carrier', async () => {
      const drill = makeProject(s)
      await seat((x) => x.state === 'reserved')
      tel.end((await seat((x) => x.call)).call.uuid, 'no_answer', 'contact')
      await seat((x) => x.state === 'ready')
      await post('pause')
      await seat((x) => x.state === 'pause')
      s.insert('member', { project_id: drill.project_id, user_id: who.id, created_at: 1 })
      await post('start', { project_id: drill.project_id })
      drill.contact('+78124483456')
      await post('ready')
      assert.deepEqual((await tel.command('dial')).routes, [{ trunk: practice }])
    })

    await t.test('a number that is answered less is an alarm until it rests', async () => {
      const hour = Date.now() - (Date.now() % 3600000)
      s.run(`DELETE FROM caller_hour WHERE caller = '+78120000003';
        INSERT INTO caller_hour (caller, hour, dialled, answered) VALUES ('+78120000003', ${hour}, 100, 10), ('+78120000003', ${hour - 3 * 86400000}, 1000, 300);`)
      const alarm = async () => (await s.call('GET', '/api/alarms', { as: admin })).body.rows.find((x) => x.kind === 'caller')
      assert.deepEqual(((x) => [x.n, x.what])(await alarm()), [1, '+78120000003'])
      s.run("UPDATE caller_number SET disabled = 1 WHERE number = '+78120000003';")
      assert.equal(await alarm(), undefined)
    })

    await t.test('a trunk that is needed stays; a false sum is found and mended', async () => {
      const r = await s.call('DELETE', `/api/trunks/${spare.id}`, { as: admin })
      assert.deepEqual([r.status, r.body.error.code], [400, 'used'])
      const check = await command('check', '--data', s.dir, '--db', s.db.url)
      assert.match(check.out, /roll-ups/, check.err)
    })
  })
