// SPDX-License-Identifier: GPL-3.0-or-later
// ledger.mjs - writers that keep a book of what the server acknowledged, and the comparison with what is there afterwards.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

// { told: [{ name, at }] - 201 arrived, at on the monotonic clock in ns; unknown: [name] - no answer came }
export class Ledger {
  told = []
  unknown = []
  #writers = []
  #stop = false

  // n writers, each adding a customer after the other: a new name each time, the name is the proof.
  write(s, admin, n, prefix = 'w') {
    this.#stop = false
    this.#writers = Array.from({ length: n }, (_, i) => this.#writer(s, admin, `${prefix}${i}`))
  }
  async stop() {
    this.#stop = true
    await Promise.all(this.#writers)
  }

  async #writer(s, admin, prefix) {
    for (let n = 0; !this.#stop; n++) {
      const name = `${prefix}-${n}`
      try {
        const r = await s.call('POST', '/api/customers', { as: admin, body: { name }, timeout: 5000 })
        if (r.status === 201) this.told.push({ name, at: process.hrtime.bigint() })
        else if (r.status >= 500) this.unknown.push(name)
        else if (!this.#stop) assert.fail(`${r.status} ${r.text}`)
      } catch (e) {
        if (e.code === 'ERR_ASSERTION') throw e
        this.unknown.push(name)
        await sleep(20)
      }
    }
  }

  // What is wrong with these names; before: what was told before that moment must be there.
  faults(names, before = process.hrtime.bigint()) {
    const kept = new Set()
    const twice = names.filter((name) => kept.size === kept.add(name).size)
    const known = new Set([...this.told.map((x) => x.name), ...this.unknown])
    return {
      lost: this.told.filter((x) => x.at < before && !kept.has(x.name)).map((x) => x.name),
      twice,
      madeUp: [...kept].filter((name) => !known.has(name))
    }
  }
}
export const none = { lost: [], twice: [], madeUp: [] }
