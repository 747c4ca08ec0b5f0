// SPDX-License-Identifier: GPL-3.0-or-later
// Files as customers send them, through `zvonar import --dry-run --json`: each row has its status, number and reason; files that are
// none have one clear reason; nothing takes more memory or time than it may.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { program } from '../lib/server.mjs'
import { workbook, workbookParts, zip } from '../lib/zip.mjs'

const dir = mkdtempSync(join(tmpdir(), 'zvonar-ugly-'))
test.after(() => rmSync(dir, { recursive: true, force: true }))

// The program's answer for a file with these bytes.
function read(bytes, name = 'file.csv', args = []) {
  const path = join(dir, name)
  if (bytes !== null) writeFileSync(path, bytes)
  const r = spawnSync(program, ['import', '--dry-run', '--json', ...args, path], { encoding: 'utf8', maxBuffer: 1 << 30 })
  assert.ok(r.stdout, r.stderr)
  return { code: r.status, ...JSON.parse(r.stdout) }
}
const numbers = (row) => row.phones.map((p) => p.e164 + (p.ext ? `#${p.ext}` : ''))
const statuses = (r) => r.rows.map((row) => row.status[0]).join('')
// Cyrillic of Windows-1251, for the tests' letters.
const cp1251 = (s) =>
  Buffer.from([...s].map((c) => { const n = c.codePointAt(0); return n < 128 ? n : n >= 0x410 && n <= 0x44f ? n - 0x410 + 0xc0 : c === '«' ? 0xab : c === '»' ? 0xbb : c === 'ё' ? 0xb8 : c === '№' ? 0xb9 : 63 }))
const utf16 = (s, big, mark = true) => {
  const b = Buffer.from((mark ? '\uFEFF' : '') + s, 'utf16le')
  return big ? b.swap16() : b
}
const plain = 'Компания;Телефон\nООО «Ромашка»;8 (812) 448-34-54\nЗАО Лютик;+7 916 123-45-67\n'

test('encodings give the same rows', () => {
  for (const [what, bytes, encoding] of [
    ['UTF-8', Buffer.from(plain), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from('\uFEFF' + plain), 'utf-8'],
    ['Windows-1251', cp1251(plain), 'windows-1251'],
    ['UTF-16 LE', utf16(plain), 'utf-16le'],
    ['UTF-16 BE', utf16(plain, true), 'utf-16be'],
    ['UTF-16 LE without a mark', utf16(plain, false, false), 'utf-16le'],
    ['UTF-16 BE without a mark', utf16(plain, true, false), 'utf-16be']
  ]) {
    const r = read(bytes)
    assert.equal(r.reading.encoding, encoding, what)
    assert.deepEqual(r.rows.map((row) => row.company), [null, 'ООО «Ромашка»', 'ЗАО Лютик'], what)
    assert.deepEqual(r.rows.flatMap(numbers), ['+78124483454', '+79161234567'], what)
  }
})

test('delimiters, line ends and quotes', () => {
  for (const delimiter of [',', ';', '\t', '|'])
    for (const end of ['\n', '\r\n', '\r']) {
      const rows = [['Компания', 'Телефон', 'Адрес'], ['"ООО ""Ромашка; и, К"""', '8 812 448-34-54', '"Москва' + end + 'ул. Ленина"'], ['ООО "Лютик"', '89161234567', '']]
      const r = read(rows.map((row) => row.join(delimiter)).join(end) + end)
      assert.deepEqual(r.rows.map((row) => row.company), [null, 'ООО "Ромашка; и, К"', 'ООО "Лютик"'], JSON.stringify([delimiter, end]))
      assert.equal(statuses(r), 'saa')
    }
  const open = read('Компания;Телефон\nА;"89161234567\nБ;89161234568\nВ;89161234569\n')
  assert.deepEqual(open.rows.slice(1).map((row) => [row.company, ...numbers(row)]), [['А', '+79161234567'], ['Б', '+79161234568'], ['В', '+79161234569']])
})

test('titles, headers, totals, blanks; rows counted from 1', () => {
  const r = read('\nПрайс ООО «База», телефоны\n;;\n№;Организация;Телефоны;Город\n1;А;89161234567;Тверь\n;;;\n№;Организация;Телефоны;Город\n2;Б;нет;Тверь\n3;;;\nИтого;;2;\n')
  assert.equal(r.reading.header_row, 4)
  assert.deepEqual(r.rows.map((row) => row.record), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  assert.deepEqual(r.rows.map((row) => row.status), ['skipped', 'skipped', 'skipped', 'skipped', 'accepted', 'skipped', 'skipped', 'rejected', 'skipped', 'skipped'])
  assert.deepEqual(r.rows[7].rejects, ['phone_no_digits'])
  assert.deepEqual(r.totals, { rows: 10, accepted: 1, duplicate: 0, rejected: 1, skipped: 8 })
})

test('a heading with the words of titles is no header', () => {
  const r = read('Список компаний и телефонов\n\nНазвание;Телефон;ФИО\nА;89161234567;Иванов\n')
  assert.equal(r.reading.header_row, 3)
  assert.equal(statuses(r), 'sssa')
  const two = read('Компания;Контакты;;\n;Телефон;ФИО;E-mail\nА;89161234567;Иванов;a@b.ru\n')
  assert.deepEqual([two.reading.header_row, two.rows[2].company, ...numbers(two.rows[2])], [2, 'А', '+79161234567'])
  const one = read('Телефон\n89161234567\n8 916 123-45-68\n')
  assert.deepEqual(one.rows.flatMap(numbers), ['+79161234567', '+79161234568'])
  const company = read('ООО Телефон;89161234567\nЗАО Адрес;89161234568\n')
  assert.deepEqual(company.rows.map((row) => row.company), ['ООО Телефон', 'ЗАО Адрес'])
})

test('several phones, extensions, faxes, and cells that are none', () => {
  const r = read(
    'Фирма;Телефон 1;Телефон 2;Факс\n' +
      'А;"8 812 448-34-54 доб. 12, 8 916 123-45-67";нет;8 812 448-34-55\n' +
      'Б;т. 8 495 123-45-67 факс 8 495 123-45-68;;\n' +
      'В;448-34-54;112;\n' +
      'Г;;;8 812 448-34-56\n' +
      'Д;8,91612E+10;;\n' +
      'Е;(495) 765-43-21 / 765-43-22 и +7 (921) 000-00-00;;\n'
  )
  assert.deepEqual(r.rows.slice(1).map(numbers), [['+78124483454#12', '+79161234567'], ['+74951234567'], [], [], [], ['+74957654321', '+74957654322', '+79210000000']])
  assert.deepEqual(r.rows.slice(1).map((row) => row.rejects), [['phone_no_digits'], [], ['phone_short', 'phone_special'], ['no_phone'], ['phone_rounded'], []])
  assert.equal(statuses(r), 'saarrra')
})

test('a shared number makes one contact, also across rows', () => {
  const r = read('Компания;Телефон\nА;89160000001\nБ;89160000002\nВ;"89160000001, 89160000003"\nГ;"89160000003; 89160000002"\nД;89160000004\n')
  assert.deepEqual(r.rows.map((row) => row.status), ['skipped', 'accepted', 'accepted', 'duplicate', 'duplicate', 'accepted'])
  assert.deepEqual(r.rows.map((row) => row.duplicate_of), [null, null, null, 2, 2, null])
  assert.equal(r.unique_phones, 4)
  assert.equal(r.unique_contacts, 2)
})

test('without a header, in any order of columns', () => {
  const r = read('89161234567\tООО Ромашка\tinfo@a.ru\n89161234568\tООО Лютик\tinfo@b.ru\n')
  assert.deepEqual(Object.values(r.mapping), ['phone', 'company', 'email'])
  assert.equal(statuses(r), 'aa')
  const english = read('Company,Contact name,Job title,Phone,Mobile,E-mail,Website\nAcme,John Smith,CEO,+1 212 555 2368,,j@acme.com,acme.com\n')
  assert.deepEqual(Object.values(english.mapping), ['company', 'person', 'position', 'phone', 'mobile', 'email', 'site'])
  assert.deepEqual(numbers(english.rows[1]), ['+12125552368'])
})

test('what a person sets wins over the guess', () => {
  const r = read('89161234567;А\n89161234568;Б\n', 'file.csv', ['--map', '0=phone,1=note', '--header-row', '1'])
  assert.equal(statuses(r), 'sa')
  assert.equal(r.rows[1].company, null)
  const koi = read(Buffer.concat([Buffer.from('a;b\n'), Buffer.from([0xf2, 0xcf, 0xcd, 0xc1, 0xdb, 0xcb, 0xc1]), Buffer.from(';89161234567\n')]), 'file.csv', ['--encoding', 'koi8-r', '--header-row', '1', '--map', '0=company,1=phone'])
  assert.equal(koi.rows[1].company, 'Ромашка')
  const germany = read('Firma;Telefon\nAcme;030 123456\n', 'file.csv', ['--country', 'DE'])
  assert.deepEqual(numbers(germany.rows[1]), ['+4930123456'])
})

test('a workbook: numbers, formulas, rich text, merged and hidden cells', () => {
  const r = read(
    workbook(
      [
        ['База «Лето»'],
        null,
        ['Компания', 'Телефон', 'Контакт', 'Дата'],
        ['ООО Ромашка', 89161234567, { rich: ['Иванов ', 'Иван'] }, { date: 46093 }],
        [null, 8.9161234568e10, 'Пётр', null],
        ['=1+1', { formula: 'A1', value: '8 812 448-34-54' }, null, true],
        ['ООО Скрытая', '+7 916 123-45-69'],
        ['Итого', { formula: 'COUNTA(B4:B7)', value: '4' }]
      ],
      { merges: ['A1:D1', 'A4:A5'], hidden: [7] }
    ),
    'book.xlsx'
  )
  assert.equal(r.reading.header_row, 3)
  assert.equal(statuses(r), 'sssaaaas')
  assert.deepEqual(r.rows.slice(3, 7).map((row) => [row.company, ...numbers(row)]), [['ООО Ромашка', '+79161234567'], ['ООО Ромашка', '+79161234568'], ['=1+1', '+78124483454'], ['ООО Скрытая', '+79161234569']])
})

test('files that are none have one clear reason', () => {
  const parts = workbookParts([['Телефон'], ['89161234567']])
  const blanks = Buffer.alloc(1 << 20, ' ')
  const bomb = deflateRawSync(Buffer.concat(Array(256).fill(blanks)), { level: 9 })
  const without = parts.filter((p) => p.name !== 'xl/worksheets/sheet1.xml')
  for (const [what, bytes, code] of [
    ['empty', Buffer.alloc(0), 'empty'],
    ['only a mark', Buffer.from('\uFEFF'), 'empty'],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 255, 254, 0, 1]), 'binary'],
    ['old Excel', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), 'binary'],
    ['a zip that is no workbook', zip([{ name: 'a.txt', body: 'hello' }]), 'not_xlsx'],
    ['half a workbook', workbook([['Телефон'], ['89161234567']]).subarray(0, 700), 'broken'],
    ['a bomb that says so', zip([...without, { name: 'xl/worksheets/sheet1.xml', packed: bomb, size: 256 << 20, crc: 0 }]), 'zip_bomb'],
    ['a bomb that lies', zip([...without, { name: 'xl/worksheets/sheet1.xml', packed: bomb, size: 4000, crc: 0 }]), 'zip_bomb'],
    ['3000 parts', zip([...parts, ...Array.from({ length: 3000 }, (_, i) => ({ name: `x${i}`, body: '' }))]), 'zip_bomb'],
    ['an entity bomb', zip([...without, { name: 'xl/worksheets/sheet1.xml', body: '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>' }]), 'zip_bomb']
  ]) {
    const from = Date.now()
    const r = read(bytes, 'file.bin')
    assert.equal(r.code, 1, what)
    assert.ok([code, code === 'zip_bomb' ? 'broken' : code].includes(r.error?.code), `${what}: ${JSON.stringify(r.error)}`)
    assert.equal(r.rows.length, 0, what)
    assert.ok(Date.now() - from < 5000, what)
  }
})

test('a cell of 10 MB costs its own row', () => {
  const r = read(`Компания;Телефон\nА;89161234567\n"${'x'.repeat(10 << 20)}";89161234568\nВ;89161234569\n`)
  assert.equal(statuses(r), 'sara')
  assert.deepEqual(r.rows[2].rejects, ['cell_too_long'])
  const bad = read(Buffer.concat([Buffer.from(`Компания;Телефон\n${'Ромашка и Лютик;89161234567\n'.repeat(30)}`), Buffer.from([0xff, 0xfe]), Buffer.from(';89161234568\nВ;89161234569\n')]))
  assert.deepEqual(bad.rows.at(-2).rejects, ['encoding'])
  assert.equal(bad.rows.at(-1).status, 'accepted')
})

test('300 MB in bounded memory', { timeout: 300000 }, () => {
  const path = join(dir, 'large.csv')
  const fd = openSync(path, 'w')
  writeSync(fd, 'Компания;Телефон;Комментарий\n')
  const filler = 'длинный комментарий '.repeat(500)
  let rows = 0
  for (let bytes = 0; bytes < 300e6; rows += 50) {
    const part = Array.from({ length: 50 }, (_, i) => `Компания ${rows + i};8 916 ${1000000 + rows + i};${filler}\n`).join('')
    bytes += writeSync(fd, part)
  }
  closeSync(fd)
  const r = spawnSync('/bin/sh', ['-c', `ulimit -v ${process.env.ASAN_OPTIONS ? 'unlimited' : 2000000}; exec "$0" "$@"`, program, 'import', '--dry-run', path], { encoding: 'utf8' })
  assert.equal(r.status, 0, r.stderr)
  assert.match(r.stdout, new RegExp(`${rows} accepted`))
  rmSync(path)
})
