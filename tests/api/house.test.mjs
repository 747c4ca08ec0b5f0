// SPDX-License-Identifier: GPL-3.0-or-later
// house.test.mjs - the program as a whole: it starts, says where it is and how it fares, survives its own processes, and ends in order.
import assert from 'node:assert/strict'
import net from 'node:net'
import test from 'node:test'
import { command, engines, patience, serve, sleep } from '../lib/server.mjs'

test('over TLS the cookie is __Host-, the page has its nonce, the API caches nothing', async (t) => {
  const s = await serve(t, { tls: true })
  const admin = s.person('admin')
  const made = await s.call('POST', '/api/customers', { as: admin, body: { name: 'TLS' } })
  assert.equal(made.status, 201, made.text)
  assert.equal(made.headers['cache-control'], 'no-store')
  assert.match(made.headers['strict-transport-security'], /max-age=31536000/)
  assert.equal((await s.call('GET', '/api/customers', { headers: { Cookie: `sid=${admin.cookie}` } })).status, 401)
  const pages = await Promise.all([s.call('GET', '/'), s.call('GET', '/')])
  const nonces = pages.map((p) => p.headers['content-security-policy'].match(/'nonce-([\w-]{43})'/)[1])
  assert.notEqual(nonces[0], nonces[1])
  const stream = await s.events({ as: admin, after: 0 })
  await stream.next((e) => e.entity === 'customer')
  stream.close()
})

for (const engine of engines)
  test(`a stream that comes back too late is told that something is lost, and follows from now (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const admin = s.person('admin')
    const made = async (name) => {
      const r = await s.call('POST', '/api/customers', { as: admin, body: { name } })
      assert.equal(r.status, 201, r.text)
      return r.body.id
    }
    const first = await s.events({ as: admin })
    await made('one')
    const { position } = await first.next((e) => e.entity === 'customer')
    first.close()
    const back = await s.events({ as: admin, after: position - 1 })
    assert.equal((await back.next()).kind, undefined, 'nothing is lost: it is told again')
    back.close()
    await made('two')
    await made('three')
    s.run(`DELETE FROM event WHERE id < (SELECT max(id) FROM event)`) // as the job does after a day
    for (const after of [position, Number.MAX_SAFE_INTEGER]) {
      const stream = await s.events({ as: admin, after })
      assert.equal(stream.status, 200)
      const lost = await stream.next()
      assert.equal(lost.kind, 'lost')
      assert.ok(lost.position > position && lost.position < Number.MAX_SAFE_INTEGER)
      const id = await made(`since ${after}`)
      const next = await stream.next((e) => e.entity !== 'trunk') // tel has news of its own
      assert.deepEqual([next.kind, next.entity, next.id], [undefined, 'customer', id])
      stream.close()
    }
  })

test('who joins while the database does not say what he missed is shown it later', async (t) => {
  const s = await serve(t)
  const admin = s.person('admin')
  await s.call('POST', '/api/customers', { as: admin, body: { name: 'Ромашка' } })
  s.run('ALTER TABLE event RENAME COLUMN body TO away')
  const stream = await s.events({ as: admin, after: 0 })
  await sleep(1500)
  s.run('ALTER TABLE event RENAME COLUMN away TO body')
  await s.call('POST', '/api/customers', { as: admin, body: { name: 'Лютик' } })
  const missed = await stream.next((e) => e.entity === 'customer')
  const next = await stream.next((e) => e.entity === 'customer')
  assert.deepEqual([missed.id, next.id], [1, 2])
  stream.close()
})

test('what dies is started again; the other goes on', async (t) => {
  const s = await serve(t)
  const before = { app: s.pidOf('app'), tel: s.pidOf('tel') }
  process.kill(before.app, 'SIGKILL')
  const from = Date.now()
  await sleep(30)
  await s.ready()
  assert.ok(Date.now() - from < 2000 * patience, `${Date.now() - from} ms`)
  assert.notEqual(s.pidOf('app'), before.app)
  assert.equal(s.pidOf('tel'), before.tel)
  process.kill(before.tel, 'SIGKILL')
  for (let i = 0; i < 500 && [before.tel, 0].includes(s.pidOf('tel')); i++) await sleep(20)
  assert.ok(s.pidOf('tel') > 0 && s.pidOf('tel') !== before.tel)
  assert.equal((await s.call('GET', '/readyz')).status, 200)
})

test('a wrong setting ends it at once, in words', async () => {
  const taken = net.createServer()
  await new Promise((done) => taken.listen(0, '127.0.0.1', done))
  const listen = `127.0.0.1:${taken.address().port}`
  const { mkdtempSync, rmSync } = await import('node:fs')
  const dir = mkdtempSync('/tmp/zvonar-test-')
  const busy = await command('serve', '--data', dir, '--listen', listen, '--sip', 'off')
  taken.close()
  rmSync(dir, { recursive: true })
  assert.equal(busy.code, 1)
  assert.match(busy.err, /cannot start/)
  for (const words of [['serve', '--nope'], ['serve', '--data'], ['serve', '--rtp', '5-4'], ['nope'], ['serve', '--data', 'a', '--data', 'b']]) {
    const r = await command(...words)
    assert.equal(r.code, 2, `${words}: ${r.err}`)
    assert.match(r.err, /^zvonar: /)
  }
})

test('it says how it fares', async (t) => {
  const s = await serve(t)
  const metrics = async () => (await s.call('GET', '/metrics')).text
  const figure = (text, name) => Number(text.match(new RegExp(`^zvonar_${name} (\\S+)$`, 'm'))[1])
  const before = await metrics()
  const admin = s.person('admin')
  const stream = await s.events({ as: admin })
  assert.equal((await s.call('POST', '/api/customers', { as: admin, body: { name: 'm' } })).status, 201)
  await stream.next((e) => e.entity === 'customer')
  const after = await metrics()
  assert.equal(figure(after, 'event_streams'), 1)
  assert.ok(figure(after, 'store_writes_total') > figure(before, 'store_writes_total'))
  assert.ok(figure(after, 'http_requests_total') > figure(before, 'http_requests_total'))
  assert.equal(figure(after, 'log_errors_total'), 0)
  stream.close()
  assert.equal((await s.call('GET', '/healthz')).text, '{"ok":true}')
})

test('the command line tells what it can do', async () => {
  const help = await command('--help')
  for (const name of ['serve', 'migrate', 'user add', 'import', 'openapi', 'backup', 'restore', 'copy', 'check']) assert.match(help.out, new RegExp(`^  ${name} `, 'm'))
  for (const option of ['--data DIR', '--listen HOST:PORT', '--tls CERT,KEY|auto', '--db URL', '--sip HOST:PORT', '--rtp LOW-HIGH', '--public-ip IP'])
    assert.ok(help.out.includes(option), option)
  assert.match((await command('--version')).out, /^zvonar \d+\.\d+\.\d+\n$/)
  assert.match((await command('user', 'add', '--help')).out, /--login/)
})
