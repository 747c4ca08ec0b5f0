// SPDX-License-Identifier: GPL-3.0-or-later
// Trials D1 to D4: the verifiable log of the demonstration project. Every changed byte is named, a rewritten history gets no signature and is seen
// by who has an older pack or head, and a second program, written from docs/ledger.md alone, says the same of every pack.
import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { files, forgeHead, hashOf, joinLeaves, leavesOf, unzip, verify, verifyToo, writePack } from '../lib/pack.mjs'
import { command, engines, quote, serve, sleep } from '../lib/server.mjs'

const LONG = !!process.env.ZVONAR_LONG
const MUTANTS = LONG ? 1000 : 25
const CHANGES = LONG ? 1000 : 100

// A dice with a seed, so that a failure comes again.
function dice(seed) {
  let x = seed
  return (n) => {
    x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    return ((x ^ (x >>> 13)) >>> 0) % n
  }
}

async function demo(t, engine) {
  const s = await serve(t, { engine })
  await s.stop()
  const made = await command('demo', '--data', s.dir, '--db', s.db.url)
  assert.equal(made.code, 0, made.err)
  await s.start()
  const pm = s.person('project_director')
  const customer = s.person('customer', { customer_id: 1 })
  const state = async () => (await s.call('GET', '/api/projects/1/ledger', { as: pm })).body
  for (let i = 0; (await state()).signed_records === 0; i++) {
    assert.ok(i < 400, s.log)
    await sleep(50)
  }
  const pack = async (who = pm) => s.send('GET', '/api/projects/1/ledger/pack', { as: who })
  const check = () => command('check', '--data', s.dir, '--db', s.db.url)
  return { s, pm, customer, state, pack, check }
}

function change(one, rnd) {
  const pack = { ...one }
  const name = files[[0, 0, 0, 1, 1, 2, 3][rnd(7)]]
  const body = Buffer.from(pack[name])
  const at = rnd(body.length)
  if (rnd(5) === 0 && name === 'leaves.bin') {
    const leaves = leavesOf(body)
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

for (const engine of engines) {
  test(`the verifiable log (${engine})`, async (t) => {
    const h = await demo(t, engine)
    const { s } = h
    let first

    await t.test('a pack holds, for both programs; a customer sees no operator', async () => {
      const own = await h.pack(h.customer)
      assert.equal(own.status, 200, own.text.slice(0, 300))
      assert.doesNotMatch(unzip(own.buffer)['calls.jsonl'].toString(), /"operator"|Кузнецова/)
      const r = await h.pack()
      const path = join(s.dir, 'tmp/pack.zip')
      writeFileSync(path, r.buffer)
      first = unzip(r.buffer)
      assert.match(first['calls.jsonl'].toString(), /Кузнецова/)
      const one = await verify(path)
      assert.equal(one.code, 0, one.out)
      assert.match(one.out, /^OK project 1: 30\d records to head 30\d:/m)
      assert.deepEqual(await verifyToo(path), [[]])
      const { root, signed_records } = await h.state()
      assert.equal((await verify(path, '--head', `${signed_records}:${root}`)).code, 0)
      assert.equal((await verify(path, '--head', `${signed_records - 1}:${root}`)).code, 1)
      assert.equal((await h.check()).out, 'all in order\n')
    })

    await t.test(`D4: ${MUTANTS} changed packs, the same verdicts twice`, { skip: engine !== 'sqlite' }, async () => {
      const rnd = dice(7)
      for (let done = 0; done < MUTANTS; done += 25) {
        const paths = Array.from({ length: 25 }, (_, i) => writePack(join(s.dir, `tmp/mutant-${i}.zip`), change(first, rnd)))
        const said = []
        for (const path of paths) said.push(await verify(path))
        const too = await verifyToo(...paths)
        for (const [i, one] of said.entries()) {
          assert.equal(one.code, 1, `mutant ${done + i} passes`)
          assert.deepEqual(too[i], one.lines, `mutant ${done + i}`)
        }
      }
    })

    await t.test(`D1: ${CHANGES} changes in the database, each named`, { skip: engine !== 'sqlite' }, async () => {
      const rnd = dice(3)
      const rows = s.rows('SELECT seq, call_id, leaf, hash, opening FROM ledger_leaf WHERE call_id > 0 ORDER BY seq')
      const file = join(s.dir, 'zvonar.db')
      s.run('PRAGMA wal_checkpoint(TRUNCATE)')
      for (let done = 0; done < CHANGES; ) {
        const part = rows.filter(() => rnd(3) === 0).slice(0, CHANGES - done)
        const copy = join(s.dir, `tmp/copy-${done}.db`)
        copyFileSync(file, copy)
        const sql = part.map(({ seq, call_id, leaf, hash, opening }) => {
          const turn = (text) => {
            const at = rnd(text.length)
            return text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1)
          }
          const own = `UPDATE ledger_leaf SET ${['leaf', 'hash', 'opening'].map((c) => [c, { leaf, hash, opening }[c]])[seq % 3].reduce((c, v) => `${c} = ${quote(turn(v))}`)} WHERE seq = ${seq};`
          const call = ["number = number || '1'", "comment = COALESCE(comment, '') || '.'", 'ended_at = ended_at + 1', 'result_id = result_id % 11 + 1', 'operator_id = operator_id + 1', "cause = 'busy'"]
          return rnd(2) ? own : `UPDATE call SET ${call[rnd(call.length)]} WHERE id = ${call_id};`
        })
        await command('check', '--data', s.dir, '--db', `sqlite:${copy}`)
        const { execFileSync } = await import('node:child_process')
        execFileSync('sqlite3', [copy], { input: sql.join('\n') })
        const said = (await command('check', '--data', s.dir, '--db', `sqlite:${copy}`)).out
        for (const [i, { seq }] of part.entries()) assert.match(said, new RegExp(`BAD project 1 seq ${seq} field \\w+`), `${sql[i]}\n${said.slice(0, 2000)}`)
        done += part.length
      }
    })

    await t.test('D2: a rewritten history gets no signature, and the customer sees it', async () => {
      const path = join(s.dir, 'tmp/new.zip')
      const old = writePack(join(s.dir, 'tmp/old.zip'), first)
      const { signed_records, root } = await h.state()
      // A rogue with the whole database in his hands: another result in an old record, its hash made anew, no head left that says otherwise.
      const [victim] = s.rows('SELECT seq, call_id, leaf FROM ledger_leaf WHERE call_id > 0 ORDER BY seq LIMIT 1')
      const leaf = Buffer.from(victim.leaf, 'base64url')
      const cause = leaf.indexOf('no_answer') >= 0 ? 'no_answer' : 'hung_up'
      leaf.write(cause === 'no_answer' ? 'no_answes' : 'hung_us', leaf.indexOf(cause))
      s.run(`UPDATE ledger_leaf SET leaf = '${leaf.toString('base64url')}', hash = '${hashOf(leaf).toString('base64url')}' WHERE seq = ${victim.seq};
        DELETE FROM ledger_head; UPDATE ledger SET edge = NULL;`)
      assert.equal((await h.pack()).status, 409, 'no head, no pack')
      assert.equal((await h.state()).trouble, 'rewritten')
      assert.match((await h.check()).out, new RegExp(`BAD project 1 seq ${victim.seq} field cause`))
      // The same with the signer's key in his hands too: only what the customer has from before tells.
      const leaves = leavesOf(first['leaves.bin'])
      leaves[victim.seq - 1] = leaf
      const lines = first['calls.jsonl'].toString().split('\n')
      lines[victim.seq - 1] = lines[victim.seq - 1].replace(cause, cause === 'no_answer' ? 'no_answes' : 'hung_us').replace(/"leaf":"[^"]*"/, `"leaf":"${hashOf(leaf).toString('base64url')}"`)
      const forged = {
        ...first,
        'leaves.bin': joinLeaves(leaves),
        'calls.jsonl': Buffer.from(lines.join('\n')),
        'heads.txt': Buffer.from(forgeHead(readFileSync(join(s.dir, 'keys/sign')), first['key.pub'], first['heads.txt'].toString().split('\n')[0], leaves.map(hashOf), '2026-01-01T00:00:00Z')),
        'proofs/consistency.txt': Buffer.from('')
      }
      writePack(path, forged)
      assert.equal((await verify(path)).code, 0, 'well forged')
      assert.deepEqual((await verify(path, '--earlier', old)).lines, ['BAD project 1 head 0 not those of the earlier pack', `BAD project 1 seq ${victim.seq} field cause`])
      assert.match((await verify(path, '--head', `${signed_records}:${root}`)).out, /HEAD REWRITTEN/)
      // Truncated instead: the signer knows of more.
      s.run(`UPDATE ledger_leaf SET leaf = '${victim.leaf}', hash = '${hashOf(Buffer.from(victim.leaf, 'base64url')).toString('base64url')}' WHERE seq = ${victim.seq};
        DELETE FROM ledger_leaf WHERE seq > 290; UPDATE ledger SET size = 290;`)
      assert.equal((await h.pack()).status, 409)
      assert.equal((await h.state()).trouble, 'missing')
    })
  })
}
