// SPDX-License-Identifier: GPL-3.0-or-later
// oauth.test.mjs - mailboxes at servers that take no passwords: Dovecot and Postfix with XOAUTH2 and OAUTHBEARER, which ask a provider of the test's own what a token is
// worth; tokens fetched, renewed, refused, and a provider of a bad character. Skipped where Postfix and Dovecot are not installed or the test is not root.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brokenWay, mailPossible, mailServer, tokenServer } from '../lib/mail.mjs'
import { engines, patience, serve, sleep } from '../lib/server.mjs'

const BOX = 'centre@example.test'
const skip = !mailPossible && 'needs root, postfix and dovecot'
const letter = (id) => `From: anna@romashka.test\r\nTo: ${BOX}\r\nSubject: Вопрос\r\nMessage-ID: <${id}>\r\n\r\nДобрый день.\r\n`

async function becomes(ask, wanted, ms = 30000 * patience) {
  let last
  for (const until = Date.now() + ms; Date.now() < until; await sleep(100)) {
    last = await ask()
    if (wanted(last)) return last
  }
  throw new Error(`it did not come to that: ${JSON.stringify(last).slice(0, 3000)}`)
}

async function house(t, engine, mechanisms) {
  const provider = await tokenServer(t, BOX)
  const mail = await mailServer(t, [BOX], { oauth: { at: provider.at('introspect'), mechanisms } })
  const way = await brokenWay(t, mail.imap)
  const s = await serve(t, { engine })
  const admin = s.person('admin', { language: 'ru' })
  const set = async (body) => assert.equal((await s.call('PUT', '/api/settings', { as: admin, body: { mail_from: BOX, company_name: 'Звон', mail_inside: true, ...body } })).status, 200)
  await set({})
  const servers = { imap_host: '127.0.0.1', imap_port: way.port, imap_tls: 'none', smtp_host: '127.0.0.1', smtp_port: mail.port, smtp_tls: 'starttls', any_certificate: true }
  const oauth = { auth: 'oauth', oauth_url: provider.at('token'), oauth_client_id: 'zvonar', oauth_client_secret: 'секрет&1', oauth_refresh_token: 'refresh-0' }
  const make = (body) => s.call('POST', '/api/mailboxes', { as: admin, body: { name: 'Общий', address: BOX, ...servers, login: BOX, ...oauth, ...body } })
  const box = await make({})
  assert.equal(box.status, 201, box.text)
  const state = async () => (await s.call('GET', `/api/mailboxes/${box.body.id}`, { as: admin })).body
  const change = async (body) => s.call('PATCH', `/api/mailboxes/${box.body.id}`, { as: admin, body, headers: { 'If-Match': `"${(await state()).version}"` } })
  const probe = async () => (await s.call('POST', `/api/mailboxes/${box.body.id}/test`, { as: admin, timeout: 40000 })).body
  const letters = () => s.rows("SELECT * FROM mail_letter WHERE way = 'in' ORDER BY id")
  return { s, admin, provider, mail, way, set, make, box: box.body, state, change, probe, letters }
}

describe('log-in by token', { concurrency: true }, () => {
  for (const [i, engine] of engines.entries())
    test(`letters come and go, tokens are renewed and refused (${engine})`, { skip }, async (t) => {
      const h = await house(t, engine, ['xoauth2', 'xoauth2 oauthbearer'][i])
      const { s, admin, provider, mail, way } = h
      mail.put(BOX, letter('one@r'))
      await becomes(h.letters, (l) => l.length === 1)
      assert.equal((await h.state()).state, 'connected')
      assert.equal(provider.made, 1)

      // What goes out uses the same token; one that is about to end is replaced before.
      const send = async (once) => {
        const text = 'Добрый день.\n\nОтчёт за неделю готов.'
        const r = await s.call('POST', `/api/mailboxes/${h.box.id}/letters`, { as: admin, body: { to_list: BOX, subject: 'Отчёт за неделю готов', text, reason: 'проба', once } })
        assert.equal(r.status, 201, r.text)
        await becomes(() => s.rows(`SELECT state FROM mail_letter WHERE id = ${r.body.id}`)[0].state, (x) => x === 'kept')
      }
      await send('одинраз-1')
      assert.equal(provider.made, 1)
      s.run(`UPDATE mailbox SET oauth_until = ${Date.now() + 30000}`)
      await send('одинраз-2')
      assert.equal(provider.made, 2, 'the job that sends and the one that keeps the copy share it')

      // A token that is worth nothing before its time, found when the connection breaks in the middle: another one, and nothing is lost.
      provider.revoke()
      way.drop()
      mail.put(BOX, letter('two@r'))
      await becomes(h.letters, (l) => l.some((x) => x.message_id === 'two@r'))
      assert.equal(provider.made, 3)
      provider.revoke()
      await send('одинраз-3')
      assert.equal(provider.made, 4)
      // In time that passes unseen too: a session lives longer than its token, and a new one gets its own.
      s.run('UPDATE mailbox SET oauth_until = 1')
      way.drop()
      await becomes(() => provider.made, (n) => n === 5)
      await becomes(h.state, (b) => b.state === 'connected')
      assert.equal((await h.probe()).ok, true)

      // Access is withdrawn: said in words, with a state of its own, and mended by a new refresh token.
      provider.refresh = 'another'
      provider.revoke()
      way.drop()
      const out = await becomes(h.state, (b) => b.state === 'password')
      assert.equal(out.state_code, 'oauth_refused')
      assert.match(out.state_text, /refuses: invalid_grant: Token has been expired or revoked\./)
      const failed = await h.probe()
      assert.deepEqual([failed.ok, failed.steps.map((x) => `${x.server} ${x.what} ${x.code}`)], [false, ['oauth token oauth_refused']])
      mail.put(BOX, letter('three@r'))
      // Another wrong one is refused just after the right one was entered: that says nothing of the right one.
      let heard, say
      const asked = new Promise((done) => (heard = done))
      const told = new Promise((done) => (say = done))
      provider.held = (form) => form.refresh_token === 'wrong' && (heard(), told)
      assert.equal((await h.change({ oauth_refresh_token: 'wrong' })).status, 200)
      await asked
      assert.equal((await h.change({ oauth_refresh_token: 'another' })).status, 200)
      say()
      await becomes(h.letters, (l) => l.some((x) => x.message_id === 'three@r'))

      // What is kept is shown nowhere.
      const seen = JSON.stringify([await h.state(), s.rows('SELECT * FROM audit'), s.rows('SELECT * FROM event')]) + s.log
      assert.ok(!/секрет&1|refresh-\d|another|token-\d/.test(seen))
    })

  test('a provider of a bad character, and addresses that are none', { skip }, async (t) => {
    const h = await house(t, 'sqlite', 'xoauth2')
    const { provider } = h
    await becomes(h.state, (b) => b.state === 'connected')
    const good = { access_token: 'a', token_type: 'Bearer', expires_in: 3600 }
    const elsewhere = await tokenServer(t, BOX)
    const answers = {
      down: [{ status: 503, body: 'no' }, 'oauth_endpoint'],
      busy: [{ status: 429, body: { error: 'slow_down' } }, 'oauth_endpoint'],
      words: [{ body: '<html>Welcome</html>' }, 'oauth_answer'],
      half: [{ body: '{"access_token":"a"' }, 'oauth_answer'],
      kind: [{ body: { ...good, access_token: 7 } }, 'oauth_answer'],
      none: [{ body: { ...good, access_token: undefined } }, 'oauth_answer'],
      type: [{ body: { ...good, token_type: 'mac' } }, 'oauth_answer'],
      smuggled: [{ body: { ...good, access_token: 'a\u0001auth=Bearer b' } }, 'oauth_answer'],
      line: [{ body: { ...good, refresh_token: 'a\r\nb' } }, 'oauth_answer'],
      huge: [{ body: { ...good, more: 'x'.repeat(70000) } }, 'oauth_answer'],
      long: [{ body: { ...good, access_token: 'x'.repeat(9000) } }, 'oauth_answer'],
      client: [{ status: 401, body: { error: 'invalid_client', error_description: 'Нет' } }, 'oauth_refused'],
      elsewhere: [{ status: 307, headers: { Location: elsewhere.at('token') } }, 'oauth_redirect'],
    }
    for (const [name, [answer, code]] of Object.entries(answers)) {
      provider.say = () => answer
      const { ok, steps } = await h.probe()
      assert.deepEqual([ok, steps.length, steps[0].server, steps[0].code], [false, 1, 'oauth', code], name)
    }
    provider.say = (q) => void q.socket.destroy()
    assert.equal((await h.probe()).steps[0].code, 'oauth_endpoint', 'cut off')
    assert.deepEqual(elsewhere.asked, [], 'a secret goes to its own address only')
    assert.equal((await h.state()).state, 'connected', 'a session that is there goes on')
    // Seconds as a text, and none at all.
    for (const expires_in of ['3599', undefined]) {
      provider.say = () => ({ body: { ...good, expires_in } })
      assert.equal((await h.probe()).steps[1].server, 'imap', 'the token was taken')
    }

    // Only https, or this machine; what is kept is not sent to another address; no closed network without leave.
    const refusal = async (body) => {
      const r = await h.change(body)
      return [r.status, r.body.error?.field, r.body.error?.code]
    }
    for (const oauth_url of ['http://provider.test/token', 'ftp://127.0.0.1/x', 'https://u:p@provider.test/', 'https://provider.test/#a', 'token', 'http://127.0.0.1.provider.test/'])
      assert.deepEqual(await refusal({ oauth_url, oauth_refresh_token: 'r', oauth_client_secret: 's' }), [400, 'oauth_url', 'oauth_url'], oauth_url)
    assert.deepEqual(await refusal({ oauth_url: elsewhere.at('token') }), [400, 'oauth_refresh_token', 'oauth_elsewhere'])
    assert.deepEqual(await refusal({ oauth_url: elsewhere.at('token'), oauth_refresh_token: 'r' }), [400, 'oauth_client_secret', 'oauth_elsewhere'])
    assert.deepEqual(await refusal({ oauth_client_id: null }), [400, 'oauth_client_id', 'required'])
    assert.equal((await h.make({ address: 'other@example.test', oauth_refresh_token: null })).body.error.field, 'oauth_refresh_token')
    await h.set({ mail_inside: false })
    assert.equal((await h.probe()).steps[0].code, 'oauth_inside')
  })
})
