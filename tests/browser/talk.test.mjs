// SPDX-License-Identifier: GPL-3.0-or-later
// More than two in a talk, through the screens: a word first, three-way, the pause of the recording, a supervisor on the floor, the call handed
// over with its card. Who hears whom tone by tone is tests/sip/talk.test.mjs's.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { browse, graph, hears, MICROPHONE_HZ, pageOf, sayReady, serveWeb, unfair, until } from './lib.mjs'

const STEADY = '+74951234597' // the practice subscriber answers at once with 1000 Hz
const FAR_HZ = 1000

const shot = async (page, name) => {
  if (!process.env.SHOTS) return
  mkdirSync(process.env.SHOTS, { recursive: true })
  await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })
}

async function sitDown(page) {
  await page.open('/seat')
  await page.getByRole('button', { name: /Начать смену/ }).click()
  await sayReady(page)
}
const says = (page, id, words, ms) => until(words, async () => new RegExp(words).test((await page.getByTestId(id).allTextContents()).join()), ms ?? 15000)

test('a word first, three, the recording paused, a supervisor, and the call is another operator’s', async (t) => {
  const s = await serveWeb(t)
  const project = makeProject(s, { wrap_up_s: 60 })
  s.run(`UPDATE script_version SET graph = '${JSON.stringify(graph)}' WHERE id = ${project.script_id}`)
  const person = (role, name) => s.person(role, { project_ids: [project.project_id], name })
  const browser = await browse(t)
  const anna = await pageOf(browser, s, person('operator', 'Анна Орлова'))
  const boris = await pageOf(browser, s, person('operator', 'Борис Немов'))
  const vera = await pageOf(browser, s, person('supervisor', 'Вера Климова'))
  await sitDown(anna)
  await until('Anna waits', () => anna.getByText('Ищем собеседника').isVisible(), 15000)
  await sitDown(boris)
  project.contact(STEADY, { company: 'ООО «Ромашка»', city: 'Уфа', timezone: 'Asia/Yekaterinburg' })
  const talking = (page) => says(page, 'state', '^Разговор', 20000)
  const first = await Promise.race([talking(anna).then(() => anna), talking(boris).then(() => boris)])
  const [one, other, name] = first === anna ? [anna, boris, 'Борис Немов'] : [boris, anna, 'Анна Орлова']
  await one.getByRole('heading', { name: 'ООО «Ромашка»' }).waitFor()

  await one.keyboard.press('F3')
  await one.getByRole('radio', { name }).check()
  await shot(one, 'transfer')
  await one.keyboard.press('Enter')
  await says(one, 'guest', `${name}: на связи`)
  await other.getByTestId('guest-of').getByText('ООО «Ромашка»').waitFor()
  await hears(other, MICROPHONE_HZ)
  await shot(one, 'consult')
  await shot(other, 'guest-of')
  await one.getByRole('button', { name: 'Втроём' }).click()
  await until('three', async () => (await one.getByText('Втроём', { exact: true }).count()) > 0)
  await shot(one, 'conference')
  await one.keyboard.press('F10')
  await other.getByTestId('guest-of').waitFor({ state: 'detached' })

  await one.keyboard.press('F1')
  await one.getByTestId('unrecorded').waitFor()
  await shot(one, 'unrecorded')
  await one.keyboard.press('F1')
  await one.getByTestId('unrecorded').waitFor({ state: 'detached' })
  const [{ gaps }] = s.rows('SELECT gaps FROM recording')
  assert.match(gaps, /^\[\[\d+,\d+\]\]$/)

  await vera.open('/floor')
  await vera.getByRole('button', { name: 'Подключиться' }).click()
  await vera.getByRole('menuitem', { name: /^Слушать/ }).click()
  await says(vera, 'monitor', 'Вас никто не слышит')
  await hears(vera, FAR_HZ)
  assert.equal(await one.getByTestId('monitor').count(), 0)
  await vera.getByTestId('monitor').getByText('Подсказывать').click()
  await says(one, 'monitor', 'Вера Климова подсказывает')
  await shot(vera, 'floor')
  assert.deepEqual(await unfair(vera), [])
  await vera.getByTestId('monitor').getByText('Перехватить').click()
  await says(one, 'monitor', 'ведёт разговор')
  await shot(one, 'taken-over')
  assert.deepEqual(await unfair(one), [])
  await vera.getByRole('button', { name: 'Отключиться' }).click()
  await one.getByTestId('monitor').waitFor({ state: 'detached' })
  assert.deepEqual(s.rows("SELECT verb FROM audit WHERE entity = 'call' ORDER BY id").map((r) => r.verb), ['listen', 'whisper', 'take_over'])

  await one.getByLabel('Комментарий').fill('Просит скидку')
  await until('the draft is on the server', () => /Просит скидку/.test(s.rows('SELECT draft FROM call')[0]?.draft ?? ''))
  await one.keyboard.press('F3')
  await one.getByRole('radio', { name }).check()
  await one.getByRole('button', { name: 'Перевести сразу' }).click()
  await other.getByRole('heading', { name: 'ООО «Ромашка»' }).waitFor()
  await until('what was typed came along', async () => (await other.getByLabel('Комментарий').inputValue()) === 'Просит скидку')
  await one.getByText('Ищем собеседника').waitFor()
  await hears(other, FAR_HZ)
  await shot(other, 'handed-over')

  const admin = s.person('admin')
  await s.call('POST', `/api/projects/${project.project_id}/queues`, { as: admin, body: { name: 'Поддержка', choice: 'ring_all', accept_s: 30 } })
  await other.keyboard.press('F3')
  await other.getByRole('radio', { name: 'Поддержка' }).check()
  await until('a queue has nobody to speak with first', () => other.getByRole('button', { name: /Сначала поговорить/ }).isDisabled())
  await shot(other, 'to-a-queue')
  assert.deepEqual(await unfair(other), [])
  await other.keyboard.press('Enter')
  await one.getByTestId('offer').getByText('ООО «Ромашка»').waitFor()
  await one.getByTestId('offer').getByText(/Поддержка/).waitFor()
  await shot(one, 'offer')
  assert.deepEqual(await unfair(one), [])
  await one.keyboard.press('F2')
  await one.getByRole('heading', { name: 'ООО «Ромашка»' }).waitFor()
  await until('it came along again', async () => (await one.getByLabel('Комментарий').inputValue()) === 'Просит скидку')
  await other.getByText('Ищем собеседника').waitFor()
  await hears(one, FAR_HZ)
  await one.keyboard.press('F4')
  await one.getByTestId('wrap-up').waitFor()
  assert.deepEqual([...anna.complaints, ...boris.complaints, ...vera.complaints], [])
})
