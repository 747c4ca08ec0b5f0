// SPDX-License-Identifier: GPL-3.0-or-later
// notify.test.mjs - who is told of what, by which ways, when not, and that a storm is one letter.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { engines, serve, sleep } from '../lib/server.mjs'

async function until(what, ms = 15000) {
  for (const end = Date.now() + ms; ; await sleep(30)) {
    const got = await what()
    if (got) return got
    if (Date.now() > end) throw new Error(`never: ${what}`)
  }
}
// A job that runs by itself, now; done when it has come round.
async function round(s, admin, kind) {
  const job = s.rows(`SELECT id FROM job WHERE kind = '${kind}'`)[0]
  const before = Date.now()
  await s.call('POST', `/api/jobs/${job.id}/retry`, { as: admin })
  await until(() => s.rows(`SELECT state, run_at FROM job WHERE id = ${job.id}`).every((j) => j.state === 'waiting' && Number(j.run_at) > before + 5000))
}
const minute = (zone) => {
  const at = Object.fromEntries(new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' }).formatToParts().map((p) => [p.type, Number(p.value)]))
  return at.hour * 60 + at.minute
}

for (const engine of engines) {
  test(`notifications (${engine})`, async (t) => {
    const s = await serve(t, { engine, args: ['--public-url', 'https://zvonar.example.test'] })
    const p = makeProject(s, { name: 'Моторное масло' })
    const admin = s.person('admin')
    const pm = s.person('project_manager', { project_ids: [p.project_id], email: 'pm@example.test', phone: '+79161234567' })
    const supervisor = s.person('supervisor', { project_ids: [p.project_id], language: 'en' })
    const operator = s.person('operator', { project_ids: [p.project_id] })
    const foreign = s.person('project_manager', { email: 'foreign@example.test' })
    s.run(`UPDATE project SET pm_id = ${pm.id} WHERE id = ${p.project_id}`)
    const list = async (as) => (await s.call('GET', '/api/notifications', { as })).body
    const choose = (as, body) => s.call('PUT', '/api/me/notifications', { as, body })
    const letters = () => s.rows(`SELECT * FROM letter WHERE kind = 'notification' ORDER BY id`)

    // Who is told: the project's own people with the right, in their language, and not who did it.
    const events = await s.events({ as: supervisor })
    const stop = await s.call('POST', `/api/projects/${p.project_id}/stop`, { as: pm, body: { reason: 'Ждём новую базу' } })
    assert.equal(stop.status, 200, stop.text)
    const stops = async (as, unread) => (await list(as)).rows.filter((r) => r.kind === 'stop' && !(unread && r.read_at)) // the house has alarms of its own
    const told = await stops(supervisor)
    assert.deepEqual(told.map((r) => [r.words, r.path]), [['Моторное масло is stopped: Ждём новую базу', `/projects/${p.project_id}/stops`]])
    assert.ok((await list(supervisor)).unread >= 1)
    await events.next((e) => e.entity === 'notification')
    events.close()
    for (const other of [pm, operator, foreign]) assert.deepEqual(await stops(other), [])

    // Read in one tab is read in all; nobody reads another's.
    const { id } = told[0]
    assert.equal((await s.call('POST', '/api/notifications/read', { as: pm, body: { id } })).status, 204)
    assert.equal((await stops(supervisor, true)).length, 1)
    await s.call('POST', '/api/notifications/read', { as: supervisor, body: { until: id } })
    assert.deepEqual([(await stops(supervisor, true)).length, (await stops(supervisor)).length], [0, 1])

    // The choices: only what can concern him; a kind that is none is refused.
    const mine = (await s.call('GET', '/api/me/notifications', { as: operator })).body
    assert.deepEqual(mine.kinds.map((k) => k.kind), ['callback'])
    assert.equal((await choose(operator, { kinds: [{ kind: 'alarm', page: true, letter: false, sms: false }] })).body.error.field, 'kinds')
    assert.equal((await choose(operator, { timezone: 'Mars/Olympus' })).body.error.field, 'timezone')
    assert.deepEqual((await s.call('GET', '/api/me/notifications', { as: s.person('customer', { customer_id: p.customer_id }) })).body.kinds.map((k) => k.kind), ['mention', 'lead_answered'])

    // A promise that is due, to whose it is.
    s.insert('callback', { project_id: p.project_id, contact_id: p.contact('+78124483454', { company: 'ООО «Вектор»' }), operator_id: operator.id, due_at: 1, created_at: 1 })
    await round(s, admin, 'callback_due')
    assert.equal((await list(operator)).rows[0].words, 'Пора перезвонить: ООО «Вектор»')
    // … who finds it where the notification leads, with what he promised himself alone.
    s.insert('callback', { project_id: p.project_id, contact_id: p.contact('+78124483455', { company: 'ООО «Другой»' }), operator_id: supervisor.id, due_at: 1, created_at: 1 })
    const promised = async (as) => (await s.call('GET', `/api${(await list(as)).rows.find((r) => r.kind === 'callback')?.path ?? '/callbacks'}`, { as })).body.rows?.map((r) => r.operator_id)
    assert.deepEqual(await promised(operator), [operator.id])
    assert.deepEqual((await promised(supervisor)).sort(), [operator.id, supervisor.id].sort())
    assert.equal((await s.call('GET', '/api/callbacks', { as: s.person('customer', { customer_id: p.customer_id }) })).status, 403)

    // By letter and SMS, as he chose; quiet hours in his zone hold back all but what is urgent.
    const now = minute('Asia/Omsk')
    const quiet = { timezone: 'Asia/Omsk', quiet_from: (now + 1435) % 1440, quiet_to: (now + 60) % 1440 }
    const all = (await s.call('GET', '/api/me/notifications', { as: pm })).body.kinds.map(({ kind }) => ({ kind, page: true, letter: true, sms: true }))
    assert.equal((await choose(pm, { ...quiet, urgent_passes: true, kinds: all })).status, 200)
    const make = (kind, what, more) =>
      s.insert('notification', { user_id: pm.id, kind, project_id: p.project_id, what, at: Date.now(), letter_at: 1, sms_at: 1, ...more })
    make('stop', 'Тихо')
    await round(s, admin, 'notify')
    assert.equal(letters().length, 0, 'quiet')
    make('alarm', 'trunk')
    await round(s, admin, 'notify')
    assert.deepEqual(letters().map((l) => [l.to_list, l.subject]), [['pm@example.test', 'Тревога: нет связи с линией']])
    assert.match(letters()[0].body_text, /https:\/\/zvonar\.example\.test\/floor/)
    assert.deepEqual(s.rows('SELECT to_e164, body FROM sms'), [{ to_e164: '+79161234567', body: 'Тревога: нет связи с линией' }])
    // A storm waits and becomes one letter; what was read meanwhile is not in it.
    s.run('UPDATE notification_hours SET quiet_from = 0, quiet_to = 0')
    for (let i = 0; i < 120; i++) make('mention', `Слово ${i}`)
    make('mention', 'Прочитано', { read_at: 5 })
    await round(s, admin, 'notify')
    assert.equal(letters().length, 1, 'at most one in a quarter of an hour')
    s.run(`UPDATE letter SET created_at = ${Date.now() - 16 * 60000}; UPDATE sms SET created_at = 1`)
    await round(s, admin, 'notify')
    assert.deepEqual(letters().map((l) => l.subject).slice(1), ['Звонарь, уведомлений: 121'])
    assert.match(letters()[1].body_text, /«Моторное масло» остановлен: Тихо|остановлен: Тихо/)
    assert.match(letters()[1].body_text, /И ещё 71/)
    assert.ok(!letters()[1].body_text.includes('Прочитано'))
    assert.equal(s.rows('SELECT COUNT(*) AS n FROM sms')[0].n, 2)
    assert.equal(s.rows('SELECT COUNT(*) AS n FROM notification WHERE letter_at IS NOT NULL AND read_at IS NULL')[0].n, 0)

    // Two hundred who sleep before one who does not, and a thousand words for him before an alarm in his own quiet hours.
    const sleepers = Array.from({ length: 201 }, (_, i) => ({ login: `s${i}`, name: `s${i}`, role: 'operator', created_at: 1 }))
    for (const x of sleepers) x.id = s.insert('user', x)
    const awake = s.person('supervisor', { project_ids: [p.project_id], email: 'awake@example.test' })
    const hours = (user_id, from, to, passes) => `(${user_id}, 'UTC', ${from}, ${to}, ${passes})`
    const here = minute('UTC')
    const night = [(here + 1435) % 1440, (here + 60) % 1440]
    s.run(`INSERT INTO notification_hours (user_id, timezone, quiet_from, quiet_to, urgent_passes) VALUES ${[...sleepers.map((x) => hours(x.id, ...night, 0)), hours(awake.id, ...night, 1)]}`)
    const due = (user_id, kind, what) => `(${user_id}, '${kind}', ${p.project_id}, '${what}', 1, 1)`
    const rows = [...sleepers.map((x) => due(x.id, 'stop', 'x')), ...Array.from({ length: 1001 }, () => due(awake.id, 'mention', 'x')), due(awake.id, 'alarm', 'trunk')]
    s.run(`INSERT INTO notification (user_id, kind, project_id, what, at, letter_at) VALUES ${rows}`)
    await round(s, admin, 'notify')
    assert.deepEqual(letters().slice(2).map((l) => l.to_list), ['awake@example.test'])

    // Of a team of two hundred operators and more, those whom a stop concerns are told.
    const large = makeProject(s, { customer_id: p.customer_id })
    s.run(`INSERT INTO member (project_id, user_id, created_at) VALUES ${[...sleepers, awake].map((x) => `(${large.project_id}, ${x.id}, 1)`)}`)
    assert.equal((await s.call('POST', `/api/projects/${large.project_id}/stop`, { as: admin, body: { reason: 'Большая команда' } })).status, 200)
    assert.equal((await stops(awake)).filter((r) => r.words.includes('Большая команда')).length, 1)

    // An alarm is told once, to those it concerns.
    s.run("UPDATE trunk SET state = 'down', state_at = 1")
    await round(s, admin, 'alarm_watch')
    await round(s, admin, 'alarm_watch')
    const alarms = (await list(supervisor)).rows.filter((r) => r.kind === 'alarm' && r.words.includes('line is down'))
    assert.equal(alarms.length, 1)
    assert.equal((await list(operator)).rows.filter((r) => r.kind === 'alarm').length, 0)
    // A mailbox has a kind of its own, for who sets it up, as he chose; its words name it.
    s.insert('mailbox', { name: 'Общий ящик', address: 'box@example.test', login: 'box', imap_host: '127.0.0.1', smtp_host: '127.0.0.1', state: 'password', state_at: 1, created_at: 1 })
    s.run(`UPDATE alarm_told SET raised = 0, at = 1 WHERE kind = 'mailbox'`)
    await round(s, admin, 'alarm_watch')
    assert.deepEqual((await list(admin)).rows.filter((r) => r.words.includes('box') || r.words.includes('ящик')).map((r) => [r.kind, r.words, r.path]), [['mailbox', 'Почтовый ящик не читается: Общий ящик', '/mailboxes']])
  })
}
