// SPDX-License-Identifier: GPL-3.0-or-later
// statistics.test.mjs - the figures: counted apart from the rows, the same on the screen, in XLSX, CSV and PDF over filters by chance; a figure
// opens its calls; whoever asks gets what he may see.
import assert from 'node:assert/strict'
import test from 'node:test'
import { count, DAY, makeMonths, plain, random, shown, wordsOf } from '../lib/statistics.mjs'
import { engines, serve } from '../lib/server.mjs'
import { readSheet } from '../lib/sheet.mjs'

const bys = ['none', 'project', 'operator', 'day', 'hour', 'script', 'base', 'result']
const zones = ['Europe/Moscow', 'America/New_York', 'Asia/Omsk', 'Europe/Berlin', 'UTC']
const path = (f) => `/api/statistics?${new URLSearchParams(Object.entries(f).filter(([, v]) => v))}`
const LONG = process.env.ZVONAR_LONG ? 200 : 8

function filterByChance(r, h) {
  const back = r.int(40), day = (n) => new Date(h.now - n * DAY).toISOString().slice(0, 10)
  return {
    by: r.one(bys), from: day(back), to: day(Math.max(0, back - r.int(back + 1))), zone: r.one(zones), language: 'ru',
    project_id: r.next() < 0.4 ? r.one(h.projects).id : undefined, operator_id: r.next() < 0.3 ? r.one(h.operators).id : undefined, direction: r.next() < 0.2 ? r.one(['in', 'out']) : undefined
  }
}
const valuesOf = (answer, row) => Object.fromEntries(answer.figures.map((f, i) => [f.key, row.values[i]]))

for (const engine of engines)
  test(`statistics (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const h = await makeMonths(s)
    const director = s.person('director')
    const ask = (f, as = director) => s.call('GET', path(f), { as })
    const file = async (f, format) => (await s.send('GET', path({ ...f, format }), { as: director, raw: undefined })).buffer

    await t.test('are the calls, counted; every form shows the same', async () => {
      const r = random(7)
      for (let i = 0; i < LONG; i++) {
        const f = filterByChance(r, h), answer = (await ask(f)).body, about = JSON.stringify(f)
        assert.ok(answer.figures, JSON.stringify(answer))
        const total = valuesOf(answer, answer.total), wanted = count(h, f)
        for (const [key, value] of Object.entries(wanted)) assert.equal(total[key], value, `${key} ${about}`)
        for (const key of ['outgoing', 'incoming', 'leads', 'callbacks', 'dialogues'])
          if (f.by !== 'none') assert.equal(answer.rows.reduce((n, row) => n + valuesOf(answer, row)[key], 0), total[key], `rows of ${key} ${about}`)
        const named = { none: 'Всего', project: 'Проект', operator: 'Оператор', day: 'День', hour: 'Час', script: 'Версия скрипта', base: 'База', result: 'Результат' }[f.by]
        const cells = [[named, ...answer.figures.map((x) => x.name)], ...[...answer.rows, answer.total].map((row) => [row.name, ...row.values.map((v) => (v === null ? '' : String(v)))])]
        const number = (x) => (/^-?\d+\.\d+$/.test(x) ? String(Number(Number(x).toFixed(4))) : x) // a sheet keeps 16 digits of a double
        assert.deepEqual(readSheet(await file(f, 'xlsx')).rows.map((row) => Array.from({ length: cells[0].length }, (_, k) => number(row[k] ?? ''))), cells, `xlsx ${about}`)
        const csv = (await file(f, 'csv')).toString('utf8').replace(/^\ufeff/, '').trimEnd().split('\r\n').map((line) => line.split(';').map((c) => c.replace(/^"(.*)"$/, '$1')))
        assert.deepEqual(csv, cells, `csv ${about}`)
        const words = wordsOf(await file(f, 'pdf')), lines = words.split('\n').map((l) => l.trim().replace(/ {2,}/g, '  '))
        answer.figures.forEach((x, k) => assert.ok(lines.some((l) => l === `${plain(x.name)}  ${shown(answer.total.values[k], x.unit)}`), `pdf: ${x.name} ${shown(answer.total.values[k], x.unit)} ${about}\n${words.slice(0, 3000)}`))
        for (const row of answer.rows.slice(0, 5)) {
          const first = answer.figures.slice(0, 8).map((x, k) => shown(row.values[k], x.unit)).join('  ')
          assert.ok(lines.some((l) => l.endsWith(first)), `pdf: ${row.name} ${first} ${about}\n${words.slice(0, 6000)}`)
        }
      }
    })

    await t.test('a figure opens its calls', async () => {
      for (const by of ['day', 'operator', 'project', 'result', 'script', 'base']) {
        const answer = (await ask({ by, from: new Date(h.now - 30 * DAY).toISOString().slice(0, 10), zone: 'Europe/Moscow' })).body
        for (const row of [answer.total, ...answer.rows.slice(0, 3)])
          for (const [i, figure] of answer.figures.entries()) {
            if (!figure.journal) continue
            const list = await s.call('GET', `/api/calls?${row.journal}&${figure.journal}&total=1&limit=1`, { as: director })
            assert.equal(list.body.total, row.values[i], `${by} ${row.name} ${figure.key} ${row.journal}`)
          }
      }
    })

    await t.test('the days of a zone whose clock is changed are whole', async () => {
      const days = (await ask({ by: 'day', from: '2026-10-20', to: '2026-11-05', zone: 'America/New_York' })).body
      assert.equal(days.rows.length, 17)
      assert.equal(days.until_at - days.from_at, 17 * DAY + 3600e3)
    })

    await t.test('within one\'s reach', async () => {
      const whole = { by: 'project', from: new Date(h.now - 44 * DAY).toISOString().slice(0, 10), zone: 'UTC' }
      const to = new Date(h.now).toISOString().slice(0, 10)
      const mine = h.projects.filter((p) => p.customer_id === h.customers[0]).map((p) => p.id)
      const customer = s.person('customer', { customer_id: h.customers[0] })
      const seen = (await ask(whole, customer)).body
      assert.deepEqual(seen.rows.map((row) => row.key).sort(), mine.sort())
      const wanted = count(h, { ...whole, to, projects: mine }), total = valuesOf(seen, seen.total)
      for (const key of ['outgoing', 'leads', 'worked', 'invoiced']) assert.equal(total[key], wanted[key], key)
      const names = (await ask({ ...whole, by: 'operator' }, customer)).body.rows.map((row) => row.name)
      assert.ok(names.every((name) => /^(Оператор № \d+|Без оператора)$/.test(name)), names.join())
      const foreign = await ask({ project_id: h.projects[2].id }, customer), none = await ask({ project_id: 999999 }, customer)
      assert.deepEqual([foreign.status, foreign.text], [404, none.text])
      const pm = s.person('project_manager', { project_ids: [h.projects[2].id] })
      assert.deepEqual((await ask(whole, pm)).body.rows.map((row) => row.key), [h.projects[2].id])

      const [own, other] = h.operators
      const self = (await ask({ ...whole, by: 'operator' }, own)).body
      assert.deepEqual(self.rows.map((row) => row.key), [own.id])
      assert.equal(valuesOf(self, self.total).outgoing, count(h, { ...whole, to, operator_id: own.id }).outgoing)
      assert.equal(valuesOf(self, self.total).worked, count(h, { ...whole, to, operator_id: own.id }).worked)
      const asked = (await ask({ ...whole, operator_id: other.id }, own)).body
      assert.equal(valuesOf(asked, asked.total).outgoing, 0)
      assert.ok(!self.figures.some((f) => f.unit === 'money'))
      assert.ok(self.figures.filter((f) => !f.counted).every((f) => /пока не (ведутся|отправляются)/.test(f.source)))
      assert.equal((await ask(whole, s.person('employee'))).status, 403)
      const narrow = s.token(director.id, { project_id: h.projects[0].id })
      assert.deepEqual((await ask(whole, narrow)).body.rows.map((row) => row.key), [h.projects[0].id])
    })

    await t.test('a person: his figures beside the team, his weeks, his day by the clock', async () => {
      const [own, other] = h.operators, from = new Date(h.now - 20 * DAY).toISOString().slice(0, 10), to = new Date(h.now - 2 * DAY).toISOString().slice(0, 10)
      const f = { from, to, zone: 'UTC', language: 'ru' }
      const card = async (as, id = own.id) => s.call('GET', `/api/statistics/operators/${id}?${new URLSearchParams(f)}`, { as })
      const seen = (await card(director)).body, self = (await card(own)).body
      const at = (key) => seen.figures.findIndex((x) => x.key === key)
      assert.equal(seen.name, `Оператор 1-1`)
      assert.equal(seen.values[at('outgoing')], count(h, { ...f, operator_id: own.id }).outgoing)
      const team = h.operators.map((o) => count(h, { ...f, operator_id: o.id }).answered).sort((a, b) => a - b)
      assert.deepEqual([seen.team, seen.median[at('answered')]], [5, team[2]])
      const mine = self.figures.findIndex((x) => x.key === 'answered') // he is not shown the invoices
      assert.deepEqual([self.values[mine], self.median[mine]], [seen.values[at('answered')], team[2]])
      assert.equal(seen.weeks.length, 8)
      const monday = seen.weeks[6].from, sunday = new Date(Date.parse(monday) + 6 * DAY).toISOString().slice(0, 10)
      assert.equal(new Date(monday).getUTCDay(), 1)
      assert.equal(seen.weeks[6].values[at('leads')], count(h, { ...f, from: monday, to: sunday, operator_id: own.id }).leads)
      assert.deepEqual(seen.extras.filter((x) => !x.counted).map((x) => [x.key, x.value]), [['tasks', 0], ['scores', 0]])
      assert.equal((await card(own, other.id)).status, 404)
      assert.equal((await card(s.person('customer', { customer_id: h.customers[0] }))).status, 404)
      assert.equal((await card(director, 999999)).status, 404)

      const day = h.calls.filter((c) => c.operator_id === own.id).map((c) => new Date(c.asked_at).toISOString().slice(0, 10))[0]
      const dayOf = async (as, more = '') => s.send('GET', `/api/statistics/operators/${own.id}/day?from=${day}&zone=UTC&language=ru${more}`, { as })
      const one = (await dayOf(own)).body, wanted = h.calls.filter((c) => c.operator_id === own.id && new Date(c.asked_at).toISOString().slice(0, 10) === day).sort((a, b) => a.asked_at - b.asked_at)
      assert.deepEqual(one.calls.map((c) => [c.asked_at, c.talk_ms]), wanted.map((c) => [c.asked_at, c.talk_ms]))
      const since = Date.parse(day), until = since + DAY
      assert.deepEqual(one.spans.map((x) => x.from_at), h.spans.filter((x) => x.user_id === own.id && x.from_at < until && x.to_at > since).map((x) => x.from_at).sort())
      const rows = readSheet((await dayOf(director, '&format=xlsx')).buffer).rows
      assert.deepEqual(rows.slice(1).map((r) => Number(r[6])), wanted.map((c) => Math.floor((c.talk_ms + 500) / 1000)))
      assert.match(wordsOf((await dayOf(director, '&format=pdf')).buffer), /Оператор 1-1/)
      const customer = s.person('customer', { customer_id: h.customers[1] })
      const foreign = (await dayOf(customer)).body
      assert.equal(foreign.name, `Оператор № ${own.id}`)
      assert.deepEqual(foreign.calls.map((c) => c.asked_at), wanted.filter((c) => c.project_id === h.projects[2].id).map((c) => c.asked_at))
      assert.equal((await dayOf(other)).status, 404)
    })

    await t.test('what is asked badly is named', async () => {
      for (const [f, field] of [[{ by: 'moon' }, 'by'], [{ from: '2026-02-30' }, 'from'], [{ from: '2020-01-01' }, 'to'], [{ from: '2026-11-02', to: '2026-11-01' }, 'to'], [{ zone: '../etc' }, 'zone'], [{ project_id: 'x' }, 'project_id'], [{ direction: 'up' }, 'direction'], [{ format: 'exe' }, 'format']]) {
        const r = await ask(f)
        assert.deepEqual([r.status, r.body.error?.field], [400, field], JSON.stringify(f))
      }
    })
  })
