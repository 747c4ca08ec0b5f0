// SPDX-License-Identifier: GPL-3.0-or-later
// Trial W11: who asks more than he may waits for himself: others are answered meanwhile, and too many of his are refused with words.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'

for (const engine of engines)
  test(`a customer asks the worst on 60 connections (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const h = makeProject(s)
    s.run(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${engine === 'sqlite' ? 100000 : 20000})
      INSERT INTO contact (project_id, base_id, company, city, created_at, state, last_at) SELECT ${h.project_id}, ${h.base_id}, 'Завод ' || i, 'Пермь', 1, 'closed', i FROM n;`)
    const worst = `/api/projects/${h.project_id}/report/totals?q=${encodeURIComponent('нет такого слова')}`
    const hostile = s.person('customer', { customer_id: h.customer_id })
    const colleague = s.person('customer', { customer_id: h.customer_id })
    const operator = s.person('operator', { project_ids: [h.project_id] })
    for (const as of [hostile, colleague, operator]) assert.equal((await s.call('GET', '/api/me', { as })).status, 200) // from now on they are known
    let answered = 0
    const attack = Array.from({ length: 60 }, () =>
      s.call('GET', worst, { as: hostile }).then((r) => {
        answered++
        return r
      })
    )
    await new Promise((done) => setTimeout(done, 30))
    for (const as of [colleague, operator]) assert.equal((await s.call('GET', '/api/me', { as })).status, 200)
    assert.ok(answered < 60, 'others waited for all of his')
    const answers = await Promise.all(attack)
    const refused = answers.filter((r) => r.status === 429)
    assert.ok(refused.length > 0 && refused.length <= 22, `${refused.length} were refused`)
    for (const r of refused) assert.equal(r.body.error.code, 'too_often')
    assert.equal(answers.filter((r) => r.status === 200).length, 60 - refused.length)
    assert.equal((await s.call('GET', worst, { as: hostile })).status, 200)
  })
