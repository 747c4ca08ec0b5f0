// SPDX-License-Identifier: GPL-3.0-or-later
// card.test.mjs - from the card: templates with their merge fields and versions, what may be sent to whom, letters with an offer, and short messages
// through a real Kannel with its fake SMSC.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { kannel, kannelPossible } from '../lib/kannel.mjs'
import { badMailServer } from '../lib/mail.mjs'
import { engines, freePort, serve, sleep } from '../lib/server.mjs'

const LETTER = {
  kind: 'letter',
  name: 'Предложение',
  subject: 'Коммерческое предложение для {contact.company}',
  body: 'Здравствуйте, {person.name|коллеги}.\n\nКак договорились, высылаем предложение.\n\nС уважением,\n{operator.name}',
  advertising: false
}

async function until(what, ms = 15000) {
  for (const end = Date.now() + ms; ; await sleep(30)) {
    const got = await what()
    if (got) return got
    if (Date.now() > end) throw new Error(`never: ${what}`)
  }
}

function house(s) {
  const p = makeProject(s)
  const contact_id = p.contact(['+78124483454', '+79161234567'], { company: 'ООО «Вектор»', email: 'info@example.test' })
  s.insert('person', { project_id: p.project_id, contact_id, name: 'Анна Петрова', email: 'anna@example.test', decides: 1 })
  s.insert('form_field', { project_id: p.project_id, position: 1, key: 'debt', label: 'Долг' })
  const pm = s.person('project_manager', { project_ids: [p.project_id], name: 'Пётр Громов' })
  const operator = s.person('operator', { project_ids: [p.project_id], name: 'Ольга Звонкова' })
  const talk = (more) =>
    s.insert('call', {
      ...{ uuid: crypto.randomUUID(), project_id: p.project_id, base_id: p.base_id, contact_id, operator_id: operator.id, mode: 'manual', number: '+79161234567' },
      ...{ state: 'ended', asked_at: 1, dialled_at: 2, connected_at: 3, ended_at: 4, ...more }
    })
  const make = async (body, as = pm) => (await s.call('POST', '/api/templates', { as, body: { project_id: p.project_id, ...body } })).body
  const post = (body, as = operator) => s.call('POST', `/api/contacts/${contact_id}/sendings`, { as, body })
  const preview = async (body, as = operator) => (await s.call('POST', `/api/contacts/${contact_id}/preview`, { as, body })).body
  const sending = async (id) => (await s.call('GET', `/api/projects/${p.project_id}/sendings/${id}`, { as: operator })).body
  return { ...p, contact_id, pm, operator, talk, make, post, preview, sending }
}

for (const engine of engines) {
  test(`templates: merge fields, versions, whose they are (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const h = house(s)
    const refused = async (body, field, code, as = h.pm) => {
      const r = await s.call('POST', '/api/templates', { as, body: { project_id: h.project_id, ...body } })
      assert.deepEqual([r.status, r.body.error?.field, r.body.error?.code], [code === 'template_house' ? 403 : 400, field, code], r.text)
      return r.body.error.what
    }
    assert.match(await refused({ ...LETTER, body: 'Здравствуйте, {person.nmae}' }, 'body', 'spoken_field'), /«person.nmae»/)
    assert.match(await refused({ ...LETTER, subject: 'О {field.sum}' }, 'subject', 'spoken_field'), /«field.sum»/)
    await refused({ ...LETTER, body: 'Здравствуйте, {person.name' }, 'body', 'spoken_unclosed')
    await refused({ ...LETTER, subject: null }, 'subject', 'required')
    await refused({ kind: 'sms', name: 'x', subject: 'x', body: 'y' }, 'subject', 'template_sms_subject')
    await refused({ ...LETTER, project_id: null }, 'project_id', 'template_house')
    const one = await h.make({ ...LETTER, body: `${LETTER.body}\n{field.debt|—}` })
    assert.equal(one.number, 1)
    const change = (body, version) => s.call('PATCH', `/api/templates/${one.id}`, { as: h.pm, body, headers: { 'If-Match': `"${version}"` } })
    assert.equal((await change({ name: 'Другое имя' }, 1)).body.number, 1, 'a name is no word of it')
    assert.equal((await change({ body: LETTER.body }, 2)).body.number, 2)
    const versions = (await s.call('GET', `/api/templates/${one.id}/versions`, { as: h.pm })).body.rows
    assert.deepEqual(versions.map((v) => [v.number, v.body === LETTER.body]), [[2, true], [1, false]])

    // Another project's is not there; the house's are everybody's.
    const foreign = s.person('project_manager')
    assert.equal((await s.call('GET', `/api/templates/${one.id}`, { as: foreign })).status, 404)
    assert.equal((await s.call('GET', `/api/templates/${one.id}/versions`, { as: foreign })).status, 404)
    const director = s.person('project_director')
    const houses = await s.call('POST', '/api/templates', { as: director, body: { ...LETTER, name: 'Дома' } })
    assert.equal(houses.status, 201, houses.text)
    assert.deepEqual((await s.call('GET', '/api/templates', { as: foreign })).body.rows.map((r) => r.name), ['Дома'])
    const other = makeProject(s)
    const theirs = s.insert('template', { project_id: other.project_id, kind: 'letter', name: 'Чужой', subject: 'x', body: 'y', created_at: 1 })
    assert.equal((await h.post({ template_id: theirs })).body.error.field, 'template_id')
    assert.equal((await s.call('POST', `/api/contacts/${h.contact_id}/preview`, { as: foreign, body: { template_id: one.id } })).status, 404)

    // Before it is saved it is tried on a real contact, and says where it is wrong.
    const trial = await h.preview({ kind: 'sms', body: 'Ждём вас, {person.name}, {field.debt}' }, h.pm)
    assert.deepEqual([trial.body, trial.gap, trial.parts, trial.to], ['Ждём вас, Анна Петрова,', 'field.debt', 1, '+79161234567'])
    const wrong = await s.call('POST', `/api/contacts/${h.contact_id}/preview`, { as: h.pm, body: { kind: 'sms', body: '{nothing}' } })
    assert.equal(wrong.body.error.field, 'body')
  })

  test(`a letter with an offer goes out, is counted and kept (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const h = house(s)
    const mail = await badMailServer(t)
    const admin = s.person('admin')
    const setUp = { smtp_host: '127.0.0.1', smtp_port: mail.port, smtp_tls: 'none', mail_from: 'centre@example.test', company_name: 'Колл-центр «Звон»' }
    assert.equal((await s.call('PUT', '/api/settings', { as: admin, body: setUp })).status, 200)
    const offer = await h.make({ kind: 'offer', name: 'КП', subject: 'Предложение для {contact.company}', body: '# Цены\n\nУслуга | Цена\nДиалог | 100 ₽\n\nС уважением, {company.name}' })
    const letter = await h.make({ ...LETTER, offer_id: offer.id })
    const seen = await h.preview({ template_id: letter.id })
    assert.deepEqual([seen.to, seen.may, seen.basis, seen.subject], ['anna@example.test', true, 'service', 'Коммерческое предложение для ООО «Вектор»'])
    assert.deepEqual(seen.violations, [])
    const pdf = await s.call('GET', `/api/contacts/${h.contact_id}/templates/${offer.id}/pdf`, { as: h.operator })
    assert.equal(pdf.headers['content-type'], 'application/pdf')

    // The guard reads what the operator changes; what goes is what he wrote.
    const call_id = h.talk()
    const bad = await h.post({ template_id: letter.id, call_id, subject: seen.subject, body: seen.body.replace('предложение.', 'предложение!') })
    assert.deepEqual([bad.status, bad.body.error.field, bad.body.error.code], [400, 'body', 'guard'], bad.text)
    assert.match(bad.body.error.what, /EXCLAM/)
    const sent = await h.post({ template_id: letter.id, call_id, body: seen.body.replace('Как договорились', 'Как условились'), key: 'once' })
    assert.equal(sent.status, 201, sent.text)
    const again = await h.post({ template_id: letter.id, call_id, key: 'once' })
    assert.equal(again.body.id, sent.body.id, 'pressed twice is once')
    await until(async () => (await h.sending(sent.body.id)).state === 'sent')
    assert.equal(mail.seen.length, 1)
    const boundary = mail.seen[0].match(/multipart\/mixed; boundary="([^"]+)"/)[1]
    const parts = mail.seen[0].split(`--${boundary}`)
    assert.match(Buffer.from(parts[1].split('Content-Transfer-Encoding: base64')[1].split('\r\n\r\n')[1], 'base64').toString(), /Как условились, высылаем/)
    assert.match(parts[2], /Content-Type: application\/pdf/)
    const attached = Buffer.from(parts[2].slice(parts[2].indexOf('\r\n\r\n')), 'base64')
    writeFileSync(join(s.dir, 'offer.pdf'), attached)
    assert.match(execFileSync('pdftotext', [join(s.dir, 'offer.pdf'), '-'], { encoding: 'utf8' }), /Предложение для ООО «Вектор»[\s\S]*Цены[\s\S]*100 ₽/)

    const card = (await s.call('GET', `/api/contacts/${h.contact_id}/card`, { as: h.operator })).body
    assert.deepEqual(card.sendings.map((x) => [x.kind, x.state, x.call_id, x.template_number, x.user_id]), [['letter', 'sent', call_id, 1, h.operator.id]])
    assert.equal(s.rows(`SELECT COUNT(*) AS n FROM communication WHERE project_id = ${h.project_id} AND kind = 'letter'`)[0].n, 1)
    assert.equal((await s.call('GET', `/api/projects/${h.project_id}/sendings`, { as: s.person('customer', { customer_id: h.customer_id }) })).status, 403)

    // An advertisement needs a consent; asked for in a talk is one, and is kept.
    const ad = await h.make({ ...LETTER, name: 'Реклама', advertising: true, editable: false })
    const refused = await h.post({ template_id: ad.id })
    assert.deepEqual([refused.status, refused.body.error.code], [409, 'consent'], refused.text)
    assert.equal((await h.post({ template_id: ad.id, agreed: true, call_id: h.talk({ connected_at: null }) })).body.error.code, 'no_talk')
    assert.equal((await h.post({ template_id: ad.id, body: 'Иначе' })).body.error.code, 'template_fixed')
    assert.equal((await h.post({ template_id: ad.id, agreed: true, call_id })).body.basis, 'talk')
    assert.equal(s.rows(`SELECT proof FROM consent WHERE e164 = '+79161234567'`)[0].proof, `call ${call_id}`)
    assert.equal((await h.preview({ template_id: ad.id, call_id })).may, true)
    s.insert('do_not_call', { e164: '+79161234567', level: 'customer', customer_id: h.customer_id, owner_id: h.customer_id, created_at: 1 })
    assert.equal((await h.post({ template_id: ad.id, agreed: true, call_id })).body.error.code, 'do_not_call_customer')

    // Erased, its words are gone and its count stays.
    await until(() => s.rows("SELECT COUNT(*) AS n FROM letter WHERE state = 'waiting'")[0].n === 0)
    const erased = await s.call('POST', `/api/contacts/${h.contact_id}/erase`, { as: s.person('director'), body: { reason: 'Заявление 12' } })
    assert.equal(erased.status, 200, erased.text)
    const rest = s.rows(`SELECT * FROM sending WHERE contact_id = ${h.contact_id} ORDER BY id`)
    assert.deepEqual(rest.map((r) => [r.to_address, r.subject, r.body, r.state]), [['', null, '', 'sent'], ['', null, '', 'sent']])
    assert.ok(!JSON.stringify(s.rows('SELECT * FROM letter')).includes('anna@'))
  })

  test(`short messages through Kannel (${engine})`, { skip: !kannelPossible && 'no Kannel here' }, async (t) => {
    const s = await serve(t, { engine })
    const h = house(s)
    const k = await kannel(t)
    const admin = s.person('admin')
    const set = (body) => s.call('PUT', '/api/settings', { as: admin, body })
    const probe = async () => (await s.call('POST', '/api/settings/sms/test', { as: admin, body: { to: '8 916 123-45-67' } })).body.steps.at(-1)
    const template = await h.make({ kind: 'sms', name: 'Адрес', body: 'Ждём вас, {person.name}: Невский, 1', advertising: false })
    const long = await h.make({ kind: 'sms', name: 'Длинно', body: 'Очень длинное сообщение. '.repeat(6), advertising: false })
    const state = async (id, is) => until(async () => ((await h.sending(id)).state === is ? h.sending(id) : null))
    const now = (kind, id) => s.run(`UPDATE job SET run_at = 0 WHERE kind = '${kind}' AND ref_id = ${id} AND state = 'waiting'`)

    // Nothing is set: it waits and says so, and the button names the step that fails.
    assert.deepEqual([(await probe()).what, (await probe()).code], ['settings', 'sms_unset'])
    const first = (await h.post({ template_id: template.id })).body
    const waits = await until(async () => ((await h.sending(first.id)).error ? h.sending(first.id) : null))
    assert.equal(waits.state, 'waiting')
    assert.match(waits.error, /no SMS gateway is set/)
    await set({ sms_url: `http://127.0.0.1:${await freePort()}/cgi-bin/sendsms`, sms_login: k.login, sms_password: 'wrong', sms_callback_url: s.origin })
    assert.deepEqual([(await probe()).what, (await probe()).code], ['connect', 'sms_refused'])
    const web = http.createServer((_, r) => r.writeHead(404).end('Not here'))
    await new Promise((done) => web.listen(0, '127.0.0.1', done))
    t.after(() => web.close())
    await set({ sms_url: `http://127.0.0.1:${web.address().port}/cgi-bin/sendsms` })
    assert.deepEqual([(await probe()).what, (await probe()).code], ['answer', 'sms_no_gateway'])
    await set({ sms_url: 'https://169.254.169.254/latest' })
    assert.deepEqual([(await probe()).what, (await probe()).code], ['connect', 'sms_refused'])
    await set({ sms_url: k.url })
    assert.deepEqual([(await probe()).what, (await probe()).code], ['login', 'sms_login'])
    assert.equal((await set({ sms_url: 'http://example.test/cgi-bin/sendsms' })).body.error.code, 'plain_password')
    await set({ sms_password: k.password })
    const good = await probe()
    assert.deepEqual([good.what, good.ok], ['accept', true])
    assert.equal((await set({})).body.sms_password, undefined, 'the password is not shown')

    // The one that waited goes by itself, once; the carrier's report makes it delivered.
    now('sms_send', first.sms_id)
    await state(first.id, 'delivered')
    const second = (await h.post({ template_id: long.id })).body
    assert.equal(second.parts, 3)
    await state(second.id, 'delivered')
    const taken = await k.takes(5)
    assert.deepEqual(taken.slice(1).map((m) => [m.to, m.text, m.parts]), [
      ['+79161234567', 'Ждём вас, Анна Петрова: Невский, 1', 1],
      ['+79161234567', 'Очень длинное сообщение. '.repeat(6).trim(), 3]
    ])
    // A stranger's report changes nothing.
    assert.equal((await s.call('GET', `/api/sms/report/${second.sms_id}.${'A'.repeat(43)}?state=2`)).status, 404)
    assert.equal((await h.sending(second.id)).state, 'delivered')

    // Down: it waits; up again: it goes once.
    await k.stop()
    const third = (await h.post({ template_id: template.id, to: '+79261234567' })).body
    await until(async () => /refuses the connection/.test((await h.sending(third.id)).error ?? ''))
    k.out = ''
    await k.start()
    now('sms_send', third.sms_id)
    await state(third.id, 'delivered')
    assert.equal(k.taken().length, 1)
    assert.equal((await h.post({ template_id: template.id, to: '+78124483454' })).body.error.code, 'no_mobile')
  })

  test(`a message whose answer was lost is not sent again by itself (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const h = house(s)
    let asked = []
    let server
    const gateway = http.createServer((q, r) => {
      asked.push(new URL(q.url, 'http://x').searchParams)
      if (asked.length === 1) r.socket.destroy()
      else r.writeHead(202).end('0: Accepted for delivery')
    })
    await new Promise((done) => (server = gateway.listen(0, '127.0.0.1', done)))
    t.after(() => server.close())
    const sms_url = `http://127.0.0.1:${server.address().port}/sendsms`
    await s.call('PUT', '/api/settings', { as: s.person('admin'), body: { sms_url, sms_callback_url: s.origin } })
    const template = await h.make({ kind: 'sms', name: 'x', body: 'Hello [€]', advertising: false })
    const one = (await h.post({ template_id: template.id })).body
    const lost = await until(async () => ((await h.sending(one.id)).state === 'unknown' ? h.sending(one.id) : null))
    assert.match(lost.error, /did not answer/)
    assert.deepEqual([asked[0].get('text'), asked[0].get('coding'), asked[0].get('to')], ['Hello [€]', '0', '+79161234567'])
    assert.equal(s.rows(`SELECT state FROM job WHERE kind = 'sms_send' AND ref_id = ${one.sms_id}`)[0].state, 'done')
    // The program died while the gateway had another: the same.
    const two = s.insert('sms', { to_e164: '+79161234567', body: 'x', parts: 1, state: 'handing', tries: 1, created_at: 1 })
    s.insert('job', { kind: 'sms_send', ref_id: two, run_at: 0, created_at: 1 })
    await until(() => s.rows(`SELECT state FROM sms WHERE id = ${two}`)[0].state === 'unknown')
    assert.equal(asked.length, 1)
    // Its report comes after all; a person may send the other one again.
    const report = asked[0].get('dlr-url').replace('%d', '1')
    assert.equal((await s.call('GET', new URL(report).pathname + new URL(report).search)).status, 204)
    assert.equal((await h.sending(one.id)).state, 'delivered')
    assert.equal((await s.call('POST', `/api/sms/${one.sms_id}/retry`, { as: h.pm })).status, 409)
    assert.equal((await s.call('POST', `/api/sms/${two}/retry`, { as: s.person('admin') })).status, 204)
    await until(() => s.rows(`SELECT state FROM sms WHERE id = ${two}`)[0].state === 'sent')
    assert.equal(asked.length, 2)
  })
}
