// SPDX-License-Identifier: GPL-3.0-or-later
// The customer's own corner: the people of his company, and the letters we wrote to him.
import assert from 'node:assert/strict'
import test from 'node:test'
import { engines, serve } from '../lib/server.mjs'

for (const engine of engines) {
  test(`who manages his company's people invites and disables them, nobody else does (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const customer = (name) => s.insert('customer', { name, created_at: 1 })
    const [own, other] = [customer('Own'), customer('Other')]
    const made = async (login, customer_id) => {
      const r = await s.call('POST', '/api/users', { as: admin, body: { login, name: login, role: 'customer', customer_id } })
      assert.equal(r.status, 201, r.text)
      return r.body
    }
    // The first of a company manages, the next does not; one of our own never does.
    const [first, second, alien] = [await made('first', own), await made('second', own), await made('alien', other)]
    assert.deepEqual([first.manages_company, second.manages_company, alien.manages_company], [true, false, true])
    assert.equal((await s.call('PATCH', `/api/users/${admin.id}`, { as: admin, body: { manages_company: true }, headers: { 'If-Match': '"1"' } })).body.error.field, 'manages_company')

    const [manager, clerk] = [s.session(first.id), s.session(second.id)]
    const names = async (as) => (await s.call('GET', '/api/colleagues', { as })).body.rows.map((r) => r.name)
    assert.deepEqual(await names(manager), ['first', 'second'])
    assert.deepEqual(await names(clerk), ['first', 'second'])
    const body = { name: 'Анна', email: 'Anna@Own.example' }
    assert.equal((await s.call('POST', '/api/colleagues', { as: clerk, body })).status, 403)
    const anna = (await s.call('POST', '/api/colleagues', { as: manager, body })).body
    assert.equal(anna.login, 'anna@own.example')
    const [row] = s.rows(`SELECT role, customer_id, manages_company FROM "user" WHERE id = ${anna.id}`)
    assert.deepEqual([row.role, Number(row.customer_id), Number(row.manages_company)], ['customer', own, 0])
    const change = (as, id, what) => s.call('PATCH', `/api/colleagues/${id}`, { as, body: what, headers: { 'If-Match': '"1"' } })
    // He cannot make more of her than a colleague, nor give her to another company.
    for (const more of [{ role: 'admin' }, { customer_id: other }])
      assert.equal((await change(manager, anna.id, more)).status, 200)
    assert.deepEqual(s.rows(`SELECT role, customer_id FROM "user" WHERE id = ${anna.id}`).map((r) => [r.role, Number(r.customer_id)]), [['customer', own]])

    // No mail server: the link comes once, to the manager only.
    const invite = (as, id) => s.call('POST', `/api/colleagues/${id}/invite`, { as })
    assert.equal((await invite(clerk, anna.id)).status, 403)
    assert.match((await invite(manager, anna.id)).body.link, /\/tickets\//)
    assert.equal((await invite(manager, alien.id)).status, 404)

    assert.equal((await change(manager, first.id, { disabled: true })).body.error.field, 'disabled')
    assert.equal((await change(manager, first.id, { manages_company: false })).body.error.field, 'manages_company')
    assert.equal((await change(manager, alien.id, { disabled: true })).status, 404)
    assert.equal((await change(manager, second.id, { disabled: true })).status, 200)
    assert.equal((await s.call('GET', '/api/me', { as: clerk })).status, 401)
    for (const email of ['Анна@пример.рф', 'x', ''])
      assert.equal((await s.call('POST', '/api/colleagues', { as: manager, body: { name: 'X', email } })).body.error.field, 'email', email)
  })

  test(`letters to the customer are his people's to read, ours are not (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const at = Date.now()
    const side = (name) => {
      const customer_id = s.insert('customer', { name, created_at: at })
      const project_id = s.insert('project', { customer_id, name, type: 'cold_calls', created_at: at })
      const letter = (kind, for_customer) =>
        s.insert('letter', { kind, project_id, for_customer, to_list: 'a@b.example', subject: kind, body_text: `${name} {token}`, message_id: `<${name}-${kind}@b.example>`, error: 'secret', created_at: at })
      return { person: s.person('customer', { customer_id }), theirs: letter('evening', 1), ours: letter('handover', 0) }
    }
    const [own, other] = [side('Own'), side('Other')]
    const list = await s.call('GET', '/api/received?total=1', { as: own.person })
    assert.deepEqual([list.body.rows.map((r) => r.id), list.body.total], [[own.theirs], 1])
    assert.ok(!list.text.includes('secret'))
    for (const id of [own.ours, other.theirs, other.ours]) assert.equal((await s.call('GET', `/api/received/${id}`, { as: own.person })).status, 404)
    assert.equal((await s.call('GET', `/api/received/${own.theirs}`, { as: own.person })).body.body_text, 'Own {token}')
    assert.equal((await s.call('GET', '/api/received', { as: s.person('project_manager') })).status, 403)
  })
}
