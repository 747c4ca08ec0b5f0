// SPDX-License-Identifier: GPL-3.0-or-later
// Questions asked by recorded words: kept per question and call, counted once a contact; calls dialled for a flow with nobody to speak; wishes
// for no more calls; numbers outside; talks rated afterwards. The telephone process is tests/lib/tel.mjs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, never, rollups } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { DAY, HOUR, makeMonths, random } from '../lib/statistics.mjs'
import { Tel } from '../lib/tel.mjs'

async function until(see, ms = 20000) {
  let found
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if ((found = await see())) return found
  throw new Error(`not within ${ms} ms: ${see}`)
}

const step = (id, type, more = {}) => ({ id, type, title: id, x: 0, y: 0, ...more })
const graph = (p) => ({
  start: 'q1',
  nodes: [
    step('q1', 'survey', { title: 'Довольны?', words: 'Довольны? Да — один, нет — два.', answers: { 1: 'Да', 2: 'Нет', 9: '' }, keys: { 9: 'no' }, next: 'q2', result_id: p.results.refusal }),
    step('q2', 'survey', { title: 'Оценка', words: 'От одного до пяти?', answers: Object.fromEntries([1, 2, 3, 4, 5].map((n) => [n, String(n)])), next: 'end', other: 'end' }),
    step('no', 'opt_out', { words: 'Больше не позвоним.' }),
    step('end', 'end', { words: 'Спасибо.', result_id: p.results.lead })
  ]
})

async function house(t, engine, more = {}) {
  const path = join('/tmp', `zvonar-survey-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const h = { far: 'answer' }
  h.tel = await new Tel(path, { far: () => h.far }).start()
  const s = (h.s = await serve(t, { engine, args: ['--tel', path] }))
  t.after(() => h.tel.dead || h.tel.kill())
  h.p = makeProject(s, { mode: 'manual', ...more })
  h.admin = s.person('admin')
  h.ok = async (method, to, body, as = h.admin, extra = {}) => {
    const r = await s.call(method, `/api${to}`, { as, body, ...extra })
    assert.ok(r.status < 300, `${method} ${to}: ${r.status} ${r.text}${r.status === 500 ? s.log.slice(-1500) : ''}`)
    return r.body
  }
  h.patch = async (to, body) => {
    const now = await h.ok('GET', to)
    return h.ok('PATCH', to, body, h.admin, { headers: { 'If-Match': `"${now.version}"` } })
  }
  h.project = `/projects/${h.p.project_id}`
  h.flow = await h.ok('POST', `${h.project}/flows`, { name: 'Опрос', graph: graph(h.p) })
  h.questions = async () => (await h.ok('GET', `${h.project}/survey_questions?sort=id`)).rows
  h.totals = async (as) => (await h.ok('GET', `${h.project}/survey`, undefined, as)).rows.map((q) => [q.title, q.asked, q.answered, q.choices.map((c) => `${c.value} ${c.count}`).join(', ')])
  h.answers = (uuid) => s.rows(`SELECT a.key, a.value, a.counts FROM survey_answer a JOIN call c ON c.id = a.call_id WHERE c.uuid = '${uuid}' ORDER BY a.question_id`)
  h.call = (uuid) => s.rows(`SELECT state, result_id, counts_as, connected_at, talk_ms, operator_id, mode, rating FROM call WHERE uuid = '${uuid}'`)[0]
  h.contact = (id) => s.rows(`SELECT state, closed_reason, last_result_id FROM contact WHERE id = ${id}`)[0]
  h.ended = (uuid) => until(() => h.call(uuid)?.state === 'ended' && h.call(uuid))
  h.same = () => {
    const r = rollups(s)
    assert.deepEqual([r.kept, r.states], [r.counted, r.now])
  }
  return h
}

for (const engine of engines) {
  test(`a question keeps its id while its step stands in the drawing, and is told with it (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [q1, q2] = await h.questions()
    assert.deepEqual([q1.title, q1.choices, q2.archived], ['Довольны?', [{ key: '1', value: 'Да' }, { key: '2', value: 'Нет' }, { key: '9', value: '' }], false])
    const drawn = graph(h.p)
    drawn.nodes[0].title = 'Вы довольны?'
    await h.patch(`${h.project}/flows/${h.flow.id}`, { graph: { ...drawn, nodes: drawn.nodes.filter((n) => n.id !== 'q2').map((n) => (n.next === 'q2' ? { ...n, next: 'end' } : n)) } })
    assert.deepEqual((await h.questions()).map((q) => [q.id, q.title, q.archived]), [[q1.id, 'Вы довольны?', false], [q2.id, 'Оценка', true]])
    await h.patch(`${h.project}/flows/${h.flow.id}`, { graph: drawn })
    assert.deepEqual((await h.questions()).map((q) => [q.title, q.archived]), [['Вы довольны?', false], ['Оценка', true], ['Оценка', false]], 'a step drawn anew asks anew')
    await h.patch(h.project, { flow_id: h.flow.id })
    let m
    do m = await h.tel.command('inbound')
    while (m.nodes?.length !== 4)
    assert.deepEqual(m.nodes[0], { flow: h.flow.id, node: 1, type: 'survey', words: drawn.nodes[0].words, voice: 'ru', next: 2, keys: '9:3', wait_ms: 7000, tries: 3, answers: '129', question: q1.id, result: h.p.results.refusal })
    assert.equal(m.nodes[3].result, h.p.results.lead)
    const more = structuredClone(drawn)
    more.nodes[0].answers['5'] = 'Не знаю'
    await h.patch(`${h.project}/flows/${h.flow.id}`, { graph: more })
    assert.equal((await h.questions())[0].archived, false, 'one more answer is the same question')
    more.nodes[0].answers['1'] = 'Скорее да'
    await h.patch(`${h.project}/flows/${h.flow.id}`, { graph: more })
    assert.deepEqual((await h.questions()).filter((q) => q.title === 'Вы довольны?').map((q) => [q.id === q1.id, q.archived]), [[true, true], [false, false]], 'who is on the line answers what he was asked')
    const bad = async (nodes, said) => {
      const r = await h.s.call('POST', `/api${h.project}/flows`, { as: h.admin, body: { name: `x${Math.random()}`, graph: { start: nodes[0].id, nodes } } })
      assert.equal(r.status, 400, r.text)
      assert.match(`${r.body.error.field}: ${r.body.error.what}`, said)
    }
    await bad([step('a', 'survey', { words: 'x' })], /^graph.a: .*key that answers/)
    await bad([step('a', 'survey', { words: 'x', answers: { x: 'y' } })], /^graph.a: keys are/)
    await bad([step('a', 'outside', { number: '12' })], /^graph.a: a telephone number/)
    await bad([step('a', 'end', { result_id: h.p.results.callback })], /promises a call/)
    const other = makeProject(h.s, { customer_id: h.p.customer_id })
    await bad([step('a', 'end', { result_id: other.results.lead })], /not this project/)
    const foreign = await h.s.call('PATCH', `/api/projects/${other.project_id}`, { as: h.admin, body: { flow_id: h.flow.id }, headers: { 'If-Match': '"1"' } })
    assert.deepEqual([foreign.status, foreign.body.error.field], [400, 'flow_id'], foreign.text)
  })

  test(`calls without operators: so many at once, answers once a question, results, refusals, retries (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [q1, q2] = (await h.questions()).map((q) => q.id)
    await h.patch(h.project, { flow_id: h.flow.id, lines_max: 2, mode: 'agentless', machine_text: 'Перезвоните.' })
    h.s.run(`DELETE FROM script_version WHERE project_id = ${h.p.project_id}`)
    const contacts = [1, 2, 3].map((n) => h.p.contact(`+7916123450${n}`))
    const dials = [await h.tel.command('dial'), await h.tel.command('dial')]
    await h.tel.none('dial', 600)
    assert.deepEqual([dials[0].operator, dials[0].flow, dials[0].text, dials[0].wait_ms], [0, h.flow.id, undefined, undefined], 'machines are not told from people here')
    const [a, b] = dials.map((d) => d.call)
    await until(() => h.call(a)?.state === 'ivr')
    // The first listens to the end; every event is said twice, as after a break.
    const twice = (m) => {
      h.tel.step(a, m)
      const last = h.tel.kept.at(-1)
      h.tel.socket.write(((x) => Buffer.concat([Buffer.from([0, 0, x.length >> 8, x.length & 255]), x]))(Buffer.from(JSON.stringify(last))))
    }
    for (const m of [{ question: q1, result: h.p.results.refusal }, { question: q1, digits: '1' }, { question: q2 }, { question: q2, digits: '4' }, { result: h.p.results.lead }]) twice(m)
    h.tel.over(a)
    const done = await h.ended(a)
    assert.deepEqual([done.result_id, done.counts_as, done.connected_at, done.mode], [h.p.results.lead, 'lead', null, 'agentless'])
    assert.deepEqual(h.answers(a), [{ key: '1', value: 'Да', counts: 1 }, { key: '4', value: '4', counts: 1 }])
    assert.deepEqual(h.contact(contacts[0]), { state: 'closed', closed_reason: 'result', last_result_id: h.p.results.lead })
    // The second wants no more calls; the third is dialled now, and 9 there is no refusal of the abandoned.
    h.tel.step(b, { question: q1, result: h.p.results.refusal })
    h.tel.tell({ kind: 'dtmf', call: b, digits: '9' })
    await until(() => h.answers(b).length)
    assert.equal(h.s.rows('SELECT count(*) AS n FROM do_not_call')[0].n, 0)
    h.tel.step(b, { question: q1, digits: '9' })
    h.tel.step(b, { refused: true })
    const listed = await until(() => h.s.rows('SELECT e164, level, owner_id FROM do_not_call')[0])
    assert.deepEqual(listed, { e164: '+79161234502', level: 'customer', owner_id: h.p.customer_id })
    h.tel.over(b)
    assert.equal((await h.ended(b)).result_id, h.p.results.never)
    assert.deepEqual([h.contact(contacts[1]).state, h.contact(contacts[1]).closed_reason], ['closed', 'do_not_call'])
    const c = (await h.tel.command('dial')).call
    await until(() => h.call(c)?.state === 'ivr')
    h.tel.step(c, { question: q1 })
    h.tel.giveUp(c)
    await h.ended(c)
    assert.deepEqual(h.answers(c), [{ key: null, value: null, counts: 1 }])
    assert.equal(h.contact(contacts[2]).state, 'due', 'not listened: again later')
    assert.deepEqual(await h.totals(), [['Довольны?', 3, 2, 'Да 1, Нет 0, 9 1'], ['Оценка', 1, 1, '1 0, 2 0, 3 0, 4 1, 5 0']])
    // Called again he answers: he counts once, by his last answer.
    h.s.run(`UPDATE contact SET due_at = 1 WHERE id = ${contacts[2]}`)
    h.s.run(`UPDATE call SET dialled_at = dialled_at - 90000000, asked_at = asked_at - 90000000 WHERE uuid = '${c}'`)
    const again = (await h.tel.command('dial')).call
    await until(() => h.call(again)?.state === 'ivr')
    h.tel.step(again, { question: q1 })
    h.tel.step(again, { question: q1, digits: '2' })
    h.tel.over(again)
    await h.ended(again)
    assert.deepEqual((await h.totals())[0], ['Довольны?', 3, 3, 'Да 1, Нет 1, 9 1'])
    const csv = (await h.s.call('GET', `/api${h.project}/survey_replies?format=csv&sort=id`, { as: h.admin })).text
    assert.match(csv, /Довольны\?.*\+79161234501.*Да/)
    const card = await h.ok('GET', `/contacts/${contacts[0]}/card`)
    assert.deepEqual(card.survey.map((x) => [x.question, x.key, x.value]), [['Оценка', '4', '4'], ['Довольны?', '1', 'Да']])
    const report = await h.ok('GET', `${h.project}/report`)
    assert.equal(report.rows.find((r) => r.id === contacts[0]).answers[`survey.${q1}`], 'Да')
    const customer = h.s.person('customer', { customer_id: h.p.customer_id })
    assert.equal((await h.totals(customer))[0][1], 3)
    assert.equal((await h.s.call('GET', `/api${h.project}/survey`, { as: h.s.person('customer', { customer_id: makeProject(h.s).customer_id }) })).status, 404)
  })

  test(`what is said is filled in for each contact; with a gap it is said to nobody (${engine})`, async (t) => {
    const h = await house(t, engine)
    const field_id = h.s.insert('form_field', { project_id: h.p.project_id, position: 1, key: 'order', label: 'Заказ' })
    const words = '{person.name|Здравствуйте}, заказ {field.order} готов. Его привезёт {customer.name}.'
    const flow = await h.ok('POST', `${h.project}/flows`, { name: 'Заказ', graph: { start: 'a', nodes: [step('a', 'say', { words, next: 'b' }), step('b', 'end', { words: '{project.name}' })] } })
    const [known, gap] = [h.p.contact('+79161234501'), h.p.contact('+79161234502')]
    h.s.insert('person', { project_id: h.p.project_id, contact_id: known, name: 'Анна' })
    h.s.run(`INSERT INTO answer (contact_id, field_id, value, answered_at) VALUES (${known}, ${field_id}, '7', 1)`)
    await h.patch(h.project, { flow_id: flow.id, mode: 'agentless' })
    const dial = await h.tel.command('dial')
    assert.equal(dial.number, '+79161234501')
    const customer = h.s.rows(`SELECT name FROM customer WHERE id = ${h.p.customer_id}`)[0].name
    assert.deepEqual(dial.nodes, [{ flow: flow.id, node: 1, type: 'say', words: `Анна, заказ 7 готов. Его привезёт ${customer}.`, voice: 'ru' }])
    await until(() => h.s.rows(`SELECT why_not FROM contact WHERE id = ${gap}`)[0].why_not === 'words_gap')
    assert.equal(h.contact(gap).state, 'due')
    assert.equal(h.s.rows(`SELECT count(*) AS n FROM call WHERE contact_id = ${gap}`)[0].n, 0)
  })

  test(`a filled quota stops the dialling of its kind, until more are wanted (${engine})`, async (t) => {
    const h = await house(t, engine)
    const quota = await h.ok('POST', `${h.project}/quotas`, { field: 'city', value: 'Казань', result_id: h.p.results.lead, target: 1 })
    assert.equal(quota.filled_at, null)
    const cities = ['Казань', 'Казань', 'Пермь']
    const contacts = cities.map((city, i) => h.p.contact(`+7916123450${i}`, { city }))
    await h.patch(h.project, { flow_id: h.flow.id, lines_max: 1, mode: 'agentless' })
    const first = await h.tel.command('dial')
    assert.equal(first.number, '+79161234500')
    await until(() => h.call(first.call)?.state === 'ivr')
    h.tel.step(first.call, { result: h.p.results.lead })
    h.tel.over(first.call)
    const next = await h.tel.command('dial')
    assert.equal(next.number, '+79161234502', 'the second of Kazan is left out')
    assert.equal(h.s.rows(`SELECT why_not FROM contact WHERE id = ${contacts[1]}`)[0].why_not, 'quota_full')
    const [seen] = (await h.ok('GET', `${h.project}/quotas`)).rows
    assert.deepEqual([seen.got, seen.filled_at > 0], [1, true])
    const fall = await h.ok('GET', `/bases/${h.p.base_id}/waterfall?project_id=${h.p.project_id}`)
    assert.equal(fall.steps.find((x) => x.code === 'quota_full').contacts, 1, JSON.stringify(fall))
    const more = await h.patch(`${h.project}/quotas/${quota.id}`, { target: 2 })
    assert.equal(more.filled_at, null)
    h.tel.over(next.call)
    assert.equal((await h.tel.command('dial')).number, '+79161234501')
    const other = makeProject(h.s, { customer_id: h.p.customer_id })
    const bad = await h.s.call('POST', `/api${h.project}/quotas`, { as: h.admin, body: { field: 'city', value: 'x', result_id: other.results.lead, target: 1 } })
    assert.deepEqual([bad.status, bad.body.error.field], [400, 'result_id'], bad.text)
  })

  test(`automatic advertising in Russia waits for a director's reason; a survey does not (${engine})`, async (t) => {
    const h = await house(t, engine, { jurisdiction: 'RU', caller_number: '+74957654321' })
    const id = h.p.contact('+79161234501')
    h.s.run(`INSERT INTO consent (customer_id, e164, text_version, given_at, created_at) VALUES (${h.p.customer_id}, '+79161234501', '1', 1, 1)`)
    await h.patch(h.project, { flow_id: h.flow.id, mode: 'agentless', purpose: 'advertising', hours: Array(7).fill([0, 1440]) })
    h.s.run("UPDATE rule SET disabled = 1 WHERE jurisdiction = 'RU' AND kind NOT IN ('no_automatic', 'consent')")
    await h.tel.none('dial', 800)
    const why = await h.ok('GET', `/contacts/${id}/why`)
    assert.equal(why.rule, 'automatic')
    const rule = h.s.rows("SELECT id FROM rule WHERE jurisdiction = 'RU' AND kind = 'no_automatic'")[0].id
    await h.ok('POST', `${h.project}/rule_exceptions`, { rule_id: rule, applies: false, reason: 'Согласие на автоматические звонки подписано, юрист подтвердил' })
    assert.equal((await h.tel.command('dial')).number, '+79161234501')
  })

  test(`a number outside passes the gate; a caller his flow served is not missed (${engine})`, async (t) => {
    const h = await house(t, engine)
    const queue = await h.ok('POST', `${h.project}/queues`, { name: 'Продажи' })
    await h.ok('POST', `${h.project}/numbers`, { e164: '+74957654321', queue_id: queue.id, flow_id: h.flow.id })
    const missed = async () => (await h.ok('GET', '/missed_calls')).rows.length
    h.s.run(`UPDATE project SET purpose = 'advertising', hours = '${never}' WHERE id = ${h.p.project_id}`) // of whom it calls, not of who is called into a talk
    const call = h.tel.arrive({ number: '+74957654321', from: '+79161234567', project: h.p.project_id, queue: queue.id, trunk: h.p.trunk_id })
    h.tel.step(call, { number: '+74951112233' })
    const m = await h.tel.command('transfer')
    assert.deepEqual([m.call, m.how, m.number, m.trunk], [call, 'blind', '+74951112233', h.p.trunk_id])
    h.tel.guestIn(call)
    h.tel.giveUp(call)
    await h.ended(call)
    assert.equal(await missed(), 0, 'led outside, he was served')
    h.s.run(`INSERT INTO do_not_call (e164, level, created_at) VALUES ('+74951112233', 'all', 1)`)
    const second = h.tel.arrive({ number: '+74957654321', from: '+79161234568', project: h.p.project_id, queue: queue.id, trunk: h.p.trunk_id })
    h.tel.step(second, { number: '+74951112233' })
    assert.deepEqual([(await h.tel.command('talk')).turn], ['back'])
    h.tel.giveUp(second)
    await until(async () => (await missed()) === 1)
    const third = h.tel.arrive({ number: '+74957654321', from: '+79161234569', project: h.p.project_id, queue: queue.id, trunk: h.p.trunk_id })
    h.tel.step(third, { result: h.p.results.lead })
    h.tel.giveUp(third)
    assert.equal((await h.ended(third)).result_id, h.p.results.lead)
    assert.equal(await missed(), 1)
    h.same()
  })

  test(`a talk is rated after its operator has left, and his result is saved meanwhile (${engine})`, async (t) => {
    const h = await house(t, engine)
    const queue = await h.ok('POST', `${h.project}/queues`, { name: 'Продажи' })
    const ask = (more) => ({ start: 'r', nodes: [step('r', 'survey', { title: 'Оценка разговора', words: 'Оцените разговор от одного до пяти.', answers: { 1: '', 2: '', 3: '', 4: '', 5: '' }, rates: true, ...more })] })
    const rating = await h.ok('POST', `${h.project}/flows`, { name: 'Оценка', graph: ask() })
    await h.patch(h.project, { after_flow_id: rating.id })
    const leads = await h.s.call('PATCH', `/api${h.project}/flows/${rating.id}`, {
      as: h.admin,
      body: { graph: { start: 'r', nodes: [...ask({ next: 'q' }).nodes, step('q', 'queue', { queue_id: queue.id })] } },
      headers: { 'If-Match': `"${rating.version}"` }
    })
    assert.deepEqual([leads.status, leads.body.error.code], [400, 'flow_after'], leads.text)
    const used = await h.s.call('DELETE', `/api${h.project}/flows/${rating.id}`, { as: h.admin, headers: { 'If-Match': `"${rating.version}"` } })
    assert.equal(used.status, 409, used.text)
    const who = h.s.person('operator', { project_ids: [h.p.project_id] })
    const seat = (see) => until(async () => ((x) => see(x) && x)(await h.ok('GET', '/seat', undefined, who)))
    await h.ok('POST', '/seat/start', { project_id: h.p.project_id }, who)
    await h.ok('POST', '/seat/leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` }, who)
    await seat((x) => x.leg === 'up')
    const contact = h.p.contact('+79161234567')
    await h.ok('POST', '/seat/dial', { contact_id: contact }, who)
    const dial = await h.tel.command('dial')
    assert.equal(dial.after, rating.id)
    const at = await seat((x) => x.call?.state === 'connected')
    await sleep(300)
    h.tel.rate(dial.call)
    await seat((x) => x.state === 'wrap_up' && x.call?.state === 'rating')
    await h.ok('POST', '/seat/result', { call_id: at.call.id, result_id: h.p.results.lead, then: 'pause' }, who)
    await seat((x) => !x.call)
    const q = (await h.questions()).find((x) => x.rates)
    h.tel.step(dial.call, { question: q.id })
    await sleep(400)
    h.tel.step(dial.call, { question: q.id, digits: '5' })
    h.tel.callState(dial.call, 'ended', { cause: 'hung_up', by: 'operator' })
    const c = await h.ended(dial.call)
    assert.deepEqual([c.rating, c.result_id, c.operator_id], [5, h.p.results.lead, who.id])
    const row = h.s.rows(`SELECT connected_at, talk_ended_at, ended_at, talk_ms FROM call WHERE uuid = '${dial.call}'`)[0]
    assert.equal(row.talk_ms, row.talk_ended_at - row.connected_at)
    assert.ok(row.ended_at - row.talk_ended_at >= 400)
    const journal = (await h.ok('GET', `/calls?project_id=${h.p.project_id}`)).rows[0]
    assert.deepEqual([journal.rating, journal.ended_by], [5, 'operator'])
    const ratings = await h.ok('GET', `${h.project}/ratings`)
    assert.deepEqual(ratings.rows.map((r) => [r.operator_id, r.rated, r.talks, r.average]), [[who.id, 1, 1, 5]])
    h.same()
  })
}

for (const engine of engines)
  test(`talks and ratings of each operator between any two moments are those of the calls (${engine})`, async (t) => {
    const s = await serve(t, { engine }), h = await makeMonths(s, { seed: 9, n: 900 }), r = random(3)
    s.run(`UPDATE call SET connected_at = answered_at + 100 WHERE answered_at IS NOT NULL AND id % 7 <> 0; UPDATE call SET rating = id % 5 + 1 WHERE connected_at IS NOT NULL AND id % 3 = 0`)
    const calls = s.rows('SELECT project_id, operator_id, asked_at, rating FROM call WHERE connected_at IS NOT NULL AND operator_id IS NOT NULL').map((c) => ({ ...c, asked_at: Number(c.asked_at), rating: c.rating === null ? null : Number(c.rating) }))
    const director = s.person('director')
    const hour = (at) => Math.floor(at / HOUR) * HOUR, day = (at) => Math.floor(at / DAY) * DAY
    for (let i = 0; i < 40; i++) {
      const from = h.now - r.int(46 * DAY), to = from + r.one([r.int(HOUR), r.int(2 * DAY), r.int(40 * DAY)]), { id } = r.one(h.projects)
      const [since, until] = [[from, to], [hour(from), to], [day(from), day(to)], [0, h.now]][i % 4]
      const of = new Map()
      for (const c of calls.filter((c) => c.project_id === id && c.asked_at >= since && c.asked_at < until)) {
        const o = of.get(Number(c.operator_id)) ?? { talks: 0, rated: 0, counts: [0, 0, 0, 0, 0] }
        o.talks++
        if (c.rating) o.counts[(o.rated++, c.rating - 1)]++
        of.set(Number(c.operator_id), o)
      }
      const { body, text } = await s.call('GET', `/api/projects/${id}/ratings?since=${since}&until=${until}`, { as: director })
      assert.ok(body.rows, text)
      assert.deepEqual(new Map(body.rows.map(({ operator_id, talks, rated, counts }) => [operator_id, { talks, rated, counts }])), of, `${since} to ${until}`)
      for (const x of body.rows) assert.equal(x.average, x.rated ? x.counts.reduce((sum, n, k) => sum + n * (k + 1), 0) / x.rated : null)
    }
  })
