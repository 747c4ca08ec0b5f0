// SPDX-License-Identifier: GPL-3.0-or-later
// Trials D1 to D4: the verifiable log of the demonstration project. Every changed byte is named, a rewritten history gets no signature and is seen
// by who has an older pack or head, and a second program, written from docs/ledger.md alone, says the same of every pack.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { changed, dice, forgeHead, hashOf, joinLeaves, leavesOf, unzip, verify, verifyToo, writePack } from '../lib/pack.mjs'
import { command, engines, quote, serve, sleep } from '../lib/server.mjs'
import { recording } from '../lib/wav.mjs'

const LONG = !!process.env.ZVONAR_LONG
const MUTANTS = LONG ? 10000 : 25 // with one thing changed
const WORSE = LONG ? 1000 : 25 // with several
const ERASED = LONG ? 500 : 3
const CHANGES = LONG ? 1000 : 100
const ROUNDS = LONG ? 100 : 3 // over all recordings

async function demo(t, engine) {
  const s = await serve(t, { engine })
  await s.stop()
  const made = await command('demo', '--data', s.dir, '--db', s.db.url)
  assert.equal(made.code, 0, made.err)
  await s.start()
  const pm = s.person('project_director')
  const customer = s.person('customer', { customer_id: 1 })
  const state = async () => (await s.call('GET', '/api/projects/1/ledger', { as: pm })).body
  for (let i = 0; (await state()).signed_records === 0; i++) {
    assert.ok(i < 400, s.log)
    await sleep(50)
  }
  const pack = async (who = pm) => s.send('GET', '/api/projects/1/ledger/pack', { as: who })
  const check = () => command('check', '--data', s.dir, '--db', s.db.url)
  return { s, pm, customer, state, pack, check }
}

for (const engine of engines) {
  test(`the verifiable log (${engine})`, async (t) => {
    const h = await demo(t, engine)
    const { s } = h
    let first

    await t.test('a pack holds, for both programs; a customer sees no operator', async () => {
      const own = await h.pack(h.customer)
      assert.equal(own.status, 200, own.text.slice(0, 300))
      assert.doesNotMatch(unzip(own.buffer)['calls.jsonl'].toString(), /"operator"|Кузнецова/)
      const r = await h.pack()
      const path = join(s.dir, 'tmp/pack.zip')
      writeFileSync(path, r.buffer)
      first = unzip(r.buffer)
      assert.match(first['calls.jsonl'].toString(), /Кузнецова/)
      const one = await verify(path)
      assert.equal(one.code, 0, one.out)
      assert.match(one.out, /^OK project 1: 30\d records to head 30\d:/m)
      assert.deepEqual(await verifyToo(path), [[]])
      const { root, signed_records } = await h.state()
      assert.equal((await verify(path, '--head', `${signed_records}:${root}`)).code, 0)
      assert.equal((await verify(path, '--head', `${signed_records - 1}:${root}`)).code, 1)
      assert.equal((await h.check()).out, 'all in order\n')
    })

    await t.test(`D4: ${MUTANTS} packs with one thing changed and ${WORSE} with several, the same verdicts twice`, { skip: engine !== 'sqlite' }, async () => {
      const rnd = dice(7)
      const mutant = (n) => Array.from({ length: n }).reduce((pack) => changed(pack, rnd), first)
      for (let done = 0; done < MUTANTS + WORSE; done += 25) {
        const paths = Array.from({ length: 25 }, (_, i) => writePack(join(s.dir, `tmp/mutant-${i}.zip`), mutant(done < MUTANTS ? 1 : 2 + rnd(4))))
        const [too, ...said] = await Promise.all([verifyToo(...paths), ...paths.map((path) => verify(path))])
        for (const [i, one] of said.entries()) {
          assert.equal(one.code, 1, `mutant ${done + i} passes`)
          assert.deepEqual(too[i], one.lines, `mutant ${done + i}`)
        }
      }
    })

    await t.test(`D1: ${CHANGES} changes in the database, each named`, { skip: engine !== 'sqlite' }, async () => {
      const rnd = dice(3)
      const rows = s.rows('SELECT seq, call_id, leaf, hash, opening FROM ledger_leaf WHERE call_id > 0 ORDER BY seq')
      const file = join(s.dir, 'zvonar.db')
      s.run('PRAGMA wal_checkpoint(TRUNCATE)')
      for (let done = 0; done < CHANGES; ) {
        const part = rows.filter(() => rnd(3) === 0).slice(0, CHANGES - done)
        const copy = join(s.dir, `tmp/copy-${done}.db`)
        copyFileSync(file, copy)
        const sql = part.map(({ seq, call_id, leaf, hash, opening }) => {
          const turn = (text) => {
            const at = rnd(text.length)
            return text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1)
          }
          const own = `UPDATE ledger_leaf SET ${['leaf', 'hash', 'opening'].map((c) => [c, { leaf, hash, opening }[c]])[seq % 3].reduce((c, v) => `${c} = ${quote(turn(v))}`)} WHERE seq = ${seq};`
          const call = ["number = number || '1'", "comment = COALESCE(comment, '') || '.'", 'ended_at = ended_at + 1', 'result_id = result_id % 11 + 1', 'operator_id = operator_id + 1', "cause = 'busy'"]
          return rnd(2) ? own : `UPDATE call SET ${call[rnd(call.length)]} WHERE id = ${call_id};`
        })
        await command('check', '--data', s.dir, '--db', `sqlite:${copy}`)
        const { execFileSync } = await import('node:child_process')
        execFileSync('sqlite3', [copy], { input: sql.join('\n') })
        const said = (await command('check', '--data', s.dir, '--db', `sqlite:${copy}`)).out
        for (const [i, { seq }] of part.entries()) assert.match(said, new RegExp(`BAD project 1 seq ${seq} field \\w+`), `${sql[i]}\n${said.slice(0, 2000)}`)
        done += part.length
      }
    })

    await t.test('D1: changed bytes of recordings, each named', async () => {
      const calls = s.rows("SELECT id, uuid FROM call WHERE answered_at IS NOT NULL AND id IN (SELECT call_id FROM ledger_leaf) ORDER BY id DESC LIMIT 5")
      mkdirSync(join(s.dir, 'recordings/2026-03'), { recursive: true })
      for (const { id, uuid } of calls) {
        const raw_path = `2026-03/${uuid}.wav`
        writeFileSync(join(s.dir, 'recordings', raw_path), recording(3, [[0, 0, 1], [1, 1, 3]]))
        const row = s.insert('recording', { call_id: id, project_id: 1, state: 'raw', raw_path, created_at: 1 })
        s.insert('job', { kind: 'encode_recording', ref_id: row, state: 'waiting', run_at: 0, created_at: 1 })
      }
      const kept = () =>
        s.rows(`SELECT f.key, (SELECT min(seq) FROM ledger_leaf WHERE call_id = g.call_id) AS seq FROM recording g JOIN file f ON f.id = g.file_id
          WHERE g.state = 'kept' AND g.call_id IN (${calls.map((c) => c.id)}) ORDER BY f.id`)
      for (let i = 0; kept().length < calls.length; i++) {
        assert.ok(i < 600, s.log)
        await sleep(50)
      }
      assert.equal((await h.check()).out, 'all in order\n')
      const rnd = dice(5)
      const all = kept().map(({ key, seq }) => ({ seq, path: join(s.dir, 'files', key.slice(0, 2), key.slice(2)) })).map((r) => ({ ...r, bytes: readFileSync(r.path) }))
      const named = async () => (await h.check()).out.match(/BAD project 1 seq \d+ field recording/g)?.sort()
      const wanted = all.map(({ seq }) => `BAD project 1 seq ${seq} field recording`).sort()
      for (let round = 0; round < ROUNDS; round++) {
        for (const { path, bytes } of all) {
          const other = Buffer.from(bytes)
          other[rnd(other.length)] ^= 1 << rnd(8)
          writeFileSync(path, other)
        }
        assert.deepEqual(await named(), wanted)
      }
      for (const { path } of all) rmSync(path)
      assert.deepEqual(await named(), wanted, 'and one that is gone')
      for (const { path, bytes } of all) writeFileSync(path, bytes)
      assert.equal((await h.check()).out, 'all in order\n')
    })

    await t.test(`D3: ${ERASED} erased contacts leave nothing behind, and the rest holds`, async () => {
      const path = join(s.dir, 'tmp/erased.zip')
      const contacts = s.rows(`SELECT DISTINCT contact_id AS id FROM call WHERE dialled_at IS NOT NULL AND contact_id > 0 AND contact_id NOT IN
        (SELECT contact_id FROM call WHERE number IN (SELECT e164 FROM do_not_call)) ORDER BY 1 LIMIT ${ERASED}`).map((r) => r.id)
      const list = contacts.join()
      const secrets = [
        ...s.rows(`SELECT e164 AS v FROM phone WHERE contact_id IN (${list})`),
        ...s.rows(`SELECT opening AS v FROM ledger_leaf WHERE call_id IN (SELECT id FROM call WHERE contact_id IN (${list}))`).map((r) => ({ v: JSON.parse(r.v).secret }))
      ].map((r) => r.v)
      assert.ok(secrets.length >= 2 * contacts.length)
      assert.equal((await s.call('POST', `/api/contacts/${contacts[0]}/erase`, { as: h.pm, body: { reason: '' } })).status, 400)
      assert.equal((await s.call('POST', `/api/contacts/${contacts[0]}/erase`, { as: h.customer, body: { reason: 'request 12' } })).status, 403)
      for (const id of contacts) {
        const r = await s.call('POST', `/api/contacts/${id}/erase`, { as: h.pm, body: { reason: 'request 12 of 2026-11-29' } })
        assert.equal(r.status, 200, r.text)
        assert.ok(r.body.calls >= 1)
      }
      for (let i = 0; s.rows("SELECT id FROM job WHERE kind = 'erase_traces' AND state <> 'done'").length; i++) {
        assert.ok(i < 600, s.log)
        await sleep(50)
      }
      if (engine === 'sqlite')
        for (const file of ['zvonar.db', 'zvonar.db-wal']) {
          const bytes = existsSync(join(s.dir, file)) ? readFileSync(join(s.dir, file)) : Buffer.alloc(0)
          for (const secret of secrets) assert.equal(bytes.indexOf(secret), -1, `${secret} is in ${file}`)
        }
      for (const table of ['ledger_leaf', 'call', 'contact', 'phone', 'letter', 'audit', 'call_event']) {
        const all = JSON.stringify(s.rows(`SELECT * FROM ${table}`))
        for (const secret of secrets) assert.ok(!all.includes(secret), `${secret} is in ${table}`)
      }
      assert.ok(!secrets.some((x) => s.log.includes(x)))
      writeFileSync(path, (await h.pack()).buffer)
      const after = await verify(path, '--earlier', writePack(join(s.dir, 'tmp/before.zip'), first))
      assert.equal(after.code, 0, after.out.slice(-500))
      assert.ok(after.lines.length >= 2 * contacts.length)
      assert.match(after.lines[0], /^ERASED project 1 seq \d+ \w+ \(erase leaf \d+, 20\d\d-\d\d-\d\d\)$/)
      assert.deepEqual(await verifyToo(path), [after.lines])
      assert.equal((await verify(join(s.dir, 'tmp/before.zip'))).code, 0, 'the pack from before still holds')
      assert.equal((await h.check()).out, 'all in order\n')
      const again = await s.call('POST', `/api/contacts/${contacts[0]}/erase`, { as: h.pm, body: { reason: 'request 13' } })
      assert.equal(again.status, 200)
    })

    await t.test('many packs at once while the signer does not answer: two are made, the rest refused at once, and nobody else waits for them', async () => {
      const stream = await s.events({ as: h.pm })
      const sign = s.pidOf('sign') // each wants a head: the pack before is in the log too
      process.kill(sign, 'SIGSTOP')
      const said = []
      const packs = Array.from({ length: 16 }, () => h.pack().then((r) => said.push(r.status)))
      try {
        for (let i = 0; said.length < 14; i++) {
          assert.ok(i < 60, `only ${said} answered`)
          await sleep(50)
        }
        s.event('project', 'changed', { row_id: 1, project_id: 1 })
        await stream.next((e) => e.entity === 'project', 3000)
      } finally {
        process.kill(sign, 'SIGCONT')
        stream.close()
      }
      await Promise.all(packs)
      assert.deepEqual(said.sort(), [200, 200, ...Array(14).fill(503)])
      assert.equal((await h.pack()).status, 200)
    })

    await t.test('a corrected result: report, figures and log follow, and the log shows both', async () => {
      const path = join(s.dir, 'tmp/corrected.zip')
      const ok = async (method, at, body, as = h.pm) => {
        const r = await s.call(method, `/api${at}`, { as, body })
        assert.ok(r.status < 300, `${method} ${at}: ${r.status} ${r.text}`)
        return r.body
      }
      const refused = async (status, body, as = h.pm, id = call.id) => {
        const r = await s.call('POST', `/api/calls/${id}/correct`, { as, body })
        assert.equal(r.status, status, r.text)
        return r.body.error
      }
      const result = Object.fromEntries(s.rows('SELECT name, id FROM result WHERE project_id = 1').map((r) => [r.name, r.id]))
      const at = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10)
      const figures = async () => {
        const totals = await ok('GET', '/projects/1/report/totals')
        const all = await ok('GET', `/statistics?project_id=1&from=${at(-365)}&to=${at(1)}`)
        const steps = s.rows('SELECT CAST(sum(won) AS INTEGER) AS won, CAST(sum(lost) AS INTEGER) AS lost, CAST(sum(calls) AS INTEGER) AS calls FROM script_step')[0]
        return { leads: totals.leads, refusals: totals.refusals, rows: totals.rows, counted: all.total.values[all.figures.findIndex((x) => x.key === 'leads')], ...steps }
      }
      const [call] = s.rows(`SELECT c.id, c.contact_id, c.comment FROM call c JOIN contact t ON t.last_call_id = c.id
        WHERE c.counts_as = 'lead' AND c.path IS NOT NULL AND t.company IS NOT NULL ORDER BY c.id LIMIT 1`)
      const before = await figures()
      const super_ = s.person('supervisor', { project_ids: [1], name: 'Вера Качество' })
      const had = await ok('GET', `/calls/${call.id}/correctable`, undefined, super_)
      assert.deepEqual([had.seen, had.is_last, had.result_id, had.comment], [0, true, result['Лид'], call.comment])
      const body = { result_id: result['Дорого'], comment: 'Просил <скидку>', why: 'Ошибка оператора', seen: 0, answers: { supplier: 'ЛУКОЙЛ', oil_volume: '' } }
      await refused(403, body, h.customer)
      await refused(403, body, s.person('operator', { project_ids: [1] }))
      assert.equal((await refused(400, { ...body, why: '' })).field, 'why')
      assert.equal((await refused(400, { ...body, result_id: result['Отказ'] })).code, 'heading')
      assert.equal((await refused(400, { ...body, answers: { oil_volume: 'много' } })).field, 'oil_volume')
      assert.equal((await refused(400, { result_id: result['Лид'], comment: call.comment, why: 'Так', seen: 0 })).code, 'nothing')
      assert.equal((await refused(400, { ...body, result_id: result['Перезвонить'] })).field, 'due_at')
      const [silent] = s.rows("SELECT id FROM call WHERE project_id = 1 AND result_at IS NULL AND state = 'ended' LIMIT 1")
      assert.equal((await refused(409, body, h.pm, silent.id)).code, 'no_result')
      const made = await ok('POST', `/calls/${call.id}/correct`, body, super_)
      assert.deepEqual([made.was_result, made.result, made.changed.slice(0, 2)], ['Лид', 'Дорого', ['result', 'comment']])
      await refused(412, body)
      const after = await figures()
      assert.deepEqual([after.leads, after.refusals, after.rows, after.counted, after.calls], [before.leads - 1, before.refusals + 1, before.rows, before.counted - 1, before.calls])
      assert.ok(after.won < before.won && after.lost > before.lost, 'the script lost it')
      assert.equal((await h.check()).out, 'all in order\n')

      // The customer sees that, when and why; not by whom, and not what our people said.
      const row = (await ok('GET', `/projects/1/report?id=${call.contact_id}`, undefined, h.customer)).rows[0]
      assert.deepEqual([row.result, row.comment, row.corrected_at, row.answers['answer.supplier']], ['Дорого', 'Просил <скидку>', made.corrected_at, 'ЛУКОЙЛ'])
      const told = (await ok('GET', `/corrections?contact_id=${call.contact_id}`, undefined, h.customer)).rows
      assert.deepEqual([told.length, told[0].why, told[0].was_result, 'author_id' in told[0], 'diff' in told[0]], [1, 'Ошибка оператора', 'Лид', false, false])
      const [audit] = s.rows("SELECT user_id, diff FROM audit WHERE entity = 'call' AND verb = 'corrected'")
      assert.equal(audit.user_id, super_.id)
      assert.match(audit.diff, /ЛУКОЙЛ/)

      // Back to a lead, of which there is a later one meanwhile: a lead counts once, and the later is it only as long as this is none.
      const again = await ok('POST', `/calls/${call.id}/correct`, { result_id: result['Лид'], why: 'Прослушали запись ещё раз', seen: made.id })
      assert.equal(again.counts_as, 'lead')
      assert.deepEqual((await figures()).counted, before.counted)
      const due_at = Date.now() + 86400000
      await ok('POST', `/calls/${call.id}/correct`, { result_id: result['Перезвонить'], due_at, why: 'Просил перезвонить', seen: again.id })
      const [card] = s.rows(`SELECT state, due_at FROM contact WHERE id = ${call.contact_id}`)
      assert.deepEqual([card.state, card.due_at], ['due', due_at])
      assert.equal((await h.check()).out, 'all in order\n')

      const pack = await h.pack(h.customer)
      writeFileSync(path, pack.buffer)
      const said = await verify(path)
      assert.equal(said.code, 0, said.out.slice(-500))
      const mine = said.lines.filter((x) => x.startsWith('CORRECTED'))
      assert.match(mine.join('\n'), /CORRECTED project 1 seq \d+ result "Лид" to "Дорого" \(amend leaf \d+, 20\d\d-\d\d-\d\d\)/)
      assert.match(mine.join('\n'), /correction "\d+ Ошибка оператора" \(amend/)
      assert.match(mine.join('\n'), /comment .*"Просил \\u003cскидку>"/)
      assert.match(mine.join('\n'), /comment "Просил \\u003cскидку>" to "" \(amend/)
      assert.deepEqual(await verifyToo(path), [said.lines])

      // A correction holds words too: the erasure takes them, and leaves that there was one.
      await ok('POST', `/contacts/${call.contact_id}/erase`, { reason: 'request 14 of 2026-11-29' })
      const gone = (await ok('GET', `/corrections?contact_id=${call.contact_id}`)).rows
      assert.deepEqual([gone.length, gone.every((x) => x.why === '' && x.diff === null)], [3, true])
      assert.ok(!JSON.stringify(s.rows('SELECT * FROM audit')).includes('ЛУКОЙЛ'))
      writeFileSync(path, (await h.pack()).buffer)
      const last = await verify(path, '--earlier', writePack(join(s.dir, 'tmp/before.zip'), unzip(pack.buffer)))
      assert.equal(last.code, 0, last.out.slice(-500))
      assert.ok(last.lines.some((x) => /^ERASED .* correction /.test(x)) && !last.out.includes('Ошибка оператора'))
      assert.deepEqual(await verifyToo(path), [last.lines])
      assert.equal((await h.check()).out, 'all in order\n')
    })

    await t.test('a correction frees a number that its result alone had listed, and makes the next talk the lead', async () => {
      const ask = async (method, at, body, as = h.pm) => s.call(method, `/api${at}`, { as, body })
      const result = Object.fromEntries(s.rows('SELECT name, id FROM result WHERE project_id = 1').map((r) => [r.name, r.id]))
      const correct = async (id, name) => {
        const { seen, lifts } = (await ask('GET', `/calls/${id}/correctable`)).body
        const r = await ask('POST', `/calls/${id}/correct`, { result_id: result[name], why: 'Прослушали запись', seen })
        assert.equal(r.status, 200, r.text)
        return { ...r.body, lifts }
      }
      // A contact that was talked to twice, both talks counted.
      const [{ id: _, ...once }] = s.rows(`SELECT c.* FROM call c JOIN result r ON r.id = c.result_id JOIN contact t ON t.last_call_id = c.id
        WHERE r.effect = 'final' AND c.state = 'ended' AND c.number LIKE '+%' AND c.number NOT IN (SELECT e164 FROM do_not_call) ORDER BY c.id LIMIT 1`)
      s.run(`UPDATE call SET phone_id = (SELECT min(id) FROM phone WHERE contact_id = call.contact_id) WHERE uuid = '${once.uuid}'`)
      s.insert('call', { ...once, uuid: crypto.randomUUID() })
      await s.stop()
      await command('check', '--repair', '--data', s.dir, '--db', s.db.url)
      await s.start()
      const [call, other] = s.rows(`SELECT id, number, phone_id, contact_id FROM call WHERE contact_id = ${once.contact_id} ORDER BY id`)
      const [{ customer_id }] = s.rows('SELECT customer_id FROM project WHERE id = 1')
      const list = () => s.rows(`SELECT id, call_id FROM do_not_call WHERE e164 = '${call.number}'`)
      const phone = () => s.rows(`SELECT state FROM phone WHERE id = ${call.phone_id}`)[0].state
      const closed = () => s.rows(`SELECT closed_reason FROM contact WHERE id = ${call.contact_id}`)[0].closed_reason

      await correct(call.id, 'Не звонить')
      const [entry] = list()
      assert.deepEqual([entry.call_id, phone(), closed()], [call.id, 'refused', 'do_not_call'])
      const lifted = await correct(call.id, 'Дорого')
      assert.deepEqual([lifted.lifts, lifted.changed, list(), phone()], [true, ['result', 'do_not_call'], [], 'good'])
      assert.equal(closed(), 'result')
      const [gone] = s.rows(`SELECT user_id, diff FROM audit WHERE entity = 'do_not_call' AND verb = 'removed' AND row_id = ${entry.id}`)
      assert.equal(gone.user_id, h.pm.id)
      assert.ok(gone.diff.includes(call.number))

      // What else asks for it: a person, a file, another result, a change by hand, a key of the subscriber's.
      const row = { e164: call.number, level: 'customer', customer_id }
      const besides = {
        person: async () => assert.equal((await ask('POST', '/do_not_call', row)).status, 409),
        file: async () => {
          const raw = `e164,level,customer_id\n${call.number},customer,${customer_id}\n`
          const r = await s.call('POST', '/api/do_not_call/import', { as: h.pm, raw, headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': 'list.csv' } })
          assert.deepEqual([r.status, r.body.duplicates], [200, 1], r.text)
        },
        hand: async (e) => assert.equal((await s.call('PATCH', `/api/do_not_call/${e.id}`, { as: h.pm, headers: { 'If-Match': '1' }, body: { reason: 'Письмо от 12 июня' } })).status, 200),
        result: async () => void (await correct(other.id, 'Не звонить')),
        key: (e) => s.run(`UPDATE do_not_call SET author_id = NULL WHERE id = ${e.id}`),
      }
      for (const [who, asks] of Object.entries(besides)) {
        await correct(call.id, 'Не звонить')
        await asks(list()[0])
        const made = await correct(call.id, 'Дорого')
        assert.deepEqual([made.lifts, made.changed, list().length, phone()], [false, ['result'], 1, 'refused'], who)
        s.run(`DELETE FROM do_not_call WHERE e164 = '${call.number}'`)
      }

      // Two talks that ended as leads: the first counts, and when it was none the second does.
      const leads = () => s.rows(`SELECT id FROM call WHERE contact_id = ${call.contact_id} AND counts_as = 'lead'`).map((r) => r.id)
      const at = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10)
      const counted = async () => {
        const { figures, total } = (await ask('GET', `/statistics?project_id=1&from=${at(-365)}&to=${at(1)}`)).body
        return total.values[figures.findIndex((x) => x.key === 'leads')]
      }
      for (const { id } of s.rows(`SELECT c.id FROM call c JOIN result r ON r.id = c.result_id WHERE c.contact_id = ${call.contact_id} AND r.counts_as = 'lead'`))
        await correct(id, 'Дорого')
      const before = await counted()
      await correct(call.id, 'Лид')
      assert.equal((await correct(other.id, 'Лид')).counts_as, 'nothing')
      assert.deepEqual([leads(), await counted()], [[call.id], before + 1])
      await correct(call.id, 'Дорого')
      assert.deepEqual([leads(), await counted()], [[other.id], before + 1])
      const records = () => Number(s.rows(`SELECT count(*) AS n FROM ledger_leaf WHERE call_id = ${other.id}`)[0].n)
      assert.ok(records() >= 3, `the promotion has a record of its own, of ${records()}`)
      assert.equal((await h.check()).out, 'all in order\n')
    })

    await t.test('an erasure is shown before, reaches what names the contact elsewhere, and says what it does not reach', async () => {
      const [call] = s.rows(`SELECT c.id, c.contact_id, c.operator_id, c.asked_at, t.company FROM call c JOIN contact t ON t.last_call_id = c.id
        WHERE t.company IS NOT NULL AND c.operator_id IS NOT NULL ORDER BY c.id LIMIT 1`)
      const [at, of] = [Date.now(), { project_id: 1 }]
      s.run(`UPDATE contact SET email = 'Vera@client.example' WHERE id = ${call.contact_id}`)
      const said = `О «${call.company}»: звонить после обеда`
      const callback = s.insert('callback', { ...of, contact_id: call.contact_id, due_at: at + 1e9, note: said, created_at: at })
      const notified = s.insert('letter', { kind: 'notification', user_id: h.pm.id, to_list: 'pm@example.com', subject: 's', body_text: said, message_id: '<1@x>', state: 'sent', created_at: at })
      for (const [kind, row_id] of [['mention', call.contact_id], ['callback', callback]]) s.insert('notification', { user_id: h.pm.id, kind, ...of, row_id, what: said, at, letter_id: notified })
      s.insert('report_comment', { ...of, contact_id: call.contact_id, author_id: h.pm.id, text: said, created_at: at })
      // The operator's day of that call, and of one long before.
      const schedule = s.insert('schedule', { name: 'День', report: 'operator_day', operator_id: call.operator_id, period: 'today', minute: 1, days: 'every', timezone: 'Europe/Moscow', attach: 'csv', recipients: '[1]', disabled: 1, since_at: at, created_at: at })
      const letterOf = (day) => {
        const file_id = s.insert('file', { name: `${day}.csv`, type: 'text/csv', bytes: 1, sha256: '0', key: randomBytes(16).toString('hex'), created_at: at })
        const letter_id = s.insert('letter', { kind: 'statistics', day, to_list: 'x@example.com', subject: 's', body_text: 't', message_id: `<${day}@x>`, state: 'sent', once_key: `schedule:${schedule}:${day}:1`, created_at: at })
        s.run(`INSERT INTO letter_file (letter_id, position, file_id) VALUES (${letter_id}, 1, ${file_id})`)
        return file_id
      }
      const files = [letterOf(new Date(call.asked_at).toLocaleDateString('sv', { timeZone: 'Europe/Moscow' })), letterOf('2020-01-01')]
      const box = s.insert('mailbox', { name: 'B', address: 'b@example.com', imap_host: 'x', smtp_host: 'x', login: 'x', disabled: 1, created_at: at })
      const thread = s.insert('mail_thread', { mailbox_id: box, subject: 's', people: 'Вера', last_at: at, created_at: at })
      s.insert('mail_letter', { mailbox_id: box, thread_id: thread, way: 'in', letter_key: 'k', from_address: 'vera@client.example', to_list: '[]', cc_list: '[]', subject: 's', body_text: 't', files: '[]', at, came_at: at })

      const look = async (as = h.pm) => s.call('GET', `/api/contacts/${call.contact_id}/erasure`, { as })
      assert.equal((await look(h.customer)).status, 403)
      const shown = (await look()).body
      const n = (list, what) => shown.rows.find((x) => x.list === list && x.what === what)?.n
      assert.deepEqual([shown.blocked, n('goes', 'comments'), n('stays', 'calls') >= 1, n('elsewhere', 'mail'), n('elsewhere', 'backups')], [null, 1, true, 1, null])
      s.run(`UPDATE contact SET state = 'reserved' WHERE id = ${call.contact_id}`)
      assert.equal((await look()).body.blocked, 'in_call')
      s.run(`UPDATE contact SET state = 'closed' WHERE id = ${call.contact_id}`)
      assert.equal((await s.call('GET', `/api/contacts/${call.contact_id}/card`, { as: h.pm })).body.erased_at, null)
      const r = await s.call('POST', `/api/contacts/${call.contact_id}/erase`, { as: h.pm, body: { reason: 'request 15' } })
      assert.equal(r.status, 200, r.text)
      for (const table of ['notification', 'letter', 'report_comment', 'callback', 'mention', 'audit', 'event']) {
        const all = JSON.stringify(s.rows(`SELECT * FROM ${table}`))
        assert.ok(!all.includes('после обеда'), `${table} still says it`)
      }
      assert.deepEqual(s.rows(`SELECT id FROM file WHERE id IN (${files}) ORDER BY id`).map((f) => f.id), [files[1]])
      const card = (await s.call('GET', `/api/contacts/${call.contact_id}/card`, { as: h.pm })).body
      assert.ok(card.erased_at >= at && card.company === null)
      assert.deepEqual((await look()).body.rows.filter((x) => x.list === 'goes'), [])
    })

    await t.test('an erasure reaches each record, however many a call has, and waits for who is about to dial', async () => {
      const erase = (id) => s.call('POST', `/api/contacts/${id}/erase`, { as: h.pm, body: { reason: 'request 16' } })
      const [busy, call] = s.rows(`SELECT c.id, c.contact_id, c.result_id FROM call c JOIN contact t ON t.last_call_id = c.id AND t.company IS NOT NULL AND t.state <> 'reserved'
        JOIN result r ON r.id = c.result_id AND r.effect = 'final' ORDER BY c.id LIMIT 2`)
      const open = () => s.rows(`SELECT opening FROM ledger_leaf WHERE call_id = ${call.id} AND opening LIKE '%почему-то%'`).length
      for (let i = 0, seen = 0; i < 70; i++) {
        const r = await s.call('POST', `/api/calls/${call.id}/correct`, { as: h.pm, body: { result_id: call.result_id, comment: `Ещё ${i}`, why: `почему-то ${i}`, seen } })
        assert.equal(r.status, 200, r.text)
        seen = r.body.id
      }
      assert.equal(open(), 70)
      assert.equal((await erase(call.contact_id)).status, 200)
      assert.equal(open(), 0)
      if (engine === 'sqlite') return // there one writes at a time
      s.run(`BEGIN; SELECT id FROM contact WHERE id = ${busy.contact_id} FOR UPDATE`)
      const asked = erase(busy.contact_id)
      await sleep(500)
      s.run(`UPDATE contact SET state = 'reserved' WHERE id = ${busy.contact_id}; COMMIT`)
      assert.equal((await asked).body.error.code, 'in_call')
    })

    await t.test('D2: a rewritten history gets no signature, and the customer sees it', async () => {
      const path = join(s.dir, 'tmp/new.zip')
      const old = writePack(join(s.dir, 'tmp/old.zip'), first)
      // What was recorded a moment ago gets its head first: one that comes after the rogue would be of the true history.
      for (const end = Date.now() + 30000; Date.now() < end; await sleep(50)) {
        const now = await h.state()
        if (now.records === now.signed_records) break
      }
      const { signed_records, root } = await h.state()
      // A rogue with the whole database in his hands: another result in an old record, its hash made anew, no head left that says otherwise.
      const [victim] = s.rows('SELECT seq, call_id, leaf FROM ledger_leaf WHERE call_id > 0 ORDER BY seq LIMIT 1')
      const leaf = Buffer.from(victim.leaf, 'base64url')
      const cause = leaf.indexOf('no_answer') >= 0 ? 'no_answer' : 'hung_up'
      leaf.write(cause === 'no_answer' ? 'no_answes' : 'hung_us', leaf.indexOf(cause))
      s.run(`UPDATE ledger_leaf SET leaf = '${leaf.toString('base64url')}', hash = '${hashOf(leaf).toString('base64url')}' WHERE seq = ${victim.seq};
        DELETE FROM ledger_head; UPDATE ledger SET edge = NULL;`)
      assert.equal((await h.pack()).status, 409, 'no head, no pack')
      assert.equal((await h.state()).trouble, 'rewritten')
      assert.match((await h.check()).out, new RegExp(`BAD project 1 seq ${victim.seq} field cause`))
      // The same with the signer's key in his hands too: only what the customer has from before tells.
      const leaves = leavesOf(first['leaves.bin'])
      leaves[victim.seq - 1] = leaf
      const lines = first['calls.jsonl'].toString().split('\n')
      lines[victim.seq - 1] = lines[victim.seq - 1].replace(cause, cause === 'no_answer' ? 'no_answes' : 'hung_us').replace(/"leaf":"[^"]*"/, `"leaf":"${hashOf(leaf).toString('base64url')}"`)
      const forged = {
        ...first,
        'leaves.bin': joinLeaves(leaves),
        'calls.jsonl': Buffer.from(lines.join('\n')),
        'heads.txt': Buffer.from(forgeHead(readFileSync(join(s.dir, 'keys/sign')), first['key.pub'], first['heads.txt'].toString().split('\n')[0], leaves.map(hashOf), '2026-01-01T00:00:00Z')),
        'proofs/consistency.txt': Buffer.from('')
      }
      writePack(path, forged)
      assert.equal((await verify(path)).code, 0, 'well forged')
      assert.deepEqual((await verify(path, '--earlier', old)).lines, ['BAD project 1 head 0 not those of the earlier pack', `BAD project 1 seq ${victim.seq} field cause`])
      assert.match((await verify(path, '--head', `${signed_records}:${root}`)).out, /HEAD REWRITTEN/)
      // Truncated instead: the signer knows of more.
      s.run(`UPDATE ledger_leaf SET leaf = '${victim.leaf}', hash = '${hashOf(Buffer.from(victim.leaf, 'base64url')).toString('base64url')}' WHERE seq = ${victim.seq};
        DELETE FROM ledger_leaf WHERE seq > 290; UPDATE ledger SET size = 290;`)
      assert.equal((await h.pack()).status, 409)
      assert.equal((await h.state()).trouble, 'missing')
    })
  })
}
