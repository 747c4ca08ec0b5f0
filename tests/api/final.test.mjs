// SPDX-License-Identifier: GPL-3.0-or-later
// final.test.mjs - the report at a project's end: figures counted apart by SQL, the same in table and document, advice that follows them, and
// whom it is shown to.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { engines, serve, sha256 } from '../lib/server.mjs'
import { readSheet } from '../lib/sheet.mjs'

const WEEK = 7 * 86400e3, MONDAY = Date.UTC(2026, 7, 3, 9) // 3 August 2026, noon in Moscow

// A project whose weeks had these [dialogues, leads]; refusals for the rest.
function makeProject(s, weeks, { fresh = 0, ...more } = {}) {
  const created_at = MONDAY
  const customer_id = s.insert('customer', { name: `Масла ${Math.random()}`, created_at })
  const project_id = s.insert('project', { customer_id, name: 'Моторное масло', type: 'cold_calls', state: 'running', created_at, ...more })
  const base_id = s.insert('base', { project_id, name: 'Автосервисы', state: 'active', created_at })
  const version_id = s.insert('script_version', { project_id, number: 3, state: 'active', graph: '{}', created_at })
  const lead = s.insert('result', { project_id, name: 'Лид', effect: 'final', counts_as: 'lead' })
  const dear = s.insert('result', { project_id, name: 'Дорого', effect: 'final', counts_as: 'refusal' })
  weeks.forEach(([dialogues, leads], i) => {
    const hour = MONDAY + i * WEEK
    const row = (n, is) => ({ calls: 2 * n, answered: n, dialogues: n, leads: is ? n : 0, meetings: 0, presentations: 0, sales: 0, refusals: is ? 0 : n, callbacks: 0, talk_ms: n * 60000, wrap_ms: 0, ring_ms: 0 })
    for (const [n, is, result_id] of [[leads, true, lead], [dialogues - leads, false, dear]])
      s.run(`INSERT INTO call_hour (hour, project_id, base_id, operator_id, script_version_id, result_id, direction, ${Object.keys(row(0)).join()}) VALUES (${hour}, ${project_id}, ${base_id}, 0, ${version_id}, ${result_id}, 'out', ${Object.values(row(n, is)).join()})`)
    s.run(`INSERT INTO project_hour (project_id, hour, ${Object.keys(row(0)).join()}) SELECT project_id, hour, sum(calls), sum(answered), sum(dialogues), sum(leads), sum(meetings), sum(presentations), sum(sales), sum(refusals), sum(callbacks), sum(talk_ms), sum(wrap_ms), sum(ring_ms) FROM call_hour WHERE project_id = ${project_id} AND hour = ${hour} GROUP BY project_id, hour`)
  })
  const sum = (at) => weeks.reduce((n, w) => n + w[at], 0)
  for (const [state, last_result_id, contacts] of [['closed', lead, sum(1)], ['closed', dear, sum(0) - sum(1)], ['fresh', 0, fresh]])
    s.run(`INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (${project_id}, ${base_id}, '${state}', ${last_result_id}, ${contacts})`)
  return { project_id, customer_id, base_id, dialogues: sum(0), leads: sum(1) }
}

function wordsOf(pdf) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-pdf-'))
  writeFileSync(join(dir, 'a.pdf'), pdf)
  const words = execFileSync('pdftotext', ['-layout', join(dir, 'a.pdf'), '-'], { encoding: 'utf8' })
  rmSync(dir, { recursive: true })
  return words
}

for (const engine of engines)
  test(`the report at the end (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const director = s.person('director')
    const ask = async (made, more = '', as = director) => s.call('GET', `/api/projects/${made.project_id}/final?language=ru${more}`, { as })
    const flat = makeProject(s, [[200, 10], [210, 11], [190, 9], [200, 10], [205, 10], [195, 10], [200, 10]], { fresh: 1000 })

    await t.test('its figures are those of the calls, on the page, in the table and in print', async () => {
      const r = await ask(flat)
      assert.equal(r.status, 200, r.text)
      assert.deepEqual([r.body.total.dialogues, r.body.total.leads, r.body.total.calls], [flat.dialogues, flat.leads, 2 * flat.dialogues])
      assert.deepEqual(r.body.weeks.map((w) => [w.name, w.dialogues, w.leads]).slice(0, 2), [['2026-08-03', 200, 10], ['2026-08-10', 210, 11]])
      const [{ low, high, ...version }] = r.body.versions
      assert.deepEqual([version, r.body.versions.length], [{ name: '3', calls: 2800, dialogues: 1400, leads: 70, refusals: 1330 }, 1])
      assert.ok(low > 0.037 && low < 0.042 && high > 0.06 && high < 0.065, `${low} to ${high}`)
      assert.deepEqual(r.body.reasons, [{ name: 'Дорого', contacts: 1330 }])
      assert.equal(r.body.left.dialogues, 1000)
      assert.ok(r.body.left.low < 50 && r.body.left.high > 50 && r.body.trend.p > 0.2)
      assert.equal(r.body.advice, 'extend')
      // Both tables hold all that the page says.
      const cells = readSheet((await ask(flat, '&format=xlsx')).buffer).rows.map((row) => row.map(String))
      const line = (part, name) => cells.find((row) => row[0] === part && row[1].startsWith(name))
      assert.deepEqual(cells[0], ['Раздел', 'Название', 'Звонки', 'Диалоги', 'Лиды', 'Встречи', 'Продажи', 'Отказы', 'Контакты', 'Конверсия или доля, %', 'От', 'До'])
      assert.deepEqual(line('Всего', 'Моторное масло').slice(2, 10), ['2800', '1400', '70', '0', '0', '1330', '', '5'])
      assert.deepEqual(line('По неделям', '2026-08-10').slice(2, 10), ['420', '210', '11', '0', '0', '199', '', '5.24'])
      assert.deepEqual(line('Причины отказов', 'Дорого').slice(2, 10), ['', '', '', '', '', '', '1330', '100'])
      assert.deepEqual(line('Осталось в базе', 'Ещё не звонили')[8], '1000')
      assert.deepEqual(line('Осталось в базе', 'Ожидается').slice(3), ['1000', String(r.body.left.middle), '', '', '', '', '', String(r.body.left.low), String(r.body.left.high)])
      assert.deepEqual(line('Рекомендация', 'Продолжать')?.slice(0, 2), ['Рекомендация', 'Продолжать'])
      for (const said of r.body.said) assert.ok(line('Рекомендация', said), said)
      const csv = (await ask(flat, '&format=csv')).text.replace(/^\ufeff/, '').split(/\r?\n/).filter(Boolean)
      assert.equal(csv.length, cells.length)
      assert.match(csv.find((text) => text.includes('Всего')), /Моторное масло[;,]2800[;,]1400[;,]70[;,]0[;,]0[;,]1330[;,][;,]5/)
      const pdf = await ask(flat, '&format=pdf')
      assert.equal(pdf.headers['content-type'], 'application/pdf')
      const words = wordsOf(pdf.buffer).replaceAll('\u00a0', ' ').replaceAll(/\s+/g, ' ')
      for (const said of [...r.body.said, 'Рекомендация: Продолжать', '03.08.2026 400 200 10 5,0 % 190', 'Всего 2 800 1 400 70 5,0 % 1 330'])
        assert.ok(words.includes(said.replaceAll('\u00a0', ' ')), `${said}\n${words}`)
      const english = await s.call('GET', `/api/projects/${flat.project_id}/final?language=en`, { as: director })
      assert.equal(english.body.advice_words, 'Go on')
      assert.ok(english.body.said.every((sentence) => !/[А-я]/.test(sentence.replace('Дорого', ''))), english.body.said.join('\n'))
    })

    await t.test('what speaks against going on is said', async () => {
      const falling = await ask(makeProject(s, [[300, 45], [300, 40], [300, 30], [300, 26], [300, 18], [300, 12]], { fresh: 500 }))
      assert.equal(falling.body.advice, 'script')
      assert.match(falling.body.said[0], /^Конверсия падает: в первой трети недель 14,2.%, в последней 5,0.%/)
      const hopeless = await ask(makeProject(s, [[900, 2], [900, 1], [900, 0]], { fresh: 5000 }))
      assert.equal(hopeless.body.advice, 'not_by_telephone')
      assert.match(hopeless.body.letter.body, /продолжать по телефону не стоит/)
      assert.doesNotMatch(hopeless.body.letter.body, /!/)
      const early = await ask(makeProject(s, [[20, 3]]))
      assert.equal(early.body.advice, 'early')
      const over = await ask(makeProject(s, [[200, 10], [200, 12]]))
      assert.equal(over.body.advice, 'new_base')
      assert.ok(over.body.said.includes('В базе больше некому звонить.'))
      const never = await ask(makeProject(s, []))
      assert.deepEqual([never.body.advice, never.body.weeks], ['early', []])
    })

    await t.test('what changed it: changes in force, each against what was before it', async () => {
      const made = makeProject(s, [[400, 20], [400, 60], [400, 61]], { fresh: 100 })
      const change = (number, title, more) =>
        s.insert('change', { project_id: made.project_id, number, kind: 'base', state: 'applied', title, effect: 'Больше лидов', diff: '{}', created_at: MONDAY, ...more })
      const first = change(1, 'Новая база', { applied_at: MONDAY + WEEK })
      const second = change(2, 'Звоним с утра', { kind: 'strategy', applied_at: MONDAY + 2 * WEEK, before_id: first })
      change(3, 'Не решено', { state: 'proposed' })
      const calls = (change_id, n, leads, direction = 'out') =>
        s.run(`INSERT INTO call (uuid, project_id, base_id, mode, number, state, direction, asked_at, dialled_at, ended_at, is_dialogue, counts_as, change_id)
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) SELECT 'f${change_id}${direction}' || i, ${made.project_id}, ${made.base_id}, 'manual', '+78124483454', 'ended', '${direction}', 1, 1, 1, 1,
          CASE WHEN i <= ${leads} THEN 'lead' ELSE 'refusal' END, ${change_id} FROM n`)
      calls('NULL', 400, 20)
      calls(first, 400, 60)
      calls(second, 400, 61)
      calls(second, 9, 9, 'in')
      const r = await ask(made)
      assert.equal(r.status, 200, r.text)
      assert.deepEqual(r.body.changes.map((c) => [c.number, c.title, c.before, c.after, c.moved]), [
        [1, 'Новая база', { dialogues: 400, leads: 20 }, { dialogues: 400, leads: 60 }, true],
        [2, 'Звоним с утра', { dialogues: 400, leads: 60 }, { dialogues: 400, leads: 61 }, false]
      ])
      // Newcombe's interval, counted apart: 5,9 to 14,2 points.
      assert.equal(r.body.changes[0].between, '+5,9…+14,2')
      const sentence = 'После изменения 1 «Новая база» конверсия 15,0 % против 5,0 % до него: правдоподобно +5,9…+14,2 пункта, и это не случайность.'
      assert.ok(r.body.said.map((x) => x.replaceAll('\u00a0', ' ')).includes(sentence), r.body.said.join('\n'))
      assert.ok(!r.body.said.some((x) => x.includes('Звоним с утра')))
      const words = wordsOf((await ask(made, '&format=pdf')).buffer).replaceAll('\u00a0', ' ').replaceAll(/\s+/g, ' ')
      assert.ok(words.includes('1. Новая база 10.08.2026 5,0 % 15,0 % +5,9…+14,2'), words)
      const cells = readSheet((await ask(made, '&format=xlsx')).buffer).rows.map((row) => row.map(String))
      assert.deepEqual(cells.filter((row) => row[0] === 'По изменениям').map((row) => [row[1], row[3], row[4], row[9]]), [
        ['1. Новая база, 10.08.2026: До', '400', '20', '5'], ['1. Новая база, 10.08.2026: После', '400', '60', '15'],
        ['2. Звоним с утра, 17.08.2026: До', '400', '60', '15'], ['2. Звоним с утра, 17.08.2026: После', '400', '61', '15.25']
      ])
    })

    await t.test('prices decide when they are said', async () => {
      const advice = async (worth, price) => (await ask(flat, `&lead_worth=${worth}&dialogue_price=${price}`)).body
      assert.equal((await advice(10000, 150)).advice, 'extend') // 50 leads bring 500 000, 1000 dialogues cost 150 000
      assert.equal((await advice(1000, 150)).advice, 'not_by_telephone')
      const doubtful = await advice(3000, 150)
      assert.equal(doubtful.advice, 'small')
      assert.ok(doubtful.said.some((sentence) => sentence.startsWith('Если лид стоит для вас 3\u00a0000 ₽, а диалог обходится в 150 ₽')))
      for (const wrong of ['-1', '1e9', 'x', '99999999999']) assert.equal((await ask(flat, `&lead_worth=${wrong}`)).body.error?.field, 'lead_worth', wrong)
      assert.equal((await ask(flat, '&format=exe')).body.error.field, 'format')
    })

    await t.test('the overview begins with a whole day', async () => {
      const made = makeProject(s, [], { timezone: 'Europe/Moscow' })
      const hours = 3600e3, midnight = Math.floor((Date.now() + 3 * hours) / (24 * hours)) * 24 * hours - 3 * hours - 92 * 24 * hours
      for (const at of [midnight - hours, midnight, midnight + 23 * hours])
        s.run(`INSERT INTO project_hour (project_id, hour, calls, answered, dialogues, leads, meetings, presentations, sales, refusals, callbacks, talk_ms, wrap_ms, ring_ms) VALUES (${made.project_id}, ${at}, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`)
      const { days } = (await s.call('GET', `/api/projects/${made.project_id}/overview`, { as: director })).body
      assert.deepEqual(days.map((d) => d.calls), [2])
    })

    await t.test('the customer sees his own, nobody a foreign one', async () => {
      const own = s.person('customer', { customer_id: flat.customer_id })
      const foreign = s.person('customer', { customer_id: makeProject(s, [[1, 0]]).customer_id })
      const his = await ask(flat, '', own)
      assert.equal(his.status, 200)
      assert.equal(his.body.letter, undefined, 'the letter is our manager\'s to write')
      assert.equal((await ask(flat, '&format=pdf', own)).status, 200, 'he may take tables out')
      // By a public link he reads it, and takes nothing out.
      const token = sha256('final').slice(0, 43)
      s.insert('link', { token_hash: sha256(token), kind: 'report', project_id: flat.project_id, created_at: Date.now(), expires_at: Date.now() + 60000 })
      const opened = await s.call('POST', '/api/links/open', { body: { token }, headers: { 'Sec-Fetch-Site': 'same-origin' } })
      const by = { cookie: opened.headers['set-cookie'][0].match(/^sid=([^;]+)/)[1] }
      const seen = await ask(flat, '', by)
      assert.deepEqual([seen.status, seen.body.letter], [200, undefined])
      for (const format of ['pdf', 'xlsx', 'csv']) assert.equal((await ask(flat, `&format=${format}`, by)).status, 403, format)
      const hidden = await ask(flat, '', foreign), none = await ask({ project_id: 999999 }, '', foreign)
      assert.deepEqual([hidden.status, hidden.text], [404, none.text])
      assert.equal((await ask(flat, '&format=pdf', foreign)).status, 404)
      assert.equal((await ask(flat, '', s.person('accountant'))).status, 403)
    })
  })
