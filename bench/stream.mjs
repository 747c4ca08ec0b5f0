// SPDX-License-Identifier: GPL-3.0-or-later
// stream - five thousand open event streams and one event to all each second: through the door alone (engine/http), and through the
// whole house (log-in, rights, the hub, the commit before the event). Aim: p99 < 250 ms, < 30 kB each without TLS.
// usage: bench/run stream [STREAMS [EVENTS]]     (5000 10)
import { spawnSync } from 'node:child_process'
import { bench, withServer } from './lib.mjs'

const [streams = '5000', events = '10'] = process.argv.slice(2)
const run = (...words) => spawnSync(bench('stream'), [...words, streams, events], { stdio: 'inherit' }).status
run('door')
await withServer({}, async (s) => {
  const who = s.person('admin')
  await s.call('GET', '/api/me', { as: who })
  process.exitCode = run('house', String(s.port), String(s.pidOf('app')), who.cookie)
})
