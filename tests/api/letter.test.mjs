// SPDX-License-Identifier: GPL-3.0-or-later
// letter.test.mjs - the evening letter without a mail server: when it is written, once, for whom; its archive; its link.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { local, projectWithDay } from '../lib/project.mjs'
import { engines, serve, sha256, sleep } from '../lib/server.mjs'

const ZONE = 'Europe/Moscow'
const letters = (s, project_id) => s.rows(`SELECT * FROM letter WHERE project_id = ${project_id} ORDER BY id`)

// The job that looks for due letters, now; done when it has come round.
async function evening(s, admin) {
  const job = s.rows("SELECT id, run_at FROM job WHERE kind = 'evening'")[0]
  await s.call('POST', `/api/jobs/${job.id}/retry`, { as: admin })
  for (let i = 0; i < 750; i++, await sleep(20)) {
    const now = s.rows("SELECT state, run_at FROM job WHERE kind = 'evening'")[0]
    if (now.state === 'waiting' && Number(now.run_at) > Date.now() + 5000) return
  }
  throw new Error('the evening job did not come round')
}

for (const engine of engines) {
  test(`the evening letter is written once, at its hour, on working days (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const p = projectWithDay(s, { letter_to: 'anna@example.test, boris@example.test; anna@example.test' })
    const { minute, day } = local(ZONE)
    const change = (sql) => s.run(`UPDATE project SET ${sql} WHERE id = ${p.id};`)

    if (minute < 1435) {
      change(`letter_on = 1, letter_minute = ${minute + 4}`)
      await evening(s, admin)
      assert.equal(letters(s, p.id).length, 0, 'not before its hour')
    }
    change(`letter_on = 1, letter_minute = ${Math.max(minute - 1, 0)}, hours = '[null,null,null,null,null,null,null]'`)
    await evening(s, admin)
    assert.equal(letters(s, p.id).length, 0, 'not on a day off')
    change("hours = '[[0,1440],[0,1440],[0,1440],[0,1440],[0,1440],[0,1440],[0,1440]]', calls_days_off = 0")
    s.run(`DELETE FROM day_off WHERE day = '${day}'; INSERT INTO day_off (jurisdiction, day, kind, name) VALUES ('RU', '${day}', 'off', 'Праздник');`)
    await evening(s, admin)
    assert.equal(letters(s, p.id).length, 0, 'not on an official day off, when the project does not call then')
    change("calls_days_off = 1, state = 'draft'")
    await evening(s, admin)
    assert.equal(letters(s, p.id).length, 0, 'not for a project that was never started')
    change("state = 'running'")
    await evening(s, admin)
    await evening(s, admin)
    const written = letters(s, p.id)
    assert.deepEqual(written.map((l) => l.to_list), ['anna@example.test', 'boris@example.test'], 'each recipient once')
    assert.equal(written[0].day, day)
    assert.equal(JSON.parse(written[0].figures).dialogues, 62)
    change(`letter_to = 'anna@example.test, vera@example.test'`)
    await evening(s, admin)
    assert.equal(letters(s, p.id).length, 2, 'a day has its letter once, whoever is added later')
    assert.equal(s.rows("SELECT COUNT(*) AS n FROM job WHERE kind = 'letter_send'")[0].n, 2)

    // The day a project is finished has its letter, its last head with it; one that was finished long ago is let alone.
    const ends = projectWithDay(s, { letter_to: 'anna@example.test' }), over = projectWithDay(s, { letter_to: 'anna@example.test' })
    s.run(`UPDATE project SET letter_on = 1, letter_minute = ${Math.max(minute - 1, 0)}, state = 'finished' WHERE id IN (${ends.id}, ${over.id});
      UPDATE project_hour SET hour = hour - 10 * 86400000 WHERE project_id = ${over.id}; UPDATE call SET asked_at = 1, dialled_at = 1 WHERE project_id = ${over.id}`)
    const record = Buffer.from('a record')
    for (let i = 0; !s.rows('SELECT public_key FROM ledger_house')[0].public_key; await sleep(20)) assert.ok(i++ < 600, 'no signer')
    s.run(`INSERT INTO ledger (project_id, log, size) VALUES (${ends.id}, '${Buffer.alloc(16).toString('base64url')}', 1);
      INSERT INTO ledger_leaf (project_id, seq, leaf, hash) VALUES (${ends.id}, 1, '${record.toString('base64url')}', '${createHash('sha256').update(Buffer.concat([Buffer.alloc(1), record])).digest('base64url')}')`)
    await evening(s, admin)
    await evening(s, admin)
    assert.deepEqual([letters(s, ends.id).map((l) => l.day), letters(s, over.id).length], [[day], 0])
    assert.match(letters(s, ends.id)[0].body_text, /\n1:[A-Za-z0-9+/]{43}=\n/)
  })

  test(`what the letter says, and that it stays (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const p = projectWithDay(s, { letter_to: 'anna@example.test' })
    const pm = s.person('project_manager', { project_ids: [p.id] })
    const foreign = s.person('project_manager')
    const path = `/api/projects/${p.id}/letter`
    assert.equal((await s.call('POST', path, { as: foreign })).status, 404)
    assert.equal((await s.call('POST', path, { as: s.person('operator', { project_ids: [p.id] }) })).status, 403)
    assert.deepEqual((await s.call('POST', path, { as: pm })).body, { letters: 1 })
    assert.deepEqual((await s.call('POST', path, { as: pm })).body, { letters: 0 }, 'pressed twice is once')
    const [row] = (await s.call('GET', '/api/letters', { as: pm })).body.rows
    assert.equal((await s.call('GET', '/api/letters', { as: foreign })).body.rows.length, 0)
    assert.equal((await s.call('GET', `/api/letters/${row.id}`, { as: foreign })).status, 404)
    const letter = (await s.call('GET', `/api/letters/${row.id}`, { as: pm })).body
    assert.match(letter.subject, /^«Холодные звонки»: итоги \d+ \S+, лидов: 5$/)
    assert.match(letter.body_text, /Диалогов: 62 \(план на день 60, 103,3 %\)/)
    assert.match(letter.body_text, /ООО «Вектор» <b>\n {3}Анна Петрова, директор, \+7 812 448-34-54, Омск\n {3}Согласился на встречу\n {3}Ждёт в четверг\n/)
    assert.match(letter.body_text, new RegExp(`/r/{token}\\?contact=${p.contact_id}\n`))
    assert.ok(letter.body_html.includes('ООО «Вектор» &lt;b&gt;'))
    assert.ok(!/!/.test(letter.subject + letter.body_text))
    // No mail server: it waits and says why.
    for (let i = 0; i < 500 && !letters(s, p.id)[0].error; i++) await sleep(30)
    const waiting = (await s.call('GET', `/api/letters/${row.id}`, { as: pm })).body
    assert.equal(waiting.state, 'waiting')
    assert.match(waiting.error, /no mail server/)
    assert.ok(waiting.next_try_at > Date.now() - 1000)
    // The archive is read only.
    for (const [method, to] of [['PATCH', `/api/letters/${row.id}`], ['DELETE', `/api/letters/${row.id}`], ['POST', '/api/letters']])
      assert.equal((await s.call(method, to, { as: s.person('admin'), body: { subject: 'x' } })).status, 405, `${method} ${to}`)
  })

  test(`the day beside what is usual (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const pm = s.person('director')
    const write = async (name, language, dialogues, talk_s) => {
      const p = projectWithDay(s, { letter_to: 'anna@example.test', name, language })
      const hour = (days) => { const at = Date.now() - days * 86400e3; return at - (at % 3600e3) }
      const zeros = 'leads, meetings, presentations, sales, refusals, callbacks, wrap_ms, ring_ms'
      for (let i = 1; i <= 10; i++)
        s.run(`INSERT INTO project_hour (project_id, hour, calls, answered, dialogues, talk_ms, ${zeros}) VALUES (${p.id}, ${hour(i)}, 100, 50, ${20 + i}, ${50 * (100000 + 1000 * i)}, 0, 0, 0, 0, 0, 0, 0, 0)`)
      s.run(`UPDATE project_hour SET dialogues = ${dialogues}, talk_ms = answered * ${talk_s * 1000} WHERE project_id = ${p.id} AND calls = 240`)
      assert.equal((await s.call('POST', `/api/projects/${p.id}/letter`, { as: pm })).body.letters, 1)
      return letters(s, p.id)[0].body_text
    }
    const usual = await write('Обычный', 'ru', 62, 105)
    assert.match(usual, /\nЗвонки дольше 20 с: 62 из 240 \(25,8 %\), как обычно: бывает от 22,0 % до 29,0 %\n/)
    assert.match(usual, /\nСредний разговор: 1 мин 45 с, как обычно: бывает от 1 мин 42 с до 1 мин 49 с\n/)
    const strange = await write('Странный', 'ru', 12, 1500)
    assert.match(strange, /12 из 240 \(5,0 %\), меньше обычного: бывает от/)
    assert.match(strange, /25 мин 0 с, длиннее обычного: бывает от/)
    assert.match(await write('English', 'en', 200, 30), /\nCalls over 20 s: 200 of 240 \(83.3 %\), more than usual: the usual range is 22.0 % to 29.0 %\n/)
  })

  test(`nobody to write to (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const none = projectWithDay(s, {})
    assert.equal((await s.call('POST', `/api/projects/${none.id}/letter`, { as: admin })).body.error.field, 'letter_to')
    const bad = projectWithDay(s, { letter_to: 'нет-такого', name: 'Другой' })
    await s.call('PUT', '/api/settings', { as: admin, body: { smtp_host: '127.0.0.1', smtp_port: 1, smtp_tls: 'none', mail_from: 'centre@example.test' } })
    assert.equal((await s.call('POST', `/api/projects/${bad.id}/letter`, { as: admin })).body.letters, 1)
    for (let i = 0; i < 500 && letters(s, bad.id)[0].state !== 'failed'; i++) await sleep(30)
    const [l] = letters(s, bad.id)
    assert.equal(l.state, 'failed')
    assert.match(l.error, /recipient's address/)
  })

  test(`the link opens one report, until its term or its end (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const p = projectWithDay(s, {})
    const other = projectWithDay(s, { name: 'Чужой' })
    const link = (more) => {
      const token = sha256(`${Math.random()}`).slice(0, 43)
      const id = s.insert('link', { token_hash: sha256(token), kind: 'report', project_id: p.id, created_at: Date.now(), expires_at: Date.now() + 60000, ...more })
      return { id, token }
    }
    const open = (token, as) => s.call('POST', '/api/links/open', { body: { token }, as, headers: { 'Sec-Fetch-Site': 'same-origin' } })
    const one = link()
    const r = await open(one.token)
    assert.equal(r.status, 200)
    assert.equal(r.body.project_id, p.id)
    const as = { cookie: r.headers['set-cookie'][0].match(/^sid=([^;]+)/)[1] }
    assert.equal((await s.call('GET', `/api/projects/${p.id}/report`, { as })).status, 200)
    assert.equal((await s.call('GET', `/api/projects/${p.id}`, { as })).status, 200)
    const me = (await s.call('GET', '/api/me', { as })).body
    assert.deepEqual([me.id, me.role, me.project_id], [0, 'link', p.id])
    const foreign = await s.call('GET', `/api/projects/${other.id}/report`, { as })
    const missing = await s.call('GET', '/api/projects/999999/report', { as })
    assert.deepEqual([foreign.status, foreign.text], [missing.status, missing.text])
    assert.equal(foreign.status, 404)
    for (const path of ['/users', '/calls', '/letters', '/settings', '/tokens', '/me/sessions'])
      assert.equal((await s.call('GET', `/api${path}`, { as })).status, 403, path)
    assert.equal((await s.call('PATCH', '/api/me', { as, body: { name: 'x' } })).status, 403)

    // The session ends with the link, the link is counted, a stranger's token opens nothing.
    const session = s.rows(`SELECT expires_at FROM session WHERE token_hash = '${sha256(as.cookie)}'`)[0]
    const row = s.rows(`SELECT * FROM link WHERE id = ${one.id}`)[0]
    assert.ok(Number(session.expires_at) <= Number(row.expires_at))
    assert.equal(Number(row.opens), 1)
    assert.equal((await open('x'.repeat(43))).status, 404)
    assert.equal((await open(link({ expires_at: Date.now() - 1 }).token)).status, 404, 'past its term')

    // Who is logged in and sees the project stays who he is.
    const pm = s.person('project_manager', { project_ids: [p.id] })
    const own = await open(link().token, pm)
    assert.equal(own.status, 200)
    assert.equal(own.headers['set-cookie'], undefined)

    // Closed before its term: it opens no more, and what it opened is shut.
    assert.equal((await s.call('POST', `/api/links/${one.id}/revoke`, { as: s.person('project_manager') })).status, 404)
    assert.equal((await s.call('POST', `/api/links/${one.id}/revoke`, { as: admin })).status, 204)
    assert.equal((await open(one.token)).status, 404)
    assert.equal((await s.call('GET', `/api/projects/${p.id}/report`, { as })).status, 401)
  })
}
