// SPDX-License-Identifier: GPL-3.0-or-later
// png.mjs - a picture of a screen made small: its colours brought down to 256, one byte a dot. Screens have few colours and many shades of letters' edges; those are
// split where they differ most, as often as they are seen (median cut). What is no 8-bit RGB or RGBA picture comes back as it was.
import { deflateSync, inflateSync } from 'node:zlib'

const MAGIC = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

// PNG, annex D; zlib's own is in Node.js 22 only.
function crc32(bytes) {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ -1) >>> 0
}

function chunks(png) {
  const found = []
  for (let at = 8; at < png.length; ) {
    const n = png.readUInt32BE(at)
    found.push([png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + n)])
    at += n + 12
  }
  return found
}

function chunk(name, body) {
  const out = Buffer.alloc(body.length + 12)
  out.writeUInt32BE(body.length)
  out.write(name, 4, 'latin1')
  body.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, -4)), body.length + 8)
  return out
}

// The lines as they were before their filters (PNG, 9.2).
function lines(raw, width, height, size) {
  const row = width * size
  const out = Buffer.alloc(row * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)]
    for (let x = 0; x < row; x++) {
      const a = x < size ? 0 : out[y * row + x - size]
      const b = y ? out[(y - 1) * row + x] : 0
      const c = x < size || !y ? 0 : out[(y - 1) * row + x - size]
      const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
      const guess = [0, a, b, (a + b) >> 1, pa <= pb && pa <= pc ? a : pb <= pc ? b : c][filter]
      out[y * row + x] = raw[y * (row + 1) + 1 + x] + guess
    }
  }
  return out
}

// Boxes of colours [r, g, b, times], each split at the middle of its dots along its longest side; the box with the greatest spread goes first.
function boxes(colours) {
  const box = (of) => {
    const sides = [0, 1, 2].map((i) => of.reduce(([low, high], c) => [Math.min(low, c[i]), Math.max(high, c[i])], [255, 0])).map(([low, high]) => high - low)
    const side = sides.indexOf(Math.max(...sides))
    const times = of.reduce((n, c) => n + c[3], 0)
    return { of, side, times, spread: of.length > 1 ? sides[side] ** 2 * Math.sqrt(times) : 0 }
  }
  const all = [box(colours)]
  while (all.length < 256) {
    const at = all.reduce((best, b, i) => (b.spread > all[best].spread ? i : best), 0)
    const { of, side, times, spread } = all[at]
    if (!spread) break
    of.sort((x, y) => x[side] - y[side])
    let cut = 0
    for (let seen = 0; cut < of.length - 1 && (cut === 0 || seen + of[cut][3] / 2 < times / 2); cut++) seen += of[cut][3]
    all.splice(at, 1, box(of.slice(0, cut)), box(of.slice(cut)))
  }
  return all
}

export function small(png) {
  if (!png.subarray(0, 8).equals(MAGIC)) return png
  const parts = chunks(png)
  const head = parts[0][1]
  const [width, height, depth, kind, interlaced] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9], head[12]]
  const size = { 2: 3, 6: 4 }[kind]
  if (depth !== 8 || interlaced || !size) return png
  const dots = lines(inflateSync(Buffer.concat(parts.filter(([name]) => name === 'IDAT').map(([, body]) => body))), width, height, size)
  const times = new Map()
  const key = (i) => (dots[i] << 16) | (dots[i + 1] << 8) | dots[i + 2]
  for (let i = 0; i < dots.length; i += size) times.set(key(i), (times.get(key(i)) ?? 0) + 1)
  const all = boxes([...times].map(([k, n]) => [k >> 16, (k >> 8) & 255, k & 255, n]))
  const place = new Map()
  const palette = Buffer.alloc(all.length * 3)
  for (const [i, b] of all.entries()) {
    for (const c of b.of) place.set((c[0] << 16) | (c[1] << 8) | c[2], i)
    // What is seen most, so that grounds keep their very colour.
    b.of.reduce((best, c) => (c[3] > best[3] ? c : best)).slice(0, 3).forEach((v, side) => (palette[i * 3 + side] = v))
  }
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = place.get(key((y * width + x) * size))
  const header = Buffer.from(head)
  header[9] = 3
  return Buffer.concat([MAGIC, chunk('IHDR', header), chunk('PLTE', palette), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}
