// SPDX-License-Identifier: GPL-3.0-or-later
// trust.test.mjs - trials of the trust page against every route the server has: A2 (no unknown field is taken, none leaks to people from
// outside), A3 (a stream is cut when its reader's rights go), A5 (no page but our own changes anything), W1 (no text becomes SQL),
// W8 (requests made to confuse).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { resolved } from '../lib/schema.mjs'
import { engines, patience, root, serve, sleep } from '../lib/server.mjs'
import { makeWorld } from '../lib/world.mjs'

const operations = (doc) =>
  Object.entries(doc.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, op]) => ({ method: method.toUpperCase(), path, op })))
const changes = (o) => o.method !== 'GET'
const shapeOf = (doc, op) => {
  const ref = op.requestBody?.content?.['application/json']?.schema?.$ref
  return ref && doc.components.schemas[ref.split('/').pop()]
}
const fill = (path, ids) =>
  path
    .split('/')
    .map((part, i, parts) => (part === '{project_id}' ? ids.projects : /id\}$/.test(part) ? (ids[parts[i - 1]] ?? 1) : part.startsWith('{') ? 'nonesuch' : part))
    .join('/')

// Who asks for a route: the administrator; where it is none of his, the director (money), else the customer (his own corner).
const askers = ['admin', 'director', 'customer']
const [head, ...rows] = readFileSync(join(root, 'tests/api/matrix.tsv'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
const askerOf = new Map(rows.map((cells) => [`${cells[0]} ${cells[1]}`, askers.find((role) => cells[head.indexOf(role)].startsWith('o'))]))

// All of a list, eight at a time: thousands of questions whose answers are independent.
async function each(all, one) {
  let next = 0
  const lane = async () => {
    while (next < all.length) await one(all[next++])
  }
  await Promise.all(Array.from({ length: 8 }, lane))
}

for (const engine of engines) {
  // ./test --long: on PostgreSQL as well.
  const skip = engine === 'postgres' && !process.env.ZVONAR_LONG && 'ZVONAR_LONG'
  test(`trust (${engine})`, { timeout: 300000, skip }, async (t) => {
    const s = await serve(t, { engine, sweeps: true })
    const world = makeWorld(s)
    const admin = s.person('admin')
    const people = { admin, director: s.person('director'), customer: world.people.customer() }
    const whoMay = ({ method, path }) => people[askerOf.get(`${method} ${path}`)] ?? admin
    const all = operations(s.doc)
    const columns = [...new Set(Object.values(s.doc.components.schemas).flatMap((shape) => Object.keys(shape.properties ?? {})))]

    await t.test('A2: each body takes its own fields and no other name of the house', async () => {
      for (const { method, path, op } of all.filter(changes)) {
        const shape = shapeOf(s.doc, op)
        if (!shape) continue
        const at = fill(path, world.own)
        const version = { 'If-Match': '1' }
        await each(columns.filter((c) => !(c in shape.properties)), async (name) => {
          const given = s.doc.components.schemas[op.requestBody.content['application/json'].schema.$ref.split('/').pop().replace(/_(in|change)$/, '')]
          if (given?.properties[name]?.readOnly) return // what the server gives may come back, and is ignored
          const r = await s.call(method, at, { as: whoMay({ method, path }), body: { [name]: 1 }, headers: version })
          assert.ok(r.status >= 400 && r.status < 500, `${method} ${path} takes ${name}: ${r.status} ${r.text}`)
          if (r.status === 400) assert.ok(['unknown', 'required', 'if_match'].includes(r.body.error.code), `${method} ${path} ${name}: ${r.text}`)
        })
      }
    })

    await t.test('A2: people from outside get no field that is for staff', async () => {
      const client = world.people.customer()
      const shape = (schema) => resolved(s.doc, schema)
      const look = (schema, value, at) => {
        const known = shape(schema)
        if (Array.isArray(value)) for (const v of value) look(known?.items, v, at)
        else if (value && typeof value === 'object')
          for (const [name, v] of Object.entries(value)) {
            const asHisSheet = at === '/api/projects/{id}/report/calls' // report-work.test sees that no more is shown
            assert.ok(asHisSheet || !known?.properties?.[name]?.['x-staff-only'], `${at} shows ${name} to a customer`)
            look(known?.properties?.[name], v, at)
          }
      }
      let seen = 0
      for (const { path, op } of all.filter((o) => o.method === 'GET' && !['/api/events', '/api/openapi.json'].includes(o.path))) {
        const r = await s.call('GET', fill(path, world.own), { as: client })
        if (r.status === 200 && r.body) look(op.responses[200].content['application/json']?.schema, r.body, path)
        seen += r.status === 200
      }
      assert.ok(seen > 5, `only ${seen} routes answered`)
    })

    await t.test('A3: a stream ends within 5 s of its reader losing his rights, and never told what was not his', async () => {
      const ways = {
        'another role': (p) => `UPDATE "user" SET role = 'employee' WHERE id = ${p.id}`,
        disabled: (p) => `UPDATE "user" SET disabled = 1 WHERE id = ${p.id}`,
        'logged out': (p) => `DELETE FROM session WHERE id = ${p.session_id}`
      }
      await Promise.all(
        Object.entries(ways).map(async ([why, sql]) => {
          const pm = s.person('project_manager', { project_ids: [world.own.projects] })
          const stream = await s.events({ as: pm })
          await sleep(1200)
          const from = Date.now()
          s.run(sql(pm))
          const end = await Promise.race([stream.ended, sleep(10000).then(() => null)])
          assert.ok(end && end - from <= 5000 + 500 * patience, `${why}: ${end ? `${end - from} ms` : 'never'}`)
        })
      )
      const pm = s.person('project_manager', { project_ids: [world.own.projects] })
      const stream = await s.events({ as: pm })
      for (const side of [world.foreign, world.own]) {
        const project = (await s.call('GET', `/api/projects/${side.projects}`, { as: admin })).body
        const changed = await s.call('PATCH', `/api/projects/${side.projects}`, { as: admin, body: { goal: 'g' }, headers: { 'If-Match': String(project.version) } })
        assert.equal(changed.status, 200, changed.text)
      }
      const e = await stream.next((x) => x.entity === 'project')
      assert.equal(e.id, world.own.projects)
      const joined = await s.call('POST', `/api/projects/${world.foreign.projects}/members`, { as: admin, body: { user_id: pm.id } })
      assert.equal(joined.status, 201, joined.text)
      const project = (await s.call('GET', `/api/projects/${world.foreign.projects}`, { as: admin })).body
      const moved = await s.call('PATCH', `/api/projects/${world.foreign.projects}`, { as: admin, body: { goal: 'h goes' }, headers: { 'If-Match': String(project.version) } })
      assert.equal(moved.status, 200, moved.text)
      await stream.next((x) => x.entity === 'project' && x.id === world.foreign.projects)
      stream.close()
    })

    await t.test('A5: nothing changes for a request no page of ours made', async () => {
      const tables = ['customer', 'project', 'audit', 'member', 'api_token', 'script_version', 'callback', 'do_not_call', 'trunk', 'job']
      const state = () => JSON.stringify(tables.map((table) => s.rows(`SELECT count(*) AS n, max(id) AS m FROM "${table}"`)))
      const before = state()
      const forgeries = {
        'a form of another site': { 'Sec-Fetch-Site': 'cross-site', 'X-Zvonar': null, 'Content-Type': 'application/x-www-form-urlencoded' },
        'fetch of another site': { 'Sec-Fetch-Site': 'cross-site' },
        'fetch of a sister site': { 'Sec-Fetch-Site': 'same-site' },
        'an address typed in': { 'Sec-Fetch-Site': 'none', 'X-Zvonar': null },
        'an old browser, elsewhere': { 'Sec-Fetch-Site': null, Origin: 'https://evil.example' },
        'an old browser, no origin': { 'Sec-Fetch-Site': null, Origin: 'null' },
        'nothing said': { 'Sec-Fetch-Site': null },
        'without our own header': { 'X-Zvonar': null }
      }
      for (const { method, path, op } of all.filter(changes)) {
        if (op.security?.length === 0) continue
        await each(Object.entries(forgeries), async ([how, headers]) => {
          const r = await s.call(method, fill(path, world.own), { as: whoMay({ method, path }), body: {}, headers: { 'If-Match': '1', ...headers } })
          assert.equal(r.status, 403, `${method} ${path}, ${how}: ${r.status} ${r.text}`)
          assert.equal(r.body.error.code, 'csrf', `${method} ${path}, ${how}`)
        })
      }
      for (const path of ['/api/login', '/api/reset']) {
        const r = await s.call('POST', path, { body: { login: 'x', password: 'y' }, headers: { 'Sec-Fetch-Site': 'cross-site' } })
        assert.equal(r.status, 403, `${path} from another site`)
      }
      assert.equal(state(), before)
      const old = await s.call('POST', '/api/customers', {
        as: admin,
        body: { name: 'Old browser' },
        headers: { 'Sec-Fetch-Site': null, Origin: s.origin }
      })
      assert.equal(old.status, 201, old.text)
    })

    await t.test('A5: reading changes nothing', async () => {
      const before = s.rows('SELECT count(*) AS n FROM audit')
      // Only who took a person's data is written down.
      for (const { path } of all.filter((o) => o.method === 'GET' && !['/api/events', '/api/contacts/{id}/personal'].includes(o.path)))
        await s.call('GET', fill(path, world.own), { as: admin, headers: { 'Sec-Fetch-Site': 'cross-site', 'X-Zvonar': null } })
      assert.deepEqual(s.rows('SELECT count(*) AS n FROM audit'), before)
    })

    await t.test('W1: no text in any place becomes SQL', async () => {
      const tables = () => s.rows('SELECT (SELECT count(*) FROM project) AS p, (SELECT count(*) FROM customer) AS c, (SELECT count(*) FROM "user") AS u')[0]
      const before = tables()
      const lists = all.filter((o) => o.method === 'GET' && o.op.parameters.some((p) => resolved(s.doc, p).name === 'sort'))
      assert.ok(lists.length > 10)
      const slow = []
      let who
      const get = async (path, query) => {
        const from = Date.now()
        const r = await s.call('GET', `${path}?${query}`, { as: who })
        if (Date.now() - from > 2000 * patience) slow.push(`${path} ${query}`)
        assert.ok(r.status === 200 || r.status === 400 || r.status === 404, `${path}?${query}: ${r.status} ${r.text}`)
        return r
      }
      for (const { method, path, op } of lists) {
        const at = fill(path, world.own)
        who = whoMay({ method, path })
        if ((await get(at, 'sort=no_such_field')).status === 200) continue // a short list of its own, without filters
        const plain = await get(at, 'limit=500')
        const shape = resolved(s.doc, op.responses[200].content['application/json'].schema.properties.rows.items)
        await each(payloads, async (text) => {
          const p = encodeURIComponent(text)
          for (const query of [`sort=${p}`, `after=${p}`, `limit=${p}`, `${p}=1`, `id=${p}`, `id%3E=${p}`]) {
            const r = await get(at, query)
            assert.ok(r.status !== 200 || r.body.rows.length <= plain.body.rows.length, `${path}?${query} found more`)
            if (!query.startsWith('after')) assert.equal(r.status, 400, `${path}?${query}: ${r.status}`)
          }
          await get(at, `q=${p}`)
        })
        // each field, by each operator, with a few of them
        await each(Object.entries(shape.properties), async ([name, f]) => {
          for (const text of payloads.slice(0, 6)) {
            const p = encodeURIComponent(text)
            for (const query of [`${name}=${p}`, `${name}~=${p}`, `${name}%3C${p}`, `${name}%3E=${p}`, `sort=${name}${p}`]) {
              const r = await get(at, query)
              if (r.status === 200 && f['x-type'] === 'str' && query.startsWith(`${name}=`))
                assert.equal(r.body.rows.length, 0, `${path}?${query} found rows`)
            }
          }
        })
      }
      // into each place of a path and a body
      who = admin
      for (const text of payloads.slice(0, 12)) {
        const p = encodeURIComponent(text)
        for (const { path } of all.filter((o) => o.method === 'GET' && /\{/.test(o.path))) {
          const r = await s.call('GET', path.replaceAll(/\{[^}]*\}/g, p), { as: whoMay({ method: 'GET', path }) })
          assert.ok([400, 404].includes(r.status), `${path} with ${text}: ${r.status}`)
        }
        const made = await s.call('POST', '/api/customers', { as: admin, body: { name: text, note: text } })
        assert.equal(made.status, 201, made.text)
        assert.equal(made.body.note, text)
        const found = await get('/api/customers', `name=${encodeURIComponent(text)}`)
        if (!text.includes(',')) assert.deepEqual([found.body.rows.length, found.body.rows[0].note], [1, text])
        before.c = Number(before.c) + 1
      }
      assert.deepEqual(slow, [])
      assert.deepEqual(
        Object.values(tables()).map(Number),
        Object.values(before).map(Number)
      )
      assert.doesNotMatch(s.log, /syntax error|SQL logic error/i)
    })

    await t.test('W8: requests made to confuse get a plain refusal, and the server goes on', async () => {
      const speak = (text) =>
        new Promise((done) => {
          const c = net.connect(s.port, '127.0.0.1', () => c.write(text))
          let got = ''
          c.setTimeout(4000, () => c.destroy())
          c.on('data', (d) => (got += d))
          c.on('error', () => {})
          c.on('close', () => done(got))
        })
      const head = 'Host: x\r\nConnection: close\r\n'
      const oddities = [
        `POST /api/login HTTP/1.1\r\n${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /readyz HTTP/1.1\r\n\r\n`,
        `POST /api/login HTTP/1.1\r\n${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}`,
        `GET /${'a'.repeat(1 << 20)} HTTP/1.1\r\n${head}\r\n`,
        `GET /readyz HTTP/1.1\r\n${head}X: ${'b'.repeat(1 << 20)}\r\n\r\n`,
        `GET /api/customers?${'a=1&'.repeat(5000)} HTTP/1.1\r\n${head}\r\n`,
        `GET /api/%00 HTTP/1.1\r\n${head}\r\n`,
        `GET /api/%ff%fe HTTP/1.1\r\n${head}\r\n`,
        `GET /../../etc/passwd HTTP/1.1\r\n${head}\r\n`,
        `GET /api/customers%2f..%2f..%2fx HTTP/1.1\r\n${head}\r\n`,
        `NOPE /readyz HTTP/1.1\r\n${head}\r\n`
      ]
      for (const text of oddities) {
        const got = await speak(text)
        assert.match(got || 'HTTP/1.1 4', /^HTTP\/1\.[01] 4/, `${text.slice(0, 60)}: ${got.slice(0, 200)}`)
        assert.equal((got.match(/HTTP\/1\.[01] /g) ?? ['']).length, 1, `${text.slice(0, 60)} gave two answers`)
      }
      assert.equal((await s.call('GET', '/readyz')).status, 200)
    })
  })
}

// What such programs try first: ends of strings, comments, unions, sleeps, stacked statements, quotes of each kind, wide characters.
const payloads = [
  `' OR '1'='1`,
  `1) OR (1=1`,
  `'; DROP TABLE project; --`,
  `id" DESC, (SELECT password_hash FROM "user" LIMIT 1) --`,
  `1 UNION SELECT id, login, password_hash FROM "user"`,
  `?1`,
  `1 OR 1=1`,
  `' OR pg_sleep(3) --`,
  `1; SELECT pg_sleep(3)`,
  `' AND 1=randomblob(300000000) --`,
  `"; DELETE FROM customer; --`,
  `%' OR 1=1 --`,
  `\\' OR 1=1 --`,
  `''''''`,
  `$1`,
  `:user`,
  `@`,
  `name/**/DESC`,
  `-id;--`,
  `CASE WHEN (1=1) THEN id ELSE name END`,
  `char(39)`,
  `0x27`,
  `ʼ OR 1=1`,
  `＇ OR 1=1`,
  `load_extension('x')`,
  `sqlite_master`,
  `pg_catalog.pg_user`,
  `../../../etc/passwd`,
  `{"$gt":""}`,
  `[1,2]`,
  `null--`,
  `true OR`,
  `1e309`,
  `+1`,
  ` 1`,
  `1 `,
  `١`,
  `a'b"c\`d`,
  `x' || (SELECT 'y') || '`
]
