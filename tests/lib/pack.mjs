// SPDX-License-Identifier: GPL-3.0-or-later
// pack.mjs - packs of the verifiable log: taken apart, changed, put together, and checked by both programs that can.
import { execFile } from 'node:child_process'
import { createHash, createPrivateKey, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { command, root } from './server.mjs'
import { zip } from './zip.mjs'

export const files = ['calls.jsonl', 'leaves.bin', 'heads.txt', 'key.pub', 'proofs/consistency.txt']

// { name: Buffer } of a zip, by its directory.
export function unzip(bytes) {
  const out = {}
  let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 16)
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, packed, name, extra, comment, local] = [10, 20, 28, 30, 32, 42].map((o) => (o === 20 || o === 42 ? bytes.readUInt32LE(at + o) : bytes.readUInt16LE(at + o)))
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const body = bytes.subarray(from, from + packed)
    out[bytes.toString('utf8', at + 46, at + 46 + name)] = method ? inflateRawSync(body) : Buffer.from(body)
    at += 46 + name + extra + comment
  }
  return out
}

export function writePack(path, pack) {
  writeFileSync(path, zip(files.map((name) => ({ name, body: pack[name] }))))
  return path
}

// { code, lines } of `zvonar verify`: what is wrong or erased, sorted.
export async function verify(path, ...more) {
  const r = await command('verify', path, ...more)
  return { ...r, lines: r.out.split('\n').filter((l) => /^(BAD|MISSING|ERASED|CORRECTED|HEAD)/.test(l)).sort() }
}
// The same of the independent one, for each of several packs.
export const verifyToo = (...paths) =>
  new Promise((done) =>
    execFile('python3', [join(root, 'tests/ledger/verify.py'), ...paths, paths[0]], { maxBuffer: 1 << 28 }, (e, out, err) => {
      if (err) throw new Error(err)
      done(out.split('\n\n').slice(0, paths.length).map((told) => told.split('\n').filter(Boolean).sort()))
    })
  )

export const hashOf = (leaf) => createHash('sha256').update(Buffer.from([0])).update(leaf).digest()
const node = (l, r) => createHash('sha256').update(Buffer.from([1])).update(l).update(r).digest()
export function rootOf(hashes) {
  if (hashes.length < 2) return hashes[0]
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1))
  return node(rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k)))
}

export function leavesOf(bytes) {
  const out = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const n = bytes.readUInt32BE(at)
    out.push(bytes.subarray(at + 4, at + 4 + n))
    at += 4 + n
  }
  return out
}
export const joinLeaves = (leaves) =>
  Buffer.concat(leaves.flatMap((l) => { const n = Buffer.alloc(4); n.writeUInt32BE(l.length); return [n, l] })) // prettier-ignore

// A head as the signer makes it, by whoever has its key.
export function forgeHead(seed, keyFile, origin, hashes, date, prev = Buffer.alloc(32)) {
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' })
  const body = `${origin}\n${hashes.length}\n${rootOf(hashes).toString('base64')}\ndate ${date}\nprev ${prev.toString('base64')}\n`
  const id = Buffer.from(keyFile.toString().split('+')[1], 'hex')
  return `${body}\n— zvonar ${Buffer.concat([id, sign(null, Buffer.from(body), key)]).toString('base64')}\n`
}

// A dice with a seed, so that a failure comes again.
export function dice(seed) {
  let x = seed
  return (n) => {
    x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    return ((x ^ (x >>> 13)) >>> 0) % n
  }
}

// The pack with one thing in it changed: a bit of a file (this one, or any), a record left out or out of its place, a line gone.
export function changed(one, rnd, only) {
  const pack = { ...one }
  const name = only ?? files[[0, 0, 0, 1, 1, 2, 3][rnd(7)]]
  const body = Buffer.from(pack[name])
  const at = rnd(body.length)
  const leaves = name === 'leaves.bin' ? leavesOf(body) : []
  if (rnd(5) === 0 && leaves.length > 1) {
    const i = rnd(leaves.length - 1)
    if (rnd(2)) leaves.splice(i, 1)
    else [leaves[i], leaves[i + 1]] = [leaves[i + 1], leaves[i]]
    pack[name] = joinLeaves(leaves)
  } else if (rnd(5) === 0 && name === 'calls.jsonl') {
    const lines = body.toString().split('\n')
    lines.splice(rnd(lines.length - 1), 1)
    pack[name] = Buffer.from(lines.join('\n'))
  } else {
    body[at] ^= 1 << rnd(8)
    pack[name] = body
  }
  return pack
}
