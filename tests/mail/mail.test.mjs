// SPDX-License-Identifier: GPL-3.0-or-later
// mail.test.mjs - letters reach a real mailbox (Postfix and Dovecot), and what happens when the mail server refuses, is slow or is
// down. Skipped where Postfix and Dovecot are not installed or the test is not root (Postfix insists).
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { badMailServer, mailPossible, mailServer } from '../lib/mail.mjs'
import { projectWithDay } from '../lib/project.mjs'
import { freePort, serve, sleep } from '../lib/server.mjs'

const ANNA = 'anna@example.test'
const BORIS = 'boris@example.test'
const FROM = 'centre@example.test'
const skip = !mailPossible && 'needs root, postfix and dovecot'

async function becomes(ask, wanted, ms = 15000) {
  let last
  for (const until = Date.now() + ms; Date.now() < until; await sleep(100)) {
    last = await ask()
    if (wanted(last)) return last
  }
  throw new Error(`it did not come to that: ${JSON.stringify(last)}`)
}
const house = async (t) => {
  const s = await serve(t)
  const admin = s.person('admin', { language: 'ru' })
  const set = async (body) => {
    const r = await s.call('PUT', '/api/settings', { as: admin, body: { mail_from: FROM, company_name: 'Колл-центр «Звон»', ...body } })
    assert.equal(r.status, 200, r.text)
  }
  const send = (id) => s.call('POST', `/api/projects/${id}/letter`, { as: admin })
  const letter = (id) => s.rows(`SELECT * FROM letter WHERE project_id = ${id} ORDER BY id DESC LIMIT 1`)[0]
  const probe = async () => (await s.call('POST', '/api/settings/smtp/test', { as: admin, body: { to: ANNA }, timeout: 40000 })).body
  return { s, admin, set, send, letter, probe }
}

// Side by side: they mostly wait.
describe('letters', { concurrency: true }, () => {
  test('letters reach a real mailbox; the link in them opens the report', { skip }, async (t) => {
    const mail = await mailServer(t, [ANNA, BORIS])
    const { s, admin, set, send, letter, probe } = await house(t)
    const safe = { smtp_host: '127.0.0.1', smtp_port: mail.port, smtp_tls: 'starttls', smtp_login: mail.login, smtp_password: mail.password, smtp_any_certificate: true }
    await set({ ...safe, public_url: 'https://zvonar.example.test' })

    // The test button, with everything right and with each thing wrong.
    const fine = await probe()
    assert.ok(fine.ok, JSON.stringify(fine))
    assert.deepEqual(fine.steps.map((x) => x.what), ['resolve', 'connect', 'greet', 'secure', 'login', 'sender', 'recipient', 'data'])
    const failing = async (wrong, what, code) => {
      await set(wrong)
      const r = await probe()
      const last = r.steps.at(-1)
      assert.deepEqual([r.ok, last.what, last.ok, last.code], [false, what, false, code], JSON.stringify(r))
      await set(safe)
    }
    await failing({ smtp_password: 'неверный' }, 'login', 'smtp_login')
    await failing({ smtp_any_certificate: false }, 'secure', 'smtp_certificate')
    await failing({ smtp_port: await freePort() }, 'connect', 'smtp_refused')
    await failing({ smtp_host: 'no-such-host.invalid' }, 'resolve', 'smtp_name')
    await failing({ smtp_host: '127.0.0.1', smtp_port: mail.imap, smtp_tls: 'none' }, 'greet', 'smtp_greeting')

    // The evening letter, to two, each his own.
    const p = projectWithDay(s, { letter_to: `${ANNA}, ${BORIS}` })
    s.run(`UPDATE project SET pm_id = ${s.person('project_manager', { email: 'pm@example.test' }).id} WHERE id = ${p.id};`)
    assert.deepEqual((await send(p.id)).body, { letters: 2 })
    const [probed, evening] = await mail.inboxHas(ANNA, 2)
    const [theirs] = await mail.inboxHas(BORIS, 1)
    assert.equal(probed.header('Subject'), 'Пробное письмо Звонаря')
    assert.equal(evening.header('From'), `Колл-центр «Звон» <${FROM}>`)
    assert.match(evening.header('Subject'), /^«Холодные звонки»: итоги \d+ \S+, лидов: 5$/)
    assert.match(evening.text, /Диалогов: 62 \(план на день 60, 103,3 %\)/)
    assert.match(evening.text, /ООО «Вектор» <b>/)
    assert.ok(evening.html.includes('ООО «Вектор» &lt;b&gt;') && !evening.html.includes('{token}'))
    assert.equal(evening.header('Auto-Submitted'), 'auto-generated')
    assert.equal(evening.header('Reply-To'), 'pm@example.test', 'answers go to the project manager')
    const token = evening.text.match(/https:\/\/zvonar\.example\.test\/r\/([\w-]{43})\n/)[1]
    assert.notEqual(token, theirs.text.match(/\/r\/([\w-]{43})\n/)[1], 'each has his own link')
    const opened = await s.call('POST', '/api/links/open', { body: { token }, headers: { 'Sec-Fetch-Site': 'same-origin' } })
    assert.equal(opened.body.project_id, p.id)
    const as = { cookie: opened.headers['set-cookie'][0].match(/^sid=([^;]+)/)[1] }
    const report = await s.call('GET', `/api/projects/${p.id}/report`, { as })
    assert.equal(report.status, 200)
    assert.equal(report.body.rows[0].company, 'ООО «Вектор» <b>')
    s.run(`UPDATE link SET expires_at = ${Date.now() - 1};`)
    assert.equal((await s.call('POST', '/api/links/open', { body: { token }, headers: { 'Sec-Fetch-Site': 'same-origin' } })).status, 404, 'it dies at its term')

    // The archive holds no secret, and the hash of what was sent: the server's own trace lines are above our first header.
    const kept = s.rows(`SELECT * FROM letter WHERE to_list = '${ANNA}'`)[0]
    assert.equal(kept.state, 'sent')
    // And the log of what passed between us and the customer has it.
    const noted = s.rows(`SELECT * FROM communication WHERE letter_id = ${kept.id}`)
    assert.deepEqual(noted.map((r) => [r.kind, r.whom, r.result]), [['letter', ANNA, kept.subject]])
    assert.ok(!JSON.stringify(kept).includes(token))
    const ours = evening.raw.slice(evening.raw.search(/^(From|Subject|Date|Message-Id|To|Content-Language):/im))
    assert.equal(createHash('sha256').update(ours).digest('hex'), kept.sha256)

    // An invitation by letter: the link in it lets the person in.
    await s.call('POST', '/api/users', { as: admin, body: { login: 'boris', name: 'Борис', role: 'operator', email: BORIS } })
    const invitation = (await mail.inboxHas(BORIS, 2))[1]
    assert.equal(invitation.header('Subject'), 'Приглашение в Звонарь')
    const ticket = invitation.text.match(/\/tickets\/([\w-]{43})/)[1]
    assert.equal((await s.call('POST', `/api/tickets/${ticket}`, { body: { password: 'голубь сидит на крыше' } })).status, 204)

    // Down for a night, up in the morning: one letter, once.
    await mail.stop()
    s.run("UPDATE letter SET once_key = NULL;") // the button again within its minute
    await send(p.id)
    await becomes(() => letter(p.id), (l) => l.error && l.state === 'waiting')
    assert.match(letter(p.id).error, /refuses the connection/)
    await mail.start()
    assert.equal((await s.call('POST', `/api/letters/${letter(p.id).id}/retry`, { as: admin })).status, 204)
    await becomes(() => letter(p.id), (l) => l.state === 'sent')
    assert.equal((await s.call('POST', `/api/letters/${letter(p.id).id}/retry`, { as: admin })).status, 409, 'sent is sent')
    const all = (await mail.inboxHas(BORIS, 3)).filter((l) => l.header('Message-ID') === letter(p.id).message_id)
    await sleep(500)
    assert.equal(all.length, 1)
    assert.equal(mail.inbox(BORIS).length, 3)
    assert.ok(!s.log.includes(token) && !s.log.includes(ticket) && !s.log.includes(mail.password), 'no secret in the log')
  })

  test('a letter the server took while the database was away goes once', async (t) => {
    const { s, set, send, letter } = await house(t)
    const away = () => {
      s.run('ALTER TABLE letter RENAME TO away')
      setTimeout(() => s.run('ALTER TABLE away RENAME TO letter'), 2500)
    }
    const mail = await badMailServer(t, { replies: (line) => (line === 'LETTER' ? away() : undefined) })
    await set({ smtp_host: '127.0.0.1', smtp_port: mail.port, smtp_tls: 'none' })
    const p = projectWithDay(s, { letter_to: ANNA })
    await send(p.id)
    await becomes(() => s.rows("SELECT 1 FROM sqlite_master WHERE name = 'away'").length, (n) => n === 1)
    await becomes(() => s.rows("SELECT 1 FROM sqlite_master WHERE name = 'away'").length, (n) => n === 0)
    await becomes(() => letter(p.id), (l) => l.state === 'sent')
    await sleep(500)
    assert.equal(mail.seen.length, 1)
  })

  test('a mail server that refuses, for now or for good', async (t) => {
    const { s, set, send, letter, probe } = await house(t)
    const later = await badMailServer(t, { replies: (line) => (line.startsWith('RCPT') ? '451 4.7.1 greylisted, come back' : undefined) })
    await set({ smtp_host: '127.0.0.1', smtp_port: later.port, smtp_tls: 'none' })
    const p = projectWithDay(s, { letter_to: ANNA })
    await send(p.id)
    const waiting = await becomes(() => letter(p.id), (l) => l.error)
    assert.equal(waiting.state, 'waiting')
    assert.match(waiting.error, /recipient.*451 4\.7\.1/)
    const probed = await probe()
    assert.equal(probed.steps.at(-1).what, 'recipient')
    assert.match(probed.steps.at(-1).detail, /greylisted/)

    const never = await badMailServer(t, { replies: (line) => (line.startsWith('RCPT') ? '550 5.1.1 no such user' : undefined) })
    await set({ smtp_port: never.port })
    const q = projectWithDay(s, { letter_to: ANNA, name: 'Другой' })
    await send(q.id)
    assert.match((await becomes(() => letter(q.id), (l) => l.state === 'failed')).error, /5\.1\.1/)

    // Greylisting over: the letter that waited goes by itself, in a quarter of a minute.
    const good = await badMailServer(t)
    await set({ smtp_port: good.port })
    await becomes(() => letter(p.id), (l) => l.state === 'sent', 25000)
    assert.equal(good.seen.length, 1)
    assert.ok(good.seen[0].includes('MIME-Version') || good.seen[0].includes('Mime-Version'))
    assert.equal(letter(p.id).tries, 2)
  })

  test('a slow mail server gets its letter once', async (t) => {
    const { s, set, send, letter } = await house(t)
    const slow = await badMailServer(t, { wait: 900 })
    await set({ smtp_host: '127.0.0.1', smtp_port: slow.port, smtp_tls: 'none' })
    const p = projectWithDay(s, { letter_to: ANNA, language: 'en' })
    await send(p.id)
    await becomes(() => letter(p.id), (l) => l.state === 'sent', 20000)
    assert.equal(slow.seen.length, 1)
    assert.match(letter(p.id).subject, /^Холодные звонки: \S+ \d+, leads: 5$/)
    // Meanwhile nobody waited: the job has its own thread.
    assert.equal((await s.call('GET', '/healthz')).status, 200)
  })
})
