// SPDX-License-Identifier: GPL-3.0-or-later
// Stop and inform: by a person and by the program, each event once; the idle time in working hours, and the later end the customer confirms.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, serve, sha256 } from '../lib/server.mjs'

const minute = 60000
async function house(t, engine) {
  const s = await serve(t, { engine })
  // The telephone's first word about its lines comes now, not over what a test says of them.
  for (let i = 0; s.rows('SELECT id FROM trunk WHERE state_at IS NULL').length; await sleep(20)) assert.ok(i++ < 600, 'the lines are never up')
  const p = makeProject(s, { goal: 'Встреча', offer: 'Масло', task: 'Звонить', volume_dialogues: 10, plan_per_day: 5, purpose: 'service', starts_on: '2026-01-01', ends_on: '2026-03-13', letter_on: 0 })
  const pm = s.person('project_manager', { project_ids: [p.project_id] })
  const customer = s.person('customer', { customer_id: p.customer_id, name: 'Ольга' })
  s.person('operator', { project_ids: [p.project_id] })
  s.run(`UPDATE "user" SET email = 'olga@example.test' WHERE id = ${customer.id}; UPDATE "user" SET email = 'pm@example.test' WHERE id = ${pm.id};
    UPDATE project SET pm_id = ${pm.id}, letter_to = 'report@example.test' WHERE id = ${p.project_id};`)
  const call = async (as, method, path, body) => {
    const r = await s.call(method, `/api${path}`, { as, body })
    assert.equal(r.status, 200, `${method} ${path}: ${r.text}`)
    return r.body
  }
  const letters = (kind) => s.rows(`SELECT to_list, subject, body_text FROM letter WHERE kind = '${kind}' ORDER BY id`)
  const state = () => s.rows(`SELECT state FROM project WHERE id = ${p.project_id}`)[0].state
  const admin = s.person('admin')
  // The watch, now: when its next turn lies ahead, one has come round.
  const watch = async () => {
    const job = s.rows("SELECT id FROM job WHERE kind = 'stop_watch'")[0]
    for (let i = 0; (await s.call('POST', `/api/jobs/${job.id}/retry`, { as: admin })).status >= 300; await sleep(20)) assert.ok(i++ < 600, 'a watch that runs comes to its end')
    for (let i = 0; i < 600; i++, await sleep(20)) {
      const now = s.rows(`SELECT state, run_at FROM job WHERE id = ${job.id}`)[0]
      if (now.state === 'waiting' && Number(now.run_at) > Date.now() + 5000) return
    }
    throw new Error(`the watch did not come round:\n${s.log}`)
  }
  return { s, p, id: p.project_id, pm, customer, call, letters, state, watch }
}

for (const engine of engines) {
  test(`a person stops, the customer is told and confirms the later end (${engine})`, async (t) => {
    const { s, p, id, pm, customer, call, letters, state } = await house(t, engine)
    p.contact('+78124483454')
    const letter = await call(pm, 'GET', `/projects/${id}/stop-letter`)
    assert.equal(letter.to, 'olga@example.test, report@example.test')
    assert.match(letter.text, /мы остановили обзвон по проекту «Проект 0»\.\n\nПричина: \{reason\}/)
    await call(pm, 'POST', `/projects/${id}/stop`, { reason: 'Заказчик меняет предложение', text: 'Добрый день.\n\nПричина: {reason}. Позвоню завтра.' })
    assert.equal(state(), 'stopped')
    assert.deepEqual(letters('stop').map((l) => l.to_list), ['olga@example.test', 'report@example.test'])
    assert.match(letters('stop')[0].body_text, /Причина: Заказчик меняет предложение\. Позвоню завтра\./)
    const [stop] = (await call(customer, 'GET', `/stops?project_id=${id}`)).rows
    assert.deepEqual([stop.cause, stop.reason, stop.letters, stop.ended_at, stop.user_id], ['person', 'Заказчик меняет предложение', 2, null, undefined])
    assert.equal((await s.call('POST', `/api/projects/${id}/stop`, { as: pm, body: { reason: 'Ещё раз' } })).body.error.code, 'wrong_state')

    // It stood for thirty hours: always open, so one working day and a quarter.
    s.run(`UPDATE stop SET started_at = ${Date.now() - 30 * 60 * minute}`)
    await call(pm, 'POST', `/projects/${id}/run`)
    const [ended] = (await call(customer, 'GET', `/stops?project_id=${id}`)).rows
    assert.deepEqual([ended.idle_min, ended.shift, ended.ends_on_was, ended.ends_on_new], [1800, 'proposed', '2026-03-13', '2026-03-14'])
    assert.deepEqual(letters('resumed').map((l) => l.to_list), ['olga@example.test'])
    assert.match(letters('resumed')[0].body_text, /Простой составил 30 ч 0 мин рабочего времени\.\n\nПредлагаем сдвинуть окончание срока с 13\.03\.2026 на 14\.03\.2026\.[^]*\/d\/\{token\}/)
    assert.equal(s.rows(`SELECT ends_on FROM project WHERE id = ${id}`)[0].ends_on, '2026-03-13', 'not before he agrees')
    assert.equal((await s.call('POST', `/api/stops/${stop.id}/decide`, { as: pm, body: { agrees: true } })).status, 403)

    // By the link, once.
    const token = sha256('x').slice(0, 43)
    s.insert('link', { token_hash: sha256(token), kind: 'decision', project_id: id, stop_id: stop.id, sent_to: 'olga@example.test', created_at: 1, expires_at: Date.now() + minute })
    const page = (await s.call('POST', '/api/decisions/open', { body: { token } })).body
    assert.deepEqual([page.state, page.stop.ends_on_new, page.stop.user_id, page.change], ['open', '2026-03-14', undefined, undefined])
    assert.equal((await s.call('POST', '/api/decisions', { body: { token, decision: 'ask', note: 'Почему?' } })).status, 400)
    assert.equal((await s.call('POST', '/api/decisions', { body: { token, decision: 'approve' } })).status, 204)
    assert.equal(s.rows(`SELECT ends_on FROM project WHERE id = ${id}`)[0].ends_on, '2026-03-14')
    assert.equal((await s.call('POST', '/api/decisions/open', { body: { token } })).body.state, 'used')
    assert.equal((await s.call('POST', `/api/stops/${stop.id}/decide`, { as: customer, body: { agrees: false } })).body.error.code, 'decided')

    // Silent: he knows already; too short to move anything.
    await call(pm, 'POST', `/projects/${id}/stop`, { reason: 'Проверка', silent: true })
    await call(pm, 'POST', `/projects/${id}/run`)
    assert.deepEqual([letters('stop').length, letters('resumed').length], [2, 1])
  })

  test(`two stops, days off, and the end of the project (${engine})`, async (t) => {
    const { s, id, pm, customer, call, letters, state } = await house(t, engine)
    const stood = async (hours) => {
      await call(pm, 'POST', `/projects/${id}/stop`, { reason: 'Заказчик меняет предложение' })
      s.run(`UPDATE stop SET started_at = ${Date.now() - hours * 60 * minute} WHERE ended_at IS NULL`)
      await call(pm, 'POST', `/projects/${id}/run`)
      return (await call(customer, 'GET', `/stops?project_id=${id}&sort=-id`)).rows[0]
    }
    const decide = (stop, agrees) => s.call('POST', `/api/stops/${stop.id}/decide`, { as: customer, body: { agrees } })
    const end = () => s.rows(`SELECT ends_on FROM project WHERE id = ${id}`)[0].ends_on
    s.run("DELETE FROM day_off")

    // He has not answered the first; the second goes on from it, and he answers once.
    const first = await stood(72)
    assert.deepEqual([first.shift, first.ends_on_was, first.ends_on_new], ['proposed', '2026-03-13', '2026-03-16'])
    const short = await stood(1)
    assert.deepEqual([short.shift, short.ends_on_new], ['none', null], 'too short to ask for anything: the first stays')
    const second = await stood(24)
    assert.deepEqual([second.shift, second.ends_on_was, second.ends_on_new], ['proposed', '2026-03-13', '2026-03-17'])
    assert.match(letters('resumed').at(-1).body_text, /с 13\.03\.2026 на 17\.03\.2026\.[^]*\n\nПрежнее предложение \(до 16\.03\.2026\) вошло в это/)
    assert.equal((await call(customer, 'GET', `/stops/${first.id}`)).shift, 'withdrawn')
    assert.equal((await decide(first, true)).body.error.code, 'decided')
    assert.equal((await decide(second, true)).status, 200)
    assert.equal(end(), '2026-03-17')

    // Moved by hand meanwhile: what the customer agrees to never makes the term shorter.
    const third = await stood(24)
    assert.equal(third.ends_on_new, '2026-03-18')
    s.run(`UPDATE project SET ends_on = '2026-03-31' WHERE id = ${id}`)
    assert.equal((await decide(third, true)).status, 200)
    assert.equal(end(), '2026-03-31')

    // Two days off within: not counted, unless they are called on; nor does the term end on one.
    const off = (day) => s.insert('day_off', { jurisdiction: 'RU', day: day.slice(0, 10), kind: 'off' })
    const ago = (days) => new Date(Date.now() - days * 1440 * minute + 180 * minute).toISOString()
    for (const day of [ago(1), ago(2), '2026-04-01']) off(day)
    s.run(`UPDATE project SET calls_days_off = 0 WHERE id = ${id}`)
    const holidays = await stood(96)
    assert.deepEqual([holidays.idle_min, holidays.ends_on_new], [2 * 1440, '2026-04-03'])
    assert.equal((await decide(holidays, false)).status, 200)
    s.run(`UPDATE project SET calls_days_off = 1 WHERE id = ${id}`)
    const all = await stood(96)
    assert.deepEqual([all.idle_min, all.ends_on_new], [4 * 1440, '2026-04-04'])

    // Finished while it stands: how long it stood is known.
    await call(pm, 'POST', `/projects/${id}/stop`, { reason: 'Заказчик завершает проект' })
    s.run(`UPDATE stop SET started_at = ${Date.now() - 600 * minute} WHERE ended_at IS NULL`)
    const told = letters('resumed').length
    await call(pm, 'POST', `/projects/${id}/finish`)
    const last = (await call(customer, 'GET', `/stops?project_id=${id}&sort=-id`)).rows[0]
    assert.deepEqual([state(), last.idle_min, last.shift, typeof last.ended_at], ['finished', 600, 'none', typeof first.ended_at])
    assert.equal(letters('resumed').length, told)
  })

  test(`the program stops a project once for what lasts (${engine})`, async (t) => {
    const { s, p, id, pm, call, letters, state, watch } = await house(t, engine)
    const contact = p.contact('+78124483454')
    const ripe = () => s.run(`UPDATE stop_watch SET since_at = since_at - ${20 * minute}`)
    await watch()
    assert.equal(s.rows('SELECT * FROM stop_watch').length, 0)

    // The line is down: not at once, then once, with a letter to the customer and to the manager.
    s.run(`UPDATE trunk SET state = 'down' WHERE id = ${p.trunk_id}`)
    await watch()
    assert.equal(state(), 'running')
    ripe()
    await watch()
    assert.equal(state(), 'stopped')
    assert.deepEqual(letters('stop').map((l) => l.to_list), ['olga@example.test', 'report@example.test', 'pm@example.test'])
    assert.match(letters('stop')[0].body_text, /Причина: нет связи с телефонной линией/)
    const causes = () => s.rows('SELECT cause FROM stop ORDER BY id').map((x) => x.cause)
    assert.deepEqual(causes(), ['trunk_down'])
    // Somebody runs it all the same: it is not stopped for the same trouble again.
    await call(pm, 'POST', `/projects/${id}/run`)
    ripe()
    await watch()
    assert.deepEqual([state(), letters('stop').length], ['running', 3])
    // It is over, and comes again.
    s.run(`UPDATE trunk SET state = 'registered' WHERE id = ${p.trunk_id}`)
    await watch()
    assert.equal(s.rows('SELECT * FROM stop_watch').length, 0)
    s.run(`UPDATE trunk SET state = 'down' WHERE id = ${p.trunk_id}`)
    await watch()
    ripe()
    await watch()
    assert.deepEqual([state(), causes()], ['stopped', ['trunk_down', 'trunk_down']])
    s.run(`UPDATE trunk SET state = 'registered' WHERE id = ${p.trunk_id}`)
    await call(pm, 'POST', `/projects/${id}/run`)
    await watch()

    // The base is used up.
    s.run(`UPDATE contact SET state = 'closed', closed_reason = 'result' WHERE id = ${contact}; UPDATE contact_state SET state = 'closed' WHERE project_id = ${id}`)
    await watch()
    ripe()
    await watch()
    assert.deepEqual([state(), causes().at(-1)], ['stopped', 'base_empty'])
    s.run(`UPDATE contact SET state = 'fresh', closed_reason = NULL WHERE id = ${contact}; UPDATE contact_state SET state = 'fresh' WHERE project_id = ${id}`)
    await call(pm, 'POST', `/projects/${id}/run`)
    await watch()

    // Calls fail; with the setting off nothing happens.
    const at = Date.now()
    s.run(`INSERT INTO call (uuid, project_id, base_id, mode, number, state, cause, asked_at, dialled_at, ended_at)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
      SELECT 'u' || i, ${id}, ${p.base_id}, 'manual', '+78124483454', 'ended', CASE WHEN i <= 30 THEN 'failed' ELSE 'busy' END, ${at}, ${at}, ${at} FROM n`)
    await s.call('PUT', '/api/settings', { as: s.person('admin'), body: { stop_error_percent: 80 } })
    await watch()
    assert.equal(s.rows('SELECT * FROM stop_watch').length, 0)
    await s.call('PUT', '/api/settings', { as: s.person('admin'), body: { stop_error_percent: 70 } })
    await watch()
    ripe()
    await watch()
    assert.deepEqual([state(), causes().at(-1)], ['stopped', 'error_rate'])
    assert.equal(s.rows("SELECT count(*) AS n FROM audit WHERE entity = 'project' AND verb = 'stopped' AND user_id IS NULL")[0].n, 4)
  })
}
