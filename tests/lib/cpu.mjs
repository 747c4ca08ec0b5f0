// SPDX-License-Identifier: GPL-3.0-or-later
// cpu.mjs - nanoseconds of processor of each thread of a process, and of all that run.
import { readdirSync, readFileSync } from 'node:fs'

export const threadsOf = (pid) => readdirSync(`/proc/${pid}/task`).map((t) => Number(readFileSync(`/proc/${pid}/task/${t}/schedstat`, 'utf8').split(' ')[0]))
export const cpuOf = (pid) => threadsOf(pid).reduce((sum, ns) => sum + ns, 0)
