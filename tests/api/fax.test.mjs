// SPDX-License-Identifier: GPL-3.0-or-later
// fax.test.mjs - a fax from the card: its pages, the gate, its call and what becomes of it; tries again; what is known and what is not when app or the telephone
// process dies in the middle. The telephone process is tests/lib/tel.mjs; beside them one fax goes all the way in real time, to the practice subscriber's machine, and
// real pages go over a trunk in tests/sip/fax.test.mjs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test, { describe } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, never } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'

async function until(see, ms = 20000) {
  let found
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if ((found = await see())) return found
  throw new Error(`not within ${ms} ms: ${see}`)
}
const socket = () => join('/tmp', `zvonar-fax-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)

async function house(t, engine, real = false) {
  const h = { path: socket() }
  if (!real) h.tel = await new Tel(h.path).start()
  const s = (h.s = await serve(t, { engine, args: real ? [] : ['--tel', h.path] }))
  t.after(() => real || h.tel.dead || h.tel.kill())
  h.p = makeProject(s, { mode: 'manual', caller_number: '+78124483400' })
  h.pm = s.person('project_manager', { project_ids: [h.p.project_id] })
  h.operator = s.person('operator', { project_ids: [h.p.project_id], name: 'Ольга Звонкова' })
  h.make = async (body) => {
    const r = await s.call('POST', '/api/templates', { as: h.pm, body: { project_id: h.p.project_id, advertising: false, ...body } })
    assert.equal(r.status, 201, r.text)
    return r.body
  }
  h.template = await h.make({ kind: 'fax', name: 'Запрос', subject: 'Для {contact.company}', body: 'Просим выслать прайс-лист.\n\n{operator.name}' })
  h.contact = (fax) => (h.contact_id = h.p.contact(['+78124483454'], { company: 'ООО «Вектор»', fax }))
  h.post = (body = {}) => s.call('POST', `/api/contacts/${h.contact_id}/sendings`, { as: h.operator, body: { template_id: h.template.id, ...body } })
  h.send = async (body) => {
    const r = await h.post(body)
    assert.equal(r.status, 201, r.text)
    return r.body
  }
  h.sending = async (x) => (await s.call('GET', `/api/projects/${h.p.project_id}/sendings/${x.id}`, { as: h.operator })).body
  h.stands = (x, state) => until(async () => {
    const now = await h.sending(x)
    return now.state === state && now
  })
  h.now = (x) => s.run(`UPDATE fax SET next_try_at = 0 WHERE id = ${x.fax_id} AND state = 'waiting'`)
  h.called = () => h.tel.command('fax')
  return h
}

describe('from the card', { concurrency: 2 }, () => {
  test('a fax goes all the way, to the practice subscriber', async (t) => {
    const h = await house(t, 'sqlite', true)
    h.contact('+78124483497') // he answers at once
    const one = await h.send()
    const seen = new Set()
    const end = await until(async () => {
      const now = await h.sending(one)
      seen.add(now.state)
      return ['delivered', 'failed'].includes(now.state) && now
    }, 120000)
    assert.deepEqual([end.state, end.pages_done, end.far_ident, end.error], ['delivered', 1, '+7 000 0000000', null])
    assert.ok(seen.has('calling') && seen.has('transferring'), [...seen].join())
  })

  for (const engine of engines) {
    test(`faxes (${engine})`, async (t) => {
      const h = await house(t, engine), { s } = h
      let { tel } = h

      await t.test('busy, cut in page 2, no such number: tried again as long as that may help', async () => {
        h.contact('+78124483451')
        const one = await h.send()
        tel.fax((await h.called()).call, 'ended', { cause: 'busy', sip_code: 486 })
        const busy = await until(async () => (await h.sending(one)).error && h.sending(one))
        assert.deepEqual([busy.state, busy.error], ['waiting', 'the line is busy'])
        const wait = s.rows(`SELECT next_try_at - state_at AS ms FROM fax x JOIN sending s ON s.fax_id = x.id WHERE x.id = ${one.fax_id}`)[0].ms
        assert.equal(Number(wait), 5 * 60000)
        await tel.none('fax', 700)
        h.now(one)
        const second = await h.called()
        tel.fax(second.call, 'ivr', { on: true, pages: 1 })
        tel.fax(second.call, 'ended', { cause: 'hung_up', pages: 1, what: 'fax_cut', text: 'the call ended before the fax did' })
        const cut = await until(async () => /ended before/.test((await h.sending(one)).error) && h.sending(one))
        assert.deepEqual([cut.state, cut.pages_done], ['waiting', 1])
        for (let i = 3; i <= 6; i++) {
          h.now(one)
          tel.fax((await h.called()).call, 'ended', { cause: 'hung_up', what: 'fax_line', text: 'Bad response to PPR received' })
          await until(() => s.rows(`SELECT tries, state FROM fax WHERE id = ${one.fax_id}`).some((x) => Number(x.tries) === i && x.state !== 'calling'))
        }
        assert.match((await h.stands(one, 'failed')).error, /lost each other: Bad response/)
        // A person may begin anew.
        assert.equal((await s.call('POST', `/api/faxes/${one.fax_id}/retry`, { as: h.pm })).status, 204)
        tel.fax((await h.called()).call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await h.stands(one, 'delivered')

        const wrong = await h.send()
        tel.fax((await h.called()).call, 'ended', { cause: 'wrong_number', sip_code: 404 })
        assert.equal((await h.stands(wrong, 'failed')).error, 'there is no such number')
        const refused = await h.send()
        const r = await h.called()
        tel.tell({ kind: 'refused', command: 'fax', call: r.call, text: 'document' })
        await h.stands(refused, 'failed')
      })

      await t.test('the gate and the lines', async () => {
        h.contact('+78124483452')
        // At the card: lists, consent, hours.
        s.run(`UPDATE project SET hours = '${never}' WHERE id = ${h.p.project_id}`)
        assert.equal((await h.post()).body.error.code, 'hours')
        s.run(`UPDATE project SET hours = '${JSON.stringify(Array(7).fill([0, 1440]))}' WHERE id = ${h.p.project_id}`)
        const ad = await h.make({ kind: 'fax', name: 'Реклама', subject: 'x', body: 'y', advertising: true })
        assert.equal((await h.post({ template_id: ad.id })).body.error.code, 'consent')
        assert.equal((await h.post({ to: '112' })).body.error.field, 'to')
        // Between sending and calling: a project that rests is waited for, a refusal ends it.
        s.run(`UPDATE project SET state = 'stopped' WHERE id = ${h.p.project_id}`)
        const one = await h.send()
        assert.match((await until(async () => (await h.sending(one)).error && h.sending(one))).error, /project does not run/)
        s.insert('do_not_call', { e164: '+78124483452', level: 'customer', customer_id: h.p.customer_id, owner_id: h.p.customer_id, created_at: 1 })
        assert.equal((await h.post()).body.error.code, 'do_not_call_customer')
        s.run(`UPDATE project SET state = 'running' WHERE id = ${h.p.project_id}`)
        h.now(one)
        await h.stands(one, 'failed')
        await tel.none('fax')
        s.run('DELETE FROM do_not_call')
        // A line carries one call at a time.
        s.run(`UPDATE trunk SET channels = 1 WHERE id = ${h.p.trunk_id}`)
        s.event('trunk', 'changed')
        await until(() => s.rows(`SELECT told_channels FROM trunk_share WHERE trunk_id = ${h.p.trunk_id}`)[0].told_channels === 1)
        const first = await h.send(), next = await h.send()
        const c = await h.called()
        await tel.none('fax', 700)
        assert.equal((await h.sending(next)).state, 'waiting')
        tel.fax(c.call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await h.stands(first, 'delivered')
        tel.fax((await h.called()).call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await h.stands(next, 'delivered')
      })

      await t.test('those that wait for a line stand in nobody’s way, and not for ever', async () => {
        const other = makeProject(s, { mode: 'manual', caller_number: '+78124483401' })
        s.insert('member', { project_id: other.project_id, user_id: h.pm.id, created_at: 1 })
        const template = await h.make({ kind: 'fax', name: 'Другой', subject: 'x', body: 'y', project_id: other.project_id })
        const line = s.insert('trunk', { name: 'Carrier', kind: 'sip', host: 'sip.example', state: 'up', created_at: 1 })
        s.run(`UPDATE project SET trunk_id = ${line} WHERE id = ${other.project_id}`)
        s.event('trunk', 'changed')
        await until(() => s.rows(`SELECT told_channels FROM trunk_share WHERE trunk_id = ${line}`)[0]?.told_channels > 0)
        h.contact('+78124483457')
        const first = await h.send(), c = await h.called() // has the only line of its project
        const waiting = []
        for (let i = 0; i < 11; i++) {
          h.contact(`+781244836${10 + i}`)
          waiting.push(await h.send())
        }
        const contact = other.contact('+78124483640', { fax: '+78124483641' })
        const r = await s.call('POST', `/api/contacts/${contact}/sendings`, { as: s.person('operator', { project_ids: [other.project_id] }), body: { template_id: template.id } })
        assert.equal(r.status, 201, r.text)
        const theirs = await h.called()
        assert.equal(theirs.number, '+78124483641', 'eleven older ones wait for another line')
        tel.fax(theirs.call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await until(async () => (await h.sending(waiting[10])).error === 'all lines of the project are taken')
        s.run(`UPDATE fax SET created_at = created_at - ${19 * 3600e3} WHERE id = ${waiting[0].fax_id}`)
        assert.equal((await h.stands(waiting[0], 'failed')).error, 'all lines of the project are taken')
        s.run(`UPDATE fax SET state = 'withdrawn', next_try_at = NULL, ended_at = 1 WHERE state = 'waiting'; UPDATE sending SET state = 'withdrawn' WHERE state = 'waiting'`)
        tel.fax(c.call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await h.stands(first, 'delivered')
      })

      await t.test('one that waits is taken back, one that is called is not', async () => {
        h.contact('+78124483456')
        const withdraw = (x, as = h.operator) => s.call('POST', `/api/faxes/${x.fax_id}/withdraw`, { as })
        const code = async (x) => {
          const r = await withdraw(x)
          return [r.status, r.body.error.code]
        }
        // Not by who does not reach the project (who may not send: matrix.tsv).
        s.run(`UPDATE project SET state = 'stopped' WHERE id = ${h.p.project_id}`)
        const one = await h.send()
        assert.equal((await withdraw(one, s.person('operator'))).status, 404)
        assert.equal((await withdraw(one)).status, 204)
        const row = s.rows(`SELECT state, next_try_at, ended_at FROM fax WHERE id = ${one.fax_id}`)[0]
        assert.deepEqual([row.state, row.next_try_at, row.ended_at > 0], ['withdrawn', null, true])
        const seen = await h.sending(one)
        assert.deepEqual([seen.state, seen.error], ['withdrawn', null])
        assert.deepEqual(await code(one), [409, 'fax_settled'])
        assert.equal(Number(s.rows(`SELECT COUNT(*) AS n FROM audit WHERE entity = 'fax' AND verb = 'withdrawn' AND row_id = ${one.fax_id}`)[0].n), 1)
        s.run(`UPDATE project SET state = 'running' WHERE id = ${h.p.project_id}`)
        await tel.none('fax', 700)
        // On its way it goes on; busy, it waits, and then it may be taken back.
        const two = await h.send(), c = await h.called()
        assert.deepEqual(await code(two), [409, 'fax_calling'])
        tel.fax(c.call, 'ivr', { on: true })
        await h.stands(two, 'transferring')
        assert.deepEqual(await code(two), [409, 'fax_calling'])
        tel.fax(c.call, 'ended', { cause: 'busy', sip_code: 486 })
        await h.stands(two, 'waiting')
        assert.equal((await withdraw(two)).status, 204)
        assert.deepEqual([(await h.sending(two)).state, (await h.sending(two)).error], ['withdrawn', null])
        // A person may send it after all.
        assert.equal((await s.call('POST', `/api/faxes/${two.fax_id}/retry`, { as: h.pm })).status, 204)
        tel.fax((await h.called()).call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await h.stands(two, 'delivered')
        assert.deepEqual(await code(two), [409, 'fax_settled'])
      })

      await t.test('a process that dies in the middle neither loses a fax nor knowingly sends it twice', async () => {
        h.contact('+78124483453')
        const another = async () => {
          await tel.kill()
          tel = h.tel = await new Tel(h.path).start()
          const mine = tel
          t.after(() => mine.dead || mine.kill())
        }
        // app dies while the pages go: the telephone process goes on, and is heard.
        const one = await h.send(), c = await h.tel.command('fax')
        tel.fax(c.call, 'ivr', { on: true })
        await h.stands(one, 'transferring')
        process.kill(s.pidOf('app'), 'SIGKILL')
        tel.fax(c.call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await until(() => s.rows(`SELECT state FROM fax WHERE id = ${one.fax_id}`)[0].state === 'delivered')
        await tel.none('fax')
        // app died between the mark and the command: the telephone process never had it, so it goes.
        await until(async () => (await h.post({ key: 'up' }).catch(() => ({}))).status === 201)
        tel.fax((await tel.command('fax')).call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        const boot = s.rows(`SELECT tel_boot FROM fax WHERE id = ${one.fax_id}`)[0].tel_boot
        s.run(`UPDATE project SET state = 'stopped' WHERE id = ${h.p.project_id}`)
        const two = await h.send()
        s.run(`UPDATE fax SET state = 'calling', tel_boot = '${boot}', tries = 1 WHERE id = ${two.fax_id}`)
        process.kill(s.pidOf('app'), 'SIGKILL')
        await until(() => s.rows(`SELECT state FROM fax WHERE id = ${two.fax_id}`)[0].state === 'waiting')
        s.run(`UPDATE project SET state = 'running' WHERE id = ${h.p.project_id}`)
        h.now(two)
        // The telephone process dies before the pages begin: they did not arrive, and it is called again.
        await tel.command('fax')
        await another()
        await until(() => s.rows(`SELECT state FROM fax WHERE id = ${two.fax_id}`)[0].state === 'waiting')
        h.now(two)
        // … and while they go: nobody knows, and nobody sends them again but a person.
        const again = await tel.command('fax')
        tel.fax(again.call, 'ivr', { on: true })
        await h.stands(two, 'transferring')
        await another()
        assert.match((await h.stands(two, 'unknown')).error, /telephone process ended/)
        await tel.none('fax', 700)
        assert.equal((await s.call('POST', `/api/faxes/${two.fax_id}/retry`, { as: h.pm })).status, 204)
        tel.fax((await tel.command('fax')).call, 'ended', { ok: true, pages: 1, cause: 'hung_up' })
        await h.stands(two, 'delivered')
        // What a stranger's call says changes nothing, and it is hung up.
        tel.calls.set('00000000-0000-4000-8000-000000000000', { document: 'x' })
        tel.fax('00000000-0000-4000-8000-000000000000', 'ivr', { on: true })
        assert.equal((await tel.command('hangup')).call, '00000000-0000-4000-8000-000000000000')
      })

      await t.test('a fax from the card is called, told and counted', async () => {
        h.contact('ф. 8 (812) 448-34-55')
        const offer = await h.make({ kind: 'offer', name: 'КП', subject: 'Цены', body: 'Услуга | Цена\nДиалог | 100 ₽' })
        const two = await h.make({ kind: 'fax', name: 'С предложением', subject: 'Предложение', body: 'Как договорились.', offer_id: offer.id })
        const seen = (await s.call('POST', `/api/contacts/${h.contact_id}/preview`, { as: h.operator, body: { template_id: two.id } })).body
        assert.deepEqual([seen.kind, seen.to, seen.parts, seen.may, seen.rule], ['fax', '+78124483455', 2, true, 'ok'])
        const paper = await s.call('GET', `/api/contacts/${h.contact_id}/templates/${two.id}/pdf`, { as: h.operator })
        assert.match(paper.headers['content-disposition'], /fax\.pdf/)
        const long = await h.post({ body: 'Слово. '.repeat(2800), subject: 'Много' }), longer = await h.make({ kind: 'fax', name: 'Книга', subject: 'x', body: 'А\n\n'.repeat(900) })
        assert.equal(long.status, 201, long.text)
        await h.called()
        assert.equal((await h.post({ template_id: longer.id })).body.error.code, 'fax_long')
        s.run(`UPDATE fax SET state = 'failed' WHERE state = 'calling'`)

        const talk = s.insert('call', { uuid: crypto.randomUUID(), project_id: h.p.project_id, base_id: h.p.base_id, contact_id: h.contact_id, operator_id: h.operator.id, mode: 'manual', number: '+78124483454', state: 'ended', asked_at: 1, dialled_at: 2, connected_at: 3, ended_at: 4 })
        const one = await h.send({ template_id: two.id, call_id: talk, key: 'once' })
        assert.equal((await h.send({ template_id: two.id, call_id: talk, key: 'once' })).id, one.id, 'pressed twice is once')
        assert.deepEqual([one.kind, one.state, one.parts, one.call_id], ['fax', 'waiting', 2, talk])
        const c = await h.called()
        assert.deepEqual([c.number, c.trunk, c.from, c.project], ['+78124483455', h.p.trunk_id, '+78124483400', h.p.project_id])
        assert.deepEqual(c.routes, [{ trunk: h.p.trunk_id, from: '+78124483400' }])
        assert.equal(c.name, '+7 812 448 34 00')
        assert.match(Buffer.from(c.document, 'base64url').toString('latin1'), /^II\*/)
        await h.stands(one, 'calling')
        tel.fax(c.call, 'ringing')
        tel.fax(c.call, 'ivr')
        tel.fax(c.call, 'ivr', { on: true, name: '+7 812 4483455', rate: 14400 })
        assert.equal((await h.stands(one, 'transferring')).far_ident, '+7 812 4483455')
        tel.fax(c.call, 'ivr', { on: true, pages: 1, name: '+7 812 4483455', rate: 14400 })
        await until(async () => (await h.sending(one)).pages_done === 1)
        tel.fax(c.call, 'ended', { ok: true, pages: 2, cause: 'hung_up', name: '+7 812 4483455', rate: 14400 })
        const arrived = await h.stands(one, 'delivered')
        assert.deepEqual([arrived.pages_done, arrived.error], [2, null])
        await tel.none('fax')

        const delivered = Number(s.rows("SELECT COUNT(*) AS n FROM fax WHERE state = 'delivered'")[0].n)
        assert.ok(delivered > 4)
        const figures = (await s.call('GET', `/api/statistics?by=project&from=${new Date().toISOString().slice(0, 10)}&to=${new Date().toISOString().slice(0, 10)}&zone=UTC`, { as: h.pm })).body
        const at = figures.figures.findIndex((f) => f.key === 'faxes')
        assert.deepEqual([figures.figures[at].source === null, figures.total.values[at]], [false, delivered])
        const card = (await s.call('GET', `/api/contacts/${h.contact_id}/card`, { as: h.operator })).body
        assert.deepEqual([card.sendings[0].kind, card.sendings[0].state, card.sendings[0].call_id], ['fax', 'delivered', talk])
        assert.equal((await s.call('POST', `/api/faxes/${one.fax_id}/retry`, { as: h.pm })).status, 409)
        const foreign = s.person('project_manager')
        assert.equal((await s.call('GET', `/api/faxes/${one.fax_id}`, { as: foreign })).status, 404)
        assert.equal((await s.call('POST', `/api/faxes/${one.fax_id}/retry`, { as: foreign })).status, 404)

        // Erased, its pages and numbers are gone, and its count stays.
        const files = () => Number(s.rows("SELECT COUNT(*) AS n FROM file WHERE type IN ('image/tiff', 'application/pdf')")[0].n), before = files()
        const erased = await s.call('POST', `/api/contacts/${h.contact_id}/erase`, { as: s.person('director'), body: { reason: 'Заявление 12' } })
        assert.equal(erased.status, 200, erased.text)
        const rest = JSON.stringify([s.rows('SELECT * FROM fax'), s.rows('SELECT * FROM sending'), s.rows("SELECT body FROM call_event WHERE kind = 'fax'")])
        assert.doesNotMatch(rest, /448-?34-?55/)
        assert.equal(files(), before - 4, 'two faxes, each on paper and as dots')
        assert.equal(s.rows(`SELECT state FROM sending WHERE id = ${one.id}`)[0].state, 'delivered')
      })
    })
  }
})
