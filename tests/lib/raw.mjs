// SPDX-License-Identifier: GPL-3.0-or-later
// raw.mjs - bytes over a socket, for what no polite client would say.
import net from 'node:net'

// A connection; text is what came so far, closed resolves (with the moment) when the other side ends it.
export function open(port) {
  return new Promise((done, failed) => {
    const socket = net.connect(port, '127.0.0.1')
    const c = { socket, text: '', say: (bytes) => socket.writable && socket.write(bytes) }
    c.closed = new Promise((end) => socket.once('close', () => end(Date.now())))
    socket.on('data', (bytes) => (c.text += bytes.toString('latin1')))
    socket.once('connect', () => done(c))
    socket.on('error', failed)
  })
}

// Send bytes; everything that comes until the other side closes or is silent for ms.
export async function ask(port, bytes, ms = 1500) {
  const c = await open(port)
  c.say(bytes)
  await new Promise((done) => {
    c.closed.then(done)
    c.socket.setTimeout(ms, done)
  })
  c.socket.destroy()
  return c.text
}

export const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((m) => Number(m[1]))
