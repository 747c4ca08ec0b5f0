// SPDX-License-Identifier: GPL-3.0-or-later
// What is measured of a call: talk figures from its recording (a call put into the database, a recording made of tones), and how it sounds,
// as the telephone process tells it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, serve } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'
import { recording } from '../lib/wav.mjs'

async function until(see, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(30)) {
    const found = await see()
    if (found) return found
  }
  throw new Error(`not within ${ms} ms: ${see}`)
}

// An ended call whose raw recording waits for its job. states: [state, s after the answer].
function recorded(s, p, operator_id, states, wav) {
  const uuid = randomUUID()
  const at = Date.now() - 600_000
  const length = Math.floor((wav.length - 58) / 16)
  const call_id = s.insert('call', {
    uuid,
    project_id: p.project_id,
    operator_id,
    mode: 'progressive',
    number: '+78124483454',
    state: 'ended',
    asked_at: at - 5000,
    dialled_at: at - 4000,
    answered_at: at,
    connected_at: at,
    ended_at: at + length,
    cause: 'hung_up',
    talk_ms: length
  })
  states.forEach(([state, after], i) => {
    const m = { kind: 'call', boot: 'b', seq: i + 1, at: at + 1000 * after, call: uuid, state }
    if (state === 'ended') Object.assign(m, { cause: 'hung_up', by: 'contact' })
    s.run(`INSERT INTO call_event (tel_boot, seq, call_uuid, at, kind, body) VALUES ('${uuid}', ${i + 1}, '${uuid}', ${m.at}, 'call', '${JSON.stringify(m)}')`)
  })
  const raw_path = `2026-03/${uuid}.wav`
  const file = join(s.dir, 'recordings', raw_path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, wav)
  const id = s.insert('recording', { call_id, project_id: p.project_id, state: 'raw', raw_path, created_at: at })
  s.insert('job', { kind: 'encode_recording', ref_id: id, state: 'waiting', run_at: 0, created_at: at })
  return { call_id, kept: () => until(() => s.rows(`SELECT 1 AS yes FROM recording WHERE id = ${id} AND state = 'kept'`)[0]) }
}

const about = (got, want, what) => assert.ok(Math.abs(got - want) <= 100, `${what}: ${got}, not about ${want}`)

for (const engine of engines)
  test(`talk figures of a recording (${engine})`, async (t) => {
    const s = await serve(t, { engine })
    const p = makeProject(s)
    const operator = s.person('operator', { project_ids: [p.project_id] })
    const supervisor = s.person('supervisor', { project_ids: [p.project_id] })
    const get = async (path, as) => s.call('GET', path, { as })

    // Ten seconds of music while it is held are nobody's silence.
    const long = recorded(
      s,
      p,
      operator.id,
      [['answered', 0], ['connected', 0.1], ['held', 25], ['connected', 35], ['ended', 60]],
      recording(60, [[1, 0.2, 1.2], [0, 2, 14], [1, 15, 21], [1, 25, 35], [0, 36, 44], [1, 43.2, 55]])
    )
    const short = recorded(s, p, operator.id, [['answered', 0], ['connected', 0.1], ['ended', 5]], recording(5, [[0, 1, 2]]))
    await long.kept()
    await short.kept()

    await t.test('as counted by hand, with the call and in the journal', async () => {
      const { rows } = (await get(`/api/talk-figures?call_id=${long.call_id}`, supervisor)).body
      assert.equal(rows.length, 1)
      const k = rows[0]
      assert.deepEqual([k.valid, k.operator_id, k.interruptions, k.contact_interruptions, k.overlap_count], [true, operator.id, 0, 1, 1])
      about(k.talk_ms, 50000, 'talk')
      about(k.speech_ms, 20000, 'speech')
      about(k.contact_speech_ms, 18800, 'their speech')
      assert.ok(k.share_pct >= 51 && k.share_pct <= 52, `share: ${k.share_pct}`)
      about(k.first_word_ms, 2000, 'first word')
      about(k.monologue_ms, 12000, 'monologue')
      about(k.overlap_ms, 800, 'overlap')
      about(k.silence_ms, 4000 + 1000 + 5000, 'silence')
      about(k.longest_silence_ms, 5000, 'longest silence')
      const row = (await get(`/api/calls/${long.call_id}`, supervisor)).body
      assert.deepEqual([row.share_pct, row.monologue_ms, row.silence_ms], [k.share_pct, k.monologue_ms, k.silence_ms])
      const sorted = (await get('/api/calls?sort=-share_pct&share_pct>=50', supervisor)).body.rows.map((r) => r.id)
      assert.deepEqual(sorted, [long.call_id])
    })
    await t.test('too short to say anything: what is plain is kept, the journal shows none', async () => {
      const k = (await get(`/api/talk-figures?call_id=${short.call_id}`, supervisor)).body.rows[0]
      assert.equal(k.valid, false)
      about(k.speech_ms, 1000, 'speech')
      assert.equal(k.contact_speech_ms, 0)
      const row = (await get(`/api/calls/${short.call_id}`, supervisor)).body
      assert.deepEqual([row.share_pct, row.monologue_ms, row.silence_ms, row.interruptions], [null, null, null, null])
    })
    await t.test('for those who see the journal, of their own projects', async () => {
      const customer = s.person('customer', { customer_id: p.customer_id })
      assert.equal((await get('/api/talk-figures', customer)).status, 403)
      assert.equal((await get('/api/talk-figures', operator)).status, 403)
      assert.deepEqual((await get('/api/talk-figures', s.person('supervisor'))).body.rows, [])
    })
  })

const side = (name, more) => ({ side: name, codec: 'PCMA', came: 1000, lost: 0, late: 0, sent: 1000, jitter_ms: 4, buffer_ms: 40, ...more })

for (const engine of engines)
  test(`how a call sounds (${engine})`, async (t) => {
    const path = join('/tmp', `zvonar-sound-${process.pid}-${engine}.sock`)
    const tel = await new Tel(path).start()
    const s = await serve(t, { engine, args: ['--tel', path] })
    t.after(() => tel.kill())
    const p = makeProject(s)
    p.contact('+78124483454')
    const who = s.person('operator', { project_ids: [p.project_id] })
    const supervisor = s.person('supervisor', { project_ids: [p.project_id] })
    const get = async (at) => (await s.call('GET', at, { as: supervisor })).body
    const seat = async (see) => until(async () => ((x) => see(x) && x)((await s.call('GET', '/api/seat', { as: who })).body))
    await s.call('POST', '/api/seat/start', { as: who, body: { project_id: p.project_id } })
    await seat((x) => x.state === 'pause')
    await s.call('POST', '/api/seat/leg', { as: who, body: { sdp: `v=0\r\n${'a=x\r\n'.repeat(5)}` } })
    await seat((x) => x.leg === 'up')
    await s.call('POST', '/api/seat/ready', { as: who, body: {} })
    const { call } = await seat((x) => x.state === 'talking')
    assert.equal((await get('/api/floor')).rows[0].call_mos, null)

    tel.tell({ kind: 'sound', call: call.uuid, rows: [side('operator', { mos: 431 }), side('contact', { mos: 350, lost: 100, rtt_ms: 48 })] })
    assert.equal((await until(async () => ((f) => f.call_mos && f)((await get('/api/floor')).rows[0]))).call_mos, 3.5)
    tel.tell({ kind: 'sound', call: call.uuid, rows: [side('operator', { mos: 431, far_mos: 290, far_lost: 210, far_jitter_ms: 31 }), side('contact', { mos: 402 })] })
    tel.tell({ kind: 'sound', call: randomUUID(), rows: [side('contact')] }) // of no call of ours
    tel.end(call.uuid, 'hung_up', 'contact')
    await seat((x) => x.state === 'wrap_up')
    const { rows } = await get(`/api/call-sounds?call_id=${call.id}&sort=side`)
    assert.deepEqual(
      rows.map((r) => [r.side, r.mos, r.far_mos, r.lost, r.far_lost, r.rtt_ms]),
      [
        ['contact', 4.02, null, 0, 0, null],
        ['operator', 4.31, 2.9, 0, 210, null]
      ]
    )
    assert.equal((await get(`/api/calls/${call.id}`)).mos, 2.9, 'the worst way counts')
    assert.deepEqual((await get('/api/calls?mos<3.1')).rows.map((r) => r.id), [call.id])
  })
