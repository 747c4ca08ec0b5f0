// SPDX-License-Identifier: GPL-3.0-or-later
// lib.mjs - Chromium for a test: pages logged in by a person's session, complaints of the page (errors, broken policy) collected, the
// microphone a file with a steady tone.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { patience, program, root, serve } from '../lib/server.mjs'

const web = createRequire(join(root, 'web/package.json'))
const { chromium } = web('playwright-core')
export const axePath = web.resolve('axe-core/axe.min.js')
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

const RATE = 48000
export const MICROPHONE_HZ = 440

function toneFile(path, hz, seconds) {
  const n = RATE * seconds
  const b = Buffer.alloc(44 + n * 2)
  b.write('RIFF', 0)
  b.writeUInt32LE(36 + n * 2, 4)
  b.write('WAVEfmt ', 8)
  b.writeUInt32LE(16, 16)
  b.writeUInt16LE(1, 20)
  b.writeUInt16LE(1, 22)
  b.writeUInt32LE(RATE, 24)
  b.writeUInt32LE(RATE * 2, 28)
  b.writeUInt16LE(2, 32)
  b.writeUInt16LE(16, 34)
  b.write('data', 36)
  b.writeUInt32LE(n * 2, 40)
  for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hz * i) / RATE)), 44 + i * 2)
  writeFileSync(path, b)
}

// A server with the built front end.
export const serveWeb = (t, more = {}) => serve(t, { ...more, args: ['--web', join(root, 'web/dist'), ...(more.args ?? [])] })

export async function browse(t) {
  const dir = mkdtempSync(join(tmpdir(), 'zvonar-browser-'))
  const tone = join(dir, 'tone.wav')
  toneFile(tone, MICROPHONE_HZ, 10)
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${tone}`,
      '--allow-loopback-in-peer-connection'
    ]
  })
  t.after(async () => {
    await browser.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return browser
}

// A page of this person. page.complaints: errors of scripts and every breach of the content policy.
export async function pageOf(browser, s, person, { width = 1366, height = 768, theme = 'light', language = 'ru' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: language === 'en' ? 'en-GB' : 'ru-RU', timezoneId: 'Europe/Moscow', reducedMotion: 'reduce' })
  if (person) {
    await context.addCookies([{ name: 'sid', value: person.cookie, url: s.origin, httpOnly: true, sameSite: 'Strict' }])
    if (person.id) s.run(`UPDATE "user" SET language = '${language}', theme = 'auto' WHERE id = ${person.id}`)
  }
  await context.addInitScript(() => {
    const Real = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Real {
      constructor(...options) {
        super(...options)
        this.addEventListener('track', (e) => (window.received = e.streams[0] ?? new MediaStream([e.track])))
      }
    }
  })
  const page = await context.newPage()
  page.complaints = []
  page.on('pageerror', (e) => page.complaints.push(String(e)))
  page.on('console', (m) => {
    if (/Content Security Policy|Refused to/i.test(m.text())) page.complaints.push(m.text())
  })
  page.open = (path) => page.goto(s.origin + path)
  return page
}

// Until the loudest tone the page receives from its leg is hz.
export async function hears(page, hz, ms = 8000) {
  const end = Date.now() + ms
  let last
  while (Date.now() < end) {
    last = await page.evaluate(async () => {
      if (!window.received) return null
      if (window.listening?.stream !== window.received) {
        const context = new AudioContext()
        const analyser = context.createAnalyser()
        analyser.fftSize = 4096
        context.createMediaStreamSource(window.received).connect(analyser)
        window.listening = { stream: window.received, context, analyser }
      }
      await new Promise((done) => setTimeout(done, 60))
      const { context, analyser } = window.listening
      const bins = new Float32Array(analyser.frequencyBinCount)
      analyser.getFloatFrequencyData(bins)
      let best = 1
      for (let i = 2; i < bins.length; i++) if (bins[i] > bins[best]) best = i
      return { hz: (best * context.sampleRate) / analyser.fftSize, db: bins[best] }
    })
    if (last && last.db > -60 && Math.abs(last.hz - hz) < 30) return
  }
  throw new Error(`${hz} Hz is not heard: ${JSON.stringify(last)}`)
}

// What axe finds, serious and critical only.
export async function unfair(page) {
  await page.evaluate(readFileSync(axePath, 'utf8'))
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`)
}

export async function until(what, check, ms = 10000 * patience) {
  const end = Date.now() + ms
  let last
  do {
    last = await check()
    if (last) return last
    await new Promise((done) => setTimeout(done, 50))
  } while (Date.now() < end)
  throw new Error(`${what}: not within ${ms} ms`)
}

// The loudness of a tone in one channel, by Goertzel.
export const heard = (page, recording) =>
  page.evaluate(async (id) => {
    const answer = await fetch(`/api/recordings/${id}/audio`)
    const sound = await new OfflineAudioContext(2, 48000, 48000).decodeAudioData(await answer.arrayBuffer())
    const power = (samples, hz) => {
      const k = 2 * Math.cos((2 * Math.PI * hz) / sound.sampleRate)
      let a = 0
      let b = 0
      for (const x of samples) [a, b] = [x + k * a - b, a]
      return (a * a + b * b - k * a * b) / samples.length
    }
    return Array.from({ length: sound.numberOfChannels }, (_, c) => {
      const samples = sound.getChannelData(c)
      return { 440: power(samples, 440), 1000: power(samples, 1000) }
    })
  }, recording)

export const graph = {
  start: 'n1',
  conflict: 'n3',
  stages: [
    { id: 's1', name: 'Контакт', kind: 'contact' },
    { id: 's2', name: 'Ориентация', kind: 'orientation' },
    { id: 's3', name: 'Завершение', kind: 'exit' },
    { id: 's4', name: 'Конфликт', kind: 'conflict' }
  ],
  nodes: [
    { id: 'n1', stage: 's1', type: 'say', title: 'Приветствие', text: 'Здравствуйте, это {contact.company}?', tone: 'Приветливо', answers: [{ id: 'a1', label: 'Да', to: 'n2' }, { id: 'a2', label: 'Нет', to: 'n4' }], x: 0, y: 0 },
    { id: 'n2', stage: 's2', type: 'ask', title: 'Объём', text: 'Сколько масла берёте в месяц?', fields: ['volume'], answers: [{ id: 'a1', label: 'Назвал', to: 'n4' }], x: 320, y: 0 },
    { id: 'n3', stage: 's4', type: 'say', title: 'Конфликт', text: 'Приносим извинения, больше не побеспокоим.', answers: [], x: 0, y: 300 },
    { id: 'n4', stage: 's3', type: 'end', title: 'Прощание', text: 'Спасибо, всего доброго!', answers: [], x: 640, y: 0 }
  ]
}

// Fill an empty server with the demonstration's project; demo.last.password is the password of its people.
export function demo(s) {
  const said = execFileSync(program, ['demo', '--data', s.dir, '--db', s.db.url], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  demo.last = { password: /password of all: (\S+)/.exec(said)?.[1] }
}

// The operator says he is ready. A key may fall between the button's coming and the page's listening, so it is pressed until it is heard.
export async function sayReady(page) {
  const button = page.getByRole('button', { name: /Готов принимать|Ready/ })
  await until('the leg is up', () => button.isEnabled().catch(() => false), 30000)
  await until('the key is heard', async () => {
    if (!(await button.isVisible())) return true
    await page.keyboard.press('F2')
    await page.waitForTimeout(1000)
  }, 20000)
}

// A day of a queue straight into the tables: stays that ended (they are counted by recount) and people who wait.
export function queueDay(s, p, queue, { answered, late, lost, waiting }) {
  const now = Date.now()
  const stay = (entered_at, left_at, way, in_time) => {
    const call_id = s.insert('call', { uuid: crypto.randomUUID(), project_id: p.project_id, mode: 'manual', number: '', direction: 'in', state: way ? 'ended' : 'queued', asked_at: now, ended_at: way ? now : null, queue_id: queue })
    s.insert('queue_place', { project_id: p.project_id, queue_id: queue, call_id, kind: 'call', entered_at, left_at, way, in_time })
  }
  for (let i = 0; i < answered; i++) stay(now - 60000, now - 60000 + 8000, 'answered', 1)
  for (let i = 0; i < late; i++) stay(now - 90000, now - 40000, 'answered', 0)
  for (let i = 0; i < lost; i++) stay(now - 90000, now - 50000, 'abandoned', i ? 0 : 1)
  for (let i = 0; i < waiting; i++) stay(now - 1000 - i * 20000, null, null, 0)
  s.run(`DELETE FROM queue_hour; INSERT INTO queue_hour SELECT project_id, entered_at / 3600000 * 3600000, queue_id, kind, count(*), sum(way = 'answered'), sum(way = 'answered' AND in_time = 1), sum(way = 'abandoned'), sum(way = 'abandoned' AND in_time = 1), 0, 0, 0, 0,
    sum(CASE WHEN way = 'answered' THEN left_at - entered_at ELSE 0 END) FROM queue_place WHERE left_at IS NOT NULL GROUP BY 1, 2, 3, 4`)
}
