// SPDX-License-Identifier: GPL-3.0-or-later
// An operator's SIP phone: its login and secret, what the telephone process is told of it, and the seat that works by it. That it registers and
// talks is tests/sip/phones.test.mjs.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
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
const hash = (algorithm, text) => createHash(algorithm).update(text).digest('hex')

for (const engine of engines)
  test(`an operator's SIP phone (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-sip-phone-${process.pid}-${engine}.sock`)
    const tel = await new Tel(path).start()
    const s = await serve(t, { engine, args: ['--tel', path] })
    t.after(() => tel.kill())
    const p = makeProject(s)
    const who = s.person('operator', { project_ids: [p.project_id] })
    const ask = async (method, to, body, status = 200) => {
      const r = await s.call(method, `/api/${to}`, { as: who, body })
      assert.equal(r.status, status, `${method} ${to}: ${r.text}`)
      return r.body
    }
    const told = (see) => until(() => see(tel.commands.filter((c) => c.kind === 'phones').at(-1)?.phones ?? []))
    let made

    await t.test('made by himself, the secret shown once and kept nowhere', async () => {
      assert.equal((await ask('GET', 'me/sip_phone')).login, null)
      await ask('PATCH', 'me/sip_phone', { in_use: true }, 400)
      made = await ask('POST', 'me/sip_phone', undefined, 201)
      assert.match(made.secret, /^[\w-]{22}$/)
      const row = (await told((rows) => rows.length && rows))[0]
      const whole = `${made.login}:${made.realm}:${made.secret}`
      assert.deepEqual(row, { operator: who.id, login: made.login, ha1_sha256: hash('sha256', whole), ha1_md5: hash('md5', whole) })
      const { login, in_use, registered } = await ask('GET', 'me/sip_phone')
      assert.deepEqual({ login, in_use, registered }, { login: made.login, in_use: true, registered: false })
      assert.ok(!JSON.stringify(s.rows('SELECT * FROM sip_phone')).includes(made.secret))
      assert.ok(!JSON.stringify(s.rows('SELECT diff FROM audit')).includes(made.secret))
    })

    await t.test('a new secret keeps the login; a program with his token may not ask for one', async () => {
      const again = await ask('POST', 'me/sip_phone', undefined, 201)
      assert.equal(again.login, made.login)
      assert.notEqual(again.secret, made.secret)
      await told((rows) => rows[0]?.ha1_md5 === hash('md5', `${again.login}:${again.realm}:${again.secret}`))
      const { bearer } = s.token(who.id)
      assert.equal((await s.call('POST', '/api/me/sip_phone', { as: { bearer } })).status, 403)
    })

    await t.test('the shift begins by calling it; called again only while it is registered', async () => {
      await ask('POST', 'seat/start', { project_id: p.project_id })
      assert.equal((await tel.command('operator_start')).phone, true)
      assert.equal((await ask('POST', 'seat/phone', undefined, 400)).error.code, 'no_phone')
      tel.tell({ kind: 'phone', operator: who.id, up: true, text: 'Yealink T31', host: '192.0.2.9:5060' })
      await until(async () => (await ask('GET', 'me/sip_phone')).registered)
      const now = await ask('GET', 'me/sip_phone')
      assert.deepEqual([now.agent, now.address], ['Yealink T31', '192.0.2.9:5060'])
      await ask('POST', 'seat/phone')
      assert.equal((await tel.command('operator_phone')).operator, who.id)
    })

    await t.test('by the browser again, and taken away: nobody of that name registers', async () => {
      await ask('PATCH', 'me/sip_phone', { in_use: false }, 204)
      await ask('POST', 'seat/start', { project_id: p.project_id })
      assert.equal((await tel.command('operator_start')).phone, undefined)
      s.run(`UPDATE "user" SET disabled = 1 WHERE id = ${s.person('operator').id};`)
      await ask('DELETE', 'me/sip_phone', undefined, 204)
      await told((rows) => !rows.length && [true])
    })
  })
