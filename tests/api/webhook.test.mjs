// SPDX-License-Identifier: GPL-3.0-or-later
// webhook.test.mjs - events sent to another program: signed, with the row as its owner may see it, in order per row, again until taken; receivers that
// are slow, refuse, answer rubbish, lead elsewhere, are gone; where we may not be sent.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import test from 'node:test'
import { engines, patience, serve, sleep } from '../lib/server.mjs'

async function becomes(ask, wanted, ms = 30000 * patience) {
  let last
  for (const until = Date.now() + ms; Date.now() < until; await sleep(50)) {
    last = await ask()
    if (wanted(last)) return last
  }
  throw new Error(`it did not come to that: ${JSON.stringify(last).slice(0, 2000)}`)
}

// A receiver: got holds what it was sent; answer(letter, response) says what it does.
async function receiver(t) {
  const r = { got: [], answer: (_, res) => res.writeHead(204).end() }
  const server = http.createServer((q, res) => {
    let text = ''
    q.setEncoding('utf8').on('data', (part) => (text += part))
    q.on('end', () => {
      const letter = { headers: q.headers, text, body: JSON.parse(text), path: q.url }
      r.got.push(letter)
      r.answer(letter, res)
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  r.url = `http://127.0.0.1:${server.address().port}/hook`
  r.of = (id) => r.got.filter((x) => x.body.id === id)
  return r
}

// A server whose answer is no HTTP.
async function rubbish(t) {
  const server = net.createServer((c) => c.on('error', () => {}).once('data', () => c.end('\x00\x01 220 mail.example.test ESMTP\r\n')))
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  return `http://127.0.0.1:${server.address().port}/`
}

async function house(t, engine) {
  const s = await serve(t, { engine })
  const at = Date.now()
  const admin = s.person('admin')
  const project = (name) => {
    const customer_id = s.insert('customer', { name, created_at: at })
    const id = s.insert('project', { customer_id, name, type: 'cold_calls', created_at: at })
    return { id, base: s.insert('base', { project_id: id, name: 'База', created_at: at }) }
  }
  const [one, two] = [project('Ромашка'), project('Василёк')]
  const pm = s.person('project_manager', { project_ids: [one.id] })
  const set = async (body) => assert.equal((await s.call('PUT', '/api/settings', { as: admin, body })).status, 200)
  await set({ webhook_inside: true })
  const make = async (body, as = pm) => {
    const r = await s.call('POST', '/api/webhooks', { as, body: { name: 'CRM', kinds: ['contact_created', 'contact_changed'], ...body } })
    assert.equal(r.status, 201, r.text)
    return r.body
  }
  const contact = async (p, company) => {
    const r = await s.call('POST', `/api/projects/${p.id}/contacts`, { as: admin, body: { base_id: p.base, company } })
    assert.equal(r.status, 201, r.text)
    return r.body
  }
  const rename = async (p, c, company) => {
    const now = (await s.call('GET', `/api/projects/${p.id}/contacts/${c.id}`, { as: admin })).body
    const r = await s.call('PATCH', `/api/projects/${p.id}/contacts/${c.id}`, { as: admin, body: { company }, headers: { 'If-Match': `"${now.version}"` } })
    assert.equal(r.status, 200, r.text)
  }
  const hook = async (w, as = admin) => (await s.call('GET', `/api/webhooks/${w.id}`, { as })).body
  const deliveries = (w) => s.rows(`SELECT * FROM webhook_delivery WHERE webhook_id = ${w.id} ORDER BY event_id`)
  // The waits are over: as time would have it.
  const hurry = (w) => s.run(`UPDATE webhook_delivery SET next_at = tries WHERE webhook_id = ${w.id}; UPDATE webhook SET next_at = 0 WHERE id = ${w.id};`)
  const probe = async (w, as = pm) => (await s.call('POST', `/api/webhooks/${w.id}/test`, { as, timeout: 40000 })).body
  return { s, admin, pm, one, two, set, make, contact, rename, hook, deliveries, hurry, probe }
}

for (const engine of engines) {
  test(`what is sent, to whom, in which order (${engine})`, async (t) => {
    const h = await house(t, engine)
    const { s, pm, one, two } = h
    const r = await receiver(t)
    const w = await h.make({ url: r.url })
    assert.equal(w.secret, undefined)
    const { secret } = (await s.call('POST', `/api/webhooks/${w.id}/secret`, { as: pm })).body
    assert.match(secret, /^whs_/)

    const c = await h.contact(one, 'ООО «Вектор»')
    const foreign = await h.contact(two, 'Чужая')
    const [letter] = await becomes(() => r.of(c.id), (x) => x.length)
    const time = letter.headers['x-zvonar-time']
    assert.ok(Math.abs(Number(time) - Date.now()) < 60000 * patience)
    assert.equal(letter.headers['x-zvonar-signature'], `sha256=${createHmac('sha256', secret).update(`${time}.${letter.text}`).digest('hex')}`)
    assert.equal(letter.headers['x-zvonar-kind'], 'contact_created')
    assert.equal(letter.headers['x-zvonar-delivery'], String(letter.body.delivery))
    // The row is what the owner reads by the API.
    const read = (await s.call('GET', `/api/projects/${one.id}/contacts/${c.id}`, { as: { bearer: pm.bearer } })).body
    assert.deepEqual(letter.body.row, read)
    assert.deepEqual([letter.body.kind, letter.body.verb, letter.body.project_id, letter.body.id], ['contact_created', 'created', one.id, c.id])

    // Not the other project's, and not what was not chosen.
    await s.call('PATCH', `/api/projects/${one.id}`, { as: h.admin, body: { goal: 'x' }, headers: { 'If-Match': '"1"' } })
    await h.rename(one, c, 'ООО «Вектор-2»')
    await becomes(() => r.of(c.id), (x) => x.length === 2)
    assert.equal(r.of(foreign.id).length, 0)
    assert.deepEqual([...new Set(h.deliveries(w).map((d) => d.kind))].sort(), ['contact_changed', 'contact_created'])
    assert.ok(h.deliveries(w).every((d) => d.state === 'delivered' && Number(d.status) === 204))
    assert.ok((await h.hook(w)).last_at)

    // A receiver that fails on one row: what is told of that row waits, in order; other rows go on.
    const other = await h.contact(one, 'ООО «Другие»')
    await becomes(() => r.of(other.id), (x) => x.length === 1)
    let sick = true
    r.answer = (x, res) => res.writeHead(sick && x.body.id === c.id ? 500 : 200).end('нет места')
    const before = r.of(c.id).length
    for (const name of ['А', 'Б', 'В']) await h.rename(one, c, name)
    await becomes(() => h.deliveries(w).find((d) => d.error), Boolean)
    await h.rename(one, other, 'ООО «Иные»')
    await becomes(() => (h.hurry(w), r.of(other.id).length), (n) => n === 2)
    const stuck = await becomes(() => h.deliveries(w).filter((d) => d.state === 'waiting'), (x) => x.length === 3)
    assert.deepEqual(stuck.map((d) => Number(d.tries) > 0), [true, false, false])
    assert.match(stuck[0].error, /HTTP 500: нет места/)
    sick = false
    await becomes(() => (h.hurry(w), h.deliveries(w)), (all) => all.every((d) => d.state === 'delivered'))
    const told = r.of(c.id).slice(before)
    const taken = told.slice(-3).map((x) => x.body.number)
    assert.deepEqual(taken, [...taken].sort((a, b) => a - b))
    // The same delivery again has the same number to know it by.
    assert.equal(told[0].body.delivery, told.at(-3).body.delivery)
    assert.equal(told.at(-1).body.row.company, 'В')

    // One that is taken does not go again; who may not see the project's webhook has none.
    const done = h.deliveries(w)[0]
    assert.equal((await s.call('POST', `/api/webhook-deliveries/${done.id}/retry`, { as: pm })).status, 409)
    const stranger = s.person('project_manager', { project_ids: [two.id] })
    assert.equal((await s.call('GET', `/api/webhooks/${w.id}`, { as: stranger })).status, 404)
    assert.deepEqual((await s.call('GET', '/api/webhook-deliveries', { as: stranger })).body.rows, [])
    assert.equal((await s.call('GET', '/api/webhooks', { as: s.person('operator') })).status, 403)

    // The owner's reach is asked at the moment of the event: without the project, nothing more.
    s.run(`DELETE FROM member WHERE user_id = ${pm.id};`)
    const late = await h.contact(one, 'После')
    const all = await h.make({ url: r.url, name: 'Все', project_id: two.id }, h.admin)
    const seen = await h.contact(two, 'Видно')
    await becomes(() => r.of(seen.id), (x) => x.length === 1)
    assert.equal(r.of(late.id).length, 0)
    assert.ok(h.deliveries(all).every((d) => Number(d.project_id) === two.id))

    // Taken back with all that hangs on it; nobody reads events then, and they may be dropped.
    for (const x of [w, all]) assert.equal((await s.call('DELETE', `/api/webhooks/${x.id}`, { as: h.admin })).status, 204)
    assert.equal(s.rows('SELECT * FROM webhook_delivery').length, 0)
    await becomes(() => s.rows('SELECT * FROM event_reader'), (x) => x.length === 0)
  })

  test(`receivers of a bad character (${engine})`, async (t) => {
    const h = await house(t, engine)
    const { s, pm, one } = h
    const r = await receiver(t)
    const steps = (p) => p.steps.map((x) => `${x.what}${x.ok ? '' : ` ${x.code}`}`)
    const w = await h.make({ url: r.url })

    // The button says where it stops.
    assert.deepEqual(steps(await h.probe(w)), ['resolve', 'connect', 'reply'])
    assert.equal(r.got.at(-1).headers['x-zvonar-kind'], 'test')
    const change = async (body) => {
      const now = await h.hook(w)
      const q = await s.call('PATCH', `/api/webhooks/${w.id}`, { as: pm, body, headers: { 'If-Match': `"${now.version}"` } })
      assert.equal(q.status, 200, q.text)
    }
    r.answer = (_, res) => res.writeHead(302, { Location: r.url }).end()
    const asked = r.got.length
    assert.deepEqual(steps(await h.probe(w)), ['resolve', 'connect', 'reply post_redirect'])
    assert.equal(r.got.length, asked + 1)
    r.answer = (_, res) => res.writeHead(403).end('ключ не тот')
    const said = await h.probe(w)
    assert.deepEqual(steps(said), ['resolve', 'connect', 'reply post_status'])
    assert.match(said.steps[2].detail, /HTTP 403: ключ не тот/)
    await change({ url: await rubbish(t) })
    assert.deepEqual(steps(await h.probe(w)), ['resolve', 'connect', 'reply post_answer'])
    await change({ url: 'http://127.0.0.1:9/' })
    assert.deepEqual(steps(await h.probe(w)), ['resolve', 'connect post_refused'])
    await change({ url: 'https://nothing.invalid/' })
    assert.deepEqual(steps(await h.probe(w)), ['resolve post_name'])
    // Where we may not be sent: this machine without the setting, link-local ever.
    await change({ url: 'https://169.254.169.254/latest/' })
    assert.deepEqual(steps(await h.probe(w)), ['resolve', 'connect post_inside'])
    await h.set({ webhook_inside: false })
    for (const url of [r.url, 'https://10.0.0.1/', 'https://[::1]:8443/', 'https://[::ffff:127.0.0.1]/']) {
      await change({ url })
      assert.deepEqual(steps(await h.probe(w)), ['resolve', 'connect post_inside'], url)
    }
    await h.set({ webhook_inside: true })
    for (const url of ['http://example.com/', 'ftp://example.com/', 'https://a:b@example.com/', 'https://example.com/#x', 'file:///etc/passwd'])
      assert.equal((await s.call('POST', '/api/webhooks', { as: pm, body: { name: 'x', url, kinds: ['act'] } })).body.error.code, 'webhook_url', url)
    for (const kinds of [[], ['nonesuch'], 'act'])
      assert.equal((await s.call('POST', '/api/webhooks', { as: pm, body: { name: 'x', url: r.url, kinds } })).status, 400)

    // A slow one: the time-out, and meanwhile other work is done.
    await change({ url: r.url })
    const held = []
    r.answer = (_, res) => held.push(res)
    const n = r.got.length
    await h.contact(one, 'Медленно')
    await becomes(() => r.got.length, (x) => x > n)
    const quick = await receiver(t)
    const q = await h.make({ url: quick.url, name: 'Быстрый' })
    const c = await h.contact(one, 'Быстро')
    await becomes(() => quick.of(c.id), (x) => x.length === 1, 8000 * patience)
    const slow = await becomes(() => h.deliveries(w)[0], (d) => d.error)
    assert.match(slow.error, /no answer in 10 seconds/)
    assert.ok((await h.hook(w)).failing_since)
    for (const res of held) res.destroy()

    // By hand, at once.
    r.answer = (_, res) => res.writeHead(200).end()
    assert.equal((await s.call('POST', `/api/webhook-deliveries/${slow.id}/retry`, { as: pm })).status, 204)
    await becomes(() => (h.hurry(w), h.deliveries(w)), (all) => all.every((d) => d.state === 'delivered'))
    assert.equal((await h.hook(w)).failing_since, null)

    // Given up after its tries; the next of the same row goes.
    r.answer = (_, res) => res.writeHead(400).end('не понял')
    const bad = await h.contact(one, 'Плохая')
    await becomes(() => h.deliveries(w).at(-1), (d) => d.error && Number(d.row_id) === bad.id)
    s.run(`UPDATE webhook_delivery SET tries = 11 WHERE row_id = ${bad.id} AND webhook_id = ${w.id};`)
    await becomes(() => (h.hurry(w), h.deliveries(w).at(-1).state), (x) => x === 'failed')

    // Days of failing: switched off, and its owner told; so is one that says 410.
    const notices = () => s.rows(`SELECT * FROM notification WHERE kind = 'webhook' AND user_id = ${pm.id}`)
    s.run(`UPDATE webhook SET failing_since = ${Date.now() - 3 * 86400e3} WHERE id = ${w.id};`)
    await h.rename(one, bad, 'Хуже')
    await becomes(() => (h.hurry(w), h.hook(w)), (x) => x.disabled && x.off_why === 'failing')
    assert.equal(notices().length, 1)
    quick.answer = (_, res) => res.writeHead(410).end()
    const gone = await h.contact(one, 'Ушли')
    await becomes(() => h.hook(q), (x) => x.disabled && x.off_why === 'gone')
    assert.equal(notices().length, 2)
    assert.equal(h.deliveries(w).filter((d) => Number(d.row_id) === gone.id).length, 0)
    // On again: what waited goes.
    quick.answer = (_, res) => res.writeHead(200).end()
    const back = await h.hook(q)
    const on = await s.call('PATCH', `/api/webhooks/${q.id}`, { as: pm, body: { disabled: false }, headers: { 'If-Match': `"${back.version}"` } })
    assert.deepEqual([on.status, on.body.off_why], [200, null])
    await becomes(() => (h.hurry(q), h.deliveries(q)), (all) => all.every((d) => d.state === 'delivered'))
    assert.ok(s.rows("SELECT * FROM audit WHERE entity = 'webhook' AND verb = 'switched_off'").length === 2)
  })
}
