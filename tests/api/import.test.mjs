// SPDX-License-Identifier: GPL-3.0-or-later
// The import wizard from upload to undo, on both engines; and what happens to the base when the server dies in the middle.
import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { command, engines, serve } from '../lib/server.mjs'

const file = `База автосервисов
Компания;Телефон;Контактное лицо;ИНН
ООО «Ромашка»;8 (812) 448-34-54 доб. 12, 8 916 123-45-67;Иванов Иван;7801234567
ИП Сидоров;нет;;
ООО «Ромашка плюс»;+7 812 448 34 54;Петров Пётр;
АО Лютик;8 495 123-45-67;;
=1+1;8 495 765-43-21;;
Итого;5;;
`

export async function house(t, engine) {
  const s = await serve(t, { engine })
  const now = Date.now()
  const customer_id = s.insert('customer', { name: 'Заказчик', created_at: now })
  const project_id = s.insert('project', { customer_id, name: 'Проект', type: 'cold_calls', created_at: now })
  const pm = s.person('project_manager', { project_ids: [project_id] })
  const call = (method, path, more = {}) => s.call(method, `/api${path}`, { as: pm, timeout: 60000, ...more })
  const made = await call('POST', `/projects/${project_id}/bases`, { body: { project_id, name: 'База' } })
  assert.equal(made.status, 201, made.text)
  const base = made.body
  const upload = (bytes, name = 'base.csv', id = base.id) =>
    call('POST', `/bases/${id}/imports`, {
      raw: Buffer.from(bytes),
      headers: { 'Content-Type': 'text/csv', 'X-File-Name': encodeURIComponent(name) }
    })
  const ended = async (id, ms = 60000) => {
    for (const until = Date.now() + ms; Date.now() < until; await sleep(50)) {
      const row = (await call('GET', `/imports/${id}`)).body
      if (!['running', 'undoing'].includes(row.state)) return row
    }
    throw new Error(`import ${id} does not end:\n${s.log}`)
  }
  const start = async (id) => {
    const r = await call('POST', `/imports/${id}/start`)
    assert.equal(r.status, 200, r.text)
    return ended(id)
  }
  return { s, call, base, project_id, customer_id, pm, upload, start, ended }
}

for (const engine of engines) {
  test(`import (${engine})`, async (t) => {
    const h = await house(t, engine)
    const { s, call, base, project_id } = h
    let first

    await t.test('uploaded and looked at: encoding, header, columns with samples', async () => {
      const r = await h.upload(file, 'база.csv')
      assert.equal(r.status, 201, r.text)
      first = r.body
      assert.equal(first.state, 'uploaded')
      assert.equal(first.file_name, 'база.csv')
      const p = (await call('GET', `/imports/${first.id}/preview`)).body
      assert.equal(p.encoding, 'utf-8')
      assert.equal(p.delimiter, ';')
      assert.equal(p.header_row, 2)
      assert.deepEqual(
        p.columns.map((c) => c.field),
        ['company', 'phone', 'person', 'note']
      )
      assert.equal(p.columns[0].title, 'Компания')
      assert.equal(p.columns[0].samples[0], 'ООО «Ромашка»')
      assert.equal(p.rows[0][0], 'База автосервисов')
      assert.ok(p.fields.includes('company') && p.encodings.includes('windows-1251'))
    })

    await t.test('corrected; a wish that is wrong is refused and names its field', async () => {
      const patch = (body, version = 1) => call('PATCH', `/imports/${first.id}`, { body, headers: { 'If-Match': `"${version}"` } })
      for (const [body, field] of [
        [{ reading: { encoding: 'latin' } }, 'encoding'],
        [{ reading: { colour: 'red' } }, 'reading'],
        [{ mapping: { 0: 'salary' } }, 'mapping'],
        [{ reading: { country: 'XX' } }, 'country']
      ]) {
        const r = await patch(body)
        assert.equal(r.status, 400, r.text)
        assert.equal(r.body.error.field, field)
      }
      const r = await patch({ reading: { header_row: 2, delimiter: ';' }, mapping: { 0: 'company', 1: 'phone', 2: 'person', 3: '' } })
      assert.equal(r.status, 200, r.text)
      const p = (await call('GET', `/imports/${first.id}/preview`)).body
      assert.equal(p.columns[3].field, null)
    })

    await t.test('started, done: contacts with persons and phones, figures, rejected rows with reasons, events', async () => {
      const row = await h.start(first.id)
      assert.equal(row.state, 'done', `${row.error}\n${h.s.log.slice(-3000)}`)
      assert.deepEqual([row.rows_done, row.accepted, row.duplicates, row.rejected, row.skipped], [8, 3, 1, 1, 3])
      const list = (await call('GET', `/projects/${project_id}/contacts?sort=id`)).body.rows
      assert.deepEqual(
        list.map((c) => [c.company, c.phone, c.person, c.state]),
        [
          ['ООО «Ромашка»', '+78124483454', 'Иванов Иван', 'fresh'],
          ['АО Лютик', '+74951234567', null, 'fresh'],
          ['=1+1', '+74957654321', null, 'fresh']
        ]
      )
      const card = (await call('GET', `/contacts/${list[0].id}/card`)).body
      assert.deepEqual(
        card.phones.map((p) => [p.e164, p.ext]),
        [
          ['+78124483454', '12'],
          ['+79161234567', null]
        ]
      )
      assert.deepEqual(
        card.persons.map((p) => p.name),
        ['Иванов Иван', 'Петров Пётр']
      )
      const rejects = await call('GET', `/imports/${first.id}/rejects`)
      assert.equal(rejects.status, 200)
      assert.match(rejects.headers['content-disposition'], /attachment/)
      assert.match(rejects.text, /^\uFEFF?Строка;Причина;Компания/)
      assert.match(rejects.text, /4;в ячейке нет номера;ИП Сидоров;нет;;/)
      const counted = s.rows(`SELECT state, contacts FROM contact_state WHERE base_id = ${base.id} AND contacts <> 0`)
      assert.deepEqual(counted, [{ state: 'fresh', contacts: 3 }])
      assert.ok(s.rows(`SELECT id FROM event WHERE entity = 'import' AND row_id = ${first.id}`).length >= 3)
      const again = await call('POST', `/imports/${first.id}/start`)
      assert.equal(again.status, 409)
    })

    await t.test('exports never open as a formula', async () => {
      const csv = await call('GET', `/projects/${project_id}/contacts?format=csv`)
      assert.equal(csv.status, 200)
      assert.match(csv.text, /'=1\+1/)
      assert.doesNotMatch(csv.text, /[;\n"]=1\+1/)
    })

    await t.test('the same file again is told, and brings nothing twice', async () => {
      const second = (await h.upload(file)).body
      assert.equal(second.same_as_id, first.id)
      const row = await h.start(second.id)
      assert.deepEqual([row.state, row.accepted, row.duplicates], ['done', 0, 4])
      assert.equal((await call('GET', `/projects/${project_id}/contacts?total=1`)).body.total, 3)
      assert.equal(s.rows('SELECT id FROM phone').length, 4)
      const undone = await call('POST', `/imports/${second.id}/undo`)
      assert.equal(undone.status, 200, undone.text)
      assert.equal((await h.ended(second.id)).state, 'undone')
      assert.equal((await call('GET', `/projects/${project_id}/contacts?total=1`)).body.total, 3)
    })

    await t.test('a number with something new is merged into its contact, and taken away by undo', async () => {
      const more = (await h.upload('Компания;Телефон;ФИО\nЛютик;8 495 123-45-67, 8 495 999-88-77;Новый Человек\nНовая;8 495 111-22-33;\n')).body
      assert.equal((await h.start(more.id)).state, 'done')
      const lutik = s.rows("SELECT id FROM contact WHERE company = 'АО Лютик'")[0].id
      let card = (await call('GET', `/contacts/${lutik}/card`)).body
      assert.deepEqual(
        card.phones.map((p) => p.e164),
        ['+74951234567', '+74959998877']
      )
      assert.equal(card.persons[0].name, 'Новый Человек')
      await call('POST', `/imports/${more.id}/undo`)
      assert.equal((await h.ended(more.id)).state, 'undone')
      card = (await call('GET', `/contacts/${lutik}/card`)).body
      assert.deepEqual([card.phones.length, card.persons.length], [1, 0])
      assert.equal(s.rows("SELECT id FROM contact WHERE company = 'Новая'").length, 0)
    })

    await t.test('undo leaves who was called', async () => {
      const lutik = s.rows("SELECT id FROM contact WHERE company = 'АО Лютик'")[0].id
      s.run(`UPDATE contact SET attempts = 1 WHERE id = ${lutik}`)
      await call('POST', `/imports/${first.id}/undo`)
      assert.equal((await h.ended(first.id)).state, 'undone')
      assert.deepEqual(s.rows('SELECT id FROM contact'), [{ id: lutik }])
      assert.equal(s.rows('SELECT id FROM phone').length, 1)
      const counted = s.rows(`SELECT state, contacts FROM contact_state WHERE base_id = ${base.id} AND contacts <> 0`)
      assert.deepEqual(counted, [{ state: 'fresh', contacts: 1 }])
    })

    await t.test('files that are none are refused at once and leave nothing', async () => {
      const before = s.rows('SELECT id FROM file').length
      for (const [bytes, code] of [
        ['', 'no_file'],
        ['\uFEFF', 'empty'],
        [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0, 0, 0]), 'binary'],
        [Buffer.from('PK\x03\x04 not really'), 'not_xlsx'],
        [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'binary']
      ]) {
        const r = await h.upload(bytes)
        assert.equal(r.status, 400, r.text)
        assert.ok([code, 'empty'].includes(r.body.error.code), r.text)
      }
      assert.equal(s.rows('SELECT id FROM file').length, before)
    })

    await t.test('a base out of reach is not there', async () => {
      const other = s.person('project_manager')
      const r = await s.call('POST', `/api/bases/${base.id}/imports`, { as: other, raw: Buffer.from(file), headers: { 'Content-Type': 'text/csv' } })
      assert.equal(r.status, 404, r.text)
      assert.equal((await s.call('GET', `/api/imports/${first.id}`, { as: other })).status, 404)
    })
  })

  test(`import survives the death of the server (${engine})`, async (t) => {
    const h = await house(t, engine)
    const rows = 30000
    const big = ['Компания;Телефон;ФИО', ...Array.from({ length: rows }, (_, i) => `Компания ${i};8 495 ${2000000 + i};Имя ${i}`)].join('\n')
    const im = (await h.upload(big)).body
    await h.call('POST', `/imports/${im.id}/start`)
    for (let i = 0; i < 400 && !(h.s.rows('SELECT count(*) AS n FROM contact')[0].n > 0); i++) await sleep(10)
    process.kill(h.s.pidOf('app'), 'SIGKILL')
    h.s.run("UPDATE job SET lease_until = 0 WHERE state = 'running'") // its lease would run out by itself, a minute later
    await sleep(300)
    await h.s.ready()
    const row = await h.ended(im.id)
    assert.equal(row.state, 'done', `${row.error}\n${h.s.log.slice(-3000)}`)
    assert.equal(row.accepted, rows)
    assert.deepEqual(
      h.s.rows('SELECT (SELECT count(*) FROM contact) AS contacts, (SELECT count(*) FROM phone) AS phones, (SELECT count(*) FROM person) AS persons'),
      [{ contacts: rows, phones: rows, persons: rows }]
    )
    assert.deepEqual(h.s.rows('SELECT DISTINCT state FROM contact'), [{ state: 'fresh' }])
    assert.deepEqual(h.s.rows('SELECT state, contacts FROM contact_state WHERE contacts <> 0'), [{ state: 'fresh', contacts: rows }])
  })
}

for (const engine of engines)
  test(`an import of the command line that was killed is cleaned up by the next one (${engine})`, async (t) => {
    const h = await house(t, engine)
    const old = Date.now() - 3600e3
    const dead = h.s.insert('import', { project_id: h.project_id, base_id: h.base.id, file_name: 'x', state: 'running', created_at: old })
    const contact_id = h.s.insert('contact', { project_id: h.project_id, base_id: h.base.id, import_id: dead, state: 'hidden', created_at: old })
    h.s.insert('phone', { project_id: h.project_id, base_id: h.base.id, contact_id, e164: '+79161234567' })
    h.s.run(`INSERT INTO contact_state VALUES (${h.project_id}, ${h.base.id}, 'hidden', 0, 1)`)
    const path = join(h.s.dir, 'more.csv')
    writeFileSync(path, 'Компания;Телефон\nНовая;8 916 123-45-67\n')
    const r = await command('import', '--json', '--data', h.s.dir, '--db', h.s.db.url, '--base', String(h.base.id), path)
    assert.equal(r.code, 0, r.err)
    assert.deepEqual(JSON.parse(r.out).totals, { rows: 2, accepted: 1, duplicate: 0, rejected: 0, skipped: 1 })
    assert.equal(h.s.rows(`SELECT state FROM import WHERE id = ${dead}`)[0].state, 'failed')
    assert.deepEqual(h.s.rows('SELECT state, contacts FROM contact_state WHERE contacts <> 0'), [{ state: 'fresh', contacts: 1 }])
    assert.deepEqual(h.s.rows('SELECT company FROM contact'), [{ company: 'Новая' }])
  })

// What an import that broke off has put into the base: hidden, nobody is to meet it.
function half(h, import_id, e164) {
  const of = { project_id: h.project_id, base_id: h.base.id }
  const contact_id = h.s.insert('contact', { ...of, import_id, state: 'hidden', created_at: Date.now() })
  h.s.insert('phone', { ...of, contact_id, import_id, e164 })
  h.s.run(`INSERT INTO contact_state VALUES (${h.project_id}, ${h.base.id}, 'hidden', 0, 1)`)
}

for (const engine of engines) {
  test(`an import that is given up leaves nothing that would meet the next one (${engine})`, async (t) => {
    const h = await house(t, engine)
    const csv = 'Компания;Телефон\nНовая;8 916 123-45-67\n'
    const im = (await h.upload(csv)).body
    const [{ key }] = h.s.rows(`SELECT key FROM file WHERE id = ${im.file_id}`)
    const path = join(h.s.dir, 'files', key.slice(0, 2), key.slice(2))
    half(h, im.id, '+79161234567')
    rmSync(path)
    mkdirSync(path) // the disk does not give it back
    h.s.run(`UPDATE import SET state = 'running' WHERE id = ${im.id}`)
    h.s.insert('job', { kind: 'import', ref_id: im.id, tries: 4, run_at: 0, created_at: 0 })
    assert.equal((await h.ended(im.id)).state, 'failed')
    assert.deepEqual(h.s.rows('SELECT id FROM contact'), [])
    const again = await h.start((await h.upload(csv)).body.id)
    assert.deepEqual([again.state, again.accepted, again.duplicates], ['done', 1, 0])
    assert.deepEqual(h.s.rows('SELECT state, contacts FROM contact_state WHERE contacts <> 0'), [{ state: 'fresh', contacts: 1 }])
  })

  test(`an import or its undoing whose job was given up does not keep its base for ever (${engine})`, async (t) => {
    const h = await house(t, engine)
    const first = (await h.upload('Компания;Телефон\nПервая;8 916 123-45-67\n')).body
    half(h, first.id, '+79161234567')
    h.s.run(`UPDATE import SET state = 'running' WHERE id = ${first.id}`)
    const second = await h.start((await h.upload('Компания;Телефон\nВторая;8 916 123-45-68\n', 'x', (await h.call('POST', `/projects/${h.project_id}/bases`, { body: { project_id: h.project_id, name: 'Другая' } })).body.id)).body.id)
    h.s.run(`UPDATE import SET state = 'undoing', alive_at = 0 WHERE id = ${second.id}`)
    const at = { run_at: 0, created_at: 0 }
    const job = h.s.insert('job', { kind: 'import_undo', ref_id: second.id, state: 'running', lease_until: Date.now() + 60000, ...at })
    h.s.insert('job', { kind: 'import', ref_id: first.id, state: 'dead', ...at })
    h.s.run("UPDATE job SET run_at = 0 WHERE kind = 'import_sweep'")
    assert.equal((await h.ended(first.id)).state, 'failed')
    assert.deepEqual(h.s.rows('SELECT company FROM contact'), [{ company: 'Вторая' }])
    assert.equal((await h.call('GET', `/imports/${second.id}`)).body.state, 'undoing', 'its job goes on')
    h.s.run(`UPDATE job SET state = 'dead' WHERE id = ${job}; UPDATE job SET run_at = 0 WHERE kind = 'import_sweep'`)
    assert.equal((await h.ended(second.id)).state, 'undone')
    assert.deepEqual(h.s.rows('SELECT id FROM contact'), [])
  })
}

// On SQLite one writes at a time.
if (engines.includes('postgres'))
  test('a contact that is dialled while its import is undone keeps its number', async (t) => {
    const h = await house(t, 'postgres')
    const im = await h.start((await h.upload('Компания;Телефон\nПервая;8 916 123-45-67\nВторая;8 916 123-45-68\n')).body.id)
    const [{ id }] = h.s.rows("SELECT id FROM contact WHERE company = 'Первая'")
    h.s.run(`BEGIN; SELECT id FROM contact WHERE id = ${id} FOR UPDATE`)
    await h.call('POST', `/imports/${im.id}/undo`)
    await sleep(500)
    h.s.run(`UPDATE contact SET state = 'reserved' WHERE id = ${id};
      UPDATE contact_state SET contacts = contacts - 1 WHERE state = 'fresh'; INSERT INTO contact_state VALUES (${h.project_id}, ${h.base.id}, 'reserved', 0, 1); COMMIT`)
    assert.equal((await h.ended(im.id)).state, 'undone')
    assert.deepEqual(h.s.rows('SELECT c.company, c.state, p.e164 FROM contact c LEFT JOIN phone p ON p.contact_id = c.id'), [{ company: 'Первая', state: 'reserved', e164: '+79161234567' }])
    assert.deepEqual(h.s.rows('SELECT state, contacts FROM contact_state WHERE contacts <> 0'), [{ state: 'reserved', contacts: 1 }])
  })
