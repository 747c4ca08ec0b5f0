// SPDX-License-Identifier: GPL-3.0-or-later
// Versions of a flow: a draft touches no call, what runs is one version, a change carries another to the customer, and shows him what becomes different.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, patience, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

const step = (id, type, more = {}) => ({ id, type, title: id, x: 0, y: 0, ...more })

async function house(t, engine, project) {
  const path = join('/tmp', `zvonar-tel-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const tel = await new Tel(path).start()
  const s = await serve(t, { engine, args: ['--tel', path] })
  t.after(() => tel.dead || tel.kill())
  const p = makeProject(s, { mode: 'manual', ...project })
  const project_id = p.project_id
  const pm = s.person('project_manager', { project_ids: [project_id] })
  const ok = async (method, path, body, as = pm, version) => {
    const r = await s.call(method, `/api${path}`, { as, body, headers: version && { 'If-Match': `"${version}"` } })
    assert.ok(r.status < 300, `${method} ${path}: ${r.status} ${r.text}`)
    return r.body
  }
  const refused = async (method, path, body, code, status, as = pm, version) => {
    const r = await s.call(method, `/api${path}`, { as, body, headers: version && { 'If-Match': `"${version}"` } })
    assert.deepEqual([r.status, r.body.error.code], [status, code], r.text)
    return r.body.error
  }
  const flows = `/projects/${project_id}/flows`, versions = `/projects/${project_id}/flow_versions`
  const queue = await ok('POST', `/projects/${project_id}/queues`, { name: 'Продажи' })
  const draft = (flow_id, graph) => ok('POST', versions, { flow_id, graph })
  const states = (flow_id) => s.rows(`SELECT state FROM flow_version WHERE flow_id = ${flow_id} ORDER BY number`).map((v) => v.state)
  const until = async (get, see) => {
    let now
    for (const end = Date.now() + 10000 * patience; Date.now() < end; await sleep(20)) if (see((now = await get()))) return now
    throw new Error(`${JSON.stringify(now)}\n${s.log.slice(-2000)}`)
  }
  // What the telephone process was told last says of the first step.
  const heard = (words) => until(() => tel.command('inbound'), (m) => (m.nodes ?? [])[0]?.words === words)
  return { s, tel, p, project_id, pm, ok, refused, flows, versions, queue, draft, states, until, heard }
}

const graph = (h, words, more = {}) => ({
  start: 'hello',
  nodes: [
    step('hello', 'menu', { title: 'Приветствие', words, keys: { 1: 'sales' }, other: 'bye', ...more }),
    step('sales', 'queue', { title: 'В продажи', queue_id: h.queue.id, other: 'bye' }),
    step('bye', 'end', { title: 'Прощание', words: 'До свидания.' })
  ]
})

for (const engine of engines) {
  test(`a draft touches no call; published, it runs; what ran before can run again (${engine})`, async (t) => {
    const h = await house(t, engine)
    const empty = await h.ok('POST', h.flows, { name: 'Меню' })
    assert.deepEqual([empty.graph, empty.running], [null, null])
    const number = { e164: '+74957654321', queue_id: h.queue.id, flow_id: empty.id }
    await h.refused('POST', `/projects/${h.project_id}/numbers`, number, 'flow_not_running', 400)
    const project = await h.ok('GET', `/projects/${h.project_id}`)
    await h.refused('PATCH', `/projects/${h.project_id}`, { flow_id: empty.id }, 'flow_not_running', 400, h.pm, project.version)

    const first = await h.draft(empty.id, graph(h, 'Первая.'))
    assert.deepEqual([first.number, first.state], [1, 'draft'])
    assert.equal((await h.ok('POST', `/flow_versions/${first.id}/publish`)).state, 'active')
    const flow = await h.ok('GET', `${h.flows}/${empty.id}`)
    assert.deepEqual([flow.graph, flow.running], [graph(h, 'Первая.'), 1])
    await h.ok('POST', `/projects/${h.project_id}/numbers`, number)
    await h.heard('Первая.')

    // A draft is changed as often as one likes.
    let second = await h.draft(flow.id, graph(h, 'Вторая.'))
    second = await h.ok('PATCH', `${h.versions}/${second.id}`, { graph: graph(h, 'Вторая!') }, h.pm, second.version)
    assert.deepEqual([second.number, (await h.ok('GET', `${h.flows}/${flow.id}`)).graph], [2, flow.graph])
    assert.equal((await h.refused('PATCH', `${h.versions}/${second.id}`, { graph: graph(h, '') }, 'flow', 400, h.pm, second.version)).field, 'graph.hello')
    await h.ok('POST', `/flow_versions/${second.id}/publish`)
    await h.heard('Вторая!')
    assert.deepEqual(h.states(flow.id), ['retired', 'active'])
    await h.refused('PATCH', `${h.versions}/${second.id}`, { graph: graph(h, 'Третья.') }, 'not_draft', 400, h.pm, second.version + 1)
    await h.refused('POST', `/flow_versions/${second.id}/publish`, undefined, 'wrong_state', 409)
    await h.ok('POST', `/flow_versions/${first.id}/publish`)
    await h.heard('Первая.')
    assert.deepEqual(h.states(flow.id), ['active', 'retired'])

    // Written with the flow, the steps are a version too; a new name is none.
    const now = await h.ok('GET', `${h.flows}/${flow.id}`)
    const third = await h.ok('PATCH', `${h.flows}/${flow.id}`, { graph: graph(h, 'Третья.') }, h.pm, now.version)
    assert.deepEqual([third.running, h.states(flow.id)], [3, ['retired', 'retired', 'active']])
    await h.heard('Третья.')
    const named = await h.ok('PATCH', `${h.flows}/${flow.id}`, { name: 'Главное' }, h.pm, third.version)
    assert.equal(h.states(flow.id).length, 3)
    await h.refused('PATCH', `${h.flows}/${flow.id}`, { graph: null }, 'required', 400, h.pm, named.version)

    // Of another project, of another flow.
    const other = makeProject(h.s, { customer_id: h.p.customer_id })
    await h.refused('POST', h.versions.replace(h.project_id, other.project_id), { flow_id: flow.id, graph: graph(h, 'x') }, 'other_project', 400, h.s.person('admin'))
    const spare = await h.ok('POST', h.flows, { name: 'Запасное', graph: graph(h, 'x') })
    const [of_spare] = (await h.ok('GET', `${h.versions}?flow_id=${spare.id}`)).rows
    await h.refused('GET', `/flow_versions/${second.id}/diff?against=${of_spare.id}`, undefined, 'reference', 400)
    const stranger = h.s.person('project_manager', { project_ids: [other.project_id] })
    assert.equal((await h.s.call('GET', `/api/flow_versions/${second.id}/diff`, { as: stranger })).status, 404)
    await h.ok('DELETE', `${h.flows}/${spare.id}`, undefined, h.pm, spare.version)
    assert.equal(h.s.rows(`SELECT COUNT(*) AS n FROM flow_version WHERE flow_id = ${spare.id}`)[0].n, 0)
  })

  test(`the customer decides about a version of a flow, and sees what it changes (${engine})`, async (t) => {
    const h = await house(t, engine, { customer_approves: 0 })
    const flow = await h.ok('POST', h.flows, { name: 'Меню', graph: graph(h, 'Здравствуйте. Продажи — один.') })
    await h.ok('POST', `/projects/${h.project_id}/numbers`, { e164: '+74957654321', queue_id: h.queue.id, flow_id: flow.id })
    h.s.run(`UPDATE project SET customer_approves = 1 WHERE id = ${h.project_id}`)
    const customer = h.s.person('customer', { customer_id: h.p.customer_id, name: 'Ольга' })
    h.s.run(`UPDATE "user" SET email = 'olga@example.test' WHERE id = ${customer.id}`)
    const sound = await h.ok('POST', '/prompts', { project_id: h.project_id, name: 'Прощание', words: 'Всего доброго.' })

    // Nobody of ours lets anything run here.
    await h.refused('PATCH', `${h.flows}/${flow.id}`, { graph: graph(h, 'Мимо.') }, 'customer_approves', 403, h.pm, flow.version)
    await h.refused('POST', h.flows, { name: 'Мимо', graph: graph(h, 'Мимо.') }, 'customer_approves', 403)
    const next = graph(h, 'Добрый день. Продажи — один.', { keys: { 1: 'sales', 2: 'office' }, wait_s: 8, tries: 2 })
    next.nodes[1].other = null
    next.nodes[2] = step('office', 'hours', { title: 'Часы', hours: [...Array(5).fill([540, 1080]), null, null], next: 'sales', other: 'bye' })
    next.nodes.push(step('bye', 'end', { title: 'Прощание', prompt_id: sound.id }))
    const version = await h.draft(flow.id, next)
    await h.refused('POST', `/flow_versions/${version.id}/publish`, undefined, 'customer_approves', 403)

    const propose = { project_id: h.project_id, kind: 'flow', title: 'Отдел продаж по часам', effect: 'Меньше потерянных звонков', flow_version_id: version.id }
    await h.refused('POST', '/changes', { ...propose, kind: 'script' }, 'parts', 400)
    await h.refused('POST', '/changes', { ...propose, flow_version_id: null }, 'parts', 400)
    const change = await h.ok('POST', '/changes', propose)
    const { steps, ...about } = change.diff.flow
    assert.deepEqual(about, { name: 'Меню', from: 1, to: 2 })
    assert.deepEqual(steps.map((s) => [s.id, s.type, s.what]), [
      ['hello', 'menu', 'changed'],
      ['sales', 'queue', 'changed'],
      ['office', 'hours', 'added'],
      ['bye', 'end', 'changed']
    ])
    assert.deepEqual(steps[0].words, [['-', 'Здравствуйте. '], ['+', 'Добрый день. '], ['=', 'Продажи — один.']])
    assert.deepEqual(steps[0].rows, [
      { field: 'wait_s', key: null, old: 5, new: 8 },
      { field: 'tries', key: null, old: 3, new: 2 },
      { field: 'key', key: '2', old: null, new: 'Часы' }
    ])
    assert.deepEqual(steps[1].rows, [{ field: 'other', key: null, old: 'Прощание', new: null }])
    assert.deepEqual(steps[2].rows.find((r) => r.field === 'hours'), { field: 'hours', key: null, old: null, new: next.nodes[2].hours })
    assert.deepEqual(steps[3].words, [['-', 'До свидания.'], ['+', 'Всего доброго.']])
    assert.deepEqual(steps[3].rows, [{ field: 'prompt', key: null, old: null, new: 'Прощание' }])

    // What lies before him stays as it lies, and what it needs stays.
    await h.refused('POST', '/changes', { ...propose, title: 'Ещё раз' }, 'not_to_propose', 400)
    await h.refused('PATCH', `${h.versions}/${version.id}`, { graph: graph(h, 'Другое.') }, 'not_draft', 400, h.pm, version.version + 1)
    await h.refused('PATCH', `/prompts/${sound.id}`, { words: 'Прощайте.' }, 'customer_approves', 403, h.pm, sound.version)
    await h.ok('PATCH', `/prompts/${sound.id}`, { name: 'Прощание 2' }, h.pm, sound.version)
    await h.refused('DELETE', `/prompts/${sound.id}`, undefined, 'prompt_in_use', 409)
    await h.refused('DELETE', `${h.flows}/${flow.id}`, undefined, 'in_use', 409, h.pm, flow.version)
    await h.heard('Здравствуйте. Продажи — один.')

    await h.refused('POST', `/changes/${change.id}/decide`, { decision: 'approve' }, 'customer_approves', 403)
    await h.ok('POST', `/changes/${change.id}/decide`, { decision: 'approve' }, customer)
    await h.until(() => h.ok('GET', `/changes/${change.id}`), (c) => c.state === 'applied')
    await h.heard('Добрый день. Продажи — один.')
    assert.deepEqual(h.states(flow.id), ['retired', 'active'])
    const runs = await h.ok('GET', `${h.flows}/${flow.id}`)
    assert.deepEqual([runs.running, runs.graph], [2, next])

    // Declined: its author reads why, and what ran goes on. Withdrawn: a draft again.
    const worse = await h.ok('POST', '/changes', { ...propose, flow_version_id: (await h.draft(flow.id, graph(h, 'Хуже.'))).id })
    await h.ok('POST', `/changes/${worse.id}/decide`, { decision: 'decline', note: 'Слишком коротко' }, customer)
    const back = await h.ok('POST', '/changes', { ...propose, flow_version_id: (await h.draft(flow.id, graph(h, 'Назад.'))).id })
    await h.ok('POST', `/changes/${back.id}/withdraw`)
    assert.deepEqual(h.states(flow.id), ['retired', 'active', 'declined', 'draft'])
    assert.equal(h.s.rows(`SELECT note FROM flow_version WHERE id = ${worse.flow_version_id}`)[0].note, 'Слишком коротко')
    assert.equal((await h.ok('GET', `${h.flows}/${flow.id}`)).running, 2)
    assert.match(h.s.rows("SELECT body_text FROM letter WHERE kind = 'change' ORDER BY id")[0].body_text, /Меняется голосовое меню\. Шагов меню: изменено 3, новых 1, убрано 0\./)
  })
}
