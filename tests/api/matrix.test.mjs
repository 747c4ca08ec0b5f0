// SPDX-License-Identifier: GPL-3.0-or-later
// Trial A1: every route of the server × everybody × what is his, what is another's, what does not exist. The expected answers stand in
// matrix.tsv; a route without a row fails. To write rows for new routes: ZVONAR_MATRIX=write, then read each of them.
//
// A cell has a letter for the own row and one for the foreign (one letter where the path names none):
//   o  reached (done, or refused for what was sent)    x  403, not for this role    .  404    -  401, log in first
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { command, engines, root, serve } from '../lib/server.mjs'
import { makeWorld, roles } from '../lib/world.mjs'

const file = join(root, 'tests/api/matrix.tsv')
const everybody = [...roles, 'link', 'narrow', 'nobody']
const nowhere = 987654321
// What takes things away comes last, the own session at the very end.
const last = (route) => route.startsWith('DELETE') || route.endsWith('/logout')
const inOrder = (all) => [...all].sort((a, b) => last(a) - last(b) || a.endsWith('/api/logout') - b.endsWith('/api/logout'))

async function routes() {
  const { out, code } = await command('openapi', '--routes')
  assert.equal(code, 0)
  return out.trim().split('\n')
}

function table() {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1)
  return new Map(rows.map((row) => row.split('\t')).map(([method, path, ...cells]) => [`${method}\t${path}`, cells]))
}

// The path with the ids of one side: the word before the braces says whose.
function fill(path, ids) {
  const parts = path.split('/')
  return parts
    .map((part, i) => {
      if (part === '{project_id}') return ids('projects')
      if (/^\{(\w+_)?id\}$/.test(part)) return ids(parts[i - 1])
      return part.startsWith('{') ? 'nonesuch' : part
    })
    .join('/')
}

const letter = (status) => ({ 401: '-', 403: 'x', 404: '.' })[status] ?? 'o'
const same = (r) => [r.status, r.text, Object.keys(r.headers).sort().join(), r.headers['content-length']]

// The least a route takes, by its schema; what has no path of its own ids is not made, only refused.
function bodyFor(doc, method, path) {
  const schema = doc.paths[path]?.[method.toLowerCase()]?.requestBody?.content?.['application/json']?.schema
  const shape = schema && doc.components.schemas[schema.$ref.split('/').pop()]
  if (!shape || !/\{\w*id\}\/[a-z-]+(\/|$)|\{id\}\/marks/.test(path) || /\{project_id\}/.test(path)) return { no_such_field: 1 }
  const value = (f) => (f.enum ? f.enum[0] : f.type === 'integer' ? (f.minimum ?? 1) : f.type === 'boolean' ? true : 'x'.repeat(f.minLength ?? 1))
  return Object.fromEntries(shape.required.map((name) => [name, value(shape.properties[name])]))
}

async function ask(s, doc, [method, path], at, who) {
  if (path === '/api/events') {
    const stream = await s.events({ as: who ?? {} })
    stream.close()
    return { status: stream.status, headers: {}, text: '' }
  }
  const body = method === 'GET' || method === 'DELETE' ? undefined : bodyFor(doc, method, path)
  return s.call(method, at, { as: who, body, headers: method === 'GET' ? {} : { 'If-Match': '999999' } })
}

async function cellOf(s, doc, world, route, name, who) {
  const row = route.split('\t')
  const path = row[1]
  const named = /\{(\w+_)?id\}/.test(path)
  const mine = await ask(s, doc, row, fill(path, (word) => who?.own?.[word] ?? world.own[word] ?? nowhere), who)
  assert.ok(mine.status < 500 || mine.status === 503, `${route} ${name}: ${mine.status} ${mine.text}`)
  if (!named) return letter(mine.status)
  const theirs = await ask(s, doc, row, fill(path, (word) => world.foreign[word] ?? nowhere), who)
  const nobodys = await ask(s, doc, row, fill(path, () => nowhere), who)
  if (letter(theirs.status) === '.') assert.deepEqual(same(theirs), same(nobodys), `${route} ${name}: a foreign id answers otherwise than none`)
  return letter(mine.status) + letter(theirs.status)
}

async function measure(s, all) {
  const world = makeWorld(s)
  const doc = (await s.call('GET', '/api/openapi.json')).body
  const got = new Map(all.map((route) => [route, []]))
  for (const name of everybody) {
    const who = world.people[name]()
    for (const route of inOrder(all)) got.get(route).push(await cellOf(s, doc, world, route, name, who))
  }
  return { got, world }
}

for (const engine of engines) {
  // ./test --long: on PostgreSQL as well.
  const skip = engine === 'postgres' && !process.env.ZVONAR_LONG && 'ZVONAR_LONG'
  test(`A1: the matrix of rights (${engine})`, { timeout: 240000, skip }, async (t) => {
    const s = await serve(t, { engine, sweeps: true })
    const all = await routes()
    const { got, world } = await measure(s, all)
    if (process.env.ZVONAR_MATRIX === 'write')
      writeFileSync(file, `${[`method\tpath\t${everybody.join('\t')}`, ...[...got].map(([route, cells]) => `${route}\t${cells.join('\t')}`)].join('\n')}\n`)
    const expected = table()

    await t.test('every route has a row, every row a route', () => {
      assert.deepEqual([...expected.keys()].sort(), [...all].sort())
    })
    await t.test('everybody gets what the table says', () => {
      const wrong = []
      for (const [route, cells] of got)
        everybody.forEach((name, i) => {
          if (cells[i] !== expected.get(route)?.[i]) wrong.push(`${route} ${name}: ${cells[i]}, not ${expected.get(route)?.[i]}`)
        })
      assert.deepEqual(wrong, [])
    })
    await t.test('the world has a row for each path, or the matrix proves nothing', () => {
      for (const [route, cells] of got) if (/\{(\w+_)?id\}/.test(route)) assert.ok(cells.some((c) => c[0] === 'o'), `${route}: nobody reaches his own`)
    })
    await t.test('an ended session, a spent token and a disabled person are nobody', async () => {
      const gone = s.person('admin')
      s.run(`UPDATE session SET expires_at = 1 WHERE id = ${gone.session_id}; UPDATE api_token SET expires_at = 1 WHERE id = ${gone.token_id};`)
      const idle = s.person('admin')
      s.run(`UPDATE session SET seen_at = ${Date.now() - 31 * 60000} WHERE id = ${idle.session_id}`)
      const disabled = s.person('admin', { disabled: 1 })
      const unknown = { cookie: 'A'.repeat(43), bearer: 'A'.repeat(43) }
      const nobody = everybody.indexOf('nobody')
      for (const route of all) {
        const [method, path] = route.split('\t')
        const closed = expected.get(route)?.[nobody][0] === '-'
        if (!closed) continue
        const at = fill(path, (word) => world.own[word] ?? nowhere)
        for (const who of [gone, idle, disabled, unknown])
          for (const as of [{ cookie: who.cookie }, { bearer: who === idle ? unknown.bearer : who.bearer }]) {
            const r = await s.call(method, at, { as, body: method === 'GET' ? undefined : {} })
            assert.equal(r.status, 401, `${route}: ${r.status}`)
          }
      }
    })
  })
}
