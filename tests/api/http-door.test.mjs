// SPDX-License-Identifier: GPL-3.0-or-later
// Trials W7 (path traversal) and W8 (smuggling, limits) of the server as it runs: what is refused, in which words, and that the next
// person is served all the same.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ask, statuses } from '../lib/raw.mjs'
import { serve } from '../lib/server.mjs'

test('the door', async (t) => {
  const s = await serve(t)
  const admin = s.person('admin')
  const lines = (...l) => l.join('\r\n')
  const auth = `Authorization: Bearer ${admin.bearer}`
  const alive = async () => assert.equal((await s.call('GET', '/api/me', { as: admin })).status, 200)

  await t.test('W8: requests whose length two readers could see differently end the connection', async () => {
    const inner = lines('GET /api/me HTTP/1.1', 'Host: x', auth, '', '')
    const tries = [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Content-Length: 5'],
      ['Content-Length: 5', 'Content-Length: 5'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Content-Length: 5,5'],
      ['Content-Length: +5'],
      ['Content-Length: -1'],
      ['Content-Length: 0x5'],
      ['Content-Length: 5 5'],
      ['Content-Length: 18446744073709551621'],
      ['Content-Length : 5'],
      ['Transfer-Encoding : chunked'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
      ['Transfer-Encoding: chunked, chunked'],
      ['Transfer-Encoding: gzip, chunked'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding:\x0bchunked'],
      ['Transfer-Encoding: "chunked"'],
      ['X: y\x00', 'Transfer-Encoding: xchunked'],
      ['\x00Transfer-Encoding: chunked']
    ]
    for (const headers of tries) {
      const text = await ask(s.port, lines('POST /api/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...headers, '', `0\r\n\r\n${inner}`), 400)
      const got = statuses(text)
      // libmicrohttpd prints the head of its own refusal of a malformed length twice: one answer all the same, and the end
      assert.ok(got.length <= 2 && new Set(got).size <= 1 && got.every((n) => n >= 400 && n < 500), `${JSON.stringify(headers)}: ${text.slice(0, 200)}`)
      assert.doesNotMatch(text, new RegExp(admin.login), JSON.stringify(headers))
    }
    await alive()
  })

  await t.test('W8: pipelined requests are answered in their order, one each', async () => {
    const one = (path, more = []) => lines(`GET ${path} HTTP/1.1`, 'Host: x', auth, ...more, '', '')
    const text = await ask(s.port, one('/api/me') + one('/api/none') + one('/healthz', ['Connection: close']))
    assert.deepEqual(statuses(text), [200, 404, 200])
  })

  await t.test('W8: too long, too many, too deep, malformed', async () => {
    const post = (body, headers = []) =>
      lines('POST /api/customers HTTP/1.1', 'Host: x', 'Connection: close', auth, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body)
    const get = (path, headers = []) => lines(`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close', auth, ...headers, '', '')
    const tries = {
      'a header of 1 MB': [get('/api/me', [`X: ${'a'.repeat(1 << 20)}`]), 431],
      'a header of 12 kB': [get('/api/me', [`X: ${'a'.repeat(12000)}`]), 431],
      'a hundred headers more': [get('/api/me', Array.from({ length: 110 }, (_, i) => `X-${i}: y`)), 431],
      'an address of 1 MB': [get(`/api/me?x=${'a'.repeat(1 << 20)}`), [414, 431]],
      'a hundred thousand parameters': [get(`/api/customers?${'a=1&'.repeat(100000)}`), [414, 431]],
      'a thousand parameters': [get(`/api/customers?${'a=1&'.repeat(1000)}`), [400, 431]],
      'JSON ten thousand deep': [post('['.repeat(10000) + ']'.repeat(10000)), 400],
      'a number beyond all numbers': [post('{"name":"x","term_days":1e400}'), 400],
      'a key twice': [post('{"name":"x","name":"y"}'), 400],
      'a body that is no UTF-8': [Buffer.concat([Buffer.from(post('{"name":"??"}').replace(/\?\?"\}$/, '')), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]), 400],
      'NUL in a text': [post('{"name":"a\\u0000b"}'), 400],
      'NUL in an address': [get('/api/customers?q=%00'), 400],
      'an overlong slash': [get('/api/%C0%AFcustomers'), 400],
      'a broken escape': [get('/api/customers?q=%4'), 400],
      'no host': [lines('GET /api/me HTTP/1.1', auth, '', ''), 400],
      'two hosts': [get('/api/me', ['Host: y']), 400],
      'a method of its own': [lines('BREW /api/me HTTP/1.1', 'Host: x', auth, '', ''), 405],
      'an absolute address': [get('http://elsewhere/api/me'), 400],
      'a body where none is known': [post('x'.repeat(3 << 20)), 413]
    }
    for (const [name, [bytes, wanted]] of Object.entries(tries)) {
      const [status] = statuses(await ask(s.port, bytes, 3000))
      assert.ok([wanted].flat().includes(status), `${name}: ${status}`)
    }
    assert.equal(s.rows('SELECT count(*) AS n FROM customer')[0].n, 0)
    await alive()
  })

  await t.test('a body of 100 MB is refused without being kept', async () => {
    const rss = () => s.call('GET', '/metrics', { as: admin }).then((r) => Number(r.text.match(/^zvonar_resident_bytes (\d+)/m)[1]))
    const before = await rss()
    const r = await s.call('POST', '/api/customers', { as: admin, raw: Buffer.alloc(100 << 20, 'a'), headers: { 'Content-Type': 'application/json' } })
    assert.equal(r.status, 413)
    assert.equal(r.body.error.code, 'too_big')
    assert.ok((await rss()) - before < 16 << 20)
  })

  await t.test('W7: no encoding of the way up leads out of the house', async () => {
    const dots = ['..', '%2e%2e', '.%2e', '%2E.', '%252e%252e', '..%00', '%c0%ae%c0%ae', '%e0%80%ae%e0%80%ae', '..;', '...', '%uff0e%uff0e', '\u2025']
    const slashes = ['/', '%2f', '%5c', '\\', '//', '%252f', '%c0%af', '/./', '%2F%2e%2F', '%u2215']
    let n = 0
    for (const d of dots)
      for (const slash of slashes) {
        const up = `${d}${slash}`.repeat(8)
        for (const base of ['/', '/assets/', '/api/recordings/']) {
          const text = await ask(s.port, lines(`GET ${base}${up}etc${slash}passwd HTTP/1.1`, 'Host: x', 'Connection: close', auth, '', ''), 2000)
          const [status] = statuses(text)
          assert.doesNotMatch(text, /root:/, base + up)
          assert.ok(status === undefined || status < 500, `${base}${up}: ${status}`)
          n++
        }
      }
    assert.ok(n >= 120)
    await alive()
  })
})
