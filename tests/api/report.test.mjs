// SPDX-License-Identifier: GPL-3.0-or-later
// The live report: its form and formulas, saved views, what a customer gets and what he never does; the same rows on screen and in the file.
import assert from 'node:assert/strict'
import test from 'node:test'
import { house } from '../lib/report.mjs'
import { engines } from '../lib/server.mjs'
import { readSheet } from '../lib/sheet.mjs'

for (const engine of engines)
  test(`the form: columns, formulas, what the customer never gets (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [a, b] = [h.row('lead', { company: 'Ромашка', city: 'Уфа', email: 'boss@romashka.example' }), h.row('refusal', { company: 'Василёк' })]
    const price = h.column('Цена')
    const volume = h.field('volume', 'Объём', { type: 'number' })
    h.s.run(`INSERT INTO answer (contact_id, field_id, value, answered_at) VALUES (${a}, ${volume}, '4', 1), (${b}, ${volume}, '0', 1)`)
    h.mark(price, a, '1 200,50')
    h.mark(price, b, '10')
    const all = (await h.ok('GET', `${h.sheet}/available`)).rows
    assert.ok(all.find((c) => c.key === 'phones').personal && all.find((c) => c.key === 'operator').inside && !all.find((c) => c.key === 'answer.volume').personal)

    const form = (columns) => ({ project_id: h.p.project_id, columns })
    const calc = (key, formula, more = {}) => ({ key: `calc.${key}`, label: `Расчёт ${key}`, formula, ...more })
    for (const [columns, code, field, words] of [
      [[], 'form_length', 'columns', ''],
      [[{ key: 'secret' }], 'form_column', 'columns[0].key', 'secret'],
      [[{ key: 'company' }, { key: 'company' }], 'form_twice', 'columns[1].key', 'twice'],
      [[calc('x', '1 +')], 'formula_missing', 'columns[0].formula', ''],
      [[calc('x', '[nothing]')], 'form_column', 'columns[0].formula', 'nothing'],
      [[{ key: 'calc.x', formula: '1' }], 'form_heading', 'columns[0].label', ''],
      [[calc('a', '[calc.b]'), calc('b', '[calc.c] + 1'), calc('c', '[calc.a]')], 'form_cycle', 'columns', '«Расчёт a»'],
      [[calc('a', '[calc.a]')], 'form_cycle', 'columns', '«Расчёт a»'],
      [[calc('a', '('.repeat(500))], 'formula_deep', 'columns[0].formula', 'deep'],
      [Array(101).fill({ key: 'company' }), 'form_length', 'columns', '']
    ]) {
      const e = await h.refused(400, 'POST', '/report_forms', form(columns))
      assert.deepEqual([e.code, e.field], [code, field], JSON.stringify(e))
      assert.ok(e.what.includes(words), e.what)
    }
    const columns = [
      { key: 'company', label: 'Клиника' },
      calc('price', `[mark.${price}] / [answer.volume]`),
      calc('twice', '[calc.price] * 2'),
      calc('who', 'join(", "; [operator]; [company])'),
      { key: 'comment', inside: true },
      calc('secret', '[comment] & "!"'),
      calc('city', 'if(empty([city]); "—"; [city])')
    ]
    const saved = await h.ok('POST', '/report_forms', form(columns))
    await h.refused(409, 'POST', '/report_forms', form(columns))
    const shown = (await h.ok('GET', `${h.sheet}/columns`)).rows
    assert.deepEqual(shown.map((c) => c.key), columns.map((c) => c.key))
    assert.equal(shown[0].label, 'Клиника')
    const rows = (await h.ok('GET', `${h.sheet}?sort=company`)).rows
    assert.deepEqual(rows.map((r) => r.cells['calc.price']), [{ type: 'error', value: 'zero' }, { type: 'number', value: '300.125' }])
    assert.deepEqual(rows.map((r) => r.cells['calc.twice']), [{ type: 'error', value: 'zero' }, { type: 'number', value: '600.25' }])
    assert.equal(rows[1].cells['calc.city'].value, 'Уфа')

    // The customer: neither what is inside, nor what a formula makes of it, nor what the form leaves out, be it asked for by name.
    const theirs = (await h.ok('GET', `${h.sheet}/columns`, undefined, h.client)).rows.map((c) => c.key)
    assert.deepEqual(theirs, ['company', 'calc.price', 'calc.twice', 'calc.city'])
    const one = (await h.ok('GET', `${h.sheet}?sort=company`, undefined, h.client)).rows[1]
    for (const name of ['comment', 'email', 'city', 'number', 'phones', 'persons', 'operator']) assert.ok(!(name in one), name)
    assert.deepEqual([Object.keys(one.cells), one.marks, one.answers], [['calc.price', 'calc.twice', 'calc.city'], {}, {}])
    for (const q of ['email~=boss', 'city=%D0%A3%D1%84%D0%B0', 'sort=email', 'comment~=a', `mark.${price}=10`, 'answer.volume=4', 'operator~=a'])
      await h.refused(400, 'GET', `${h.sheet}?${q}`, undefined, h.client)
    assert.equal((await h.ok('GET', `${h.sheet}?q=boss`, undefined, h.client)).rows.length, 0)
    await h.refused(403, 'GET', '/report_forms', undefined, h.client)
    await h.refused(403, 'GET', `${h.sheet}/available`, undefined, h.client)

    // The file is the screen.
    const file = await h.s.call('GET', `/api${h.sheet}?sort=company&format=xlsx`, { as: h.client })
    const { rows: table } = readSheet(file.buffer)
    assert.deepEqual(table[0].slice(0, 2), ['Клиника', 'Расчёт price'])
    assert.deepEqual(table.slice(1).map((r) => r.slice(0, 2)), [['Василёк', '÷0'], ['Ромашка', '300.125']])
    const down = readSheet((await h.s.call('GET', `/api${h.sheet}?sort=-company&columns=calc.city,company&format=xlsx`, { as: h.client })).buffer)
    assert.deepEqual(down.rows, [['Расчёт city', 'Клиника'], ['Уфа', 'Ромашка'], ['—', 'Василёк']])
    await h.refused(400, 'GET', `${h.sheet}?columns=company,comment&format=csv`, undefined, h.client)

    // A column that is archived under a form: its formula says so, the rest stands.
    await h.refused(412, 'PATCH', `/report_forms/${saved.id}`, { columns: [{ key: 'company' }] }, h.pm, { headers: { 'If-Match': '"7"' } })
    h.s.run(`UPDATE form_field SET archived = 1 WHERE id = ${volume}`)
    const after = await h.ok('GET', `${h.sheet}?sort=company`)
    assert.deepEqual(after.rows[1].cells['calc.price'], { type: 'error', value: 'gone' })
    assert.ok((await h.ok('GET', `${h.sheet}/columns`)).rows[1].gone)
    await h.ok('PATCH', `/report_forms/${saved.id}`, { columns: [{ key: 'company' }] }, h.pm, h.etag(saved))
    assert.deepEqual((await h.ok('GET', `${h.sheet}/columns`)).rows.map((c) => c.key), ['company'])
  })

for (const engine of engines)
  test(`filters by one's own columns and answers; totals are the rows below (${engine})`, async (t) => {
    const h = await house(t, engine)
    const status = h.column('Статус!')
    const oil = h.field('oil', 'Масло', { type: 'choice' })
    const ids = ['lead', 'lead', 'refusal', 'never', 'retry'].map((r) => h.row(r))
    h.mark(status, ids[0], 'Новый')
    h.mark(status, ids[2], 'В работе')
    h.mark(status, ids[3], '')
    h.s.run(`INSERT INTO answer (contact_id, field_id, value, answered_at) VALUES (${ids[1]}, ${oil}, 'Да', 1)`)
    const e = encodeURIComponent
    const moments = Object.fromEntries(h.s.rows('SELECT id, last_at FROM contact').map((c) => [c.id, Number(c.last_at)]))
    const early = Math.min(...ids.map((id) => moments[id])) - 1000
    h.s.run(`UPDATE contact SET last_at = ${early} WHERE id IN (${ids[1]}, ${ids[2]})`)
    for (const [filter, want] of [
      ['', ids],
      [`mark.${status}=${e('Новый')},${e('В работе')}`, [ids[0], ids[2]]],
      [`mark.${status}=null`, [ids[1], ids[3], ids[4]]],
      [`mark.${status}=!null`, [ids[0], ids[2]]],
      [`mark.${status}~=${e('РАБОТ')}`, [ids[2]]],
      [`answer.oil=${e('Да')}&counts_as=lead`, [ids[1]]],
      ['counts_as=refusal', [ids[2], ids[3]]],
      [`result_id=${h.p.results.lead}&state=closed`, [ids[0], ids[1]]],
      [`last_at>=${early + 1}`, [ids[0], ids[3], ids[4]]],
      [`last_at<=${early}&counts_as=lead,refusal`, [ids[1], ids[2]]],
      [`last_at>${early}&result_id=${h.p.results.lead}`, [ids[0]]],
      ['counts_as=lead,refusal&q=%D0%BA%D0%BE%D0%BC%D0%BF', ids.slice(0, 4)]
    ]) {
      const { rows } = await h.ok('GET', `${h.sheet}?${filter}`, undefined, h.client)
      const totals = await h.ok('GET', `${h.sheet}/totals?${filter}`, undefined, h.client)
      assert.deepEqual(rows.map((r) => r.id).sort(), [...want].sort(), filter)
      assert.equal(totals.rows, want.length, filter)
      assert.equal(totals.leads, rows.filter((r) => r.counts_as === 'lead').length, filter)
    }
    // «Today» is the day of the project, wherever the reader sits.
    const zone = 'Pacific/Kiritimati'
    const [hour, minute, second] = new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', timeStyle: 'medium' }).format(Date.now()).split(':').map(Number)
    const midnight = Math.floor(Date.now() / 1000) * 1000 - ((hour * 60 + minute) * 60 + second) * 1000
    h.s.run(`UPDATE project SET timezone = '${zone}'; UPDATE contact SET last_at = ${midnight} - id * 60000; UPDATE contact SET last_at = ${midnight} + 1 WHERE id = ${ids[0]}`)
    assert.deepEqual((await h.ok('GET', `${h.sheet}?last_at>=today`, undefined, h.client)).rows.map((r) => r.id), [ids[0]])
    assert.equal((await h.ok('GET', `${h.sheet}/totals?last_at>=today`, undefined, h.client)).rows, 1)
    for (const bad of ['mark.999=x', 'mark.=x', 'answer.none=x', `mark.${status}>=1`, 'mark.1%27=x', Array(10).fill(`mark.${status}=${Array(20).fill('a')}`).join('&'), Array(100).fill('q=a').join('&')]) await h.refused(400, 'GET', `${h.sheet}?${bad}`)
  })

for (const engine of engines)
  test(`saved views: one's own and the company's, never another's (${engine})`, async (t) => {
    const h = await house(t, engine)
    const colleague = h.s.person('customer', { customer_id: h.p.customer_id })
    const stranger = h.s.person('customer', { customer_id: h.foreign.customer_id })
    const view = (name, more) => ({ project_id: h.p.project_id, name, filters: { counts_as: 'lead' }, columns: [{ key: 'company', label: 'Компания' }], ...more })
    const own = await h.ok('POST', '/report_views', view('Мои'), h.client)
    const shared = await h.ok('POST', '/report_views', view('Наши', { shared: true }), h.client)
    await h.ok('POST', '/report_views', view('Дом', { shared: true }))
    const names = async (who) => (await h.ok('GET', `/report_views?project_id=${h.p.project_id}`, undefined, who)).rows.map((v) => v.name)
    assert.deepEqual(await names(h.client), ['Мои', 'Наши'])
    assert.deepEqual(await names(colleague), ['Наши'])
    assert.deepEqual(await names(h.pm), ['Дом'])
    assert.deepEqual(await names(stranger), [])
    assert.deepEqual(await names(h.s.session(null, { project_id: h.p.project_id })), [])
    await h.refused(404, 'GET', `/report_views/${own.id}`, undefined, colleague)
    await h.refused(404, 'PATCH', `/report_views/${shared.id}`, { name: 'X' }, stranger, h.etag(shared))
    assert.equal((await h.refused(403, 'PATCH', `/report_views/${shared.id}`, { name: 'X' }, colleague, h.etag(shared))).code, 'not_yours')
    await h.refused(400, 'POST', '/report_views', view('Чужой'), stranger)
    for (const bad of [{ filters: { a: 1 } }, { filters: [] }, { columns: {} }, { columns: [{ key: '' }] }]) await h.refused(400, 'POST', '/report_views', view('Плохой', bad), h.client)
    await h.ok('PATCH', `/report_views/${shared.id}`, { sort: '-company' }, h.client, h.etag(shared))
    await h.ok('DELETE', `/report_views/${own.id}`, undefined, h.client, h.etag(own))
    assert.deepEqual(await names(h.client), ['Наши'])
  })
