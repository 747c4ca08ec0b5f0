// SPDX-License-Identifier: GPL-3.0-or-later
// power.mjs - what a disk may hold after the power failed: replays what tests/faults/power_cut.c wrote down up to any moment.
//
// What was synced is there. Of what was written since, each write, each cut of a file and each change of a name is there or not, and a
// write may be there in parts: its sectors of 512 or 4096 bytes, each by itself.
import { basename, dirname } from 'node:path'

const [WRITE, TRUNCATE, UNLINK, SYNC_ASKED, SYNC_DONE] = [0, 1, 2, 3, 4]
const HEAD = 32

// The records of a log (a Buffer) in their order: { kind, path, data, at, ns }.
export function recordsOf(log) {
  const all = []
  for (let i = 0; i + HEAD <= log.length; ) {
    const [kind, pathBytes, dataBytes] = [0, 4, 8].map((k) => log.readUInt32LE(i + k))
    const path = log.toString('utf8', i + HEAD, i + HEAD + pathBytes)
    const from = i + HEAD + pathBytes
    all.push({ kind, path, data: log.subarray(from, from + dataBytes), at: Number(log.readBigUInt64LE(i + 16)), ns: log.readBigUInt64LE(i + 24) })
    i = from + dataBytes
  }
  return all
}

// Bytes that grow; what is skipped reads as zeros.
class Content {
  constructor(bytes = Buffer.alloc(0)) {
    this.room = Buffer.from(bytes)
    this.size = bytes.length
  }
  write(at, data) {
    const end = at + data.length
    if (end > this.room.length) this.room = Buffer.concat([this.room, Buffer.alloc(Math.max(end * 2 - this.room.length, 4096))])
    data.copy(this.room, at)
    this.size = Math.max(this.size, end)
  }
  truncate(size) {
    if (size < this.size) this.room.fill(0, size, this.size)
    else this.write(size, Buffer.alloc(0))
    this.size = size
  }
  get bytes() {
    return this.room.subarray(0, this.size)
  }
}

// An inode: what is on the disk, and what is on its way there.
class File {
  constructor(bytes) {
    this.disk = new Content(bytes)
    this.pending = []
  }
}

// A folder: files is { name: Buffer }, all of it on the disk. Other names are not looked at, if wanted(name) says so.
export class Disk {
  constructor(folder, files, wanted) {
    Object.assign(this, { folder, wanted })
    this.names = new Map(Object.entries(files).map(([name, bytes]) => [name, new File(bytes)]))
    this.kept = new Map(this.names)
    this.asked = new Map() // number of a sync → what it covers
  }

  apply({ kind, path, data, at }) {
    const key = `${path} ${at}`
    if (path === this.folder) {
      if (kind === SYNC_ASKED) this.asked.set(key, new Map(this.names))
      if (kind === SYNC_DONE) this.kept = this.asked.get(key)
      return
    }
    const name = basename(path)
    if (dirname(path) !== this.folder || !this.wanted(name)) return
    if (!this.names.has(name)) this.names.set(name, new File())
    const file = this.names.get(name)
    if (kind === WRITE || kind === TRUNCATE) file.pending.push({ kind, at, data })
    if (kind === UNLINK) this.names.delete(name)
    if (kind === SYNC_ASKED) this.asked.set(key, new Set(file.pending))
    if (kind === SYNC_DONE) {
      const covered = this.asked.get(key)
      for (const change of file.pending.filter((c) => covered.has(c))) put(file.disk, change)
      file.pending = file.pending.filter((c) => !covered.has(c))
    }
  }

  // The power fails now: { name: Buffer } of what may be left. random: () → [0, 1).
  cut(random) {
    const left = {}
    for (const name of new Set([...this.kept.keys(), ...this.names.keys()])) {
      const [before, now] = [this.kept.get(name), this.names.get(name)]
      const file = before === now || random() < 0.5 ? now : before
      if (file) left[name] = remains(file, random)
    }
    return left
  }
}

function put(content, { kind, at, data }) {
  if (kind === WRITE) content.write(at, data)
  else content.truncate(at)
}

// One of: nothing of what is on its way, all of it, its beginning, any of it; torn or whole.
function remains({ disk, pending }, random) {
  const content = new Content(disk.bytes)
  const sector = random() < 0.5 ? 512 : 4096
  const way = Math.floor(random() * 4)
  const until = way === 0 ? 0 : way === 2 ? Math.floor(random() * (pending.length + 1)) : pending.length
  const some = way === 3
  for (const [i, change] of pending.slice(0, until).entries()) {
    if (some && random() < 0.5) continue
    const torn = change.kind === WRITE && (some ? random() < 0.5 : way === 2 && i === until - 1)
    for (const part of torn ? sectors(change, sector).filter(() => random() < 0.5) : [change]) put(content, part)
  }
  return content.bytes
}

function sectors({ kind, at, data }, sector) {
  const parts = []
  for (let from = at; from < at + data.length; ) {
    const to = Math.min((Math.floor(from / sector) + 1) * sector, at + data.length)
    parts.push({ kind, at: from, data: data.subarray(from - at, to - at) })
    from = to
  }
  return parts
}
