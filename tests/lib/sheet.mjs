// SPDX-License-Identifier: GPL-3.0-or-later
// sheet.mjs - the cells of an XLSX, read with nothing but Node: enough of ZIP and SpreadsheetML for what Zvonar writes.
import { inflateRawSync } from 'node:zlib'

function unzip(buffer) {
  const files = {}
  let at = buffer.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const n = buffer.readUInt16LE(at + 10)
  at = buffer.readUInt32LE(at + 16)
  for (let i = 0; i < n; i++) {
    const [method, size, nameSize, extra, comment, offset] = [10, 20, 28, 30, 32, 42].map((o) => (o === 20 || o === 42 ? buffer.readUInt32LE(at + o) : buffer.readUInt16LE(at + o)))
    const name = buffer.toString('utf8', at + 46, at + 46 + nameSize)
    const from = offset + 30 + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28)
    const bytes = buffer.subarray(from, from + size)
    files[name] = method ? inflateRawSync(bytes) : bytes
    at += 46 + nameSize + extra + comment
  }
  return files
}

const text = (xml) =>
  [...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)]
    .map((m) => m[1])
    .join('')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')

// Rows of the first sheet, each an array of texts; { formulas } tells how many cells hold one.
export function readSheet(buffer) {
  const files = unzip(buffer)
  const shared = [...(files['xl/sharedStrings.xml']?.toString('utf8') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => text(m[1]))
  const xml = files['xl/worksheets/sheet1.xml'].toString('utf8')
  const rows = [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells = []
    for (const [, attributes, body = ''] of row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const column = [...attributes.match(/r="([A-Z]+)/)[1]].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1
      const value = body.match(/<v>([^<]*)<\/v>/)?.[1] ?? ''
      cells[column] = /t="s"/.test(attributes) ? shared[Number(value)] : /t="inlineStr"/.test(attributes) ? text(body) : value
    }
    return Array.from(cells, (c) => c ?? '')
  })
  return { rows, formulas: (xml.match(/<f[ >]/g) ?? []).length }
}
