// SPDX-License-Identifier: GPL-3.0-or-later
// Tariffs, acts and invoices: what is billed is what the log holds, counted here once more; an issued act stays as it is; papers read back by
// pdftotext; nobody sees another's money.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { makeProject, spanOf } from '../lib/house.mjs'
import { local } from '../lib/project.mjs'
import { engines, serve } from '../lib/server.mjs'

const HOUR = 3600e3
const DAY = 24 * HOUR
const moscow = (day) => Date.parse(`${day}T00:00:00+03:00`)
const paper = (r) => execFileSync('pdftotext', ['-layout', '-', '-'], { input: r.buffer, encoding: 'utf8' }).replace(/[\u00a0\s]+/g, ' ')
const kop = (s) => Number(s.replace(/[^\d]/g, ''))

// Requisites whose check digits are right.
const ours = {
  name: 'ООО «Звонарь»', full_name: 'Общество с ограниченной ответственностью «Звонарь»', inn: '7707083893', kpp: '773601001', ogrn: '1027700132195',
  address: '117997, г. Москва, ул. Вавилова, д. 19', bank: 'ПАО Сбербанк, г. Москва', bik: '044525225', account: '40702810438000000001',
  corr_account: '30101810400000000225', signer: 'Петров И. П.', signer_post: 'Генеральный директор', accountant: 'Сидорова А. А.', vat: '22'
}
// The key of an account, found by trying: its ninth digit.
function keyed(account, bik) {
  const sum = (a) => [...(bik.slice(-3) + a)].reduce((s, d, i) => s + ((Number(d) * [7, 1, 3][i % 3]) % 10), 0) % 10
  return [...'0123456789'].map((d) => account.slice(0, 8) + d + account.slice(9)).find((a) => sum(a) === 0)
}
ours.account = keyed(ours.account, ours.bik)

async function house(t, engine) {
  const s = await serve(t, { engine })
  const h = { s, p: makeProject(s, { state: 'stopped', timezone: 'Europe/Moscow' }) }
  h.people = {}
  for (const role of ['accountant', 'director', 'project_director', 'project_manager', 'admin']) h.people[role] = s.person(role, { project_ids: [h.p.project_id] })
  h.people.customer = s.person('customer', { customer_id: h.p.customer_id })
  const ask = async (method, to, body, as, headers) => s.call(method, `/api${to}`, { as: h.people[as] ?? as, body, headers })
  h.ok = async (method, to, body, as = 'accountant', headers = {}) => {
    const r = await ask(method, to, body, as, headers)
    assert.ok(r.status < 300, `${method} ${to}: ${r.status} ${r.text}${r.status === 500 ? s.log.slice(-1500) : ''}`)
    return r.body
  }
  h.no = async (method, to, body, code, as = 'accountant', headers = {}) => {
    const r = await ask(method, to, body, as, headers)
    assert.ok(r.status >= 400 && r.status < 500, `${method} ${to}: ${r.status} ${r.text}`)
    assert.equal(`${r.body.error.field ?? ''}:${r.body.error.code}`, code, r.text)
  }
  h.pdf = async (to, as = 'accountant') => {
    const r = await s.call('GET', `/api${to}`, { as: h.people[as] })
    assert.deepEqual([r.status, r.headers['content-type'], r.buffer.subarray(0, 5).toString()], [200, 'application/pdf', '%PDF-'])
    return r
  }
  h.tariff = (more, as) => h.ok('POST', `/projects/${h.p.project_id}/tariffs`, { price_kop: 9550, unit: 'dialogue', from_day: '2026-03-01', ...more }, as)
  h.draft = (from_day, to_day) => h.ok('POST', '/acts', { project_id: h.p.project_id, from_day, to_day }, 'project_manager')
  h.lines = async (id, as) => (await h.ok('GET', `/acts/${id}/lines`, undefined, as)).rows
  h.issue = (id, more = {}) => h.ok('POST', `/acts/${id}/issue`, more)
  return h
}

// A month of calls: some before it, some after it by a minute, some of another project.
function month(h, n = 400) {
  const other = makeProject(h.s, { customer_id: h.p.customer_id, state: 'stopped' })
  const from = moscow('2026-03-01')
  const rows = []
  for (let i = 0; i < n; i++) {
    const at = i < 4 ? [from - 1, from, from + 31 * DAY - 1, from + 31 * DAY][i] : from + ((i * 7919 * 1013) % (31 * DAY))
    const talk = i % 3 === 0 ? 0 : 1000 + ((i * 2357) % 180000)
    const project = i % 9 === 5 ? other.project_id : h.p.project_id
    rows.push(`('${randomUUID()}', ${project}, 'progressive', '+78124483454', 'ended', ${at}, ${i % 17 === 0 ? 'NULL' : at}, ${at + talk + 9000}, ${talk}, ${talk >= 20000 ? 1 : 0}, '${talk >= 20000 && i % 5 === 0 ? 'lead' : 'nothing'}')`)
  }
  h.s.run(`INSERT INTO call (uuid, project_id, mode, number, state, asked_at, dialled_at, ended_at, talk_ms, is_dialogue, counts_as) VALUES ${rows.join(', ')}`)
}
const counted = (h, from, to, what) =>
  Number(h.s.rows(`SELECT ${what} AS n FROM call WHERE project_id = ${h.p.project_id} AND dialled_at IS NOT NULL AND asked_at >= ${moscow(from)} AND asked_at < ${moscow(to) + DAY}`)[0].n)

async function sameAsJournal(h, line) {
  const filter = line.journal.split('&').map((x) => x.replace(/(.*?)=(.*)/, (_, a, b) => `${encodeURIComponent(a)}=${b}`)).join('&')
  const r = await h.ok('GET', `/calls?total=1&limit=1&${filter}`)
  assert.equal(r.total, line.calls, line.journal)
}

for (const engine of engines) {
  test(`an act is what the log holds by the tariffs of each day, and stays so (${engine})`, async (t) => {
    const h = await house(t, engine)
    month(h)
    await h.no('POST', '/acts', { project_id: h.p.project_id, from_day: '2026-03-01', to_day: '2026-03-31' }, 'seller_id:no_seller')
    const seller = await h.ok('POST', '/sellers', { name: ours.name, vat: '22' })
    const first = await h.tariff()
    const second = await h.tariff({ price_kop: 12000, from_day: '2026-03-16' })
    await h.tariff({ unit: 'minute', price_kop: 333, rounding: 'call_minute', from_day: '2026-03-01', to_day: '2026-03-10' })
    await h.tariff({ unit: 'month', price_kop: 1000000, from_day: '2026-03-16' })
    await h.no('POST', `/projects/${h.p.project_id}/tariffs`, { unit: 'dialogue', price_kop: 1, from_day: '2026-03-16' }, 'from_day:same_day')
    const act = await h.draft('2026-03-01', '2026-03-31')
    const lines = await h.lines(act.id)
    const dialogues = [counted(h, '2026-03-01', '2026-03-15', 'SUM(is_dialogue)'), counted(h, '2026-03-16', '2026-03-31', 'SUM(is_dialogue)')]
    const minutes = counted(h, '2026-03-01', '2026-03-10', 'SUM(CASE WHEN talk_ms > 0 THEN (talk_ms - 1) / 60000 + 1 ELSE 0 END)')
    assert.ok(dialogues[0] > 50 && minutes > 50, 'the month has calls')
    assert.deepEqual(
      lines.map((l) => [l.unit, l.from_day, l.to_day, l.quantity_m, l.price_kop, l.sum_kop]),
      [
        ['dialogue', '2026-03-01', '2026-03-15', dialogues[0] * 1000, 9550, dialogues[0] * 9550],
        ['dialogue', '2026-03-16', '2026-03-31', dialogues[1] * 1000, 12000, dialogues[1] * 12000],
        ['minute', '2026-03-01', '2026-03-10', minutes * 1000, 333, minutes * 333],
        ['month', '2026-03-16', '2026-03-31', 516, 1000000, 516000]
      ]
    )
    assert.deepEqual([lines[0].calls, lines[1].calls], dialogues)
    for (const l of lines) await sameAsJournal(h, l)
    const sum = lines.reduce((n, l) => n + l.sum_kop, 0)
    assert.equal(act.sum_kop, sum)
    assert.match(paper(await h.pdf(`/acts/${act.id}/pdf`, 'project_manager')), /Акт \(черновик\)/)

    await h.no('POST', `/acts/${act.id}/issue`, {}, 'full_name:requisites')
    await h.ok('PATCH', `/sellers/${seller.id}`, ours, 'accountant', { 'If-Match': '"1"' })
    await h.no('POST', `/acts/${act.id}/issue`, { issued_on: '2026-03-30' }, 'issued_on:range')
    const issued = await h.issue(act.id, { issued_on: '2026-03-31' })
    assert.deepEqual([issued.state, issued.number, issued.year, issued.sum_kop, issued.vat, issued.vat_kop], ['issued', 1, 2026, sum, '22', Math.round((sum * 22) / 122)])
    const kept = await h.pdf(`/acts/${act.id}/pdf`)
    const words = paper(kept)
    for (const said of ['Акт № 1 от 31 марта 2026 г.', 'ИНН 7707083893', ours.account, 'Петров И. П.', 'В том числе НДС 22 %', 'Генеральный директор']) assert.ok(words.includes(said), `${said}\n${words}`)
    assert.equal(kop(/Всего на сумму ([\d ,]+)/.exec(words)[1]), sum)
    assert.match(words, /рубл(ь|я|ей) \d\d копе(йка|йки|ек)/)

    // Whatever changes later, the act does not: calls, tariffs, requisites.
    month(h, 40)
    await h.no('PATCH', `/projects/${h.p.project_id}/tariffs/${first.id}`, { price_kop: 1 }, 'from_day:billed', 'accountant', { 'If-Match': '"1"' })
    await h.no('DELETE', `/projects/${h.p.project_id}/tariffs/${second.id}`, undefined, 'from_day:billed')
    await h.ok('PATCH', `/projects/${h.p.project_id}/tariffs/${second.id}`, { to_day: '2026-04-30' }, 'accountant', { 'If-Match': '"1"' })
    await h.ok('PATCH', `/sellers/${seller.id}`, { signer: 'Иванов А. А.' }, 'accountant', { 'If-Match': '"2"' })
    assert.deepEqual(await h.lines(act.id), lines.map((l, i) => ({ ...l, id: (h.s.rows(`SELECT id FROM act_line WHERE act_id = ${act.id} ORDER BY position`)[i]).id * 1 })))
    assert.ok((await h.pdf(`/acts/${act.id}/pdf`)).buffer.equals(kept.buffer), 'its paper is byte for byte the same')
    h.s.run(`UPDATE act SET file_id = NULL WHERE id = ${act.id}`)
    assert.equal(paper(await h.pdf(`/acts/${act.id}/pdf`)), words, 'a lost one comes again from what is kept')
    for (const [method, to, body] of [['PATCH', '', { to_day: '2026-03-30' }], ['DELETE', '', undefined], ['POST', '/issue', {}]])
      await h.no(method, `/acts/${act.id}${to}`, body, to ? 'state:wrong_state' : 'state:not_draft', 'accountant', { 'If-Match': `"${issued.version}"` })

    // No day twice; what was cancelled frees its days, its number stays taken.
    await h.no('POST', '/acts', { project_id: h.p.project_id, from_day: '2026-03-31', to_day: '2026-04-02' }, 'from_day:billed_twice')
    await h.no('POST', `/acts/${act.id}/signed`, { signed_on: '2026-03-01' }, 'signed_on:range')
    assert.equal((await h.ok('POST', `/acts/${act.id}/signed`, { signed_on: '2026-04-05' })).state, 'signed')
    await h.ok('POST', `/acts/${act.id}/cancel`, { why: 'Ошибка в цене' })
    const again = await h.draft('2026-03-01', '2026-03-31')
    assert.equal((await h.issue(again.id)).number, 2)
    await h.no('POST', '/acts', { project_id: h.p.project_id, from_day: '2026-03-05', to_day: '2026-03-01' }, 'to_day:term')
  })

  test(`discounts and pay by the lead count when the director signed, minimum and hours add up (${engine})`, async (t) => {
    const h = await house(t, engine)
    month(h)
    await h.ok('POST', '/sellers', { ...ours, vat: 'none', vat_words: 'Без НДС (п. 2 ст. 346.11 НК РФ)' })
    const plain = await h.tariff()
    const cheap = await h.tariff({ price_kop: 9550, discount_bp: 1250, from_day: '2026-03-11' }, 'project_director')
    const lead = await h.tariff({ unit: 'lead', price_kop: 150050 })
    await h.tariff({ unit: 'hour', price_kop: 70077 })
    const act = await h.draft('2026-03-01', '2026-03-31')
    const units = async () => (await h.lines(act.id)).map((l) => [l.unit, l.from_day, l.price_kop])
    assert.deepEqual(await units(), [['dialogue', '2026-03-01', 9550], ['hour', '2026-03-01', 70077]], 'unsigned rows do not count')
    await h.no('POST', `/tariffs/${plain.id}/approve`, { why: 'просто так' }, ':nothing_to_approve', 'director')
    const refused = await h.s.call('POST', `/api/tariffs/${cheap.id}/approve`, { as: h.people.accountant, body: { why: 'сам себе' } })
    assert.equal(refused.status, 403)
    const signed = await h.ok('POST', `/tariffs/${cheap.id}/approve`, { why: 'Постоянный клиент' }, 'director')
    assert.deepEqual([signed.approved_by, signed.approved_why], [h.people.director.id, 'Постоянный клиент'])
    await h.ok('POST', `/tariffs/${lead.id}/approve`, { why: 'Выгоднее трафика' }, 'director')
    assert.deepEqual(await units(), [['dialogue', '2026-03-01', 9550], ['dialogue', '2026-03-11', 8356], ['hour', '2026-03-01', 70077], ['lead', '2026-03-01', 150050]])
    // A larger discount is another exception.
    const more = await h.ok('PATCH', `/projects/${h.p.project_id}/tariffs/${cheap.id}`, { discount_bp: 5000 }, 'accountant', { 'If-Match': `"${signed.version}"` })
    assert.deepEqual([more.approved_at, (await units()).length], [null, 3])

    // Hours: over midnight into the month, an unpaid pause, another project.
    const [unpaid, paid] = [0, 1].map((x) => h.s.insert('pause_reason', { name: `Пауза ${x}`, paid: x }))
    const operator = h.s.person('operator')
    const shift_id = h.s.insert('shift', { user_id: operator.id, started_at: 1, ended_at: 2, state: 'offline', state_at: 2 })
    const span = (from, ms, more = {}) => spanOf(h.s, { shift_id, user_id: operator.id, project_id: h.p.project_id, state: 'ready', from_at: from, to_at: from + ms, ...more })
    const at = moscow('2026-03-01')
    span(at - HOUR, 3 * HOUR)
    span(at + 5 * HOUR, HOUR / 2, { state: 'pause', pause_reason_id: paid })
    span(at + 6 * HOUR, HOUR, { state: 'pause', pause_reason_id: unpaid })
    span(at + 7 * HOUR, HOUR, { state: 'pause' })
    span(at + 8 * HOUR, 1234567, { state: 'talking' })
    span(at + 9 * HOUR, HOUR, { project_id: null })
    const hour = (await h.lines(act.id)).find((l) => l.unit === 'hour')
    const quantity = Math.round((2.5 * HOUR + 1234567) / 3600)
    assert.deepEqual([hour.quantity_m, hour.sum_kop], [quantity, Math.round((70077 * quantity) / 1000)])
    for (const l of await h.lines(act.id)) await sameAsJournal(h, l)
    // A lead the customer rejected is not billed, and its line does not open it.
    const leads = async () => (await h.lines(act.id)).find((l) => l.unit === 'lead').calls
    const all = await leads()
    const contact_id = h.p.contact('+78125550000')
    h.s.run(`UPDATE call SET contact_id = ${contact_id} WHERE id = (SELECT min(id) FROM call WHERE project_id = ${h.p.project_id} AND counts_as = 'lead' AND dialled_at IS NOT NULL AND asked_at > ${at} AND asked_at < ${at + 30 * DAY})`)
    assert.equal(await leads(), all)
    h.s.insert('verdict', { project_id: h.p.project_id, contact_id, verdict: 'rejected', reason: 'Нет', decided_at: 1 })
    assert.equal(await leads(), all - 1)
    for (const l of await h.lines(act.id)) await sameAsJournal(h, l)
    h.s.run('DELETE FROM verdict')

    const before = (await h.lines(act.id)).reduce((n, l) => n + l.sum_kop, 0)
    await h.tariff({ unit: 'month', price_kop: 1, minimum_kop: before + 100000 })
    const minimum = (await h.lines(act.id)).at(-1)
    assert.deepEqual([minimum.unit, minimum.sum_kop, minimum.journal], ['minimum', 99999, null])
    assert.equal((await h.issue(act.id)).sum_kop, before + 100000)
    assert.match(paper(await h.pdf(`/acts/${act.id}/pdf`)), /Без НДС \(п\. 2 ст\. 346\.11 НК РФ\)/)
  })

  test(`the fixed price of a project is billed once, by the act of its last day (${engine})`, async (t) => {
    const h = await house(t, engine)
    month(h)
    await h.ok('POST', '/sellers', ours)
    await h.no('POST', `/projects/${h.p.project_id}/tariffs`, { unit: 'project', price_kop: 6000001, from_day: '2026-03-01' }, 'to_day:required')
    const whole = await h.tariff({ unit: 'project', price_kop: 6000001, from_day: '2026-02-10', to_day: '2026-03-31' })
    await h.tariff()
    const line = async (act) => (await h.lines(act.id)).find((l) => l.unit === 'project')
    // Five weeks over two months: one price, whole, in the act with the last day, whatever part of the days that act has.
    const first = await h.draft('2026-02-10', '2026-03-15'), second = await h.draft('2026-03-16', '2026-03-31'), both = await h.draft('2026-02-10', '2026-03-31')
    assert.equal(await line(first), undefined)
    for (const act of [second, both]) {
      const l = await line(act)
      assert.deepEqual([l.from_day, l.to_day, l.quantity_m, l.price_kop, l.sum_kop], ['2026-02-10', '2026-03-31', 1000, 6000001, 6000001])
      await sameAsJournal(h, l)
    }
    await h.issue(first.id)
    const issued = await h.issue(second.id)
    const dialogues = counted(h, '2026-03-16', '2026-03-31', 'SUM(is_dialogue)')
    assert.equal(issued.sum_kop, 6000001 + dialogues * 9550)
    assert.match(paper(await h.pdf(`/acts/${second.id}/pdf`)), /Работы по проекту, 10\.02\.2026–31\.03\.2026 1 усл\. 60 000,01 60 000,01/)
    // Its day moves: it is not billed a second time. A void act bills it no more.
    await h.ok('PATCH', `/projects/${h.p.project_id}/tariffs/${whole.id}`, { to_day: '2026-04-10' }, 'accountant', { 'If-Match': '"1"' })
    const later = await h.draft('2026-04-01', '2026-04-30')
    assert.equal(await line(later), undefined)
    await h.ok('POST', `/acts/${second.id}/cancel`, { why: 'Срок сдвинут' })
    assert.equal((await line(later)).sum_kop, 6000001)
    // A later price takes its place; stages are one after the other.
    await h.tariff({ unit: 'project', price_kop: 7000000, from_day: '2026-04-05', to_day: '2026-04-20' })
    await h.tariff({ unit: 'project', price_kop: 100, from_day: '2026-04-21', to_day: '2026-04-25' })
    assert.deepEqual((await h.lines(later.id)).filter((l) => l.unit === 'project').map((l) => [l.from_day, l.to_day, l.sum_kop]), [
      ['2026-04-05', '2026-04-20', 7000000],
      ['2026-04-21', '2026-04-25', 100]
    ])
  })

  test(`leads the customer may still reject are not billed unnoticed (${engine})`, async (t) => {
    const h = await house(t, engine)
    month(h)
    await h.ok('POST', '/sellers', ours)
    const lead = await h.tariff({ unit: 'lead', price_kop: 150050 })
    await h.ok('POST', `/tariffs/${lead.id}/approve`, { why: 'Выгоднее трафика' }, 'director')
    const [, a, b] = ['+78125550000', '+78125550001', '+78125550002'].map((number) => {
      const id = h.p.contact(number, { state: 'closed', last_result_id: h.p.results.lead, last_at: Date.now() })
      h.s.run(`UPDATE call SET contact_id = ${id} WHERE id = (SELECT min(id) FROM call WHERE project_id = ${h.p.project_id} AND counts_as = 'lead' AND contact_id = 0 AND dialled_at IS NOT NULL
        AND asked_at > ${moscow('2026-03-02')} AND asked_at < ${moscow('2026-03-30')})`)
      h.s.insert('verdict', { project_id: h.p.project_id, contact_id: id, verdict: 'accepted', decided_at: 1 })
      return id
    })
    h.s.run(`DELETE FROM verdict WHERE contact_id IN (${a}, ${b})`)
    const act = await h.draft('2026-03-01', '2026-03-31')
    const sum = (await h.lines(act.id)).reduce((n, l) => n + l.sum_kop, 0)
    await h.no('POST', `/acts/${act.id}/issue`, {}, 'to_day:undecided')
    h.s.insert('verdict', { project_id: h.p.project_id, contact_id: a, verdict: 'term', decided_at: 1 })
    await h.no('POST', `/acts/${act.id}/issue`, {}, 'to_day:undecided')
    const issued = await h.issue(act.id, { undecided: true })
    assert.equal(issued.sum_kop, sum)
    // Said by everybody, or in a project whose customer does not accept leads, there is nothing to ask.
    await h.ok('POST', `/acts/${act.id}/cancel`, { why: 'Проверка' })
    const again = await h.draft('2026-03-01', '2026-03-31')
    h.s.run(`UPDATE project SET accept_days = 0 WHERE id = ${h.p.project_id}`)
    assert.equal((await h.issue(again.id)).sum_kop, sum)
  })

  // Only here two people write at once: on SQLite one does after the other.
  if (engine === 'postgres')
    test('an act that changes while it is issued, and one cancelled while its invoice is written', async (t) => {
      const h = await house(t, engine)
      month(h, 60)
      await h.ok('POST', '/sellers', ours)
      await h.tariff()
      const act = await h.draft('2026-03-01', '2026-03-31')
      const meanwhile = async (sql, what) => {
        const other = promisify(execFile)('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', h.s.db.url, '-c', `BEGIN; ${sql}; SELECT pg_sleep(1.5); COMMIT`])
        await sleep(400)
        const answer = what()
        await sleep(400)
        return [answer, other]
      }
      const [issue, held] = await meanwhile(`SELECT id FROM project WHERE id = ${h.p.project_id} FOR UPDATE`, () => h.s.call('POST', `/api/acts/${act.id}/issue`, { as: h.people.director, body: {} }))
      h.s.run(`UPDATE act SET to_day = '2099-12-31', version = version + 1 WHERE id = ${act.id}`)
      await held
      assert.deepEqual([(await issue).status, (await issue).body.error?.code], [412, 'stale'])
      assert.equal(h.s.rows(`SELECT state FROM act WHERE id = ${act.id}`)[0].state, 'draft')

      h.s.run(`UPDATE act SET to_day = '2026-03-31' WHERE id = ${act.id}`)
      await h.issue(act.id)
      const invoice = await h.ok('POST', `/projects/${h.p.project_id}/invoices`, { act_id: act.id, due_on: '2099-01-01' })
      h.s.run(`UPDATE invoice SET state = 'cancelled' WHERE id = ${invoice.id}`)
      const [cancel, written] = await meanwhile(`SELECT id FROM act WHERE id = ${act.id} FOR UPDATE; UPDATE invoice SET state = 'issued' WHERE id = ${invoice.id}`,
        () => h.s.call('POST', `/api/acts/${act.id}/cancel`, { as: h.people.director, body: { why: 'Ошибка' } }))
      await written
      assert.deepEqual([(await cancel).status, (await cancel).body.error?.code], [400, 'has_invoice'])
      assert.equal(h.s.rows(`SELECT state FROM act WHERE id = ${act.id}`)[0].state, 'issued')
    })

  test(`invoices from an act and in advance; the customer sees his own issued papers only (${engine})`, async (t) => {
    const h = await house(t, engine)
    month(h)
    const foreign = h.s.person('customer', { customer_id: makeProject(h.s).customer_id })
    const link = h.s.session(null, { project_id: h.p.project_id })
    await h.ok('POST', '/sellers', ours)
    await h.tariff()
    const act = await h.draft('2026-03-01', '2026-03-31')
    const of = `/projects/${h.p.project_id}/invoices`
    const seen = async (as) => [(await h.ok('GET', '/acts', undefined, as)).rows.length, (await h.ok('GET', '/invoices', undefined, as)).rows.length]
    assert.deepEqual(await seen('customer'), [0, 0], 'a draft is nobody else’s')
    for (const to of [`/acts/${act.id}`, `/acts/${act.id}/lines`, `/acts/${act.id}/pdf`]) assert.equal((await h.s.call('GET', `/api${to}`, { as: h.people.customer })).status, 404)
    await h.no('POST', of, { act_id: act.id, due_on: '2099-01-01' }, 'act_id:wrong_state')
    const issued = await h.issue(act.id)
    await h.no('POST', of, { act_id: act.id, due_on: '2020-01-01' }, 'due_on:past')
    await h.no('POST', of, { act_id: 987654, due_on: '2099-01-01' }, 'act_id:ref')
    await h.no('POST', of, { due_on: '2099-01-01' }, 'sum_kop:required')
    const invoice = await h.ok('POST', of, { act_id: act.id, due_on: '2099-01-01' })
    assert.deepEqual([invoice.number, invoice.sum_kop, invoice.vat_kop, invoice.state], [1, issued.sum_kop, issued.vat_kop, 'issued'])
    await h.no('POST', of, { act_id: act.id, due_on: '2099-01-01' }, 'act_id:has_invoice')
    await h.no('POST', `/acts/${act.id}/cancel`, { why: 'поздно' }, 'state:has_invoice')
    const advance = await h.ok('POST', of, { what: 'Аванс <b>&amp;', sum_kop: 3195450, due_on: '2099-02-01' })
    const words = paper(await h.pdf(`/invoices/${advance.id}/pdf`))
    for (const said of ['Счёт на оплату № 2', 'Аванс <b>&amp;', 'Тридцать одна тысяча девятьсот пятьдесят четыре рубля 50 копеек', '31 954,50', 'Главный бухгалтер', 'Сидорова А. А.', 'Оплатить не позднее 1 февраля 2099 г.'])
      assert.ok(words.includes(said), `${said}\n${words}`)

    assert.equal((await h.ok('POST', `/invoices/${advance.id}/paid`, { paid_on: '2026-04-01' })).state, 'paid')
    await h.no('POST', `/invoices/${advance.id}/cancel`, { why: 'уже оплачен' }, 'state:paid')
    assert.equal((await h.ok('POST', `/invoices/${advance.id}/paid`, { paid_on: null })).state, 'issued')
    await h.ok('POST', `/invoices/${advance.id}/cancel`, { why: 'Передумали' })

    assert.deepEqual(await seen('customer'), [1, 1])
    assert.deepEqual(await seen(foreign), [0, 0])
    assert.deepEqual(await seen('project_manager'), [1, 2])
    const his = (await h.ok('GET', '/acts', undefined, 'customer')).rows[0]
    for (const hidden of ['seller_id', 'author_id', 'parties', 'cancelled_why', 'file_id']) assert.ok(!(hidden in his), hidden)
    // A line opens its calls to who pays as well: as many as it says.
    const [line] = await h.lines(act.id, 'customer')
    assert.equal((await h.ok('GET', `/projects/${his.project_id}/report/calls?total=1&${line.journal}`, undefined, 'customer')).total, line.calls)
    await h.pdf(`/acts/${act.id}/pdf`, 'customer')
    await h.pdf(`/invoices/${invoice.id}/pdf`, 'customer')
    for (const as of [foreign, link, h.people.admin])
      for (const to of [`/acts/${act.id}`, `/acts/${act.id}/pdf`, `/invoices/${invoice.id}/pdf`]) assert.ok([403, 404].includes((await h.s.call('GET', `/api${to}`, { as })).status), to)
    assert.equal((await h.s.call('GET', `/api/projects/${h.p.project_id}/tariffs`, { as: h.people.customer })).status, 403)
  })

  test(`two people issue at once: one act, numbers without gaps; hostile input is told by its field (${engine})`, async (t) => {
    const h = await house(t, engine)
    month(h, 60)
    await h.ok('POST', '/sellers', ours)
    await h.tariff()
    const drafts = []
    for (let i = 0; i < 4; i++) drafts.push(await h.draft('2026-03-01', '2026-03-31'), await h.draft(`2026-03-0${i + 1}`, `2026-03-0${i + 1}`))
    const done = await Promise.all(drafts.map((d) => h.s.call('POST', `/api/acts/${d.id}/issue`, { as: h.people.director, body: {} })))
    const won = done.filter((r) => r.status === 200).map((r) => r.body)
    assert.ok(won.length === 1 || won.every((a) => a.from_day === a.to_day), 'no day is billed twice')
    assert.deepEqual(won.map((a) => a.number).sort((a, b) => a - b), won.map((_, i) => i + 1))
    for (const r of done) if (r.status !== 200) assert.equal(r.body.error.code, 'billed_twice')

    const tariffs = `/projects/${h.p.project_id}/tariffs`
    const tariff = { unit: 'hour', price_kop: 100, from_day: '2026-01-01' }
    for (const [more, code] of [
      [{ price_kop: 0 }, 'price_kop:range'],
      [{ price_kop: -5 }, 'price_kop:range'],
      [{ price_kop: 1.5 }, 'price_kop:type'],
      [{ price_kop: 1e13 }, 'price_kop:range'],
      [{ unit: 'percent' }, 'unit:word'],
      [{ discount_bp: 10001 }, 'discount_bp:range'],
      [{ from_day: '2026-02-30' }, 'from_day:date'],
      [{ to_day: '2025-12-31' }, 'to_day:term']
    ])
      await h.no('POST', tariffs, { ...tariff, ...more }, code)
    for (const [more, code] of [
      [{ inn: '7707083894' }, 'inn:inn'],
      [{ ogrn: '1027700132196' }, 'ogrn:ogrn'],
      [{ account: '40702810438000000000' }, 'account:account'],
      [{ bik: '04452522A' }, 'bik:bik'],
      [{ vat: '21' }, 'vat:word']
    ])
      await h.no('POST', '/sellers', { ...ours, name: 'Другая', ...more }, code)
    await h.no('POST', '/customers', { name: 'Заказчик с ошибкой', ogrn: '1027700132196' }, 'ogrn:ogrn', 'director')
    await h.tariff({ unit: 'month', price_kop: 1e12, from_day: '2026-02-01', to_day: '2026-02-28' })
    await h.no('POST', '/acts', { project_id: h.p.project_id, from_day: '2026-01-30', to_day: '2027-02-28' }, 'to_day:range')
    await h.ok('POST', '/acts', { project_id: h.p.project_id, from_day: '2026-02-01', to_day: '2026-02-28' })
    const next = await h.draft('2027-01-01', '2027-01-31')
    await h.no('POST', `/acts/${next.id}/issue`, {}, 'to_day:not_over')
    // Today's last call is yet to come, but not in a finished project.
    const { day } = local('Europe/Moscow')
    const last = await h.draft(day, day)
    await h.no('POST', `/acts/${last.id}/issue`, {}, 'to_day:not_over')
    h.s.run(`UPDATE project SET state = 'finished' WHERE id = ${h.p.project_id}`)
    await h.no('POST', `/acts/${next.id}/issue`, {}, 'to_day:not_over')
    assert.equal((await h.ok('POST', `/acts/${last.id}/issue`, {})).state, 'issued')
  })
}
