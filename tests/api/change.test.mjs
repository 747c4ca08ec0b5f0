// SPDX-License-Identifier: GPL-3.0-or-later
// Changes: what the customer has not approved is not dialled; a change of script, base or strategy shows what it changes, is decided once and
// takes effect once, at its moment.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { local } from '../lib/project.mjs'
import { engines, serve, sha256 } from '../lib/server.mjs'

const node = (id, text, answers = [], more = {}) => ({ id, stage: 's1', type: answers.length ? 'ask' : 'end', title: `Шаг ${id}`, text, answers, x: 0, y: 0, ...more })
const answer = (label, to) => ({ id: `a${label}`, label, to })
const graph = (nodes) => JSON.stringify({ start: 'n1', conflict: null, stages: [{ id: 's1', name: 'Ориентация', kind: 'orientation' }], nodes })
const before = graph([node('n1', 'Подскажите, кто у вас закупает масло?', [answer('Я', 'n2')]), node('n2', 'Спасибо.'), node('n3', 'Скидка 5 %.')])
const after = graph([node('n1', 'Подскажите, кто отвечает за закупку масла?', [answer('Я', 'n2'), answer('Соединю', 'n4')]), node('n2', 'Спасибо.'), node('n4', 'Добрый день.')])

// A running project whose customer approves, with what he approved so far.
async function house(t, engine) {
  const s = await serve(t, { engine })
  const p = makeProject(s, { customer_approves: 1, goal: 'Встреча', offer: 'Масло' })
  s.run(`UPDATE script_version SET graph = '${before}' WHERE id = ${p.script_id}`)
  s.insert('strategy', {
    ...{ project_id: p.project_id, number: 1, state: 'active', mode: 'progressive', hours: JSON.stringify(Array(7).fill([0, 1440])) },
    ...{ attempts_total: 5, attempts_day: 3, attempts_week: 7, attempt_gap_min: 60, takes_first: 'retries', created_at: 1 }
  })
  const project_id = p.project_id
  const pm = s.person('project_manager', { project_ids: [project_id] })
  const customer = s.person('customer', { customer_id: p.customer_id, name: 'Ольга' })
  const call = async (as, method, path, body, status = method === 'POST' && /^\/(changes|projects\/\d+\/\w+)$/.test(path) ? 201 : 200) => {
    const r = await s.call(method, `/api${path}`, { as, body })
    assert.equal(r.status, status, `${method} ${path}: ${r.text}`)
    return r.body
  }
  const refused = async (as, path, body, code, status = 403) => {
    const r = await s.call('POST', `/api${path}`, { as, body })
    assert.deepEqual([r.status, r.body.error.code], [status, code], r.text)
  }
  const propose = (body) => call(pm, 'POST', '/changes', { project_id, title: 'Что-то новое', effect: 'Больше встреч', ...body })
  const draft = (text) => call(pm, 'POST', `/projects/${project_id}/scripts`, { project_id, graph: JSON.parse(text) })
  const applied = async (id) => {
    for (let i = 0; i < 600; i++, await sleep(25)) {
      const c = await call(pm, 'GET', `/changes/${id}`)
      if (c.state === 'applied') return c
    }
    throw new Error(`change ${id} took no effect:\n${s.log}`)
  }
  const why = async (contact) => (await call(pm, 'GET', `/contacts/${contact}/why`)).rule
  return { s, p, project_id, pm, customer, call, refused, propose, draft, applied, why }
}

// The job that looks for good news, now; done when it has come round.
async function newsTurn(s) {
  const job = s.rows("SELECT id FROM job WHERE kind = 'change_news'")[0]
  await s.call('POST', `/api/jobs/${job.id}/retry`, { as: s.person('admin') })
  for (let i = 0; i < 400 && Number(s.rows(`SELECT run_at FROM job WHERE id = ${job.id}`)[0].run_at) < Date.now() + 60000; i++) await sleep(25)
}

for (const engine of engines) {
  test(`a script is changed by the customer's word (${engine})`, async (t) => {
    const { s, p, project_id, pm, customer, call, refused, propose, draft, applied } = await house(t, engine)
    const version = await draft(after)
    await call(pm, 'POST', `/scripts/${version.id}/propose`, undefined)
    await refused(pm, `/scripts/${version.id}/approve`, undefined, 'customer_approves')
    const change = await propose({ kind: 'script', script_version_id: version.id })
    assert.deepEqual([change.state, change.number], ['proposed', 1])
    assert.deepEqual([change.diff.script.from, change.diff.script.to], [1, version.number])
    assert.deepEqual(
      change.diff.script.steps.map((x) => [x.id, x.what]),
      [['n1', 'changed'], ['n4', 'added'], ['n3', 'removed']]
    )
    assert.deepEqual(change.diff.script.steps[0].words, [['=', 'Подскажите, кто '], ['-', 'у вас закупает масло?'], ['+', 'отвечает за закупку масла?']])
    assert.deepEqual(change.diff.script.steps[0].answers, [['+', 'Соединю → Шаг n4']])
    await refused(pm, '/changes', { project_id, kind: 'script', title: 'Ещё раз', effect: 'Нет', script_version_id: version.id }, 'not_to_propose', 400)
    await refused(pm, '/changes', { project_id, kind: 'base', title: 'Не то', effect: 'Нет', script_version_id: version.id }, 'parts', 400)

    // Nobody but the customer decides; a stranger sees nothing.
    await refused(pm, `/changes/${change.id}/decide`, { decision: 'approve' }, 'customer_approves')
    const stranger = s.person('customer', { customer_id: s.insert('customer', { name: 'Другой', created_at: 1 }) })
    assert.equal((await s.call('POST', `/api/changes/${change.id}/decide`, { as: stranger, body: { decision: 'approve' } })).status, 404)
    assert.equal((await call(stranger, 'GET', '/changes')).rows.length, 0)
    assert.equal((await s.call('GET', `/api/changes/${change.id}/words`, { as: stranger })).status, 404)

    // A question, its answer, the decision.
    await refused(customer, `/changes/${change.id}/decide`, { decision: 'ask' }, 'required', 400)
    assert.equal((await call(customer, 'POST', `/changes/${change.id}/decide`, { decision: 'ask', note: 'Почему «отвечает»?' })).state, 'questioned')
    await call(pm, 'POST', `/changes/${change.id}/answer`, { words: 'Так отвечают чаще' })
    const { rows } = await call(customer, 'GET', `/changes/${change.id}/words`)
    assert.deepEqual(rows.map((w) => [w.kind, w.said_by, w.words]), [['question', 'Ольга', 'Почему «отвечает»?'], ['answer', rows[1].said_by, 'Так отвечают чаще']])
    assert.equal(s.rows(`SELECT state FROM script_version WHERE id = ${p.script_id}`)[0].state, 'active', 'what was approved is dialled meanwhile')
    const decided = await call(customer, 'POST', `/changes/${change.id}/decide`, { decision: 'approve' })
    assert.equal(decided.decided_by, 'Ольга')
    await applied(change.id)
    await refused(customer, `/changes/${change.id}/decide`, { decision: 'decline', note: 'Нет' }, 'decided', 409)
    assert.deepEqual(
      s.rows(`SELECT id, state FROM script_version WHERE project_id = ${project_id} ORDER BY id`).map((v) => v.state),
      ['retired', 'active']
    )
    assert.equal(s.rows(`SELECT count(*) AS n FROM audit WHERE entity = 'change' AND verb = 'applied'`)[0].n, 1)

    // Declined: its author reads why. Withdrawn: a draft again.
    const second = await propose({ kind: 'script', script_version_id: (await draft(before)).id })
    await call(customer, 'POST', `/changes/${second.id}/decide`, { decision: 'decline', note: 'Слишком длинно' })
    assert.deepEqual(
      s.rows(`SELECT state, note FROM script_version WHERE id = ${second.script_version_id}`).map((v) => [v.state, v.note]),
      [['declined', 'Слишком длинно']]
    )
    const third = await propose({ kind: 'script', script_version_id: (await draft(before)).id })
    await call(pm, 'POST', `/changes/${third.id}/withdraw`, undefined)
    await refused(customer, `/changes/${third.id}/decide`, { decision: 'approve' }, 'withdrawn', 409)
    assert.equal(s.rows(`SELECT state FROM script_version WHERE id = ${third.script_version_id}`)[0].state, 'draft')
  })

  test(`the moment of a change comes once, on whichever node (${engine})`, async (t) => {
    const { s, project_id, customer, call, propose, draft, applied } = await house(t, engine)
    if (engine === 'postgres') await serve(t, { engine, beside: s })
    const soon = Date.now() + 1500
    const change = await propose({ kind: 'script', script_version_id: (await draft(after)).id, takes_effect_at: soon })
    assert.equal((await call(customer, 'POST', `/changes/${change.id}/decide`, { decision: 'approve' })).state, 'approved')
    assert.equal(s.rows(`SELECT number FROM script_version WHERE project_id = ${project_id} AND state = 'active'`)[0].number, 1)
    const done = await applied(change.id)
    assert.ok(done.applied_at >= soon)
    // A job that runs again changes nothing.
    s.insert('job', { kind: 'change', ref_id: change.id, run_at: 1, created_at: 1 })
    for (let i = 0; i < 400 && s.rows("SELECT count(*) AS n FROM job WHERE kind = 'change' AND state <> 'done'")[0].n; i++) await sleep(25)
    assert.equal(s.rows(`SELECT count(*) AS n FROM audit WHERE entity = 'change' AND verb = 'applied'`)[0].n, 1)
    assert.equal((await call(customer, 'GET', `/changes/${change.id}`)).applied_at, done.applied_at)
  })

  test(`base and strategy (${engine})`, async (t) => {
    const { s, p, project_id, pm, customer, call, refused, propose, applied, why } = await house(t, engine)
    const approve = async (change) => {
      await call(customer, 'POST', `/changes/${change.id}/decide`, { decision: 'approve' })
      return applied(change.id)
    }
    p.contact('+78124483454')
    // A base that was never approved.
    const base = await call(pm, 'POST', `/projects/${project_id}/bases`, { project_id, name: 'Новая' })
    const upload = (id, number) =>
      s.call('POST', `/api/bases/${id}/imports`, {
        as: pm,
        raw: Buffer.from(`Компания;Город;Телефон\nООО Тест ${number};Омск;${number}\n`),
        headers: { 'Content-Type': 'text/csv', 'X-File-Name': 'base.csv' }
      })
    const load = async (id, number) => {
      const made = (await upload(id, number)).body
      await call(pm, 'POST', `/imports/${made.id}/start`, undefined)
      for (let i = 0; i < 600; i++, await sleep(25)) {
        const row = await call(pm, 'GET', `/imports/${made.id}`)
        if (row.state !== 'running') return row
      }
      throw new Error('the import does not end')
    }
    const of = (id) => s.rows(`SELECT id FROM contact WHERE import_id = ${id}`)[0].id
    const first = await load(base.id, '+78124480001')
    assert.equal(first.held, false)
    assert.equal(await why(of(first.id)), 'base_not_active')
    await refused(pm, `/bases/${base.id}/approve`, undefined, 'customer_approves')
    const change = await propose({ kind: 'base', base_id: base.id, retires_base_id: p.base_id })
    assert.deepEqual(change.diff.base, { name: 'Новая', file: null, added: 1, samples: [{ company: 'ООО Тест +78124480001', city: 'Омск' }], retired: 'База', removed: 1 })
    const late = (await upload(base.id, '+78124480002')).body
    assert.equal((await s.call('POST', `/api/imports/${late.id}/start`, { as: pm })).body.error.code, 'base_proposed')
    await approve(change)
    assert.equal(await why(of(first.id)), 'ok')
    assert.equal(s.rows(`SELECT state FROM base WHERE id = ${p.base_id}`)[0].state, 'retired')

    // What comes into a base that is dialled waits for a change of its own.
    const more = await load(base.id, '+78124480003')
    assert.deepEqual([more.state, more.held], ['done', true])
    assert.equal(await why(of(more.id)), 'base_not_active')
    const topUp = await propose({ kind: 'base', import_id: more.id })
    assert.deepEqual([topUp.diff.base.file, topUp.diff.base.added], ['base.csv', 1])
    assert.equal((await s.call('POST', `/api/imports/${more.id}/undo`, { as: pm })).body.error.code, 'base_proposed')
    await approve(topUp)
    assert.equal(await why(of(more.id)), 'ok')
    assert.equal((await call(pm, 'GET', `/imports/${more.id}`)).held, false)

    // What was agreed about the dialling is not changed behind the customer's back.
    const project = await call(pm, 'GET', `/projects/${project_id}`)
    const change_it = (as, body) => s.call('PATCH', `/api/projects/${project_id}`, { as, body, headers: { 'If-Match': String(project.version) } })
    assert.equal((await change_it(pm, { attempts_total: 9 })).body.error.code, 'customer_approves')
    assert.equal((await change_it(pm, { customer_approves: false })).status, 403)
    const strategy = await call(pm, 'POST', `/projects/${project_id}/strategies`, { project_id, attempts_total: 9, mode: 'preview' })
    assert.deepEqual([strategy.number, strategy.attempts_day, strategy.offer], [2, 3, 'Масло'])
    const third = await propose({ kind: 'strategy', strategy_id: strategy.id })
    assert.deepEqual(third.diff.strategy, [{ field: 'mode', old: 'progressive', new: 'preview' }, { field: 'attempts_total', old: 5, new: 9 }])
    await approve(third)
    const now = await call(pm, 'GET', `/projects/${project_id}`)
    assert.deepEqual([now.attempts_total, now.mode], [9, 'preview'])
    assert.deepEqual(s.rows(`SELECT state FROM strategy WHERE project_id = ${project_id} ORDER BY number`).map((x) => x.state), ['retired', 'active'])
    s.run(`UPDATE strategy SET state = 'retired' WHERE project_id = ${project_id}`)
    assert.equal(await why(of(more.id)), 'strategy_not_active')
  })

  test(`the link of the letter decides once (${engine})`, async (t) => {
    const { s, p, project_id, pm, customer, call, propose, draft } = await house(t, engine)
    s.run(`UPDATE "user" SET email = 'olga@example.test' WHERE id = ${customer.id}; UPDATE "user" SET email = 'pm@example.test' WHERE id = ${pm.id};
      UPDATE project SET pm_id = ${pm.id}, letter_to = 'report@example.test' WHERE id = ${project_id}; UPDATE customer SET email = 'office@example.test' WHERE id = ${p.customer_id};`)
    const letters = (kind) => s.rows(`SELECT * FROM letter WHERE kind = '${kind}' ORDER BY id`)
    const change = await propose({ kind: 'script', script_version_id: (await draft(after)).id })
    assert.deepEqual(letters('change').map((l) => l.to_list), ['olga@example.test', 'office@example.test'], 'who decides, not who reads the evening letter')
    const [letter] = letters('change')
    assert.match(letter.subject, /нужно ваше решение по изменению 1, Что-то новое$/)
    assert.match(letter.body_text, /Шагов скрипта: изменено 1, новых 1, убрано 1\.[^]*Чего ждём: Больше встреч[^]*\/d\/\{token\}/)
    assert.ok(!/[!<]/.test(letter.body_text) && letter.body_html.includes('/d/{token}'))
    assert.equal(letter.reply_to, 'pm@example.test')
    assert.deepEqual(s.rows('SELECT kind, change_id, sent_to FROM link ORDER BY id').map((l) => [l.kind, Number(l.change_id), l.sent_to]), [
      ['decision', change.id, 'olga@example.test'],
      ['decision', change.id, 'office@example.test']
    ])
    const link = (more) => {
      const token = sha256(`${Math.random()}`).slice(0, 43)
      s.insert('link', { token_hash: sha256(token), kind: 'decision', project_id, change_id: change.id, sent_to: 'olga@example.test', created_at: Date.now(), expires_at: Date.now() + 60000, ...more })
      return token
    }
    const open = (token) => s.call('POST', '/api/decisions/open', { body: { token } })
    const decide = (token, decision, note) => s.call('POST', '/api/decisions', { body: { token, decision, ...(note && { note }) } })
    const code = (r) => r.body.error.code

    // Looking changes nothing, however often; it opens no report, nor the other way round.
    const first = link()
    for (let i = 0; i < 2; i++) {
      const page = (await open(first)).body
      assert.deepEqual([page.state, page.project, page.change.diff.script.steps.length, page.change.author_id], ['open', s.rows(`SELECT name FROM project WHERE id = ${project_id}`)[0].name, 3, undefined])
    }
    assert.equal((await call(pm, 'GET', `/changes/${change.id}`)).state, 'proposed')
    assert.equal((await s.call('POST', '/api/links/open', { body: { token: first } })).status, 404)
    assert.equal((await open(link({ kind: 'report' }))).status, 404)

    // Tampered, past its term, closed before it.
    assert.deepEqual([(await open(`x${first.slice(1)}`)).status, (await decide(`x${first.slice(1)}`, 'approve')).status], [404, 404])
    for (const spent of [link({ expires_at: Date.now() - 1 }), link({ revoked: 1 })]) {
      const page = (await open(spent)).body
      assert.deepEqual([page.state, page.change], ['expired', undefined])
      assert.equal(code(await decide(spent, 'approve')), 'link_expired')
    }

    // A question is a use: the answer brings a new letter with a new link.
    assert.equal(code(await decide(first, 'ask')), 'required')
    assert.equal((await decide(first, 'ask', 'Почему?')).status, 204)
    assert.equal((await open(first)).body.state, 'used')
    assert.equal(code(await decide(first, 'approve')), 'link_used')
    assert.match(letters('decision')[0].body_text, /^olga@example\.test спрашивает про изменение 1: Что-то новое\.\n\nПочему\?/)
    assert.equal(letters('decision')[0].to_list, 'pm@example.test')
    await call(pm, 'POST', `/changes/${change.id}/answer`, { words: 'Потому' })
    assert.equal(letters('change').length, 4)
    assert.match(letters('change')[2].body_text, /Вы спросили: Почему\?\n\nОтвечаем: Потому/)

    // Two at once: one decides.
    const both = [link(), link()]
    const answers = await Promise.all(both.map((token) => decide(token, 'approve')))
    assert.deepEqual(answers.map((r) => r.status).sort(), [204, 409])
    const late = both[answers.findIndex((r) => r.status === 409)]
    assert.deepEqual([(await open(late)).body.state, code(await decide(late, 'decline', 'Нет'))], ['decided', 'decided'])
    assert.equal((await call(pm, 'GET', `/changes/${change.id}`)).decided_by, 'olga@example.test')

    // Withdrawn meanwhile.
    const second = await propose({ kind: 'script', script_version_id: (await draft(before)).id })
    const gone = link({ change_id: second.id })
    await call(pm, 'POST', `/changes/${second.id}/withdraw`, undefined)
    assert.deepEqual([(await open(gone)).body.state, code(await decide(gone, 'approve'))], ['withdrawn', 'withdrawn'])
  })

  test(`what a version brought that was approved without a change (${engine})`, async (t) => {
    const { s, p, project_id, pm, call, draft } = await house(t, engine)
    s.run(`UPDATE project SET customer_approves = 0 WHERE id = ${project_id}; UPDATE script_version SET approved_at = 5 WHERE id = ${p.script_id}`)
    const { id } = await draft(after)
    await call(pm, 'POST', `/scripts/${id}/propose`)
    await call(pm, 'POST', `/scripts/${id}/approve`)
    const effect = () => call(pm, 'GET', `/scripts/${id}/effect`)
    assert.deepEqual(await effect(), { before: { dialogues: 0, leads: 0 }, after: { dialogues: 0, leads: 0 }, difference: null })
    const day = (script_version_id, n, dialogues, leads) =>
      s.run(`INSERT INTO call_day (day, project_id, base_id, operator_id, script_version_id, result_id, direction, calls, answered, dialogues, leads, meetings, presentations, sales, refusals, callbacks, talk_ms, wrap_ms, ring_ms)
        VALUES (${n * 86400000}, ${project_id}, ${p.base_id}, 0, ${script_version_id}, 0, 'out', ${dialogues}, ${dialogues}, ${dialogues}, ${leads}, 0, 0, 0, 0, 0, 0, 0, 0)`)
    day(p.script_id, 1, 1000, 50)
    day(id, 2, 600, 100)
    day(id, 3, 400, 100)
    const brought = await effect()
    assert.deepEqual([brought.before, brought.after, brought.difference.decided], [{ dialogues: 1000, leads: 50 }, { dialogues: 1000, leads: 200 }, true])
    assert.ok(brought.difference.low > 0.1 && brought.difference.high < 0.2)
    assert.equal((await s.call('GET', `/api/scripts/${id}/effect`, { as: s.person('project_manager') })).status, 404)
  })

  test(`what a change brought (${engine})`, async (t) => {
    const { s, p, project_id, customer, call, propose, draft, applied } = await house(t, engine)
    s.run(`UPDATE "user" SET email = 'olga@example.test' WHERE id = ${customer.id}`)
    const change = await propose({ kind: 'script', script_version_id: (await draft(after)).id })
    const effect = async () => call(customer, 'GET', `/changes/${change.id}/effect`)
    assert.deepEqual(await effect(), { before: { dialogues: 0, leads: 0 }, after: { dialogues: 0, leads: 0 }, difference: null })
    await call(customer, 'POST', `/changes/${change.id}/decide`, { decision: 'approve' })
    await applied(change.id)
    const dialogues = (n, leads, change_id, tag) =>
      s.run(`INSERT INTO call (uuid, project_id, base_id, mode, number, state, asked_at, dialled_at, ended_at, is_dialogue, counts_as, change_id)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n})
        SELECT '${tag}' || i, ${project_id}, ${p.base_id}, 'manual', '+78124483454', 'ended', 1, 1, 1, 1, CASE WHEN i <= ${leads} THEN 'lead' ELSE 'nothing' END, ${change_id} FROM n`)
    dialogues(2080, 104, 'NULL', 'a')
    dialogues(2100, 122, change.id, 'b')
    const open = await effect()
    assert.deepEqual([open.before, open.after, open.difference.decided], [{ dialogues: 2080, leads: 104 }, { dialogues: 2100, leads: 122 }, false])
    assert.ok(open.difference.low < 0 && open.difference.high > 0.008 && open.difference.needed > 10000)
    // Surely better: the customer is told, once.
    dialogues(1000, 200, change.id, 'c')
    assert.equal((await effect()).difference.decided, true)
    await newsTurn(s)
    await newsTurn(s)
    const news = s.rows("SELECT to_list, body_text FROM letter WHERE kind = 'news'")
    assert.deepEqual(news.map((l) => l.to_list), ['olga@example.test'])
    assert.match(news[0].body_text, /10,4 % против 5,0 % до него/)
    assert.equal((await s.call('GET', `/api/changes/${change.id}/effect`, { as: s.person('operator', { project_ids: [project_id] }) })).status, 403)
  })

  test(`conversion that rose without a change is told once a month (${engine})`, async (t) => {
    const { s, project_id, customer } = await house(t, engine)
    s.run(`UPDATE "user" SET email = 'olga@example.test' WHERE id = ${customer.id}; UPDATE project SET state = 'running' WHERE id = ${project_id}`)
    const hour = 3600e3, now = Math.floor(Date.now() / hour) * hour
    const { day } = local('Europe/Moscow')
    const month = Date.parse(`${day.slice(0, 8)}01T00:00:00+03:00`)
    const worked = (at, dialogues, leads, direction = 'out') =>
      s.run(`INSERT INTO project_hour (project_id, hour, direction, calls, answered, dialogues, leads, meetings, presentations, sales, refusals, callbacks, talk_ms, wrap_ms, ring_ms)
        VALUES (${project_id}, ${at}, '${direction}', ${dialogues}, 0, ${dialogues}, ${leads}, 0, 0, 0, 0, 0, 0, 0, 0)`)
    const news = () => s.rows("SELECT to_list, body_text FROM letter WHERE kind = 'news'")
    // Two months ago and calls to us do not count; what may be chance is not told.
    worked(month - 40 * 24 * hour, 1000, 10)
    worked(month - hour, 2000, 100)
    worked(now, 1000, 60)
    worked(now, 1000, 900, 'in')
    await newsTurn(s)
    assert.equal(news().length, 0)
    s.run(`UPDATE project_hour SET leads = 120 WHERE project_id = ${project_id} AND hour = ${now} AND direction = 'out'`)
    // After a change it is the change's news, and there are none of it here.
    const change = s.insert('change', { project_id, number: 1, kind: 'base', state: 'applied', title: 'Новая база', effect: 'Больше', diff: '{}', created_at: 1, applied_at: month - 10 * 24 * hour })
    await newsTurn(s)
    assert.equal(news().length, 0)
    s.run(`UPDATE change SET applied_at = ${month - 45 * 24 * hour} WHERE id = ${change}`)
    await newsTurn(s)
    await newsTurn(s)
    assert.deepEqual(news().map((l) => l.to_list), ['olga@example.test'])
    assert.match(news()[0].body_text, /в этом месяце из диалогов в лиды переходит 12,0 % против 5,0 % в прошлом\. Изменений за это время не было\.\n\nПосчитаны 1000 диалогов этого месяца и 2000 прошлого/)
  })

  test(`whose word it is (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const director = s.person('project_director')
    const make = async (customer_id, name, more, status = 201) => {
      const r = await s.call('POST', '/api/projects', { as: director, body: { customer_id, name, type: 'cold_calls', ...more } })
      assert.equal(r.status, status, r.text)
      return r.body
    }
    const silent = s.insert('customer', { name: 'Без адреса', created_at: 1 })
    const known = s.insert('customer', { name: 'С адресом', email: 'olga@example.test', created_at: 1 })
    assert.equal((await make(silent, 'А')).customer_approves, false)
    assert.equal((await make(silent, 'Б', { customer_approves: true }, 400)).error.code, 'nobody_to_ask')
    assert.equal((await make(known, 'В', { customer_approves: false })).customer_approves, false)
    assert.equal((await make(known, 'Г')).customer_approves, true)
    // The whole composition at once, decided by us where the customer does not.
    const own = await make(silent, 'Д')
    const id = { project_id: own.id }
    const post = async (path, body) => {
      const r = await s.call('POST', `/api${path}`, { as: director, body })
      assert.ok(r.status < 300, r.text)
      return r.body
    }
    const script = await post(`/projects/${own.id}/scripts`, { ...id, graph: JSON.parse(before.replace(',{"id":"n3"', ',{"id":"n3"')) })
    const base = await post(`/projects/${own.id}/bases`, { ...id, name: 'База' })
    const strategy = await post(`/projects/${own.id}/strategies`, id)
    const change = await post('/changes', { ...id, kind: 'composition', title: 'Состав проекта', effect: 'Начать', script_version_id: script.id, base_id: base.id, strategy_id: strategy.id })
    assert.ok(change.diff.strategy.every((x) => x.old === null) && change.diff.script.from === null)
    await post(`/changes/${change.id}/decide`, { decision: 'approve' })
    for (let i = 0; i < 400 && s.rows(`SELECT state FROM change WHERE id = ${change.id}`)[0].state !== 'applied'; i++) await sleep(25)
    for (const table of ['script_version', 'base', 'strategy']) assert.equal(s.rows(`SELECT state FROM ${table} WHERE project_id = ${own.id}`)[0].state, 'active', table)
  })
}
