// SPDX-License-Identifier: GPL-3.0-or-later
// report-filters.test.mjs - the live report under filters and sorts drawn by chance: its pages, totals, XLSX, CSV and cards are the rows that are
// counted here from what was put in, in their order; and the evening letter says of a day what the report says of it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { house } from '../lib/report.mjs'
import { engines } from '../lib/server.mjs'
import { readSheet } from '../lib/sheet.mjs'
import { DAY, insertMany, midnight, random, recounted } from '../lib/statistics.mjs'

const DRAWS = process.env.ZVONAR_LONG ? 200 : 12
const ROWS = 120, ZONE = 'Europe/Moscow', OFFSET = 3 * 3600e3
const text = [null, '', 'Ромашка', 'ромашка-2', 'Ёлка; и «К°»', 'O\'Hara "Ltd"', '=1+1', '50% _!', 'Ямал\nСевер', 'zeta', 'Василёк, ООО']
const cities = [null, 'Уфа', 'Омск', 'Санкт-Петербург', 'Ейск', 'ёбург']
const statuses = ['', 'Новый', 'В работе', 'готово', `${'ж'.repeat(100)}я`, `${'ж'.repeat(100)}а`]
const kinds = ['nothing', 'lead', 'meeting', 'presentation', 'sale', 'refusal']

// The house with its rows: what each says stands in h.rows.
async function fill(h, r) {
  const { s, p } = h
  const results = kinds.map((kind) => ({ id: s.insert('result', { project_id: p.project_id, name: `Итог ${kind}`, effect: 'final', counts_as: kind }), name: `Итог ${kind}`, counts_as: kind }))
  const status = h.column('Статус'), oil = h.field('oil', 'Масло', { type: 'choice' })
  const operators = [1, 2].map((n) => ({ id: s.person('operator', { name: `Оператор ${n}`, project_ids: [p.project_id] }).id, name: `Оператор ${n}` }))
  const now = Math.floor(Date.now() / 1000) * 1000, today = midnight(ZONE, new Date(now + OFFSET).toISOString().slice(0, 10))
  const moment = () => (r.next() < 0.4 ? today + 1000 * r.int((now - today) / 1000) : now - 1000 * r.int((20 * DAY) / 1000))
  h.rows = Array.from({ length: ROWS }, (_, i) => {
    const result = r.one(results), operator = r.one(operators), talk_ms = r.int(60000)
    return {
      id: 10000 + i, company: r.one(text), city: r.one(cities), email: r.next() < 0.5 ? null : `p${i % 7}@example.test`, comment: r.one(text), state: r.one(['closed', 'closed', 'due']),
      attempts: 1 + r.int(4), last_at: moment(), result, operator, number: `+7812${5550000 + r.int(20)}`, talk_ms, is_dialogue: talk_ms >= 20000, status: r.one(statuses), oil: r.one([null, 'Да', 'Нет']),
      people: Array.from({ length: r.int(3) }, (_, k) => ({ id: 50000 + 3 * i + k, name: `Человек ${i}-${k}`, position: k ? 'директор' : null }))
    }
  })
  insertMany(s, 'contact', h.rows.map((x) => ({ id: x.id, project_id: p.project_id, base_id: p.base_id, company: x.company, city: x.city, email: x.email, state: x.state, due_at: now + DAY, attempts: x.attempts, last_call_id: x.id, last_result_id: x.result.id, last_at: x.last_at, last_operator_id: x.operator.id, last_comment: x.comment, created_at: 1 })))
  insertMany(s, 'call', h.rows.map((x) => ({ id: x.id, uuid: `00000000-0000-4000-8000-${String(x.id).padStart(12, '0')}`, project_id: p.project_id, base_id: p.base_id, contact_id: x.id, operator_id: x.operator.id, mode: 'manual', number: x.number, state: 'ended', asked_at: x.last_at, dialled_at: x.last_at, answered_at: x.last_at, ended_at: x.last_at, talk_ms: x.talk_ms, is_dialogue: x.is_dialogue ? 1 : 0, result_id: x.result.id, result_at: x.last_at, counts_as: x.result.counts_as, comment: x.comment })))
  insertMany(s, 'phone', h.rows.map((x) => ({ project_id: p.project_id, base_id: p.base_id, contact_id: x.id, e164: x.number })))
  insertMany(s, 'person', h.rows.flatMap((x) => x.people.map((k) => ({ ...k, project_id: p.project_id, contact_id: x.id }))))
  insertMany(s, 'mark', h.rows.filter((x) => x.status || x.id % 2).map((x) => ({ project_id: p.project_id, contact_id: x.id, column_id: status, value: x.status, changed_at: 1 })))
  insertMany(s, 'answer', h.rows.filter((x) => x.oil).map((x) => ({ contact_id: x.id, field_id: oil, value: x.oil, answered_at: 1 })))
  h.foreign.contact('+78125551234', { company: 'Ромашка', last_result_id: h.foreign.results.lead, last_at: now, state: 'closed' })
  await recounted(s)
  return { results, status: `mark.${status}`, operators, today, now }
}

// A filter and whom it lets through.
function filterByChance(r, d) {
  const has = (value, part) => value !== null && value.toLowerCase().includes(part.toLowerCase())
  const searched = (x) => [x.company, x.city, x.email, x.result.name, x.comment, x.number]
  const among = (name, all, of) => {
    const some = all.filter(() => r.next() < 0.4)
    return some.length ? [[name, some.join()], (x) => some.includes(of(x))] : null
  }
  const beyond = (name, value, of) => r.one([[[`${name}>`, value], (x) => of(x) >= value], [[`${name}<`, value], (x) => of(x) <= value], [[`${name}>${value}`], (x) => of(x) > value], [[`${name}<${value}`], (x) => of(x) < value]])
  const part = r.one(['ромаш', 'ЁЛК', '%', '_', '"', '1', 'о', 'директор'])
  return r.one([
    () => among('counts_as', kinds, (x) => x.result.counts_as),
    () => among('result_id', d.results.map((x) => x.id), (x) => x.result.id),
    () => among('state', ['closed', 'due'], (x) => x.state),
    () => among('city', cities.slice(1), (x) => x.city),
    () => r.one([[['city', 'null'], (x) => x.city === null], [['city', '!null'], (x) => x.city !== null]]),
    () => among(d.status, statuses.slice(1), (x) => x.status),
    () => r.one([[[d.status, 'null'], (x) => !x.status], [[d.status, '!null'], (x) => x.status], [[`${d.status}~`, 'РАБ'], (x) => has(x.status, 'РАБ')]]),
    () => among('answer.oil', ['Да', 'Нет'], (x) => x.oil),
    () => beyond('last_at', d.now - r.int(20 * DAY), (x) => x.last_at),
    () => [['last_at>', 'today'], (x) => x.last_at >= d.today],
    () => beyond('attempts', 1 + r.int(4), (x) => x.attempts),
    () => beyond('talk_ms', r.int(60000), (x) => x.talk_ms),
    () => [['is_dialogue', 'yes'], (x) => x.is_dialogue],
    () => [['company~', part], (x) => has(x.company, part)],
    () => [['q', part], (x) => searched(x).some((v) => has(v, part))]
  ])()
}

// An order and how two rows stand in it: as bytes, what is absent last, then by the id.
function orderByChance(r, d) {
  const bytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))
  const by = (of, down) => (a, b) => {
    const [x, y] = [of(a), of(b)]
    if (x === null || y === null) return (x === null) - (y === null)
    return (down ? -1 : 1) * (typeof x === 'number' ? x - y : bytes(x, y))
  }
  const chain = (...list) => (a, b) => list.reduce((n, next) => n || next(a, b), 0)
  const own = { company: (x) => x.company, city: (x) => x.city, attempts: (x) => x.attempts, talk_ms: (x) => x.talk_ms, last_at: (x) => x.last_at, number: (x) => x.number, result: (x) => x.result.name }
  const latest = chain(by(own.last_at, true), by((x) => x.id, true)), draw = r.next(), down = r.next() < 0.5
  if (draw < 0.2) return [null, latest]
  if (draw < 0.4) {
    const value = (x) => (x.status ? [...x.status].slice(0, 100).join('') : null)
    return [`${down ? '-' : ''}${d.status}`, chain(by(value, down), (a, b) => (value(a) === null ? 0 : by((x) => x.id, down)(a, b)), latest)]
  }
  const keys = Object.keys(own).filter(() => r.next() < 0.3).slice(0, 3)
  if (!keys.length) keys.push('company')
  const sides = keys.map((key) => [key, r.next() < 0.5])
  return [sides.map(([key, d]) => (d ? '-' : '') + key).join(), chain(...sides.map(([key, d]) => by(own[key], d)), by((x) => x.id, sides.at(-1)[1]))]
}

// A bare name ("last_at>5") has no "=".
const written = (query) => query.map((words) => words.map(encodeURIComponent).join('=')).join('&')

function readCsv(csv) {
  const rows = [[]]
  for (const [, quoted, bare, end] of csv.replace(/^\ufeff/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^;\r\n"]*))(;|\r\n)/g)) {
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? bare).replace(/^'(?=[=+\-@\t\r])/, ''))
    if (end !== ';') rows.push([])
  }
  return rows.slice(0, -1)
}

const clock = (ms) => new Date(ms + OFFSET).toISOString().slice(0, 19).replace('T', ' ')
// What stands in a row's cell on the screen, as a file says it.
function cell(row, key) {
  if (key === 'last_at') return clock(row.last_at)
  if (key === 'talk_ms') return String(Math.floor(row.talk_ms / 1000))
  return String((key.startsWith('mark.') ? row.marks[key]?.value : key.startsWith('answer.') ? row.answers[key] : row[key]) ?? '')
}

for (const engine of engines)
  test(`${DRAWS} filters and orders by chance: screen, totals, XLSX, CSV and cards are the same rows (${engine})`, async (t) => {
    const h = await house(t, engine)
    const r = random(25)
    const d = await fill(h, r)
    const file = async (as, query, format) => {
      const a = await h.s.send('GET', `/api${h.sheet}?${written([...query, ['format', format]])}`, { as })
      assert.equal(a.status, a.text ? 200 : 204, a.text) // no card: no file
      return a
    }
    const ask = (path, query, as) => h.ok('GET', `${path}?${written(query)}`, undefined, as)
    let some = 0
    for (let draw = 0; draw < DRAWS; draw++) {
      const filters = Array.from({ length: r.int(4) }, () => filterByChance(r, d)).filter(Boolean)
      const [sort, order] = orderByChance(r, d)
      const as = r.one([h.pm, h.client]), limit = r.one([17, 50, 500])
      const where = filters.map(([param]) => param), query = sort ? [...where, ['sort', sort]] : where
      const said = `${as.role} ${JSON.stringify(query)}`
      const wanted = h.rows.filter((x) => filters.every(([, lets]) => lets(x))).sort(order)
      some += wanted.length > 0
      const rows = []
      for (let after = null; after !== ''; ) {
        const page = await ask(h.sheet, [...query, ['limit', limit], ...(after ? [['after', after]] : [])], as)
        rows.push(...page.rows)
        after = page.next ?? ''
      }
      assert.deepEqual(rows.map((x) => x.id), wanted.map((x) => x.id), said)

      const totals = await ask(`${h.sheet}/totals`, where, as)
      const count = (kind) => wanted.filter((x) => x.result.counts_as === kind).length
      assert.deepEqual([totals.rows, totals.leads, totals.meetings, totals.presentations, totals.sales, totals.refusals], [wanted.length, count('lead'), count('meeting'), count('presentation'), count('sale'), count('refusal')], said)
      const by = (list) => Object.fromEntries(list.filter(([, n]) => n).sort())
      assert.deepEqual(by(totals.results.map((x) => [x.name, x.contacts])), by(d.results.map((x) => [x.name, wanted.filter((w) => w.result === x).length])), said)

      const all = (await h.ok('GET', `${h.sheet}/columns`, undefined, as)).rows.map((c) => c.key)
      const keys = r.next() < 0.5 ? all : all.filter(() => r.next() < 0.5)
      const columns = keys.length && keys !== all ? [...query, ['columns', keys.reverse().join()]] : query
      const shown = keys.length ? keys : all
      const screen = rows.map((x) => shown.map((key) => cell(x, key)))
      const csv = readCsv((await file(as, columns, 'csv')).text)
      assert.deepEqual(csv.slice(1), screen, said)
      const xlsx = readSheet((await file(as, columns, 'xlsx')).buffer)
      assert.equal(xlsx.formulas, 0)
      assert.deepEqual(xlsx.rows[0], csv[0], said)
      const at = shown.indexOf('last_at')
      const told = xlsx.rows.slice(1).map((x) => shown.map((_, i) => (i === at ? new Date(Math.round((x[i] - 25569) * 86400) * 1000).toISOString().slice(0, 19).replace('T', ' ') : x[i] ?? '')))
      assert.deepEqual(told, screen, said)

      const cards = (await file(as, query, 'vcf')).text.replace(/\r\n[ \t]/g, '').matchAll(/^UID:urn:zvonar:contact-(\d+)-(\d+)\r\n(?:.*\r\n)*?CATEGORIES:(.*)\r\n/gm)
      const people = wanted.flatMap((x) => (x.people.length ? x.people : [{ id: 0 }]).map((k) => [x.id, k.id, x.result.name]))
      assert.deepEqual([...cards].map(([, contact, person, result]) => [Number(contact), Number(person), result]), people, said)
    }
    assert.ok(some > DRAWS / 3, `${some} of ${DRAWS} let something through`)

    // The evening letter of that day: each contact had one talk.
    h.s.run(`UPDATE project SET letter_to = 'anna@example.test' WHERE id = ${h.p.project_id}`)
    assert.deepEqual(await h.ok('POST', `/projects/${h.p.project_id}/letter`), { letters: 1 })
    const figures = JSON.parse(h.s.rows('SELECT figures FROM letter')[0].figures)
    const totals = await ask(`${h.sheet}/totals`, [['last_at>', 'today']], h.client)
    const dialogues = await ask(`${h.sheet}/totals`, [['last_at>', 'today'], ['is_dialogue', 'yes']], h.client)
    assert.ok(totals.leads && totals.meetings && totals.rows < ROWS, JSON.stringify(totals))
    assert.deepEqual(
      [figures.calls, figures.leads, figures.meetings, figures.presentations, figures.sales, figures.dialogues],
      [totals.rows, totals.leads, totals.meetings, totals.presentations, totals.sales, dialogues.rows]
    )
    assert.equal(figures.talk_ms, h.rows.filter((x) => x.last_at >= d.today).reduce((n, x) => n + x.talk_ms, 0))
  })
