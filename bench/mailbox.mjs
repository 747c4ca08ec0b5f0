// SPDX-License-Identifier: GPL-3.0-or-later
// mailbox - letters from a real IMAP server (Dovecot) into threads, one box: read, parsed in jail, hashed, threaded, on the disk. Then a box with
// 100 000 letters: a page of its threads, and one thread opened with its letters. Aims: ≥ 200 letters a second; p99 < 20 ms, and no more than twice the
// time in a box of 1 000.
// usage: bench/run mailbox [LETTERS]     (4000)      needs root, postfix and dovecot
import { chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fixed, print, quantile, withServer } from './lib.mjs' // first: it says which build is measured
import { mailServer } from '../tests/lib/mail.mjs'

chmodSync(tmpdir(), 0o755) // Postfix runs as another user

const letters = Number(process.argv[2] ?? 4000)
const BOX = 'box@example.test'
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
const words = 'Добрый день. Отчёт по первой базе готов, лиды переданы в отдел продаж. '.repeat(20)
const letter = (i) =>
  `From: Анна ${i % 300} <anna${i % 300}@customer.test>\r\nTo: ${BOX}\r\nCc: boss@customer.test\r\nSubject: Отчёт ${i}\r\nMessage-ID: <l${i}@customer.test>\r\n` +
  `${i % 4 ? `In-Reply-To: <l${i - 1}@customer.test>\r\nReferences: <l${i - (i % 4)}@customer.test> <l${i - 1}@customer.test>\r\n` : ''}Date: Thu, 12 Mar 2026 10:00:00 +0300\r\n` +
  `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${words}\r\n\r\n> ${words}\r\n`

// 100 000 letters are put straight into the tables: reading them is measured, not making them.
function fill(s, box, n) {
  const at = Date.now()
  const first = Number(s.rows('SELECT COALESCE(MAX(id), 0) AS n FROM mail_thread')[0].n) + 1
  const threads = n / 4
  const count = (m) => `WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < ${m - 1})`
  s.run(`${count(threads)} INSERT INTO mail_thread (id, mailbox_id, subject, people, letters, last_at, created_at) SELECT ${first} + i, ${box}, 'Отчёт ' || i, 'Анна', 4, ${at} - i * 1000, ${at} FROM c`)
  s.run(`${count(n)} INSERT INTO mail_letter (mailbox_id, thread_id, way, letter_key, message_id, ref, from_name, from_address, to_list, cc_list, subject, body_text, history_at, files, at, came_at)
    SELECT ${box}, ${first} + i / 4, 'in', 'k${box}-' || i, 'm' || i, 'r' || i, 'Анна', 'anna@customer.test', '[{"name":"","address":"${BOX}"}]', '[]', 'Отчёт', '${words}', 1400, '[]', ${at} - i, ${at} FROM c`)
  return { first, threads }
}
async function opened(s, as, box, { first, threads }) {
  const took = []
  for (let i = 0; i < 600; i++) {
    const id = first + ((i * 7919) % threads)
    const from = process.hrtime.bigint()
    const [thread, list] = [await s.call('GET', `/api/mail-threads/${id}`, { as }), await s.call('GET', `/api/mail-letters?thread_id=${id}&sort=-at&limit=50&total=1`, { as })]
    took.push(Number(process.hrtime.bigint() - from) / 1e6)
    if (thread.status !== 200 || list.body.rows.length !== 4) throw new Error(list.text)
  }
  const pages = []
  for (let i = 0; i < 100; i++) {
    const from = process.hrtime.bigint()
    const page = await s.call('GET', `/api/mail-threads?mailbox_id=${box}&sort=-last_at&limit=50&total=1`, { as })
    pages.push(Number(process.hrtime.bigint() - from) / 1e6)
    if (page.body.rows.length !== 50) throw new Error(page.text)
  }
  const p99 = (all) => quantile(all.sort((a, b) => a - b), 0.99)
  return { open: p99(took), page: p99(pages) }
}

const after = []
const mail = await mailServer({ after: (fn) => after.push(fn) }, [BOX])
try {
  for (let i = 0; i < letters; i++) mail.put(BOX, letter(i))
  await withServer({}, async (s) => {
    const admin = s.person('admin')
    await s.call('PUT', '/api/settings', { as: admin, body: { mail_inside: true } })
    const servers = { imap_host: '127.0.0.1', imap_port: mail.imap, imap_tls: 'none', smtp_host: '127.0.0.1', smtp_port: mail.port, any_certificate: true, login: BOX, password: mail.password }
    const box = (await s.call('POST', '/api/mailboxes', { as: admin, body: { name: 'Box', address: BOX, ...servers } })).body
    const have = () => Number(s.rows('SELECT COUNT(*) AS n FROM mail_letter')[0].n)
    while (have() === 0) await sleep(5)
    const [from, n] = [process.hrtime.bigint(), have()]
    while (have() < letters) await sleep(500)
    const perSecond = (letters - n) / (Number(process.hrtime.bigint() - from) / 1e9)
    print('intake', fixed(perSecond, 0), 'letters/s', `aim: 200, ratio ${fixed(perSecond / 200, 2)}`)
    const other = (name) => s.insert('mailbox', { name, address: `${name}@example.test`, imap_host: 'x', smtp_host: 'x', login: 'x', disabled: 1, created_at: 1 })
    const [small, large] = [other('small'), other('large')]
    const [few, many] = [fill(s, small, 1000), fill(s, large, 100000)]
    const before = await opened(s, admin, small, few)
    const now = await opened(s, admin, large, many)
    print('open a thread in a box of 100 000 letters, p99', fixed(now.open), 'ms', `aim: 20 ms, ratio ${fixed(now.open / 20, 2)}`)
    print('the same', fixed(now.open), 'ms', `in a box of 1 000: ${fixed(before.open)} ms, ratio ${fixed(now.open / before.open, 2)}`)
    print('first page of its threads, p99', fixed(now.page), 'ms', `in a box of 1 000: ${fixed(before.page)} ms, ratio ${fixed(now.page / before.page, 2)}`)
  })
} finally {
  for (const fn of after) await fn()
}
