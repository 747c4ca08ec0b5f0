// SPDX-License-Identifier: GPL-3.0-or-later
// mail.test.mjs - a first letter to a customer: the project it is about is chosen, and the rules, the recipients and the box of questions know it. No mail
// server is needed: tests/mail has those.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'

for (const engine of engines) {
  test(`a new letter is about its project (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const p = makeProject(s, { name: 'Продажа зюкла', offer: 'Моторное масло', letter_to: 'report@example.test' })
    const other = makeProject(s)
    s.run(`UPDATE customer SET email = 'olga@example.test' WHERE id = ${p.customer_id}`)
    const pm = s.person('project_manager', { project_ids: [p.project_id], name: 'Пётр Ильин' })
    const id = s.insert('mailbox', { name: 'Общий', address: 'centre@example.test', imap_host: 'x', smtp_host: 'x', login: 'x', disabled: 1, created_at: Date.now() })
    const box = `/api/mailboxes/${id}`
    const ask = async (method, path, body) => {
      const r = await s.call(method, path, { as: pm, body })
      assert.ok(r.status < 300, `${path}: ${r.text}`)
      return r.body
    }
    const blank = await ask('GET', `${box}/start`)
    assert.deepEqual([blank.project_id, blank.customer_id, blank.to_list], [null, null, ''])
    const start = await ask('GET', `${box}/start?project_id=${p.project_id}`)
    assert.deepEqual([start.project_id, start.customer_id, start.to_list], [p.project_id, p.customer_id, 'olga@example.test, report@example.test'])
    assert.equal((await s.call('GET', `${box}/start?project_id=x`, { as: pm })).status, 400)

    const letter = (subject, project_id, more = {}) => ({ to_list: start.to_list, subject, text: 'Добрый день.\n\nОтчёт о продаже зюкла готов.\n\nС уважением,\nПётр Ильин', project_id, ...more })
    const remarks = async (body) => (await ask('POST', `${box}/check`, body)).violations.map((v) => `${v.rule} ${v.text}`)
    assert.deepEqual(await remarks(letter('Отчёт за неделю', null)), ['SPELL зюкла'])
    assert.deepEqual((await remarks(letter('Отчёт за неделю', p.project_id))).map((r) => r.split(' ')[0]), ['SUBJECT'], 'the subject is to say the matter, and the project’s words are words')
    assert.deepEqual(await remarks(letter('Моторное масло: отчёт за неделю', p.project_id)), [])
    assert.equal((await s.call('POST', `${box}/check`, { as: pm, body: letter('Отчёт', other.project_id) })).status, 404, 'not of a project he does not reach')

    const question = await ask('POST', '/api/mail-questions', { customer_id: start.customer_id, project_id: p.project_id, text: 'Кто принимает лиды?' })
    const refused = await s.call('POST', `${box}/letters`, { as: pm, body: letter('Отчёт', other.project_id, { reason: 'так надо' }) })
    assert.equal(refused.status, 404, refused.text)
    const sent = await ask('POST', `${box}/letters`, letter('Моторное масло: отчёт за неделю', p.project_id, { questions: [question.id], once: 'один-раз-1' }))
    assert.deepEqual(s.rows(`SELECT project_id, customer_id FROM mail_thread WHERE id = ${sent.thread_id}`), [{ project_id: p.project_id, customer_id: p.customer_id }])
    assert.equal(s.rows(`SELECT letter_id FROM mail_question WHERE id = ${question.id}`)[0].letter_id, sent.id)

    // Words for a letter the program writes: the same rules, but those that are the program's own to keep.
    const words = async (text) => (await ask('POST', `/api/projects/${p.project_id}/words/check`, { text })).violations.map((v) => `${v.rule} ${v.text}`)
    assert.deepEqual(await words('Извините!!! База кончилась, продажа зюкла стоит.'), ['EXCLAM !!!'])
    assert.deepEqual(await words('Отчот позже'), ['SPELL Отчот'])
    assert.deepEqual(await words('Ждём базу'), [])
    assert.equal((await s.call('POST', `/api/projects/${other.project_id}/words/check`, { as: pm, body: { text: 'x' } })).status, 404)

    // To somebody nobody has told us of: what its writer said holds.
    const stranger = await ask('POST', `${box}/letters`, { ...letter('Моторное масло: отчёт за неделю', p.project_id), to_list: 'new@example.test' })
    assert.equal(s.rows(`SELECT project_id FROM mail_thread WHERE id = ${stranger.thread_id}`)[0].project_id, p.project_id)
  })
}
