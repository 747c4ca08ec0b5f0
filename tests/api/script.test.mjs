// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts: what a draft begins from and what the linter says of it, what stands beside it, what its calls tell about it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, splitsAgree } from '../lib/house.mjs'
import { engines, patience, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const step = (id, text, answers = [], more = {}) => ({ id, stage: 's1', type: answers.length ? 'ask' : 'end', title: `Шаг ${id}`, text, answers, x: 0, y: 0, ...more })
const answer = (label, to) => ({ id: `a${label}`, label, to })
const stages = [{ id: 's1', name: 'Контакт', kind: 'contact' }]
const graph = {
  start: 'n1',
  conflict: null,
  stages,
  nodes: [step('n1', 'Удобно говорить?', [answer('Да', 'n2'), answer('Нет', 'n3')]), step('n2', 'Встретимся?', [answer('Да', 'n3')]), step('n3', 'Спасибо.')]
}

async function house(t, engine, more = {}) {
  const path = join('/tmp', `zvonar-tel-script-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const tel = await new Tel(path).start()
  t.after(() => tel.dead || tel.kill())
  const s = await serve(t, { engine, args: ['--tel', path] })
  const p = makeProject(s, { mode: 'manual', ...more })
  s.run(`UPDATE script_version SET graph = '${JSON.stringify(graph)}', approved_at = 1 WHERE id = ${p.script_id}`)
  const pm = s.person('project_manager', { project_ids: [p.project_id] })
  const ask = async (as, method, path, body, status) => {
    const r = await s.call(method, `/api${path}`, { as, body })
    assert.ok(status ? r.status === status : r.status < 300, `${method} ${path}: ${r.status} ${r.text}`)
    return r.body
  }
  const refused = async (as, method, path, body, status, code, field) => {
    const r = await s.call(method, `/api${path}`, { as, body })
    assert.deepEqual([r.status, r.body?.error?.code, r.body?.error?.field], [status, code, field ?? null], r.text)
    return r.body.error
  }
  return { s, tel, p, pm, ask, refused, project_id: p.project_id }
}

// An operator at his seat, who talks with one contact after another.
async function operator(h, name = 'Анна') {
  const { s, p } = h
  const who = s.person('operator', { project_ids: [p.project_id], name })
  const seat = async () => (await s.call('GET', '/api/seat', { as: who })).body
  const post = (what, body = {}) => s.call('POST', `/api/seat/${what}`, { as: who, body })
  const until = async (see) => {
    let now
    for (const end = Date.now() + 15000 * patience; Date.now() < end; await sleep(5)) if (see((now = await seat()))) return now
    throw new Error(`the seat is ${JSON.stringify(now)}`)
  }
  await post('start', { project_id: p.project_id })
  await until((v) => v.state === 'pause')
  await post('leg', { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` })
  await until((v) => v.leg === 'up')
  await post('ready')
  await until((v) => v.state === 'ready')
  const dial = async (contact_id) => {
    const r = await post('dial', { contact_id })
    assert.equal(r.status, 200, r.text)
    return (await until((v) => v.state === 'talking')).call
  }
  const save = async (call, result_id, more = {}) => {
    await post('hangup')
    await until((v) => v.state === 'wrap_up')
    return post('result', { call_id: call.id, result_id, then: 'ready', ...more })
  }
  const talk = async (contact_id, result_id, path, during) => {
    const call = await dial(contact_id)
    await during?.(call)
    const r = await save(call, result_id, { path })
    assert.equal(r.status, 200, r.text)
    await until((v) => v.state === 'ready')
    return call
  }
  return { who, post, dial, save, talk, until }
}

for (const engine of engines) {
  test(`a draft begins from the template; the linter and the library (${engine})`, async (t) => {
    const { s, p, pm, ask, refused, project_id } = await house(t, engine)
    const made = await ask(pm, 'POST', `/projects/${project_id}/scripts`, { project_id }, 201)
    const drafted = await ask(pm, 'GET', `/scripts/${made.id}`)
    assert.deepEqual(drafted.graph.stages.map((x) => x.kind), ['contact', 'orientation', 'options', 'decision', 'exit', 'conflict'])
    assert.equal(drafted.graph.conflict, 'c1')
    const lint = async (id) => (await ask(pm, 'GET', `/scripts/${id}/lint`)).rows
    assert.deepEqual([...new Set((await lint(made.id)).map((x) => x.code))], ['to_fill'])
    await ask(pm, 'POST', `/scripts/${made.id}/propose`)
    s.run(`UPDATE project SET language = 'en' WHERE id = ${project_id}`)
    const english = await ask(pm, 'POST', `/projects/${project_id}/scripts`, { project_id }, 201)
    assert.equal((await ask(pm, 'GET', `/scripts/${english.id}`)).graph.stages[0].name, 'Contact')

    // A circle keeps a version from being proposed; an article that is gone is remarked on.
    const article = await ask(pm, 'POST', '/articles', { project_id, title: 'Гарантия на масла', body: 'Даём гарантию.\n\nНа моторное масло — год.' }, 201)
    const circle = { ...graph, nodes: [step('n1', 'Раз', [answer('Да', 'n2')], { articles: [article.id, 999] }), step('n2', 'Два', [answer('Да', 'n1')])] }
    const round = await ask(pm, 'POST', `/projects/${project_id}/scripts`, { project_id, graph: circle }, 201)
    assert.deepEqual((await lint(round.id)).map((x) => [x.code, x.node]), [['no_conflict', null], ['circle', 'n1'], ['unknown_article', 'n1'], ['circle', 'n2']])
    await refused(pm, 'POST', `/scripts/${round.id}/propose`, undefined, 400, 'circle', 'graph')
    await refused(pm, 'POST', `/projects/${project_id}/scripts`, { project_id, graph: { ...graph, nodes: [step('n1', 'Раз', [], { articles: ['x'] })] } }, 400, 'articles', 'graph.nodes[0].articles')

    // The library: of the project by who writes its scripts, of the house by who leads all; read by operators within reach, never from outside.
    const director = s.person('project_director')
    const own = await ask(pm, 'POST', '/objections', { project_id, phrase: 'Дорого', answer: 'А с чем вы сравниваете, {person.name}?' }, 201)
    await refused(pm, 'POST', '/objections', { phrase: 'Нет времени', answer: 'Тогда коротко.' }, 403, 'house_knowledge', 'project_id')
    const common = await ask(director, 'POST', '/objections', { phrase: 'Нет времени', answer: 'Тогда коротко.' }, 201)
    const foreign = makeProject(s)
    await ask(director, 'POST', '/objections', { project_id: foreign.project_id, phrase: 'Чужое', answer: 'Чужое' }, 201)
    const secret = await ask(director, 'POST', '/articles', { project_id: foreign.project_id, title: 'Масло чужое', body: 'Масло' }, 201)
    await ask(director, 'POST', '/articles', { title: 'О нас', body: 'Продаём масло с 1990 года' }, 201)
    const seat = s.person('operator', { project_ids: [project_id] })
    assert.deepEqual((await ask(seat, 'GET', '/objections')).rows.map((x) => x.id), [own.id, common.id])
    assert.deepEqual((await ask(seat, 'GET', '/objections?project_id=null')).rows.map((x) => x.id), [common.id])
    await refused(seat, 'POST', '/objections', { project_id, phrase: 'Я', answer: 'Я' }, 403, 'right')
    for (const path of ['/objections', '/articles', `/projects/${project_id}/articles/found`])
      await refused(s.person('customer', { customer_id: p.customer_id }), 'GET', path, undefined, 403, 'right')

    // Found in whatever form the words stand; the title counts more; what is archived, or another's, is not found.
    const found = async (q) => (await ask(seat, 'GET', `/projects/${project_id}/articles/found?q=${encodeURIComponent(q)}`)).rows.map((x) => x.title)
    assert.deepEqual(await found('маслами'), ['Гарантия на масла', 'О нас'])
    assert.deepEqual(await found('моторного масла'), ['Гарантия на масла'])
    assert.deepEqual(await found('гаран'), ['Гарантия на масла'])
    assert.deepEqual(await found('%'), ['Гарантия на масла', 'О нас'])
    assert.deepEqual(await found('бензин'), [])
    assert.equal((await s.call('GET', `/api/articles/${secret.id}`, { as: seat })).status, 404)
    assert.equal((await s.call('GET', `/api/projects/${foreign.project_id}/articles/found`, { as: seat })).status, 404)
    const changed = await s.call('PATCH', `/api/articles/${article.id}`, { as: pm, body: { title: 'Доставка', body: 'Везём сами' }, headers: { 'If-Match': `"${article.version}"` } })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual(await found('гарантия'), [])
    assert.deepEqual(await found('доставки'), ['Доставка'])
    await s.call('PATCH', `/api/articles/${article.id}`, { as: pm, body: { archived: true }, headers: { 'If-Match': `"${changed.body.version}"` } })
    assert.deepEqual(await found('доставка'), [])
  })

  test(`a result asks for its answers (${engine})`, async (t) => {
    const h = await house(t, engine)
    const { s, p, project_id } = h
    const reason = s.insert('result', { project_id, parent_id: p.results.refusal, name: 'Дорого', effect: 'final', counts_as: 'refusal' })
    s.insert('form_field', { project_id, position: 1, key: 'volume', label: 'Сколько тонн в год', type: 'number', required_by: JSON.stringify([p.results.refusal]) })
    const op = await operator(h)
    const call = await op.dial(p.contact('+78124483001'))
    const path = [['n1', 'aДа', 0], ['n2', null, 900]]
    const named = (r, code) => assert.deepEqual([r.status, r.body.error.code, r.body.error.field], [400, code, 'volume'], r.text)
    named(await op.save(call, reason, { path }), 'required')
    named(await op.post('result', { call_id: call.id, result_id: reason, path, answers: { volume: 'много' }, then: 'ready' }), 'answer')
    const r = await op.post('result', { call_id: call.id, result_id: reason, path, answers: { volume: '12' }, then: 'ready' })
    assert.equal(r.status, 200, r.text)
    assert.deepEqual(JSON.parse(s.rows(`SELECT path FROM call WHERE id = ${call.id}`)[0].path), path)
  })

  test(`what calls tell about a script: phrases without an answer, the way through it (${engine})`, async (t) => {
    const h = await house(t, engine)
    const { s, p, pm, ask, refused, project_id } = h
    const anna = await operator(h, 'Анна')
    const note = (call, said, node = 'n1') => anna.post('unanswered', { call_id: call.id, node, said })
    let foreign
    const first = await anna.talk(p.contact('+78124483011'), p.results.lead, [['n1', 'aДа', 0], ['n2', 'aДа', 40], ['n3', null, 60]], async (call) => {
      foreign = call
      assert.equal((await note(call, 'Уже работаем с поставщиком')).status, 204)
      assert.equal((await note(call, 'ДОРОГО!')).status, 204)
      assert.equal((await note(call, 'Что?', 'n9')).body.error.code, 'no_step')
      assert.equal((await note(call, '  ')).body.error.code, 'required')
    })
    await anna.talk(p.contact('+78124483012'), p.results.refusal, [['n1', 'aДа', 0], ['n2', null, 40]], (call) => note(call, 'У нас уже работает поставщик'))
    await anna.talk(p.contact('+78124483013'), p.results.refusal, [['n1', 'aНет', 0], ['n3', null, 40]], (call) => note(call, 'дорого…', 'n3'))
    const bad = await anna.dial(p.contact('+78124483014'))
    for (const path of [{}, [1], [['n1', 2, 3]], [['n1', null]], [['n1', null, 'x']]]) assert.equal((await anna.save(bad, p.results.refusal, { path })).status, 400, JSON.stringify(path))
    assert.equal((await anna.post('result', { call_id: bad.id, result_id: p.results.refusal, path: [['n1', null, 0], ['gone', null, 5]], then: 'ready' })).status, 200)
    const boris = s.person('operator', { project_ids: [project_id], name: 'Борис' })
    await refused(boris, 'POST', '/seat/unanswered', { call_id: foreign.id, node: 'n1', said: 'Чужое' }, 404, 'not_found')

    // Groups by what was meant; settled ones are no longer open, and may be opened again.
    const groups = async (state = 'open') => (await ask(pm, 'GET', `/projects/${project_id}/unanswered?state=${state}`)).rows
    const open = await groups()
    assert.deepEqual(open.map((g) => [g.node, g.title, g.count]), [['n1', 'Шаг n1', 2], ['n1', 'Шаг n1', 1], ['n3', 'Шаг n3', 1]])
    assert.deepEqual(open[0].phrases.map((x) => [x.said, x.operator, x.number]), [['У нас уже работает поставщик', 'Анна', 1], ['Уже работаем с поставщиком', 'Анна', 1]])
    assert.equal(open[0].phrases[1].call_id, first.id)
    const ids = open[0].phrases.map((x) => x.id)
    const draft = await ask(pm, 'POST', `/scripts/${p.script_id}/copy`)
    const elsewhere = makeProject(s)
    await refused(pm, 'POST', `/projects/${project_id}/unanswered/settle`, { ids, state: 'answered', script_version_id: elsewhere.script_id }, 400, 'reference', 'script_version_id')
    await ask(pm, 'POST', `/projects/${project_id}/unanswered/settle`, { ids, state: 'answered', script_version_id: draft.id }, 204)
    await ask(pm, 'POST', `/projects/${project_id}/unanswered/settle`, { ids: [open[1].phrases[0].id, 999999], state: 'aside' }, 204)
    assert.deepEqual((await groups()).map((g) => g.node), ['n3'])
    assert.deepEqual((await groups('answered')).map((g) => g.count), [2])
    const gone = await s.call('DELETE', `/api/projects/${project_id}/scripts/${draft.id}`, { as: pm, headers: { 'If-Match': `"${draft.version}"` } })
    assert.equal(gone.status, 204, gone.text)
    assert.equal((await groups()).length, 2, 'a draft that goes takes its answers along')
    await ask(pm, 'POST', `/projects/${project_id}/unanswered/settle`, { ids: [open[2].phrases[0].id], state: 'aside' }, 204)
    await ask(pm, 'POST', `/projects/${project_id}/unanswered/settle`, { ids: [open[2].phrases[0].id], state: 'open' }, 204)
    assert.equal((await groups()).length, 2)
    assert.equal(s.rows(`SELECT count(*) AS n FROM unanswered WHERE settled_by IS NOT NULL`)[0].n, 1)
    await refused(pm, 'GET', `/projects/${project_id}/unanswered?state=other`, undefined, 400, 'word', 'state')

    // The way: each step once a talk, lost where the last step before a farewell was; from outside without names.
    const steps = async (as) => Object.fromEntries((await ask(as, 'GET', `/scripts/${p.script_id}/steps`)).rows.map((x) => [x.node, [x.operator, x.calls, x.ended, x.lost, x.won]]))
    assert.deepEqual(await steps(pm), { n1: ['Анна', 4, 1, 2, 1], n2: ['Анна', 2, 1, 1, 1], n3: ['Анна', 2, 2, 0, 1] })
    assert.deepEqual(await steps(s.person('customer', { customer_id: p.customer_id })), { n1: [null, 4, 1, 2, 1], n2: [null, 2, 1, 1, 1], n3: [null, 2, 2, 0, 1] })
    assert.equal((await s.call('GET', `/api/scripts/${p.script_id}/steps`, { as: s.person('customer', { customer_id: elsewhere.customer_id }) })).status, 404)

    // Two versions side by side.
    const next = { ...graph, nodes: [step('n1', 'Удобно сейчас говорить?', [answer('Да', 'n3'), answer('Нет', 'n3')]), step('n3', 'Спасибо.', [], { articles: [1] }), step('n4', 'Новый.')] }
    const other = await ask(pm, 'POST', `/projects/${project_id}/scripts`, { project_id, graph: next }, 201)
    const diff = await ask(pm, 'GET', `/scripts/${other.id}/diff?against=${p.script_id}`)
    assert.deepEqual([diff.from, diff.to], [1, other.number])
    assert.deepEqual(diff.steps.map((x) => [x.id, x.what, x.others ?? null]), [['n1', 'changed', []], ['n3', 'changed', ['articles']], ['n4', 'added', null], ['n2', 'removed', null]])
    assert.deepEqual(diff.steps[0].words, [['=', 'Удобно '], ['+', 'сейчас '], ['=', 'говорить?']])
    await refused(pm, 'GET', `/scripts/${other.id}/diff?against=${elsewhere.script_id}`, undefined, 404, 'not_found')
    await refused(pm, 'GET', `/scripts/${other.id}/diff`, undefined, 400, 'required', 'against')

    // A contact's words go with the rest of it.
    const [{ contact_id }] = s.rows(`SELECT contact_id FROM call WHERE id = ${first.id}`)
    s.run('DELETE FROM recording')
    const erased = await s.call('POST', `/api/contacts/${contact_id}/erase`, { as: s.person('director'), body: { reason: 'Запрос 1 от 01.01.2026' } })
    assert.ok(erased.status < 300, erased.text)
    assert.equal(s.rows(`SELECT count(*) AS n FROM unanswered WHERE call_id = ${first.id}`)[0].n, 0)
  })

  test(`two versions are tried against each other (${engine})`, async (t) => {
    const h = await house(t, engine)
    const { s, p, pm, ask, refused, project_id } = h
    const before = s.insert('script_version', { project_id, number: 2, state: 'retired', graph: JSON.stringify(graph), approved_at: 1, created_at: 1 })
    const draft = await ask(pm, 'POST', `/scripts/${p.script_id}/copy`)
    const start = (body) => ask(pm, 'POST', `/projects/${project_id}/splits`, { project_id, goal: 'lead', ...body }, 201)
    for (const [b_id, code] of [[draft.id, 'not_approved'], [p.script_id, 'not_approved']])
      await refused(pm, 'POST', `/projects/${project_id}/splits`, { project_id, b_id }, 400, code, 'b_id')
    await refused(s.person('supervisor', { project_ids: [project_id] }), 'POST', `/projects/${project_id}/splits`, { project_id, b_id: before }, 403, 'right')
    const test1 = await start({ b_id: before })
    assert.deepEqual([test1.a_id, test1.b_id, test1.state, test1.goal], [p.script_id, before, 'running', 'lead'])
    await refused(pm, 'POST', `/projects/${project_id}/splits`, { project_id, b_id: before }, 409, 'running')

    // A contact hears one of them from its first call on, whoever calls it; both are heard.
    const anna = await operator(h)
    const heard = new Map()
    let led
    for (let i = 0; i < 2; i++) {
      const contact = p.contact(`+7812448310${i}`)
      const call = await anna.talk(contact, i % 2 ? p.results.lead : p.results.refusal, [['n1', null, 0]])
      heard.set(contact, call.script_version_id)
      led = call.id
    }
    assert.deepEqual([...heard.values()], [p.script_id, before])
    const [[again, version]] = heard
    s.run(`UPDATE contact SET state = 'due', due_at = 0 WHERE id = ${again}; UPDATE project SET attempt_gap_min = 0 WHERE id = ${project_id}; UPDATE call SET dialled_at = dialled_at - 86400000, asked_at = asked_at - 86400000 WHERE contact_id = ${again}`)
    s.run(`UPDATE split SET started_at = started_at - 90000000 WHERE id = ${test1.id}`)
    assert.equal((await anna.talk(again, p.results.refusal, [['n1', null, 0]])).script_version_id, version)
    const reading = async (id, as = pm) => ask(as, 'GET', `/splits/${id}/reading`)
    const small = await reading(test1.id)
    assert.equal(small.verdict, 'early')
    assert.deepEqual(small.sides.map((x) => x.script_version_id), [p.script_id, before])
    assert.equal(small.sides[0].talked + small.sides[1].talked, 2)
    assert.equal(small.sides[0].won + small.sides[1].won, 1)
    splitsAgree(s)
    // A result that is corrected counts as what it is now.
    const correct = (result_id, seen) => ask(s.person('supervisor', { project_ids: [project_id] }), 'POST', `/calls/${led}/correct`, { result_id, why: 'Ослышалась', seen })
    for (const [result, won] of [[p.results.refusal, 0], [p.results.lead, 1]]) {
      await correct(result, Number(s.rows(`SELECT coalesce(max(id), 0) AS id FROM correction WHERE call_id = ${led}`)[0].id))
      assert.equal((await reading(test1.id)).sides.reduce((n, x) => n + x.won, 0), won)
      splitsAgree(s)
    }

    // A winner is named only when the test allows it, and never when the halves are no halves.
    let id = 1000000
    const many = (version, contacts, won) => {
      const rows = Array.from({ length: contacts }, (_, i) => ({ c: id + i, won: i < won }))
      id += contacts
      const at = Date.now() - 1000
      s.run(`INSERT INTO split_contact (split_id, contact_id, script_version_id, assigned_at, talked, won) VALUES ${rows.map((r) => `(${test1.id}, ${r.c}, ${version}, ${at}, 1, ${Number(r.won)})`).join()}`)
      s.run(`INSERT INTO call (uuid, project_id, contact_id, mode, number, script_version_id, state, asked_at, connected_at, ended_at, counts_as) VALUES ${rows.map((r) => `('t-${r.c}', ${project_id}, ${r.c}, 'manual', '+7', ${version}, 'ended', ${at}, ${at}, ${at}, '${r.won ? 'lead' : 'nothing'}')`).join()}`)
      s.run(`UPDATE split_side SET contacts = contacts + ${contacts}, talked = talked + ${contacts}, won = won + ${won} WHERE split_id = ${test1.id} AND script_version_id = ${version}`)
      splitsAgree(s)
    }
    many(p.script_id, 1500, 75)
    many(before, 1500, 100)
    const open = await reading(test1.id)
    assert.equal(open.verdict, 'open')
    assert.ok(open.low < 0 && open.high > 0 && open.needed > 1500 && open.seen > 0.01 && open.better > 0.9, JSON.stringify(open))
    many(before, 1000, 170)
    assert.equal((await reading(test1.id)).verdict, 'uneven')
    many(p.script_id, 1000, 50)
    const won = await reading(test1.id, s.person('customer', { customer_id: p.customer_id }))
    assert.equal(won.verdict, 'b')
    assert.ok(won.low > 0 && won.sides.every((x) => x.low < x.won / x.talked && x.high > x.won / x.talked), JSON.stringify(won))
    const plan = await ask(pm, 'GET', `/projects/${project_id}/split-plan?goal=lead`)
    assert.ok(plan.share >= 0 && plan.seen > 0, JSON.stringify(plan))

    // Stopped, the winner is what everybody speaks by; where the customer approves it goes by a change.
    await refused(pm, 'POST', `/scripts/${before}/approve`, undefined, 409, 'wrong_state', 'state')
    await refused(pm, 'POST', `/splits/${test1.id}/stop`, { keep_id: draft.id }, 400, 'reference', 'keep_id')
    s.run(`UPDATE project SET customer_approves = 1 WHERE id = ${project_id}`)
    await refused(pm, 'POST', `/splits/${test1.id}/stop`, { keep_id: before }, 403, 'customer_approves')
    s.run(`UPDATE project SET customer_approves = 0 WHERE id = ${project_id}`)
    assert.equal((await ask(pm, 'POST', `/splits/${test1.id}/stop`, { keep_id: before, why: 'Больше встреч' })).state, 'stopped')
    await refused(pm, 'POST', `/splits/${test1.id}/stop`, {}, 409, 'wrong_state', 'state')
    assert.deepEqual(s.rows(`SELECT id, state FROM script_version WHERE id IN (${p.script_id}, ${before}) ORDER BY id`).map((v) => v.state), ['retired', 'active'])
    assert.equal((await anna.talk(p.contact('+78124483199'), p.results.refusal, [['n1', null, 0]])).script_version_id, before)
    assert.equal((await reading(test1.id)).verdict, 'b')

    // Another version approved meanwhile ends a test by itself.
    const test2 = await start({ b_id: p.script_id, goal: 'sale' })
    await ask(pm, 'POST', `/scripts/${draft.id}/propose`)
    await ask(pm, 'POST', `/scripts/${draft.id}/approve`)
    const ended = await ask(pm, 'GET', `/projects/${project_id}/splits/${test2.id}`)
    assert.deepEqual([ended.state, ended.stopped_why], ['stopped', 'replaced'])
  })
}
