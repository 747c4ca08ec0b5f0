// SPDX-License-Identifier: GPL-3.0-or-later
// schedule.test.mjs - letters with statistics by the clock: once a day, each recipient what he may see, the same figures as on the screen and in
// what is attached; kept unchanged, sent with its attachment.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { local } from '../lib/project.mjs'
import { count, DAY, makeMonths, plain, shown, wordsOf } from '../lib/statistics.mjs'
import { engines, serve, sleep } from '../lib/server.mjs'
import { readSheet } from '../lib/sheet.mjs'

const ZONE = 'Europe/Moscow'
const iso = (at) => local(ZONE, new Date(at)).day

// The job that looks for what is due, now; done when it has come round.
async function comeRound(s, admin) {
  const job = s.rows("SELECT id FROM job WHERE kind = 'schedule'")[0]
  await s.call('POST', `/api/jobs/${job.id}/retry`, { as: admin })
  for (let i = 0; i < 750; i++, await sleep(20)) {
    const now = s.rows("SELECT state, run_at FROM job WHERE kind = 'schedule'")[0]
    if (now.state === 'waiting' && Number(now.run_at) > Date.now() + 5000) return
  }
  throw new Error('the job did not come round')
}

// A mail server that takes everything: letters, as they came.
async function takesAll(t) {
  const letters = []
  const server = net.createServer((c) => {
    let text = '', data = false
    c.write('220 sink\r\n')
    c.on('error', () => {}).on('data', (part) => {
      text += part.toString('latin1')
      for (let end; (end = text.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0; ) {
        const line = text.slice(0, end)
        text = text.slice(end + (data ? 5 : 2))
        if (data) letters.push(line)
        c.write(data || !/^DATA/i.test(line) ? (/^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n') : '354 go\r\n')
        data = !data && /^DATA/i.test(line)
      }
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  return { letters, port: server.address().port }
}

for (const engine of engines)
  test(`letters by schedule (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const h = await makeMonths(s, { n: 300 })
    const admin = s.person('admin')
    const pm = s.person('project_manager', { project_ids: h.projects.map((p) => p.id), email: 'pm@example.test' })
    const customer = s.person('customer', { customer_id: h.customers[0], email: 'client@example.test', language: 'en' })
    const base = { name: 'Неделя', period: 'week', grouping: 'project', timezone: ZONE, days: 'every', attach: 'csv', minute: 0, recipients: [pm.id, customer.id] }
    const make = (more) => s.call('POST', '/api/schedules', { as: pm, body: { ...base, ...more } })
    const letters = () => s.rows("SELECT * FROM letter WHERE kind = 'statistics' ORDER BY id")
    const listed = async (letter) => (await s.call('GET', `/api/letters/${letter.id}/files`, { as: admin })).body.rows
    const attached = async (letter) => s.send('GET', `/api/letters/${letter.id}/files/${(await listed(letter))[0].id}`, { as: admin })
    const backdate = (id, days = 3) => s.run(`UPDATE schedule SET since_at = ${h.now - days * DAY} WHERE id = ${id};`)

    await t.test('whom it may be written to', async () => {
      const refused = async (more) => (await make(more)).body.error
      assert.deepEqual(['recipients', 'no_right'], ((e) => [e.field, e.code])(await refused({ recipients: [s.person('employee', { email: 'e@example.test' }).id] })))
      assert.equal((await refused({ recipients: [s.person('director').id] })).code, 'no_address')
      assert.equal((await refused({ recipients: [s.person('director', { email: 'd@example.test', disabled: 1 }).id] })).code, 'no_right')
      assert.equal((await refused({ project_id: h.projects[2].id })).code, 'no_project', "another customer's")
      assert.equal((await refused({ recipients: [] })).field, 'recipients')
      assert.equal((await refused({ timezone: 'Mars/Base' })).field, 'timezone')
      assert.equal((await refused({ report: 'operator_day' })).field, 'operator_id')
    })

    await t.test('each what he may see: letter, attachment and screen say the same', async () => {
      const id = (await make({})).body.id
      await comeRound(s, admin)
      assert.equal(letters().length, 0, 'its hour was before it was made')
      backdate(id)
      await comeRound(s, admin)
      await comeRound(s, admin)
      const [mine, theirs] = letters()
      assert.equal(letters().length, 2, 'once')
      const row = (await s.call('GET', `/api/schedules/${id}`, { as: pm })).body
      assert.deepEqual([row.last_day, row.last_sent, row.last_skipped], [iso(h.now), 2, 0])
      const days = { from: iso(h.now - 7 * DAY), to: iso(h.now - DAY), zone: ZONE }
      for (const [letter, as, projects, language] of [[mine, pm, undefined, 'ru'], [theirs, customer, h.projects.slice(0, 2).map((p) => p.id), 'en']]) {
        const answer = (await s.call('GET', `/api/statistics?${new URLSearchParams({ ...days, by: 'project', language })}`, { as })).body
        const total = Object.fromEntries(answer.figures.map((f, i) => [f.key, answer.total.values[i]]))
        for (const [key, value] of Object.entries(count(h, { ...days, projects }))) assert.equal(total[key], value, key)
        assert.deepEqual(JSON.parse(letter.figures), total)
        answer.figures.forEach((f, i) => {
          if (!f.counted || answer.total.values[i] === null) return
          const text = language === 'ru' ? shown(answer.total.values[i], f.unit) : shown(answer.total.values[i], f.unit).replaceAll(' ', ';').replace(',', '.').replaceAll(';', ',')
          assert.ok(plain(letter.body_text).includes(`\n${f.name}: ${text}\n`), `${f.name}: ${text}\n${letter.body_text}`)
        })
        const file = s.rows(`SELECT f.* FROM letter_file l JOIN file f ON f.id = l.file_id WHERE l.letter_id = ${letter.id}`)[0]
        const csv = (await attached(letter)).buffer.toString('utf8').trimEnd().split('\r\n').map((l) => l.split(';'))
        assert.match(file.name, /^statistics-\d{4}-\d\d-\d\d\.csv$/)
        assert.deepEqual(csv.slice(1).map((r) => r.slice(1).map(String)), [...answer.rows, answer.total].map((r) => r.values.map((v) => (v === null ? '' : String(v)))))
      }
      assert.ok(!theirs.body_text.includes(h.projects[2].name))
      s.run(`UPDATE schedule SET disabled = 1 WHERE id = ${id};`)
    })

    await t.test('once a day, whatever happens', async () => {
      const id = (await make({ name: 'Сутки', period: 'yesterday', attach: 'none', recipients: [pm.id] })).body.id
      backdate(id)
      const made = () => letters().filter((l) => l.subject.startsWith('Сутки')).length
      await comeRound(s, admin)
      assert.equal(made(), 1, 'the newest of those that were missed, not all')
      const row = (await s.call('GET', `/api/schedules/${id}`, { as: pm })).body
      assert.equal((await s.call('PATCH', `/api/schedules/${id}`, { as: pm, body: { minute: 1 }, headers: { 'If-Match': `"${row.version}"` } })).status, 200)
      backdate(id)
      await comeRound(s, admin)
      assert.equal(made(), 1, 'another hour of the same day')
      assert.equal((await s.call('POST', `/api/schedules/${id}/send`, { as: pm })).body.letters, 1)
      assert.equal((await s.call('POST', `/api/schedules/${id}/send`, { as: pm })).body.letters, 0, 'a button pressed twice')
      s.run(`UPDATE schedule SET last_day = '${iso(h.now - DAY)}' WHERE id = ${id}; UPDATE "user" SET disabled = 1 WHERE id = ${pm.id};`)
      await comeRound(s, admin)
      const after = (await s.call('GET', `/api/schedules/${id}`, { as: admin })).body ?? s.rows(`SELECT * FROM schedule WHERE id = ${id}`)[0]
      assert.equal(made(), 2, 'nobody who was disabled is written to')
      assert.equal(Number(s.rows(`SELECT last_skipped AS n FROM schedule WHERE id = ${id}`)[0].n), 1, JSON.stringify(after))
      s.run(`UPDATE "user" SET disabled = 0 WHERE id = ${pm.id}; UPDATE schedule SET disabled = 1 WHERE id = ${id};`)
    })

    await t.test('a question the database does not answer takes nobody his letter', async () => {
      const id = (await make({ name: 'Сбой', attach: 'none', recipients: [pm.id], project_id: h.projects[0].id })).body.id
      s.run(`UPDATE schedule SET last_day = '${iso(h.now - DAY)}' WHERE id = ${id};`)
      backdate(id)
      const made = () => letters().filter((l) => l.subject.startsWith('Сбой')).length
      s.run('ALTER TABLE member RENAME TO member_away')
      await comeRound(s, admin).finally(() => s.run('ALTER TABLE member_away RENAME TO member'))
      assert.deepEqual([made(), s.rows(`SELECT last_day FROM schedule WHERE id = ${id}`)[0].last_day], [0, iso(h.now - DAY)])
      await comeRound(s, admin)
      assert.equal(made(), 1, s.log.slice(-2000))
      s.run(`DELETE FROM schedule WHERE id = ${id};`)
    })

    await t.test('not on a day off', async () => {
      const id = (await make({ name: 'Рабочие', days: 'working', attach: 'none', recipients: [pm.id] })).body.id
      s.run(`DELETE FROM day_off WHERE day = '${iso(h.now)}'; INSERT INTO day_off (jurisdiction, day, kind, name) VALUES ('RU', '${iso(h.now)}', 'off', 'Праздник');`)
      s.run(`UPDATE schedule SET last_day = '${iso(h.now - DAY)}' WHERE id = ${id};`)
      backdate(id)
      await comeRound(s, admin)
      assert.equal(letters().filter((l) => l.subject.startsWith('Рабочие')).length, 0)
      s.run(`UPDATE day_off SET kind = 'working' WHERE day = '${iso(h.now)}';`)
      await comeRound(s, admin)
      assert.equal(letters().filter((l) => l.subject.startsWith('Рабочие')).length, 1)
      s.run(`UPDATE schedule SET disabled = 1 WHERE id = ${id};`)
    })

    await t.test("an operator's day, as PDF and XLSX; sent with what is attached", async () => {
      const sink = await takesAll(t)
      await s.call('PUT', '/api/settings', { as: admin, body: { smtp_host: '127.0.0.1', smtp_port: sink.port, smtp_tls: 'none', mail_from: 'centre@example.test' } })
      const operator = h.operators[0], ids = []
      for (const attach of ['pdf', 'xlsx']) {
        ids.push((await make({ name: `День ${attach}`, report: 'operator_day', operator_id: operator.id, period: 'yesterday', attach, recipients: [pm.id] })).body.id)
        assert.equal((await s.call('POST', `/api/schedules/${ids.at(-1)}/send`, { as: pm })).body.letters, 1)
      }
      const [pdf, xlsx] = letters().slice(-2)
      const wanted = h.calls.filter((c) => c.operator_id === operator.id && iso(c.asked_at) === iso(h.now - DAY))
      assert.equal(readSheet((await attached(xlsx)).buffer).rows.length, wanted.length + 1)
      const bytes = (await attached(pdf)).buffer
      assert.match(wordsOf(bytes), new RegExp(`Исходящие звонки +${wanted.filter((c) => c.direction === 'out').length}\n`))
      assert.equal((await s.send('GET', `/api/letters/${pdf.id}/files/${(await listed(xlsx))[0].id}`, { as: admin })).status, 404, "another letter's")
      for (let i = 0; i < 500 && !sink.letters.some((l) => l.includes('application/pdf')); i++) await sleep(30)
      const sent = sink.letters.find((l) => l.includes('application/pdf'))
      assert.ok(sent.replaceAll('\r\n', '').includes(bytes.toString('base64')), 'as it is kept')
      for (const id of ids) assert.equal((await s.call('DELETE', `/api/schedules/${id}`, { as: pm })).status, 204)
    })

    await t.test('one sees one\'s own and those of one\'s projects', async () => {
      const other = s.person('project_manager', { project_ids: [h.projects[0].id], email: 'o@example.test' })
      const shared = (await make({ name: 'Общий', project_id: h.projects[0].id, recipients: [pm.id] })).body.id
      const own = (await make({ name: 'Свой', recipients: [pm.id] })).body.id
      assert.deepEqual((await s.call('GET', '/api/schedules', { as: other })).body.rows.map((r) => r.id), [shared])
      assert.equal((await s.call('GET', `/api/schedules/${own}`, { as: other })).status, 404)
      assert.equal((await s.call('GET', '/api/schedules', { as: customer })).status, 403)
    })
  })
