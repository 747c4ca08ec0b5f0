// SPDX-License-Identifier: GPL-3.0-or-later
// Work in the live report: comments and mentions, leads accepted or rejected, two people in one cell, who is looking, address cards, public links.
import assert from 'node:assert/strict'
import test from 'node:test'
import { house } from '../lib/report.mjs'
import { command, engines } from '../lib/server.mjs'

const day = 86400000

for (const engine of engines)
  test(`comments and mentions: of people who see the row, and of nobody else (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [row, other] = [h.row('lead', { company: 'Ромашка' }), h.row('lead')]
    const colleague = h.s.person('customer', { customer_id: h.p.customer_id, name: 'Ольга Коллега' })
    const stranger = h.s.person('customer', { customer_id: h.foreign.customer_id, name: 'Ольга Чужая' })
    const supervisor = h.s.person('supervisor', { project_ids: [h.p.project_id], name: 'Ольга Контроль' })
    const away = h.s.person('supervisor', { project_ids: [h.foreign.project_id], name: 'Ольга Далёкая' })
    const gone = h.s.person('customer', { customer_id: h.p.customer_id, name: 'Ольга Ушла', disabled: 1 })
    const operator = h.s.person('operator', { project_ids: [h.p.project_id], name: 'Ольга Оператор' })
    const names = async (who) => (await h.ok('GET', `${h.sheet}/people?q=${encodeURIComponent('ольга')}`, undefined, who)).rows.map((x) => x.id)
    assert.deepEqual(await names(h.client), [colleague.id])
    assert.deepEqual((await names(h.pm)).sort(), [colleague.id, supervisor.id].sort())
    assert.ok((await h.ok('GET', `${h.sheet}/people`, undefined, h.client)).rows.some((x) => x.id === h.pm.id), 'the customer may name who leads his project')

    const say = (text, mentions, who = h.client, contact_id = row) => ['POST', '/report_comments', { project_id: h.p.project_id, contact_id, text, mentions }, who]
    for (const x of [stranger, supervisor, away, gone, operator, { id: 987654321 }]) assert.equal((await h.refused(400, ...say('@Ольга', [x.id]))).code, 'mention', x.name)
    for (const bad of [say('  ', []), say('x', 'all'), say('x', Array(21).fill(1)), say('x', [], h.client, 987654321)]) await h.refused(400, ...bad)
    await h.refused(403, ...say('x', [], operator))
    await h.refused(400, ...say('x', [], stranger))
    await h.refused(403, ...say('x', [], h.s.session(null, { project_id: h.p.project_id })))

    const stream = await h.watch(colleague)
    const theirs = await h.watch(stranger)
    const c = await h.ok(...say('Посмотрите, @Ольга Коллега', [colleague.id]))
    const told = await stream.next((e) => e.entity === 'mention')
    assert.deepEqual([told.verb, told.body], ['created', { project_id: h.p.project_id, contact_id: row, comment_id: c.id }])
    const mine = async (who) => (await h.ok('GET', '/mentions?read_at=null', undefined, who)).rows.map((m) => [m.company, m.text])
    assert.deepEqual(await mine(colleague), [['Ромашка', 'Посмотрите, @Ольга Коллега']])
    assert.deepEqual(await mine(h.client), [])
    // On the sheet: how much is said, and whether one is named and has not looked. A link's guest gets neither.
    const talk = async (who) => (await h.ok('GET', `${h.sheet}?id=${row}`, undefined, who)).rows.map((r) => [r.comments, r.unread])[0]
    assert.deepEqual([await talk(colleague), await talk(h.client), await talk(h.s.session(null, { project_id: h.p.project_id }))], [[1, 1], [1, 0], [undefined, undefined]])
    await stream.next((e) => e.entity === 'report_row' && e.id === row)
    const listed = await h.ok('GET', `/report_comments?contact_id=${row}`, undefined, h.pm)
    assert.deepEqual(listed.rows.map((x) => [x.author_id, x.text]), [[h.client.id, 'Посмотрите, @Ольга Коллега']])

    assert.equal((await h.refused(403, 'PATCH', `/report_comments/${c.id}`, { text: 'X' }, h.pm, h.etag(c))).code, 'not_yours')
    const two = await h.ok('PATCH', `/report_comments/${c.id}`, { text: 'Оба посмотрите', mentions: [colleague.id, h.pm.id] }, h.client, h.etag(c))
    assert.equal((await mine(colleague)).length, 1, 'named once, told once')
    assert.equal((await mine(h.pm)).length, 1)
    const bell = async () => (await h.ok('GET', '/notifications', undefined, h.pm)).rows.map((n) => n.kind).filter((k) => k !== 'alarm') // the house has those of its own
    assert.deepEqual(await bell(), ['mention'])
    // A named person of the customer is told as our own are, and chooses how.
    const bells = async (who) => (await h.ok('GET', '/notifications', undefined, who)).rows.map((n) => [n.kind, n.words.split(': ')[1], n.path])
    assert.deepEqual(await bells(colleague), [['mention', 'Посмотрите, @Ольга Коллега', `${h.sheet}?contact=${row}`]])
    assert.deepEqual([await bells(h.client), await bells(stranger)], [[], []])
    assert.equal(h.s.rows(`SELECT letter_at FROM notification WHERE user_id = ${colleague.id} AND letter_at IS NOT NULL`).length, 1)
    const kinds = async (who) => (await h.ok('GET', '/me/notifications', undefined, who)).kinds.map((k) => k.kind)
    assert.deepEqual(await kinds(colleague), ['mention', 'lead_answered'])
    await h.ok('PUT', '/me/notifications', { kinds: [{ kind: 'mention', page: true, letter: false, sms: false }] }, colleague)
    await h.refused(400, 'PUT', '/me/notifications', { kinds: [{ kind: 'lead_rejected', page: true, letter: false, sms: false }] }, colleague)
    await h.refused(412, 'PATCH', `/report_comments/${c.id}`, { text: 'Y' }, h.client, h.etag(c))
    await h.ok('POST', '/mentions/read', { contact_id: other }, colleague)
    assert.equal((await mine(colleague)).length, 1)
    await h.ok('POST', '/mentions/read', { contact_id: row }, colleague)
    assert.deepEqual(await mine(colleague), [])
    assert.deepEqual([await talk(colleague), await talk(h.pm)], [[1, 0], [1, 1]])
    // Taken back: the words are gone for readers, the trail keeps them.
    await h.ok('PATCH', `/report_comments/${c.id}`, { removed: true }, h.client, h.etag(two))
    const after = (await h.ok('GET', `/report_comments?contact_id=${row}`, undefined, colleague)).rows[0]
    assert.deepEqual([after.removed, after.text, after.mentions], [true, '', []])
    assert.deepEqual(await mine(h.pm), [])
    assert.ok(h.s.rows("SELECT diff FROM audit WHERE entity = 'report_comment'").some((a) => String(a.diff).includes('Оба посмотрите')))
    assert.equal(theirs.seen.filter((e) => e.project_id === h.p.project_id || e.entity === 'mention').length, 0)
    assert.deepEqual(await talk(h.pm), [0, 0])
    // The form changes while the sheet is open: the customer's screen hears it, a stranger's does not.
    const own = await h.ok('POST', `/projects/${h.p.project_id}/mark_columns`, { project_id: h.p.project_id, name: 'Новый' })
    await stream.next((e) => e.entity === 'report_columns' && e.project_id === h.p.project_id)
    await h.ok('POST', '/report_forms', { project_id: h.p.project_id, columns: [{ key: 'company' }, { key: `mark.${own.id}` }] })
    await stream.next((e) => e.entity === 'report_columns' && e.project_id === h.p.project_id)
    assert.equal(theirs.seen.filter((e) => e.project_id === h.p.project_id).length, 0)
    for (const x of [stream, theirs]) x.close()
  })

for (const engine of engines)
  test(`a lead is rejected with a reason, in time; silence accepts it; the act leaves it out (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [fresh, old, refusal, late] = [h.row('lead'), h.row('lead', { last_at: Date.now() - 20 * day }), h.row('refusal'), h.row('lead')]
    const put = (id, verdict, more = {}, who = h.client) => ['PUT', `/contacts/${id}/verdict`, { verdict, version: 0, ...more }, who]
    const seen = async (id, who = h.client) => (await h.ok('GET', `${h.sheet}?id=${id}`, undefined, who)).rows[0]
    const until = (await seen(fresh)).accept_until
    assert.ok(until > Date.now() + 2 * day && until < Date.now() + 12 * day, 'three working days, to their end')
    assert.ok((await seen(old)).accept_until < Date.now())
    assert.equal((await h.refused(400, ...put(fresh, 'rejected'))).field, 'reason')
    assert.equal((await h.refused(400, ...put(refusal, 'accepted'))).code, 'no_lead')
    await h.refused(400, ...put(fresh, 'term'))
    assert.equal((await h.refused(409, ...put(old, 'rejected', { reason: 'Поздно' }))).code, 'term_over')
    await h.refused(403, ...put(fresh, 'accepted', {}, h.pm))
    await h.refused(404, ...put(fresh, 'accepted', {}, h.s.person('customer', { customer_id: h.foreign.customer_id })))
    const v = await h.ok(...put(fresh, 'rejected', { reason: 'Не тот город' }))
    await h.refused(412, ...put(fresh, 'accepted'))
    assert.match((await h.ok('GET', '/notifications', undefined, h.pm)).rows[0].words, /Не тот город/)
    const row = await seen(fresh, h.pm)
    assert.deepEqual([row.verdict, row.verdict_reason, 'accept_until' in row], ['rejected', 'Не тот город', false])
    assert.deepEqual((await h.ok('GET', `${h.sheet}?verdict=rejected`)).rows.map((r) => r.id), [fresh])
    assert.equal((await h.ok('GET', `${h.sheet}/totals?verdict=rejected`)).leads, 1)
    await h.ok('POST', `/verdicts/${v.id}/reply`, { text: 'Заменим' })
    assert.equal((await seen(fresh)).verdict_reply, 'Заменим')
    assert.deepEqual((await h.ok('GET', '/notifications', undefined, h.client)).rows.map((n) => [n.kind, n.path, /Заменим/.test(n.words)]), [['lead_answered', `${h.sheet}?contact=${fresh}`, true]])
    assert.deepEqual((await h.ok('GET', `${h.sheet}?counts_as=lead&verdict=null&sort=last_at&limit=1`, undefined, h.client)).rows.map((r) => r.accept_until > 0), [true])
    await h.refused(403, 'POST', `/verdicts/${v.id}/reply`, { text: 'x' }, h.client)

    // The job notes what nobody spoke about in time.
    h.s.run("UPDATE job SET run_at = 1 WHERE kind = 'lead_term' AND state = 'waiting'")
    const deadline = Date.now() + 60000
    while (!(await seen(old)).verdict && Date.now() < deadline) {
      await new Promise((done) => setTimeout(done, 200))
      h.s.run("UPDATE job SET run_at = 1 WHERE kind = 'lead_term' AND state = 'waiting'")
    }
    assert.deepEqual([(await seen(old)).verdict, (await seen(late)).verdict], ['term', null])
    h.s.run(`UPDATE project SET accept_days = 0 WHERE id = ${h.p.project_id}`)
    assert.equal((await seen(late)).accept_until, 0)
    assert.equal((await h.refused(409, ...put(late, 'rejected', { reason: 'x' }))).code, 'term_over')
  })

for (const engine of engines)
  test(`two people in one cell: the second is told and loses nothing; who is there (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [row, column] = [h.row('lead'), h.column('Статус!')]
    const colleague = h.s.person('customer', { customer_id: h.p.customer_id })
    const write = (value, version, who = h.client) => ['PUT', `/contacts/${row}/marks/${column}`, { value, version }, who]
    const watch = await h.watch(colleague)
    const [one, two] = await Promise.all([h.ask(...write('Мой', 0)), h.ask(...write('Её', 0, colleague))])
    assert.deepEqual([one.status, two.status].sort(), [200, 412])
    const won = one.status === 200 ? 'Мой' : 'Её'
    const heard = await watch.next((e) => e.entity === 'mark')
    assert.deepEqual([heard.body.value, heard.body.contact_id, heard.body.column_id], [won, row, column])
    assert.equal((await h.ok('GET', h.sheet)).rows[0].marks[`mark.${column}`].value, won)
    // Many at once: each that was told «saved» is a version of the trail.
    let version = 1
    for (let i = 0; i < 5; i++) {
      const all = await Promise.all(Array.from({ length: 6 }, (_, k) => h.ask(...write(`${i}.${k}`, version, k % 2 ? colleague : h.client))))
      assert.equal(all.filter((r) => r.status === 200).length, 1)
      version++
    }
    assert.equal(h.s.rows("SELECT count(*) AS n FROM audit WHERE entity = 'mark'")[0].n, version)

    // A column for our own people: the customer can neither write into it nor hear of it.
    const inside = h.column('Внутри')
    await h.ok('POST', '/report_forms', { project_id: h.p.project_id, columns: [{ key: 'company' }, { key: `mark.${column}` }, { key: `mark.${inside}`, inside: true }] })
    await h.refused(404, 'PUT', `/contacts/${row}/marks/${inside}`, { value: 'x', version: 0 }, h.client)
    await h.ok('PUT', `/contacts/${row}/marks/${inside}`, { value: 'тайна', version: 0 })
    await h.ok(...write('после', version))
    await watch.next((e) => e.entity === 'mark' && e.body.value === 'после')
    assert.ok(!JSON.stringify(watch.seen).includes('тайна'))

    const presence = (body, who) => h.ok('PUT', `${h.sheet}/presence`, body, who)
    const boss = h.s.person('director')
    const at = { contact_id: row, column_id: column }
    await presence(at, h.client)
    await presence({}, boss)
    await presence({}, h.pm)
    const told = await watch.next((e) => e.entity === 'presence' && e.body.user_id === h.client.id)
    assert.deepEqual([told.body.at_contact_id, told.body.column_id], [row, column])
    const who = async (as) => (await presence({}, as)).rows.map((x) => [x.user_id, x.contact_id, x.column_id]).sort()
    assert.deepEqual(await who(colleague), [[h.pm.id, 0, 0], [h.client.id, row, column]].sort(), 'the director looks unseen by the customer')
    assert.equal((await who(boss)).length, 3)
    await presence({ leaves: true }, h.client)
    assert.equal((await who(boss)).length, 2)
    await presence({ leaves: true }, h.pm)
    await watch.next((e) => e.entity === 'presence' && e.body.user_id === h.pm.id && e.body.leaves)
    assert.ok(!watch.seen.some((e) => e.entity === 'presence' && e.body.user_id === boss.id))
    watch.close()
  })

// A vCard as an address book reads it: unfolded, one object per card.
function cards(text) {
  assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75), 'lines are folded')
  return text
    .replace(/\r\n[ \t]/g, '')
    .trim()
    .split('END:VCARD')
    .slice(0, -1)
    .map((card) => {
      const lines = card.trim().split('\r\n').slice(1)
      const plain = (v) => v.replace(/\\n/g, '\n').replace(/\\([,;\\])/g, '$1')
      return lines.map((line) => [line.slice(0, line.indexOf(':')), plain(line.slice(line.indexOf(':') + 1))])
    })
}

for (const engine of engines)
  test(`copy the interested: the cards are the rows on the screen (${engine})`, async (t) => {
    const h = await house(t, engine)
    const project_id = h.p.project_id
    const hostile = 'ООО «Рога;копыта», \\ и\r\nBEGIN:VCARD'
    const long = h.row('lead', { company: hostile, email: 'a@b.example', city: 'Уфа', last_comment: 'ж'.repeat(300) })
    h.row('lead', { company: 'Без людей' })
    h.row('refusal')
    const anna = h.s.insert('person', { project_id, contact_id: long, name: 'Анна', position: 'Директор' })
    h.s.insert('person', { project_id, contact_id: long, name: 'Борис' })
    h.s.insert('phone', { project_id, base_id: h.p.base_id, contact_id: long, person_id: anna, e164: '+79161234567', ext: '12', position: 5 })
    const take = async (format, who = h.client, more = '') => h.ask('GET', `${h.sheet}?counts_as=lead&format=${format}${more}`, undefined, who)
    const vcf = await take('vcf')
    assert.match(vcf.headers['content-type'], /^text\/vcard/)
    const all = cards(vcf.text)
    const named = Object.fromEntries(all.map((c) => [c.find(([k]) => k === 'FN')[1], c]))
    assert.deepEqual(Object.keys(named).sort(), ['Анна', 'Без людей', 'Борис'])
    assert.deepEqual(named.Анна.filter(([k]) => k.startsWith('TEL')).map(([, v]) => v), ['tel:+78125551000', 'tel:+79161234567;ext=12'])
    assert.equal(named.Борис.filter(([k]) => k.startsWith('TEL')).length, 1)
    assert.equal(named.Анна.find(([k]) => k === 'ORG')[1], hostile.replace('\r', ''))
    assert.equal(named.Анна.find(([k]) => k === 'NOTE')[1], 'ж'.repeat(300))
    const csv = (await take('csv')).text.trim().split('\r\n').length
    assert.ok(csv >= 3)
    // What the form does not show is not in the cards either.
    await h.ok('POST', '/report_forms', { project_id, columns: [{ key: 'company' }, { key: 'persons' }] })
    const bare = (await take('vcf')).text
    for (const secret of ['TEL', 'EMAIL', 'NOTE', 'ADR', '+7']) assert.ok(!bare.includes(secret), secret)
    for (const format of ['csv', 'xlsx', 'vcf']) assert.equal((await take(format, h.s.session(null, { project_id }))).status, 403, format)
    assert.equal((await take('pdf')).status, 400)
  })

for (const engine of engines)
  test(`a public link: term, password, once, revoked; bare it shows no person anywhere (${engine})`, async (t) => {
    const h = await house(t, engine)
    const project_id = h.p.project_id
    const CANARY = 'КАНАРЕЙКА'
    const row = h.row('lead', { company: 'Ромашка', email: 'canary@secret.example', last_comment: CANARY, address: `${CANARY} 5`, fax: '+78120000000' })
    h.s.insert('person', { project_id, contact_id: row, name: CANARY })
    const [text, choice] = [h.column('Текст'), h.column('Выбор', { type: 'choice', choices: '["Да"]' })]
    h.mark(text, row, CANARY)
    h.mark(choice, row, 'Да')
    const field = h.field('note', 'Заметка', { type: 'text' })
    h.s.run(`INSERT INTO answer (contact_id, field_id, value, answered_at) VALUES (${row}, ${field}, '${CANARY}', 1)`)
    h.s.insert('report_comment', { project_id, contact_id: row, author_id: h.client.id, text: CANARY, created_at: 1 })
    await h.ok('PUT', `/contacts/${row}/verdict`, { verdict: 'rejected', reason: CANARY, version: 0 }, h.client)
    const columns = (await h.ok('GET', `${h.sheet}/available`)).rows.map((c) => ({ key: c.key }))
    await h.ok('POST', '/report_forms', { project_id, columns: [...columns, { key: 'calc.c', label: 'C', formula: '[comment] & [company]' }, { key: 'calc.d', label: 'D', formula: '[talk_ms] + 1' }] })

    const make = (more = {}, who = h.client) => h.ok('POST', `${h.sheet}/links`, { name: 'Партнёр', days: 5, ...more }, who)
    const open = async (token, password) => {
      const r = await h.s.call('POST', '/api/links/open', { body: { token, password }, headers: { 'Sec-Fetch-Site': 'same-origin', 'X-Zvonar': '1', 'User-Agent': 'Chrome trial' } })
      return { ...r, as: { cookie: String(r.headers['set-cookie'] ?? '').match(/sid=([^;]+)/)?.[1] } }
    }
    const dead = await open('A'.repeat(43))
    assert.equal(dead.status, 404)
    const same = (r) => assert.deepEqual([r.status, r.text], [dead.status, dead.text])

    const plain = await make()
    const full = await open(plain.secret)
    assert.ok((await h.ask('GET', h.sheet, undefined, full.as)).text.includes(CANARY))
    same(await open(plain.secret.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))))
    const once = await make({ opens_max: 1 })
    assert.equal((await open(once.secret)).status, 200)
    same(await open(once.secret))
    const expired = await make()
    h.s.run(`UPDATE link SET expires_at = 5 WHERE id = ${expired.id}`)
    same(await open(expired.secret))
    const locked = await make({ password: 'слово' })
    for (const word of [undefined, 'не то']) assert.deepEqual([(await open(locked.secret, word)).status, (await open(locked.secret, word)).body.error.code], [403, 'link_password'])
    assert.equal((await open(locked.secret, 'слово')).status, 200)

    // Bare: everything a link may ask for, and the stream, without one word about a person.
    const bare = await make({ bare: true }, h.pm)
    const guest = (await open(bare.secret)).as
    const stream = await h.watch(guest)
    const { out } = await command('openapi', '--routes')
    let reached = 0
    for (const route of out.trim().split('\n')) {
      const [method, path] = route.split('\t')
      if (method !== 'GET' || path === '/api/events') continue
      const at = path.replace('{project_id}', project_id).replace(/(projects|handovers)\/\{id\}/, `$1/${project_id}`).replace(/\{\w*id\}/g, row).replace(/\{\w+\}/g, 'x')
      const r = await h.s.send('GET', at, { as: guest })
      reached += r.status === 200 && /report/.test(path)
      for (const secret of [CANARY, 'canary@', '+7812', '+78125551000']) assert.ok(!r.text.includes(secret), `${path}: ${secret}`)
    }
    assert.ok(reached >= 3)
    const seen = (await h.ok('GET', h.sheet, undefined, guest)).rows[0]
    assert.deepEqual([Object.keys(seen.marks), Object.keys(seen.cells), seen.answers], [[`mark.${choice}`], ['calc.d'], {}])
    for (const q of [`comment~=x`, 'email~=canary', `mark.${text}~=К`, 'answer.note=x', 'verdict_reason~=a', 'number~=7', 'sort=number']) await h.refused(400, 'GET', `${h.sheet}?${encodeURI(q)}`, undefined, guest)
    assert.deepEqual((await h.ok('GET', `${h.sheet}?q=${encodeURIComponent(CANARY)}`, undefined, guest)).rows, [])
    await h.ok('PUT', `/contacts/${row}/marks/${text}`, { value: `${CANARY} снова`, version: 1 })
    await h.ok('PUT', `/contacts/${row}/marks/${choice}`, { value: '', version: 1 })
    await stream.next((e) => e.entity === 'mark' && e.body.column_id === choice)
    assert.ok(!JSON.stringify(stream.seen).includes(CANARY))

    // Who opened it; closed, it ends at once what it had opened, and leaves the others.
    const openings = (await h.ok('GET', `/link_openings?link_id=${bare.id}`, undefined, h.client)).rows
    assert.deepEqual([openings.length, openings[0].peer, openings[0].agent], [1, '127.0.0.1', 'Chrome trial'])
    const list = (await h.ok('GET', `/report_links?project_id=${project_id}`)).rows
    assert.deepEqual(list.map((l) => [l.id, l.bare, l.has_password, l.opens]).sort(), [[plain.id, false, false, 1], [once.id, false, false, 1], [expired.id, false, false, 0], [locked.id, false, true, 1], [bare.id, true, false, 1]].sort())
    assert.ok(!JSON.stringify(list).includes(bare.secret))
    await h.ok('POST', `/report_links/${bare.id}/revoke`, undefined, h.client)
    await h.refused(401, 'GET', h.sheet, undefined, guest)
    await stream.ended
    same(await open(bare.secret))
    await h.ok('GET', h.sheet, undefined, full.as)
    await h.refused(404, 'POST', `/report_links/${plain.id}/revoke`, undefined, h.s.person('customer', { customer_id: h.foreign.customer_id }))
    await h.refused(403, 'POST', `${h.sheet}/links`, { name: 'x', days: 1 }, full.as)
    for (const body of [{ name: 'x' }, { name: 'x', days: 0 }, { name: '', days: 1 }, { name: 'x', days: 366 }]) await h.refused(400, 'POST', `${h.sheet}/links`, body, h.client)
  })

for (const engine of engines)
  test(`the sheet in the order of a column of the customer's own: every row once, the empty ones last (${engine})`, async (t) => {
    const h = await house(t, engine)
    const [column, other] = [h.column('Статус'), h.column('Другой')]
    const words = ['В работе', 'Отказ', 'Новый', 'x'.repeat(4000), '', 'В работе']
    const rows = Array.from({ length: 20 }, (_, i) => ({ id: h.row(i % 3 ? 'lead' : 'refusal'), value: i % 2 ? words[i % words.length] : undefined, i }))
    for (const r of rows) if (r.value !== undefined) h.mark(column, r.id, r.value)
    h.mark(other, rows[0].id, 'А')
    const order = (down, some) => {
      const way = down ? -1 : 1
      const full = some.filter((r) => r.value).sort((a, b) => way * (Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)) || a.id - b.id))
      return [...full, ...some.filter((r) => !r.value).sort((a, b) => a.i - b.i)].map((r) => r.id)
    }
    const walk = async (query, limit) => {
      const ids = []
      for (let after = ''; after !== null; ) {
        const page = await h.ok('GET', `${h.sheet}?${query}&limit=${limit}&after=${after}`, undefined, h.client)
        assert.ok(page.rows.length <= limit && ids.length <= rows.length, 'pages end')
        ids.push(...page.rows.map((r) => r.id))
        after = page.next
      }
      return ids
    }
    for (const limit of [1, 3, 8, 500])
      for (const down of [false, true]) assert.deepEqual(await walk(`sort=${down ? '-' : ''}mark.${column}`, limit), order(down, rows), `${limit} ${down}`)
    const leads = rows.filter((r) => r.i % 3)
    assert.deepEqual(await walk(`sort=mark.${column}&counts_as=lead&mark.${column}=!null`, 2), order(false, leads.filter((r) => r.value)))
    for (const [query, code] of [[`sort=mark.${column}&after=v123`, 'cursor'], [`sort=mark.${column}&after=r123`, 'cursor'], ['sort=mark.987654', 'column_gone'], [`sort=mark.${column},id`, 'column_gone']])
      assert.equal((await h.refused(400, 'GET', `${h.sheet}?${query}`)).code, code, query)
    // The file is the screen: its rows, in its order, and of its columns.
    for (const query of [`sort=mark.${column}`, `sort=-mark.${column}`, 'sort=company', '', `counts_as=lead&sort=-mark.${column}`]) {
      const screen = (await h.ok('GET', `${h.sheet}?${query}&limit=500`)).rows.map((r) => `${r.company};${r.marks[`mark.${column}`]?.value ?? ''}`)
      const csv = (await h.ask('GET', `${h.sheet}?${query}&columns=company,mark.${column}&format=csv`)).text
      assert.deepEqual(csv.replace('\uFEFF', '').trim().split('\r\n').slice(1).map((line) => line.replaceAll('"', '')), screen, query)
    }
  })

for (const engine of engines)
  test(`the customer: calls behind a figure, earlier talks of a contact, and how he liked one (${engine})`, async (t) => {
    const h = await house(t, engine)
    const stranger = h.s.person('customer', { customer_id: h.foreign.customer_id })
    const colleague = h.s.person('customer', { customer_id: h.p.customer_id })
    const row = h.row('lead', { company: 'Ромашка' })
    const call = (at, more) => h.s.insert('call', { uuid: `t${at}`, project_id: h.p.project_id, base_id: h.p.base_id, contact_id: row, mode: 'progressive', number: '+78125551000', state: 'ended', asked_at: at, dialled_at: at, answered_at: at, ended_at: at + 60000, talk_ms: 60000, is_dialogue: 1, ...more })
    const record = (call_id, project_id = h.p.project_id) => h.s.insert('recording', { call_id, project_id, state: 'kept', bytes: 1, duration_ms: 60000, created_at: 1 })
    const [first, second] = [call(1000), call(5000, { result_id: h.p.results.lead, counts_as: 'lead' })]
    call(3000, { answered_at: null, talk_ms: 0, is_dialogue: 0 })
    const [early, late] = [record(first), record(second)]
    const list = `${h.sheet}/calls`
    const ids = async (query, who = h.client) => (await h.ok('GET', `${list}?${query}`, undefined, who)).rows.map((c) => c.id)
    assert.deepEqual(await ids('is_dialogue=1&asked_at>=0&asked_at<=9000&ended_at=!null&direction=out'), [second, first])
    assert.deepEqual(await ids(`project_id=${h.p.project_id}&counts_as=lead&rejected=0`), [second])
    const [last, , earlier] = (await h.ok('GET', `${list}?contact_id=${row}`, undefined, h.client)).rows
    assert.deepEqual([last.recording_id, earlier.recording_id, last.company, last.number, last.talk_ms, last.result], [late, early, 'Ромашка', '+78125551000', 60000, 'Лид'])
    for (const [status, who] of [[404, stranger], [403, h.s.person('operator', { project_ids: [h.p.project_id] })]]) await h.refused(status, 'GET', list, undefined, who)
    assert.ok((await h.ok('GET', `${list}?total=1`, undefined, h.client)).total === 3)
    for (const query of ['operator_id=1', 'cause=busy', 'base_id=1']) await h.refused(400, 'GET', `${list}?${query}`, undefined, h.client)

    // A score is its author's, of a talk in reach; quality and the manager read it, the row says the last one.
    const mine = await h.ok('POST', '/talk_scores', { recording_id: early, score: 2, words: 'Торопится' }, h.client)
    assert.deepEqual([mine.project_id, mine.contact_id, mine.author_id], [h.p.project_id, row, h.client.id])
    await h.refused(409, 'POST', '/talk_scores', { recording_id: early, score: 3 }, h.client)
    for (const score of [0, 6]) await h.refused(400, 'POST', '/talk_scores', { recording_id: late, score }, h.client)
    await h.refused(400, 'POST', '/talk_scores', { recording_id: early, score: 1 }, stranger)
    await h.refused(403, 'POST', '/talk_scores', { recording_id: early, score: 5 }, h.pm)
    await h.refused(403, 'PATCH', `/talk_scores/${mine.id}`, { score: 5 }, colleague, h.etag(mine))
    const seen = async (who) => (await h.ok('GET', `/talk_scores?contact_id=${row}`, undefined, who)).rows.map((x) => [x.score, x.words, x.author_id])
    assert.deepEqual(await seen(h.pm), [[2, 'Торопится', h.client.id]])
    assert.deepEqual(await seen(h.s.person('supervisor', { project_ids: [h.p.project_id] })), await seen(colleague))
    assert.deepEqual(await seen(stranger), [])
    const score = async (who) => (await h.ok('GET', `${h.sheet}?id=${row}`, undefined, who)).rows[0].score
    assert.deepEqual([await score(h.pm), await score(h.s.session(null, { project_id: h.p.project_id }))], [2, undefined])
    await h.ok('PATCH', `/talk_scores/${mine.id}`, { score: 4 }, h.client, h.etag(mine))
    assert.equal(await score(h.pm), 4)

    // What the form keeps from him, no list of calls tells him either.
    await h.ok('POST', '/report_forms', { project_id: h.p.project_id, columns: [{ key: 'company' }, { key: 'number', inside: true }] })
    assert.ok(!('number' in (await h.ok('GET', list, undefined, h.client)).rows[0]))
    await h.refused(400, 'GET', `${list}?number~=812`, undefined, h.client)
    assert.equal((await h.ok('GET', list)).rows[0].number, '+78125551000')
  })
