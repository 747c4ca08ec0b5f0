// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every resource, tried on customers and projects: make, read, list, change, remove; versions, filters, sorting, pages,
// exports, events, audit; and bad input, which is refused naming the field and changes nothing.
import assert from 'node:assert/strict'
import test from 'node:test'
import { engines, serve } from '../lib/server.mjs'

const customer = (more = {}) => ({ name: 'ООО «Ромашка»', phone: '8 (812) 448-34-54', email: 'a@example.com', ...more })

for (const engine of engines) {
  test(`resource (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const call = (method, path, more = {}) => s.call(method, `/api${path}`, { as: admin, ...more })
    const make = async (values) => (await call('POST', '/customers', { body: values })).body

    await t.test('made, read, changed with its version, seen in the audit', async () => {
      const made = await call('POST', '/customers', { body: customer() })
      assert.equal(made.status, 201, made.text)
      assert.equal(made.body.phone, '+78124483454')
      assert.equal(made.body.version, 1)
      const path = `/customers/${made.body.id}`
      const read = await call('GET', path)
      assert.deepEqual(read.body, made.body)
      assert.equal(read.headers.etag, '"1"')
      const changed = await call('PATCH', path, { body: { note: 'платит вовремя' }, headers: { 'If-Match': '"1"' } })
      assert.equal(changed.status, 200, changed.text)
      assert.equal(changed.body.version, 2)
      const stale = await call('PATCH', path, { body: { note: 'нет' }, headers: { 'If-Match': '1' } })
      assert.equal(stale.status, 412)
      assert.equal(stale.body.error.code, 'stale')
      assert.deepEqual(stale.body.current, changed.body)
      const without = await call('PATCH', path, { body: { note: 'x' } })
      assert.equal(without.status, 400)
      assert.equal(without.body.error.field, 'If-Match')
      const audit = s.rows(`SELECT verb, diff, user_id FROM audit WHERE entity = 'customer' AND row_id = ${made.body.id} ORDER BY id`)
      assert.deepEqual(
        audit.map((a) => a.verb),
        ['created', 'changed']
      )
      assert.deepEqual(JSON.parse(audit[1].diff), { note: [null, 'платит вовремя'] })
      assert.equal(audit[1].user_id, admin.id)
    })

    await t.test('of two who change at once one wins, and the other is shown what he did', async () => {
      const { id } = await make(customer({ name: 'Двое' }))
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) => call('PATCH', `/customers/${id}`, { body: { note: `n${i}` }, headers: { 'If-Match': '1' } }))
      )
      assert.equal(answers.filter((a) => a.status === 200).length, 1)
      const winner = answers.find((a) => a.status === 200).body
      for (const a of answers.filter((r) => r.status !== 200)) assert.deepEqual([a.status, a.body.current], [412, winner])
    })

    await t.test('bad input names its field and changes nothing', async () => {
      const before = s.rows('SELECT count(*) AS n FROM customer')
      const bad = [
        [{}, 'name', 'required'],
        [customer({ name: '' }), 'name', 'length'],
        [customer({ name: 'a'.repeat(201) }), 'name', 'length'],
        [customer({ name: 5 }), 'name', 'type'],
        [customer({ name: null }), 'name', 'null'],
        [customer({ email: 'no address' }), 'email', 'email'],
        [customer({ phone: '123' }), 'phone', /^phone/],
        [customer({ archived: 'yes' }), 'archived', 'type'],
        [customer({ archived: 1 }), 'archived', 'type'],
        [customer({ nmae: 'typo' }), 'nmae', 'unknown'],
        [[], null, 'object'],
        ['text', null, 'object']
      ]
      for (const [body, field, code] of bad) {
        const r = await call('POST', '/customers', { body })
        assert.equal(r.status, 400, `${JSON.stringify(body)}: ${r.text}`)
        assert.equal(r.body.error.field, field, r.text)
        assert.match(r.body.error.code, code instanceof RegExp ? code : new RegExp(`^${code}$`), r.text)
      }
      const raw = [
        ['{"name":"a","name":"b"}', 400],
        ['{"name":', 400],
        [`${'['.repeat(10000)}`, 400],
        ['{"name":"\\u0000"}', 400],
        [Buffer.from([0x7b, 0x22, 0x6e, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
        ['{"archived":1e400,"name":"x"}', 400],
        ['', 400]
      ]
      for (const [bytes, status] of raw) {
        const r = await call('POST', '/customers', { raw: bytes, headers: { 'Content-Type': 'application/json' } })
        assert.equal(r.status, status, `${String(bytes).slice(0, 60)}: ${r.text}`)
      }
      const form = await call('POST', '/customers', { raw: 'name=x', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
      assert.equal(form.status, 415)
      assert.deepEqual(s.rows('SELECT count(*) AS n FROM customer'), before)
    })

    await t.test('what the server gives is ignored, a second of a unique name is refused', async () => {
      const r = await make(customer({ name: 'Данное', id: 99999, version: 50, created_at: 5 }))
      assert.notEqual(r.id, 99999)
      assert.equal(r.version, 1)
      assert.ok(Math.abs(r.created_at - Date.now()) < 60000)
      const again = await call('POST', '/customers', { body: customer({ name: 'Данное' }) })
      assert.equal(again.status, 409, again.text)
      assert.equal(again.body.error.code, 'exists')
      assert.doesNotMatch(again.text, /Данное|UNIQUE|constraint/i)
    })

    await t.test('a total is the number of rows up to 10 000, and says when there are more', async () => {
      const add = (from, to) =>
        s.run(`INSERT INTO day_off (jurisdiction, day) WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to}) SELECT 'XX', '2031-' || i FROM n`)
      const total = async (query = '') => {
        const { body } = await call('GET', `/days_off?jurisdiction=XX&limit=1&total=1${query}`)
        return [body.total, body.total_more]
      }
      add(10001, 20000)
      assert.deepEqual(await total(), [10000, false])
      add(20001, 20002)
      assert.deepEqual(await total(), [10000, true])
      assert.deepEqual(await total('&day~=2031-1'), [9999, false])
      s.run("DELETE FROM day_off WHERE jurisdiction = 'XX'")
    })

    await t.test('filters, search, sorting and pages see each row once', async () => {
      s.run('DELETE FROM customer')
      for (let i = 0; i < 45; i++)
        await make({ name: `Фирма ${String(i).padStart(2, '0')}`, person: i % 3 ? `Иванов ${i % 5}` : null, archived: i % 2 === 0 })
      const get = async (query) => {
        const r = await call('GET', `/customers?${query}`)
        assert.equal(r.status, 200, `${query}: ${r.text}`)
        return r.body
      }
      assert.equal((await get('total=1&limit=10')).total, 45)
      assert.equal((await get('archived=true&limit=500')).rows.length, 23)
      assert.equal((await get(`name~=${encodeURIComponent('фирма 1')}&limit=500`)).rows.length, 10)
      assert.equal((await get(`q=${encodeURIComponent('иванов 2')}&limit=500`)).rows.length, 6)
      assert.equal((await get('person=null&limit=500')).rows.length, 15)
      assert.equal((await get('person=!null&limit=500')).rows.length, 30)
      assert.equal((await get(`name=${encodeURIComponent('Фирма 01,Фирма 07')}`)).rows.length, 2)
      assert.equal((await get(`created_at%3E=${Date.now() - 600000}&limit=500`)).rows.length, 45)
      assert.equal((await get(`created_at%3C${Date.now() - 600000}`)).rows.length, 0)
      assert.equal((await get(`created_at<=${Date.now() + 600000}&limit=500`)).rows.length, 45)
      for (const sort of ['name', '-name', 'person', '-person', '-archived,name', 'person,-archived', '-created_at', 'id']) {
        const seen = []
        for (let after = ''; after !== null; ) {
          const page = await get(`sort=${sort}&limit=7${after && `&after=${after}`}`)
          seen.push(...page.rows)
          after = page.next
        }
        assert.equal(new Set(seen.map((r) => r.id)).size, 45, sort)
        assert.equal(seen.length, 45, sort)
        const [key, down] = [sort.replace(/^-/, '').split(',')[0], sort.startsWith('-')]
        const values = seen.map((r) => r[key])
        const nulls = values.findIndex((v) => v === null)
        if (nulls >= 0) assert.ok(values.slice(nulls).every((v) => v === null), `${sort}: nulls last`)
        const given = values.filter((v) => v !== null)
        const sorted = [...given].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        assert.deepEqual(given, down ? sorted.reverse() : sorted, sort)
      }
    })

    await t.test('a wrong filter, sort, page or limit is refused', async () => {
      const queries = ['nope=1', 'note=x', 'sort=note', 'sort=nope', 'sort=name,name,name,name,name', 'limit=0', 'limit=501', 'limit=-1']
      queries.push('limit=1e1', 'after=zzzz', 'after=W10', 'archived=2', 'id=x', 'id~=1', 'name%3E%3D%3D=1', 'created_at=yesterday')
      queries.push(`name=${'a,'.repeat(60)}`, `q=${'a'.repeat(300)}`, ...['id=1', 'q=a', 'note~=a'].flatMap((one) => [190, 300].map((n) => Array(n).fill(one).join('&'))))
      for (const query of queries) {
        const r = await call('GET', `/customers?${query}`)
        assert.equal(r.status, 400, `${query.slice(0, 60)}: ${r.text.slice(0, 200)}`)
      }
    })

    await t.test('all rows of a filter come as CSV and XLSX, no cell a formula', async () => {
      await make({ name: '=1+1', person: '@SUM(A1)', note: '+7' })
      const csv = await call('GET', '/customers?format=csv&limit=1')
      assert.equal(csv.status, 200, csv.text)
      assert.match(csv.headers['content-disposition'], /^attachment; filename="?customer/)
      const lines = csv.text.trim().split('\r\n')
      assert.equal(lines.length, 47)
      assert.match(csv.text, /(^|[,;])"?'=1\+1/m)
      assert.match(csv.text, /'@SUM/)
      const xlsx = await call('GET', '/customers?format=xlsx')
      assert.equal(xlsx.buffer.subarray(0, 2).toString(), 'PK')
      assert.equal((await call('GET', '/customers?format=doc')).status, 400)
    })

    await t.test('what was exported is read back; a bad row is told with its reason', async () => {
      s.run('DELETE FROM do_not_call')
      for (const e164 of ['8 (812) 448-34-54', '+7 916 123-45-67', '89031234567'])
        assert.equal((await call('POST', '/do_not_call', { body: { e164, level: 'all', reason: '=не звонить' } })).status, 201)
      const rows = () => s.rows('SELECT e164, level, reason FROM do_not_call ORDER BY e164')
      const before = rows()
      const upload = (raw, name = 'list.csv') => call('POST', '/do_not_call/import', { raw, headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': name } })
      for (const format of ['csv', 'xlsx']) {
        const file = (await call('GET', `/do_not_call?format=${format}`)).buffer
        const again = await upload(file, `list.${format}`)
        assert.deepEqual([again.status, again.body.made, again.body.duplicates, again.body.rejected], [200, 0, 3, 0], again.text)
        s.run('DELETE FROM do_not_call')
        const made = await upload(file, `list.${format}`)
        assert.deepEqual([made.body?.rows, made.body?.made, made.body?.rejected], [3, 3, 0], made.text)
        assert.deepEqual(rows(), before, format)
      }
      const mixed = await upload('e164;level;reason\r\n+79990000001;all;a\r\nno number;all;b\r\n+79990000002;nowhere;c\r\n;all;d\r\n+79990000003;all;e\r\n')
      assert.deepEqual([mixed.body.made, mixed.body.rejected], [2, 3], mixed.text)
      assert.deepEqual(
        mixed.body.rejects.map((r) => [r.row, r.field]),
        [
          [3, 'e164'],
          [4, 'level'],
          [5, 'e164']
        ]
      )
      const many = `e164;level\n${Array.from({ length: 1500 }, (_, i) => `+7999${String(1000000 + i)};all`).join('\n')}`
      assert.equal((await upload(many)).body.made, 1500)
      for (const raw of ['', 'nope;level\n1;2\n', Buffer.from([0, 1, 2, 3, 0]), 'PK\u0003\u0004 no workbook']) assert.equal((await upload(raw)).status, 400, String(raw))
    })

    await t.test('each change is an event for those it concerns', async () => {
      const stream = await s.events({ as: admin })
      assert.equal(stream.status, 200)
      const { id } = await make(customer({ name: 'Событие' }))
      const e = await stream.next((x) => x.entity === 'customer' && x.id === id)
      assert.equal(e.verb, 'created')
      await call('PATCH', `/customers/${id}`, { body: { note: '1' }, headers: { 'If-Match': '1' } })
      const changed = await stream.next((x) => x.id === id)
      assert.equal(changed.verb, 'changed')
      stream.close()
      await call('PATCH', `/customers/${id}`, { body: { note: '2' }, headers: { 'If-Match': '2' } })
      const again = await s.events({ as: admin, last: changed.position })
      assert.equal((await again.next((x) => x.id === id)).verb, 'changed')
      again.close()
      const bad = await s.events({ as: admin, after: 'x' })
      assert.equal(bad.status, 400)
    })

    await t.test('a reference must exist, a used row stays', async () => {
      const { id } = await make(customer({ name: 'Проектная' }))
      const project = { customer_id: id, name: 'Опрос', type: 'survey' }
      const nowhere = await call('POST', '/projects', { body: { ...project, customer_id: 999999 } })
      assert.deepEqual([nowhere.status, nowhere.body.error.field, nowhere.body.error.code], [400, 'customer_id', 'ref'])
      const made = await call('POST', '/projects', { body: project })
      assert.equal(made.status, 201, made.text)
      const moved = await call('PATCH', `/projects/${made.body.id}`, { body: { customer_id: id }, headers: { 'If-Match': '1' } })
      assert.equal(moved.status, 200, moved.text)
      const draft = await call('DELETE', `/projects/${made.body.id}`)
      assert.ok([204, 409].includes(draft.status), draft.text)
    })

    await t.test('paths and methods that are not there', async () => {
      assert.equal((await call('GET', '/nope')).status, 404)
      assert.equal((await call('GET', '/customers/0')).status, 404)
      assert.equal((await call('GET', '/customers/99999999999999999999')).status, 404)
      assert.equal((await call('GET', '/customers/1e1')).status, 404)
      assert.equal((await call('PUT', '/customers')).status, 405)
      assert.equal((await call('HEAD', '/customers')).status, 200)
    })
  })
}
