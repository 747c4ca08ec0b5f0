// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts: sounds as people upload them, and words with merge fields; what is refused and why, who may, what tel is told, and what becomes of files.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject } from '../lib/house.mjs'
import { engines, patience, serve, sha256 } from '../lib/server.mjs'
import { Tel } from '../lib/tel.mjs'
import { tone, toneShare } from '../lib/wav.mjs'

async function house(t, engine) {
  const path = join('/tmp', `zvonar-tel-${process.pid}-${Math.random().toString(36).slice(2)}.sock`)
  const tel = await new Tel(path).start()
  const s = await serve(t, { engine, args: ['--tel', path] })
  t.after(() => tel.dead || tel.kill())
  const p = makeProject(s, { mode: 'manual', name: 'Летняя акция' })
  const pm = s.person('project_manager', { project_ids: [p.project_id] })
  const call = (method, path, more = {}) => s.call(method, `/api${path}`, { as: pm, timeout: 60000 * patience, ...more })
  const ok = async (method, path, body, more = {}) => {
    const r = await call(method, path, { body, ...more })
    assert.ok(r.status < 300, `${method} ${path}: ${r.status} ${r.text}`)
    return r.body
  }
  const upload = (bytes, name = 'Приветствие.wav', to = `/projects/${p.project_id}/prompts/upload`, more = {}) =>
    call('POST', to, { raw: Buffer.from(bytes), headers: { 'Content-Type': 'audio/wav', 'X-File-Name': encodeURIComponent(name) }, ...more })
  const change = (row, path, body, more = {}) => call(body ? 'PATCH' : 'DELETE', path, { body, headers: { 'If-Match': `"${row.version}"` }, ...more })
  const bytes = async (path, more = {}) => {
    const r = await s.send('GET', `/api${path}`, { as: pm, ...more })
    return { status: r.status, headers: r.headers, raw: r.raw ?? Buffer.from(r.text, 'latin1') }
  }
  return { s, tel, p, pm, admin: s.person('admin'), call, ok, upload, change, bytes }
}

const soundOf = (s, key) => join(s.dir, 'sounds', key.slice(0, 2), `${key.slice(2)}.wav`)
const until = async (see, what, ms = 8000) => {
  for (const end = Date.now() + ms * patience; Date.now() < end; await sleep(20)) if (await see()) return
  assert.fail(what)
}
const step = (id, type, more = {}) => ({ id, type, title: id, x: 0, y: 0, ...more })
const refusal = (r, status, code, field) => {
  assert.deepEqual([r.status, r.body.error.code, r.body.error.field], [status, code, field], r.text)
  return r.body.error.what
}

for (const engine of engines) {
  test(`a sound is uploaded, heard and replaced; its files follow (${engine})`, async (t) => {
    const h = await house(t, engine)
    const file = tone({ seconds: 2, hz: 660, rate: 44100, channels: 2, amplitude: 600 })
    const made = await h.upload(file)
    assert.equal(made.status, 201, made.text)
    const p = made.body
    assert.deepEqual([p.name, p.kind, p.words, p.language, p.file_name, p.project_id], ['Приветствие', 'upload', null, 'ru', 'Приветствие.wav', h.p.project_id])
    assert.ok(Math.abs(p.duration_ms - 2000) < 30 && Math.abs(p.level_db + 37.8) < 1, JSON.stringify(p))
    const heard = readFileSync(soundOf(h.s, p.sound))
    assert.equal(sha256(heard), p.sound)
    assert.ok(toneShare(heard, 660) > 0.99, 'the tone')
    const audio = await h.call('GET', `/prompts/${p.id}/audio`)
    assert.deepEqual([audio.status, audio.headers['content-type'], Number(audio.headers['content-length'])], [200, 'audio/wav', heard.length])
    const original = await h.call('GET', `/prompts/${p.id}/original`)
    assert.deepEqual([original.status, Number(original.headers['content-length']), original.headers['content-type']], [200, file.length, 'application/octet-stream'])
    const twice = (await h.upload(file)).body
    assert.deepEqual([twice.name, twice.sound], ['Приветствие 2', p.sound], 'the same sound is kept once')
    assert.equal(readdirSync(join(h.s.dir, 'sounds')).length, 1)

    const files = () => h.s.rows('SELECT count(*) AS n FROM file')[0].n
    const again = await h.upload(tone({ seconds: 1, hz: 880, rate: 8000 }), 'Новое.wav', `/prompts/${p.id}/upload`)
    assert.deepEqual([again.status, again.body.name, again.body.file_name, again.body.version], [200, 'Приветствие', 'Новое.wav', 2], again.text)
    assert.ok(toneShare(readFileSync(soundOf(h.s, again.body.sound)), 880) > 0.99)
    await until(() => files() === 2, 'the file before it is gone')
    refusal(await h.change(again.body, `/prompts/${p.id}`, { words: 'Здравствуйте' }), 400, 'prompt_upload', 'words')
    assert.equal((await h.change(again.body, `/prompts/${p.id}`, { name: 'Утреннее' })).body.name, 'Утреннее')
    refusal(await h.change({ version: 3 }, `/prompts/${p.id}`, { name: 'Приветствие 2' }), 409, 'exists', null)
    assert.equal((await h.change({ version: 3 }, `/prompts/${p.id}`)).status, 204)
    await until(() => files() === 1, 'its file went with it')
    assert.ok(existsSync(soundOf(h.s, p.sound)), 'the other one plays on')

    const left = soundOf(h.s, again.body.sound)
    assert.ok(existsSync(left), 'it may still be playing')
    utimesSync(left, 1000, 1000)
    rmSync(soundOf(h.s, p.sound))
    assert.equal((await h.call('GET', `/prompts/${twice.id}/audio`)).status, 404)
    h.s.run("UPDATE job SET run_at = 1 WHERE kind = 'prompt_sounds' AND state = 'waiting'")
    await until(() => existsSync(soundOf(h.s, p.sound)) && !existsSync(left), 'the lost one is made again, the unused one goes', 20000)
    assert.equal(sha256(readFileSync(soundOf(h.s, p.sound))), p.sound)
  })

  test(`what is no prompt is refused and leaves nothing (${engine})`, async (t) => {
    const h = await house(t, engine)
    const bad = [
      ['sound_form', 'no sound', 'This is a letter.'],
      ['sound_form', 'no sound', Buffer.from(Array.from({ length: 70000 }, (_, i) => (i * i * 7919) >> 5))],
      ['sound_empty', 'no sound', tone({ seconds: 0 })],
      ['sound_silent', 'silent', tone({ seconds: 3, amplitude: 0 })],
      ['sound_long', '3 h 0 min 0 s', tone({ seconds: 3 * 3600, rate: 2000, amplitude: 0 })],
      ['sound_long', '0 h 5 min 1 s', tone({ seconds: 301, rate: 2000 })]
    ]
    for (const [code, says, bytes] of bad) assert.match(refusal(await h.upload(bytes), 400, code, 'file'), new RegExp(says))
    refusal(await h.upload(''), 400, 'no_file', null)
    const hostile = tone({ seconds: 1 })
    hostile.writeUInt32LE(0xfffffff0, 16)
    hostile.writeUInt16LE(60000, 22)
    assert.equal((await h.upload(hostile)).status, 400)
    if (engine === 'sqlite') refusal(await h.upload(Buffer.alloc(101 << 20)), 413, 'sound_big', 'file')
    assert.deepEqual([h.s.rows('SELECT count(*) AS n FROM prompt')[0].n, h.s.rows('SELECT count(*) AS n FROM file')[0].n], [0, 0])
    assert.deepEqual([readdirSync(join(h.s.dir, 'sounds')), readdirSync(join(h.s.dir, 'tmp'))], [[], []])
  })

  test(`words are checked, filled with examples and spoken once (${engine})`, async (t) => {
    const h = await house(t, engine)
    h.s.insert('form_field', { project_id: h.p.project_id, position: 1, key: 'debt', label: 'Долг', type: 'number', choices: '[]', required_by: '[]' })
    const mine = { project_id: h.p.project_id, language: 'ru' }
    const bad = [
      ['spoken_unclosed', '{person.name!', 'Здравствуйте, {person.name!'],
      ['spoken_unopened', '} там', 'Кто } там'],
      ['spoken_field', 'person.nmae', 'Здравствуйте, {person.nmae}!'],
      ['spoken_field', 'field.summa', '{field.summa:money}'],
      ['spoken_format', 'cash', '{field.debt:cash}'],
      ['required', 'nothing to say', '   ']
    ]
    for (const [code, says, words] of bad) {
      const what = refusal(await h.call('POST', '/prompts', { body: { ...mine, name: 'Долг', words } }), 400, code, 'words')
      assert.ok(what.includes(says), what)
    }
    const words = 'Здравствуйте, {person.name|уважаемый клиент}! Проект {project.name}, долг {field.debt:money}.'
    const p = await h.ok('POST', '/prompts', { ...mine, name: 'Долг', words })
    assert.deepEqual([p.kind, p.words, p.sound], ['words', words, null])
    const said = 'Здравствуйте, Анна Сергеевна! Проект Летняя акция, долг одна тысяча двадцать один рубль пять копеек.'
    assert.deepEqual(await h.ok('POST', '/prompts/fill', { ...mine, words }), { text: said, gap: null })
    const audio = await h.call('GET', `/prompts/${p.id}/audio`)
    assert.deepEqual([audio.status, audio.headers['content-type']], [200, 'audio/wav'])
    const kept = join(h.s.dir, 'spoken', ...((k) => [k.slice(0, 2), `${k.slice(2)}.wav`])(sha256(`1\nru\n${said}`)))
    assert.ok(existsSync(kept), 'kept for callers')
    const spoken = await h.call('POST', '/prompts/speak', { body: { ...mine, words } })
    assert.deepEqual([spoken.status, Number(spoken.headers['content-length'])], [200, readFileSync(kept).length])
    refusal(await h.call('POST', '/prompts/speak', { body: { ...mine, words: '…,' } }), 400, 'sound_empty', 'words')
    const foreign = makeProject(h.s, { customer_id: h.p.customer_id })
    refusal(await h.call('POST', '/prompts/fill', { body: { ...mine, project_id: foreign.project_id, words } }), 400, 'ref', 'project_id')
  })

  test(`flows say prompts of their project and of the house; what is said somewhere stays (${engine})`, async (t) => {
    const h = await house(t, engine)
    const other = makeProject(h.s, { customer_id: h.p.customer_id })
    const theirs = h.s.insert('prompt', { project_id: other.project_id, name: 'Чужое', words: 'Чужое', created_at: 1 })
    assert.equal((await h.call('GET', `/prompts/${theirs}`)).status, 404)
    refusal(await h.call('POST', '/prompts', { body: { name: 'Дом', words: 'Дом', language: 'en' } }), 403, 'house_prompt', 'project_id')
    const ours = await h.ok('POST', '/prompts', { name: 'House', words: 'You have called {customer.name|us}, {person.name|dear caller}.', language: 'en' }, { as: h.admin })
    assert.deepEqual((await h.ok('GET', '/prompts')).rows.map((x) => x.name), ['House'], 'no foreign ones in a list')
    assert.equal((await h.change(ours, `/prompts/${ours.id}`, { name: 'Mine' })).status, 403)
    const sound = (await h.upload(tone({ seconds: 1, hz: 660 }))).body

    const flows = `/projects/${h.p.project_id}/flows`
    const graph = (...nodes) => ({ start: 'a', nodes })
    const wrong = async (graph, code, says) => {
      const what = refusal(await h.call('POST', flows, { body: { name: 'Плохое', graph } }), 400, code, 'graph.a')
      assert.ok(what.includes(says), what)
    }
    await wrong(graph(step('a', 'say', { prompt_id: theirs })), 'flow', 'prompt that is not there')
    await wrong(graph(step('a', 'say', { words: 'Здравствуйте, {person.name' })), 'spoken_unclosed', '{person.name')
    const flow = await h.ok('POST', flows, { name: 'Меню', graph: graph(step('a', 'say', { prompt_id: ours.id, next: 'b' }), step('b', 'say', { prompt_id: sound.id, next: 'c' }), step('c', 'say', { words: 'Проект {project.name}.', next: 'd' }), step('d', 'end', { words: '{person.name}' })) })
    const queue = await h.ok('POST', `/projects/${h.p.project_id}/queues`, { name: 'Продажи', announce_s: 30 })
    refusal(await h.call('POST', `/projects/${h.p.project_id}/queues`, { body: { name: 'Часто', announce_s: 5 } }), 400, 'range', 'announce_s')
    await h.ok('POST', `/projects/${h.p.project_id}/numbers`, { e164: '+74957654321', queue_id: queue.id, flow_id: flow.id })
    let m
    const told = async (see) => {
      do m = await h.tel.command('inbound')
      while (!m.nodes || !see(m))
    }
    await told((x) => x.numbers.length && x.queues.length) // each is news by itself
    assert.deepEqual(m.nodes.map((n) => [n.words, n.voice, n.sound, n.ms]), [
      ['You have called Заказчик 0, dear caller.', 'en', undefined, undefined],
      [undefined, undefined, sound.sound, sound.duration_ms],
      ['Проект Летняя акция.', 'ru', undefined, undefined],
      [' ', 'ru', undefined, undefined]
    ])
    assert.deepEqual([m.queues[0].announce_ms, m.queues[0].voice], [30000, 'ru'])
    await h.change(ours, `/prompts/${ours.id}`, { words: 'Welcome.' }, { as: h.admin })
    await told((x) => x.nodes[0].words === 'Welcome.')

    assert.match(refusal(await h.change(sound, `/prompts/${sound.id}`), 409, 'prompt_in_use', null), /«Меню»/)
    const later = await h.change(flow, `${flows}/${flow.id}`, { graph: graph(step('a', 'end', { words: 'Всё.' })) })
    assert.equal(later.status, 200, later.text)
    assert.equal((await h.change(sound, `/prompts/${sound.id}`)).status, 204)
  })
}
