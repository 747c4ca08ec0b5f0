// SPDX-License-Identifier: GPL-3.0-or-later
// A board on the wall: whose projects it may show, what its link opens and what it does not, and how it ends.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { command, engines, serve } from '../lib/server.mjs'

async function house(t, engine) {
  const s = await serve(t, { engine })
  const [p, other] = [makeProject(s, { plan_per_day: 60 }), makeProject(s)]
  const head = s.person('supervisor', { project_ids: [p.project_id] })
  const ask = (method, path, body, as = head, more = {}) => s.call(method, `/api${path}`, { as, body, ...more })
  const ok = async (...words) => {
    const r = await ask(...words)
    assert.ok(r.status < 300, `${words[0]} ${words[1]}: ${r.status} ${r.text}`)
    return r.body
  }
  const queue = (project_id, name) => s.insert('queue', { project_id, name, created_at: Date.now() })
  return { s, p, other, head, ask, ok, queue }
}

for (const engine of engines)
  test(`a board: made for one's own projects, opened by its link alone, blind for all else (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [sales, help, foreign] = [h.queue(h.p.project_id, 'Продажи'), h.queue(h.p.project_id, 'Помощь'), h.queue(h.other.project_id, 'Чужая')]
    for (const [body, field] of [
      [{ name: 'Зал', projects: [] }, 'projects'],
      [{ name: 'Зал', projects: [h.other.project_id] }, 'projects'],
      [{ name: 'Зал', projects: [h.p.project_id], queues: [foreign] }, 'queues'],
      [{ name: 'Зал', projects: ['1'] }, 'projects']
    ]) {
      const r = await h.ask('POST', '/walls', body)
      assert.deepEqual([r.status, r.body.error.field], [400, field], r.text)
    }
    const wall = await h.ok('POST', '/walls', { name: 'Зал', projects: [h.p.project_id], queues: [sales] })
    assert.deepEqual([wall.projects, wall.queues, wall.language, wall.linked_at], [[h.p.project_id], [sales], 'ru', null])
    const stranger = h.s.person('supervisor', { project_ids: [h.other.project_id] })
    assert.deepEqual((await h.ok('GET', '/walls', undefined, stranger)).rows, [])
    assert.equal((await h.ask('POST', `/walls/${wall.id}/link`, undefined, stranger)).status, 404)

    const { secret } = await h.ok('POST', `/walls/${wall.id}/link`)
    const board = { bearer: secret }
    const operator = h.s.insert('user', { login: 'iv', name: 'Иванова Мария Петровна', role: 'operator', created_at: 1 })
    const away = h.s.insert('user', { login: 'aw', name: 'Сидоров Пётр', role: 'operator', created_at: 1 })
    const shift = (user_id, project_id) => h.s.insert('shift', { user_id, project_id, started_at: 1, state: 'talking', state_at: 5 })
    shift(operator, h.p.project_id)
    shift(away, h.other.project_id)
    const shown = await h.ok('GET', '/wall', undefined, board)
    assert.deepEqual(shown.operators, [{ name: 'Мария', state: 'talking', since: 5 }])
    assert.deepEqual(shown.queues.map((q) => q.queue_id), [sales])
    assert.deepEqual(shown.projects.map((p) => [p.project_id, p.plan, p.abandon_max]), [[h.p.project_id, 60, null]])
    assert.ok(!JSON.stringify(shown).includes('Иванова'))

    // nothing but the board, who it is (which logs nobody out) and the stream
    const { out } = await command('openapi', '--routes')
    const open = new Set()
    for (const route of out.trim().split('\n')) {
      const [method, path] = route.split('\t')
      if (path === '/api/events') continue
      const at = path.replace(/\{\w*id\}/g, '1').replace(/\{\w+\}/g, 'x')
      const [seen, nobody] = [await h.s.call(method, at, { as: board, body: method === 'GET' ? undefined : {} }), await h.s.call(method, at, { body: method === 'GET' ? undefined : {} })]
      if (seen.status !== 403 && nobody.status === 401) open.add(path)
    }
    assert.deepEqual([...open].sort(), ['/api/logout', '/api/me', '/api/wall'])

    const stream = await h.s.events({ as: board })
    h.s.event('queue_place', 'changed', { row_id: help, project_id: h.other.project_id, may_bits: 0 })
    await h.ok('PATCH', `/walls/${wall.id}`, { queues: [] }, h.head, { headers: { 'If-Match': `"${wall.version + 1}"` } })
    assert.equal((await h.ok('GET', '/wall', undefined, board)).queues.length, 2)
    assert.equal(stream.seen.filter((e) => e.project_id === h.other.project_id).length, 0)

    const next = await h.ok('POST', `/walls/${wall.id}/link`)
    assert.equal((await h.ask('GET', '/wall', undefined, board)).status, 401, 'the link before has stopped')
    await stream.ended
    const now = await h.ok('GET', '/walls')
    assert.ok(now.rows[0].linked_at && now.rows[0].used_at)
    await h.ok('DELETE', `/walls/${wall.id}`, undefined, h.head, { headers: { 'If-Match': `"${now.rows[0].version}"` } })
    assert.equal((await h.ask('GET', '/wall', undefined, { bearer: next.secret })).status, 401)
  })
