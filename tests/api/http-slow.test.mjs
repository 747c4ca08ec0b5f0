// SPDX-License-Identifier: GPL-3.0-or-later
// Slow and absent clients (trial R13 in short): who drips or idles is cut at his deadline, who vanishes is noticed, and meanwhile
// everybody else is served as ever.
import assert from 'node:assert/strict'
import test from 'node:test'
import { open } from '../lib/raw.mjs'
import { patience, serve, sleep } from '../lib/server.mjs'

const idle = process.env.ZVONAR_LONG ? 10000 : 1000
const figure = async (s, as, name) => Number((await s.call('GET', '/metrics', { as })).text.match(new RegExp(`^zvonar_${name} (\\d+)`, 'm'))?.[1])

// Ask for something every 50 ms until done settles; the slowest answer in ms.
async function others(s, as, done) {
  let slowest = 0
  let going = true
  done.then(() => (going = false))
  while (going) {
    const from = performance.now()
    assert.equal((await s.call('GET', '/api/me', { as })).status, 200)
    slowest = Math.max(slowest, performance.now() - from)
    await sleep(50)
  }
  return slowest
}

test('slow clients', { concurrency: true }, async (t) => {
  const s = await serve(t)
  const admin = s.person('admin')
  const head = (method, path, ...more) => [`${method} ${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${admin.bearer}`, ...more, ''].join('\r\n')
  const drips = {
    'the request line': 'GET /api/',
    'the headers': `${head('GET', '/api/me')}X: `,
    'a body of known length': `${head('POST', '/api/customers', 'Content-Type: application/json', 'Content-Length: 100000')}\r\n`,
    'a body in chunks': `${head('POST', '/api/customers', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}\r\nFFFF\r\n`
  }
  const cut = Object.entries(drips).map(([name, beginning]) =>
    t.test(`${name}, a byte at a time, is cut within 16 s`, async () => {
      const c = await open(s.port)
      const from = Date.now()
      c.socket.on('error', () => {})
      c.say(beginning)
      const timer = setInterval(() => c.say('a'), 200)
      const at = await Promise.race([c.closed, sleep(16000, null, { ref: false })])
      clearInterval(timer)
      c.socket.destroy()
      assert.ok(at && at - from > 5000, `${at && at - from} ms`)
    })
  )
  const many = t.test(`${idle} silent connections are cut within 16 s`, async () => {
    const all = []
    for (let i = 0; i < idle; i += 100) all.push(...(await Promise.all(Array.from({ length: Math.min(100, idle - i) }, () => open(s.port)))))
    for (const c of all) c.socket.on('error', () => {})
    assert.ok((await figure(s, admin, 'http_connections')) >= idle)
    const done = Promise.all(all.map((c) => c.closed))
    const ended = await Promise.race([done.then(() => true), sleep(16000, false, { ref: false })])
    for (const c of all) c.socket.destroy()
    assert.ok(ended)
  })
  const slowest = await others(s, admin, Promise.all([...cut, many]))
  assert.ok(slowest < 1000 * patience, `somebody waited ${slowest} ms`)

  await t.test('event streams whose browsers vanish are let go with the next event', async () => {
    const before = await figure(s, admin, 'http_connections')
    const streams = await Promise.all(Array.from({ length: 50 }, () => s.events({ as: admin })))
    assert.ok((await figure(s, admin, 'http_connections')) >= before + 50)
    for (const stream of streams) stream.close()
    let left = Infinity
    for (let i = 0; i < 50 && left > before + 2; i++) {
      await s.call('POST', '/api/customers', { as: admin, body: { name: `n${i}` } })
      await sleep(100)
      left = await figure(s, admin, 'http_connections')
    }
    assert.ok(left <= before + 2, `${left} connections`)
  })
})
