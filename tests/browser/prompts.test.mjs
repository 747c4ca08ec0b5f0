// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts, whole: a manager uploads a sound and hears it, writes words and hears them, a flow says the sound, and a caller of a carrier hears it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { tone } from '../lib/wav.mjs'
import { acknowledges, Caller } from '../sip/lib/caller.mjs'
import { Carrier } from '../sip/lib/carrier.mjs'
import { alaw, mostly } from '../sip/lib/tel.mjs'
import { browse, pageOf, serveWeb, unfair, until } from './lib.mjs'

const PORT = 5091, SIP = 5081, LINE = '+74957654321'
const shot = (page, name) => process.env.SHOTS && page.waitForTimeout(500).then(() => page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }))

async function uploads(page) {
  const file = page.locator('input[type=file]').first()
  await file.setInputFiles({ name: 'письмо.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('это письмо, а не звук') })
  await page.getByRole('alert').getByText('В файле нет звука, который можно прочитать').waitFor()
  await file.setInputFiles({ name: 'тишина.wav', mimeType: 'audio/wav', buffer: tone({ seconds: 2, amplitude: 0 }) })
  await page.getByRole('alert').getByText('Запись беззвучна').waitFor()
  await shot(page, 'prompt-refused')
  await file.setInputFiles({ name: 'Приветствие.wav', mimeType: 'audio/wav', buffer: tone({ seconds: 2, hz: 660, rate: 44100, channels: 2, amplitude: 700 }) })
  const drawer = page.getByRole('dialog')
  await drawer.getByText('звонящий услышит на −20 дБ').waitFor()
  await until('it can be played', () => drawer.locator('audio').evaluate((a) => a.duration > 1.9 && a.duration < 2.1))
  await shot(page, 'prompt-sound')
  assert.deepEqual(await unfair(page), [])
  await page.keyboard.press('Escape')
  await page.getByText('Приветствие', { exact: true }).waitFor()
}

// What the server does not read (a recording of the browser: WebM) the browser decodes, and it is sent as WAV.
async function recordsItself(page, s) {
  await page.locator('input[type=file]').first().evaluate(async (input) => {
    const context = new AudioContext()
    const tone = context.createOscillator()
    const to = context.createMediaStreamDestination()
    tone.connect(to)
    tone.start()
    const recorder = new MediaRecorder(to.stream)
    const blob = new Promise((done) => (recorder.ondataavailable = (e) => done(e.data)))
    recorder.start()
    await new Promise((done) => setTimeout(done, 900))
    recorder.stop()
    const files = new DataTransfer()
    files.items.add(new File([await blob], 'Диктофон.webm'))
    input.files = files.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
  await page.getByRole('dialog').getByText('звонящий услышит на −20 дБ').waitFor()
  const row = await until('it is kept', () => s.rows("SELECT duration_ms FROM prompt WHERE name = 'Диктофон'")[0])
  assert.ok(row.duration_ms > 300 && row.duration_ms < 3000, JSON.stringify(row))
  await page.keyboard.press('Escape')
}

async function writes(page) {
  await page.getByRole('button', { name: 'Написать слова' }).first().click()
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Название').fill('Долг')
  await drawer.getByLabel('Что произнести').fill('{person.name, ваш долг {field.debt:money}.')
  await drawer.getByRole('button', { name: 'Сохранить' }).click()
  await drawer.getByText('Не хватает закрывающей скобки }').waitFor()
  await drawer.getByLabel('Что произнести').fill('{person.name}, ваш долг {field.debt:money|пока не посчитан}.')
  await drawer.getByRole('button', { name: 'Как прочитать число' }).click()
  await drawer.getByText('одна тысяча двадцать один рубль пять копеек').waitFor()
  await drawer.getByRole('button', { name: 'Как прочитать число' }).click()
  await drawer.getByRole('button', { name: 'Прослушать' }).click()
  await drawer.getByText('Прозвучит: Анна Сергеевна, ваш долг одна тысяча двадцать один рубль пять копеек.').waitFor()
  await until('it plays', () => drawer.locator('audio').evaluate((a) => a.duration > 2))
  await shot(page, 'prompt-words')
  assert.deepEqual(await unfair(page), [])
  await drawer.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByText('Долг', { exact: true }).waitFor()
}

test('a sound is uploaded, words are written, a flow says the sound and a caller hears it', async (t) => {
  const s = await serveWeb(t, { args: ['--sip', `127.0.0.1:${SIP}`, '--rtp', '23000-23999'] })
  const c = await Carrier.start(PORT, acknowledges)
  t.after(() => c.stop())
  const h = makeProject(s, { mode: 'manual' })
  s.insert('form_field', { project_id: h.project_id, position: 1, key: 'debt', label: 'Долг', type: 'number', choices: '[]', required_by: '[]' })
  const admin = s.person('admin')
  const ok = async (path, body) => {
    const r = await s.call('POST', `/api${path}`, { as: admin, body })
    assert.equal(r.status, 201, r.text)
    return r.body
  }
  const trunk = await ok('/trunks', { name: 'Оператор', kind: 'sip', host: '127.0.0.1', port: PORT, channels: 10 })
  const queue = await ok(`/projects/${h.project_id}/queues`, { name: 'Продажи' })
  const flow = await ok(`/projects/${h.project_id}/flows`, { name: 'Меню', graph: { start: 'n1', nodes: [{ id: 'n1', type: 'end', title: 'Прощание', words: 'До свидания.', x: 0, y: 0 }] } })
  await ok(`/projects/${h.project_id}/numbers`, { e164: LINE, queue_id: queue.id, flow_id: flow.id })
  const page = await pageOf(await browse(t), s, s.person('project_manager', { project_ids: [h.project_id] }))
  await page.open(`/projects/${h.project_id}/inbound?part=prompts`)
  await page.getByText('Фраз пока нет').waitFor()
  await uploads(page)
  await recordsItself(page, s)
  await writes(page)
  await page.reload()
  await page.getByText('Долг', { exact: true }).waitFor()
  await shot(page, 'prompts')
  assert.deepEqual(await unfair(page), [])

  await page.open(`/projects/${h.project_id}/inbound?part=flows&flow=${flow.id}`)
  await page.locator('.react-flow__node').first().click()
  await page.getByRole('combobox', { name: 'Готовая фраза' }).or(page.getByLabel('Готовая фраза')).first().click()
  await page.getByRole('option', { name: 'Приветствие' }).click()
  await page.getByText('♪ Приветствие').waitFor()
  await shot(page, 'prompt-step')
  await page.keyboard.press('Control+s')
  await page.getByText('v2 · Черновик').or(page.locator('input[value^="v2"]')).first().waitFor()
  await page.getByRole('button', { name: 'Опубликовать' }).click()
  await until('it runs', () => s.rows('SELECT prompt_id FROM flow_prompt')[0])

  await until('the trunk is up', () => s.rows(`SELECT state FROM trunk WHERE id = ${trunk.id}`)[0].state === 'up')
  const hears660 = () => {
    const all = Float64Array.from(Buffer.concat(c.heard), alaw)
    for (let at = 0; at + 0.5 <= all.length / 8000; at += 0.1) if (mostly(all, 660, at, at + 0.5) > 0.9) return true
    return false
  }
  await until('he hears the sound', async () => {
    c.heard.length = 0
    const caller = new Caller(c, { sip: SIP })
    if ((await caller.call()) !== 200) return false
    await caller.gone(8000)
    return hears660()
  }, 30000)
  assert.deepEqual(page.complaints, [])
})
