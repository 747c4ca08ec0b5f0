// SPDX-License-Identifier: GPL-3.0-or-later
// zip.mjs - archives and workbooks for tests: real ones, and such as nobody should make.
import { crc32 as nodeCrc32, deflateRawSync } from 'node:zlib'

const table = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})
function crc32(bytes) {
  if (nodeCrc32) return nodeCrc32(bytes)
  let c = 0xffffffff
  for (const b of bytes) c = table[(c ^ b) & 255] ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

// parts: [{ name, body } or { name, packed, size, crc }]. The archive as a Buffer.
export function zip(parts) {
  const files = []
  const directory = []
  let at = 0
  for (const part of parts) {
    const body = part.body === undefined ? undefined : Buffer.from(part.body)
    const packed = part.packed ?? deflateRawSync(body)
    const name = Buffer.from(part.name)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(0x800, 2)
    head.writeUInt16LE(8, 4)
    head.writeUInt32LE(part.crc ?? crc32(body), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(part.size ?? body.length, 18)
    head.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, name, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head, tail, name]))
    files.push(local)
    at += local.length
  }
  const all = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(all.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...files, all, end])
}

const text = (s) => String(s).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
// The parts of a workbook with one sheet. rows: arrays of cells: text, a number, true/false, { formula, value }, { date: serial }, null.
export function workbookParts(rows, { merges = [], hidden = [] } = {}) {
  const strings = []
  const cell = (v) => {
    if (v === null || v === undefined) return '<c/>'
    if (typeof v === 'number') return `<c><v>${v}</v></c>`
    if (typeof v === 'boolean') return `<c t="b"><v>${v ? 1 : 0}</v></c>`
    if (v.formula) return `<c t="str"><f>${text(v.formula)}</f><v>${text(v.value)}</v></c>`
    if (v.date) return `<c s="1"><v>${v.date}</v></c>`
    if (v.rich) return `<c t="s"><v>${strings.push(v.rich.map((r) => `<r><t xml:space="preserve">${text(r)}</t></r>`).join('')) - 1}</v></c>`
    return `<c t="s"><v>${strings.push(`<t xml:space="preserve">${text(v)}</t>`) - 1}</v></c>`
  }
  const data = rows.map((r, i) => (r ? `<row r="${i + 1}"${hidden.includes(i + 1) ? ' hidden="1"' : ''}>${r.map(cell).join('')}</row>` : '')).join('')
  const merged = merges.length ? `<mergeCells count="${merges.length}">${merges.map((m) => `<mergeCell ref="${m}"/>`).join('')}</mergeCells>` : ''
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const rels = 'http://schemas.openxmlformats.org/package/2006/relationships'
  return [
    { name: '_rels/.rels', body: `<Relationships xmlns="${rels}"><Relationship Id="r" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>` },
    { name: 'xl/workbook.xml', body: `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Лист1" sheetId="1" r:id="s1"/></sheets></workbook>` },
    {
      name: 'xl/_rels/workbook.xml.rels',
      body: `<Relationships xmlns="${rels}"><Relationship Id="s1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="${office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="y" Type="${office}/styles" Target="styles.xml"/></Relationships>`
    },
    { name: 'xl/styles.xml', body: `<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>` },
    { name: 'xl/sharedStrings.xml', body: `<sst xmlns="${main}">${strings.map((s) => `<si>${s}</si>`).join('')}</sst>` },
    { name: 'xl/worksheets/sheet1.xml', body: `<worksheet xmlns="${main}"><sheetData>${data}</sheetData>${merged}</worksheet>` }
  ]
}
export const workbook = (rows, options) => zip(workbookParts(rows, options))
