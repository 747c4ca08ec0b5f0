// SPDX-License-Identifier: GPL-3.0-or-later
// A shift by the phone on the desk: its login is made on the profile page, a real baresip registers with it, is called when the shift begins,
// and talks a practice call whose recording has both sides; the browser has no microphone at all.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { Baresip } from '../sip/lib/baresip.mjs'
import { browse, graph, heard, pageOf, sayReady, serveWeb, until } from './lib.mjs'

const STEADY = '+74951234597' // the practice subscriber answers at once with 1000 Hz
const FAR_HZ = 1000
const PHONE_HZ = 440

test('a shift by the phone on the desk', async (t) => {
  const s = await serveWeb(t, { args: ['--sip', '127.0.0.1:5060', '--rtp', '20000-20999'] })
  const project = makeProject(s, { wrap_up_s: 60 })
  s.run(`UPDATE script_version SET graph = '${JSON.stringify(graph)}' WHERE id = ${project.script_id}; UPDATE result SET hot_key = '1' WHERE id = ${project.results.lead};`)
  project.contact(STEADY, { company: 'ООО «Ромашка»', city: 'Казань' })
  const operator = s.person('operator', { project_ids: [project.project_id], name: 'Анна Орлова' })
  const browser = await browse(t)
  const seat = await pageOf(browser, s, operator)

  await seat.open('/profile')
  await seat.getByRole('button', { name: 'Получить логин и пароль' }).click()
  const cell = (name) => seat.getByRole('row', { name: new RegExp(`^${name}`) }).locator('code').innerText()
  const login = await cell('Логин')
  const secret = await cell('Пароль')
  const account = `<sip:${login}@127.0.0.1>;auth_pass=${secret};regint=60;answermode=auto`
  const phone = await Baresip.start({ account, port: 5090, control: 4470, hz: PHONE_HZ })
  t.after(() => phone.stop())
  await seat.getByText('На связи', { exact: true }).waitFor()

  await seat.open('/seat')
  await seat.getByText(/На связи: baresip/).waitFor()
  await seat.getByRole('button', { name: /Начать смену/ }).click()
  await phone.said(/Call established/)
  await sayReady(seat)
  await seat.getByRole('heading', { name: 'ООО «Ромашка»' }).waitFor()
  await until('the talk', async () => (await seat.getByTestId('state').textContent())?.startsWith('Разговор'))
  await new Promise((done) => setTimeout(done, 2500))
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('Alt+1')
  await seat.keyboard.press('F2')
  await until('the result is saved', () => s.rows('SELECT id FROM call WHERE result_id IS NOT NULL').length)

  const kept = await until('the recording is kept', () => s.rows("SELECT id FROM recording WHERE state = 'kept'")[0], 150000) // encoded by a thread of the lowest priority
  const chief = await pageOf(browser, s, s.person('admin'))
  await chief.open('/calls')
  const [ours, theirs] = await heard(chief, kept.id)
  assert.ok(ours[PHONE_HZ] > 20 * theirs[PHONE_HZ] && theirs[FAR_HZ] > 20 * ours[FAR_HZ], JSON.stringify([ours, theirs]))
  assert.deepEqual([...seat.complaints], [])
})
