// SPDX-License-Identifier: GPL-3.0-or-later
// The operator's seat beyond the plain way of a call (call.test.mjs): a number nobody's card has, a caller nobody knows, what a slip of the
// hand, a lost stream or an unplugged headset must not do.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { acknowledges, Caller } from '../sip/lib/caller.mjs'
import { Carrier } from '../sip/lib/carrier.mjs'
import { browse, graph, hears, pageOf, sayReady, serveWeb, unfair, until } from './lib.mjs'

const STEADY = '+74951234597' // the practice subscriber answers at once with 1000 Hz
const FAR_HZ = 1000
const shot = (page, name) => process.env.SHOTS && page.waitForTimeout(500).then(() => page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }))

async function house(t, { args, ...more } = {}) {
  const s = await serveWeb(t, { args })
  const project = makeProject(s, { wrap_up_s: 60, ...more })
  s.run(`UPDATE script_version SET graph = '${JSON.stringify(graph)}' WHERE id = ${project.script_id}`)
  s.insert('form_field', { project_id: project.project_id, position: 1, key: 'volume', label: 'Объём, л/мес', type: 'number', required_by: JSON.stringify([project.results.lead]) })
  for (const [name, key] of [['lead', '1'], ['refusal', '2'], ['callback', '3']]) s.run(`UPDATE result SET hot_key = '${key}' WHERE id = ${project.results[name]}`)
  s.insert('pause_reason', { name: 'Обед', paid: 0, position: 1 })
  const browser = await browse(t)
  const operator = s.person('operator', { project_ids: [project.project_id], name: 'Анна Орлова' })
  const seat = await pageOf(browser, s, operator)
  await watch(seat)
  return { s, project, browser, operator, seat }
}

// The page's microphones and connections, each in the order they were opened.
const watch = (page) =>
  page.addInitScript(() => {
    window.microphones = []
    window.connections = []
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (asked) => {
      const stream = await open(asked)
      window.microphones.push(stream.getAudioTracks()[0])
      return stream
    }
    const Real = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Real {
      constructor(...options) {
        super(...options)
        window.connections.push(this)
      }
    }
  })
const live = (page) => page.evaluate(() => window.microphones.at(-1).enabled)
// The network under the page's leg is gone.
const breakLeg = (page) =>
  page.evaluate(() => {
    const last = window.connections.at(-1)
    Object.defineProperty(last, 'connectionState', { value: 'failed' })
    last.dispatchEvent(new Event('connectionstatechange'))
  })

async function sitDown(page) {
  await page.open('/seat')
  await page.getByRole('button', { name: /Начать смену/ }).click()
  await sayReady(page)
}

const state = (page, word) => until(word, async () => (await page.getByTestId('state').textContent().catch(() => ''))?.startsWith(word), 30000)

// Everything an operator needs in a call is there without a card too.
async function workedWith(page) {
  const pressed = (name, on) => until(`${name} ${on}`, async () => (await page.getByRole('button', { name }).getAttribute('aria-pressed')) === String(on))
  for (const [key, name] of [['F6', /Без звука/], ['F7', /Удержать/]])
    for (const on of [true, false]) {
      await page.keyboard.press(key)
      await pressed(name, on)
    }
  await page.keyboard.press('F3')
  await page.getByRole('button', { name: /Перевести сразу/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByLabel('Комментарий').fill('Спрашивали про доставку')
  assert.equal(await page.getByRole('button', { name: 'Договорились созвониться' }).count(), 0, 'there is no card to keep a promise on')
  await page.keyboard.press('Alt+1')
}

test('a number typed by hand is a call like any other: keys, hold, transfer, the result', async (t) => {
  const { s, project, seat } = await house(t, { mode: 'manual' })
  await sitDown(seat)
  await seat.getByLabel('Номер').fill('8 (495) 123-45-97')
  await seat.getByRole('button', { name: 'Позвонить', exact: true }).click()
  await state(seat, 'Разговор')
  await seat.getByTestId('no-card').getByText('495 123-45-97').waitFor()
  await hears(seat, FAR_HZ)
  await shot(seat, 'typed')
  await seat.getByRole('button', { name: 'Тоны' }).click()
  await seat.getByTestId('tones').waitFor()
  await seat.keyboard.press('Escape')
  await workedWith(seat)
  assert.deepEqual(await unfair(seat), [])
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('F2')
  const saved = await until('the result is saved', () => s.rows('SELECT number, result_id, comment FROM call WHERE result_id IS NOT NULL')[0])
  assert.deepEqual(saved, { number: STEADY, result_id: project.results.lead, comment: 'Спрашивали про доставку' })
  assert.deepEqual(seat.complaints, [])
})

test('a caller with a hidden number is worked with like any other', async (t) => {
  const SIP = 5065, PORT = 5075, LINE = '+74957654321'
  const { s, project, seat } = await house(t, { mode: 'manual', args: ['--sip', `127.0.0.1:${SIP}`, '--rtp', '21000-21999'] })
  const c = await Carrier.start(PORT, acknowledges)
  t.after(() => c.stop())
  const admin = s.person('admin')
  const ok = async (path, body) => {
    const r = await s.call('POST', `/api${path}`, { as: admin, body })
    assert.equal(r.status, 201, r.text)
    return r.body
  }
  const trunk = await ok('/trunks', { name: 'Оператор', kind: 'sip', host: '127.0.0.1', port: PORT, channels: 10 })
  const queue = await ok(`/projects/${project.project_id}/queues`, { name: 'Продажи' })
  await ok(`/projects/${project.project_id}/numbers`, { e164: LINE, queue_id: queue.id })
  await until('the trunk is up', () => s.rows(`SELECT state FROM trunk WHERE id = ${trunk.id}`)[0].state === 'up')
  await sitDown(seat)
  let caller
  await until('the number is answered', async () => (await (caller = new Caller(c, { sip: SIP, from: 'anonymous' })).call()) === 200)
  const stop = caller.speak(FAR_HZ)
  t.after(stop)
  await seat.getByTestId('no-card').getByText('номер скрыт').waitFor()
  await state(seat, 'Разговор')
  await hears(seat, FAR_HZ)
  await shot(seat, 'hidden')
  await workedWith(seat)
  stop()
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('F2')
  const saved = await until('the result is saved', () => s.rows('SELECT direction, number, result_id FROM call WHERE result_id IS NOT NULL')[0])
  assert.deepEqual(saved, { direction: 'in', number: '', result_id: project.results.lead })
  assert.deepEqual(seat.complaints, [])
})

test('a microphone muted in one call is live in the next; a refused command mutes nothing', async (t) => {
  const { s, seat } = await house(t, { mode: 'manual' })
  await sitDown(seat)
  const dial = async () => {
    await seat.getByLabel('Номер').fill(STEADY)
    await seat.getByRole('button', { name: 'Позвонить', exact: true }).click()
    await state(seat, 'Разговор')
  }
  await dial()
  await seat.keyboard.press('F6')
  await until('muted', async () => !(await live(seat)))
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('Alt+2')
  await seat.keyboard.press('F2')
  await until('the result is saved', () => s.rows('SELECT 1 FROM call WHERE result_id IS NOT NULL')[0])
  await seat.getByLabel('Номер').waitFor()
  await dial()
  assert.equal(await seat.getByRole('button', { name: /Без звука/ }).getAttribute('aria-pressed'), 'false')
  assert.equal(await live(seat), true)
  await seat.route('**/api/seat/mute', (route) => route.abort())
  await seat.keyboard.press('F6')
  await seat.getByText('Не получилось').waitFor()
  assert.equal(await live(seat), true)
  assert.deepEqual(seat.complaints, [])
})

test('a reload in wrap-up keeps the promise on the client’s clock, whose it is, and the pause that was asked for', async (t) => {
  const { s, project, operator, seat } = await house(t)
  project.contact(STEADY, { company: 'ООО «Ромашка»', city: 'Уфа', timezone: 'Asia/Yekaterinburg' })
  await sitDown(seat)
  await state(seat, 'Разговор')
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('Alt+3')
  await seat.getByRole('button', { name: 'завтра в 10:00' }).click()
  await seat.getByLabel('Перезвоню сам(а)').uncheck()
  await seat.keyboard.press('F8') // the focus is in a box to tick, and the keys of the script are heard
  await seat.getByTestId('say').getByText(/извинения/).waitFor()
  await seat.keyboard.press('Backspace')
  await seat.getByTestId('say').getByText(/Здравствуйте/).waitFor()
  await seat.keyboard.press('F9')
  await seat.getByRole('menuitem', { name: 'Обед' }).click()
  await seat.getByRole('button', { name: /Пауза после звонка/ }).waitFor()
  await shot(seat, 'promise')
  await until('the draft is on the server', () => /"mine":false/.test(s.rows('SELECT draft FROM call')[0]?.draft ?? ''))
  await seat.reload()
  const when = seat.getByLabel('Когда перезвонить, по времени клиента')
  await when.waitFor()
  assert.match(await when.inputValue(), /T10:00$/)
  await seat.getByText(/у вас это .* 08:00/).waitFor()
  assert.equal(await seat.getByLabel('Перезвоню сам(а)').isChecked(), false)
  await seat.getByRole('button', { name: 'Сохранить и на паузу' }).waitFor()
  await seat.keyboard.press('F2')
  await until('the pause', async () => /^Обед/.test(await seat.getByTestId('state').textContent()))
  const [{ due_at, operator_id }] = s.rows('SELECT due_at, operator_id FROM callback')
  assert.equal(operator_id, null)
  assert.equal(new Date(due_at).toISOString().slice(11, 16), '05:00')
  assert.ok(due_at - Date.now() < 2 * 86400e3)
  // It becomes due: who sits at the seat is told there, once, however often he went to and fro.
  for (const [name, path] of [['Звонарь', '/profile'], ['Рабочее место', '/seat'], ['Звонарь', '/profile'], ['Рабочее место', '/seat']]) {
    await seat.getByRole('link', { name, exact: true }).first().click()
    await seat.waitForURL(`**${path}`)
  }
  await seat.getByTestId('state').waitFor()
  s.run(`UPDATE callback SET due_at = ${Date.now() - 1000}, operator_id = ${operator.id}, reminded = 0`)
  const due = seat.getByRole('alert').getByText('Пора перезвонить: ООО «Ромашка»')
  await due.first().waitFor({ timeout: 40000 })
  assert.equal(await due.count(), 1)
  assert.deepEqual(seat.complaints, [])
})

test('a slip of the hand does not leave a talk: not by a link, not by a key of the tones, not by a key held down', async (t) => {
  const { s, project, seat } = await house(t)
  project.contact(STEADY, { company: 'ООО «Ромашка»' })
  await sitDown(seat)
  await state(seat, 'Разговор')
  await seat.getByRole('link', { name: 'Звонарь' }).click()
  await seat.getByText('Вы в разговоре').waitFor()
  await seat.getByRole('button', { name: 'Остаться' }).click()
  assert.equal(new URL(seat.url()).pathname, '/seat')
  const said = await seat.getByTestId('say').textContent()
  await seat.getByRole('button', { name: 'Тоны' }).click()
  await seat.getByTestId('tones').waitFor()
  await seat.keyboard.type('120')
  await until('the tones are sent', async () => (await seat.getByTestId('tones').textContent()) === '120')
  assert.equal(await seat.getByTestId('say').textContent(), said)
  assert.equal(await seat.getByLabel('Что сказал клиент').count(), 0)
  await seat.keyboard.press('Escape')
  let asked = 0
  seat.on('request', (r) => (asked += r.url().endsWith('/api/seat/record')))
  for (let i = 0; i < 5; i++) await seat.keyboard.down('F1')
  await seat.keyboard.up('F1')
  await seat.getByTestId('unrecorded').waitFor()
  assert.equal(asked, 1)
  // By the place of the key: Ctrl+K in a Russian layout.
  await seat.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'л', code: 'KeyK', ctrlKey: true, bubbles: true, cancelable: true })))
  await seat.getByPlaceholder(/.+/).and(seat.getByRole('textbox')).or(seat.locator('.mantine-Spotlight-search')).first().waitFor()
  await seat.keyboard.press('Escape')
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  assert.equal(s.rows('SELECT state FROM shift')[0].state, 'wrap_up')
  assert.deepEqual(seat.complaints, [])
})

test('a headset that is pulled out in a talk: another microphone takes its place', async (t) => {
  const { project, seat } = await house(t)
  project.contact(STEADY)
  await sitDown(seat)
  await state(seat, 'Разговор')
  await seat.evaluate(() => {
    const track = window.microphones.at(-1)
    track.stop()
    track.dispatchEvent(new Event('ended'))
  })
  await until('a new microphone', () => seat.evaluate(() => window.microphones.length === 2))
  await seat.getByTestId('leg').getByRole('img', { name: 'Громкость микрофона' }).waitFor()
  await hears(seat, FAR_HZ)
  assert.equal(await seat.getByTestId('state').textContent().then((x) => x.startsWith('Разговор')), true)
  assert.deepEqual(seat.complaints, [])
})

test('a stream that comes back when what it missed is gone: the seat and the report are read again', async (t) => {
  const { s, project, browser, seat } = await house(t)
  const id = project.contact('+79161234567', { company: 'ООО «Ромашка»', state: 'closed', last_result_id: project.results.lead, last_at: Date.now(), last_comment: 'первое' })
  const report = await pageOf(browser, s, s.person('customer', { customer_id: project.customer_id }))
  await report.open(`/projects/${project.project_id}/report`)
  await report.getByText('первое').waitFor()
  await seat.open('/seat')
  await seat.getByRole('button', { name: /Начать смену/ }).click()
  await seat.getByText('Вы на паузе').waitFor()
  s.run(`UPDATE contact SET last_comment = 'второе' WHERE id = ${id}`)
  const app = s.pidOf('app')
  process.kill(app, 'SIGKILL')
  s.run("UPDATE event SET id = id + 1000000 WHERE id = (SELECT max(id) FROM event)") // a day later all before the last are gone
  s.run('DELETE FROM event WHERE id < 1000000')
  s.insert('pause_reason', { name: 'Совещание', paid: 1, position: 2 })
  await report.getByText('второе').waitFor({ timeout: 30000 })
  await until('the seat knows the new reason', async () => {
    await seat.keyboard.press('F9')
    return seat.getByRole('menuitem', { name: 'Совещание' }).isVisible()
  }, 30000)
  assert.equal(await seat.getByText('Нет связи с сервером').count(), 0)
  assert.deepEqual([...report.complaints, ...seat.complaints], [])
})

test('a log-in that is over shows the log-in, and not a server that is away', async (t) => {
  const { s, operator, seat } = await house(t)
  await seat.open('/seat')
  await seat.getByRole('button', { name: /Начать смену/ }).waitFor()
  s.run(`DELETE FROM session WHERE user_id = ${operator.id}`)
  await seat.waitForURL('**/login?over=1*', { timeout: 30000 })
  assert.deepEqual(seat.complaints, [])
})

test('a supervisor whose line breaks is what he last chose to be, and is told of it once', async (t) => {
  const { s, project, browser, seat } = await house(t)
  project.contact(STEADY, { company: 'ООО «Ромашка»' })
  await sitDown(seat)
  await state(seat, 'Разговор')
  const vera = await pageOf(browser, s, s.person('supervisor', { project_ids: [project.project_id], name: 'Вера Климова' }))
  await watch(vera)
  await vera.open('/floor')
  await vera.getByRole('button', { name: 'Подключиться' }).click()
  await vera.getByRole('menuitem', { name: /^Участвовать/ }).click()
  await hears(vera, FAR_HZ)
  await vera.getByTestId('monitor').getByText('Слушать').click()
  await vera.getByTestId('monitor').getByText('Вас никто не слышит').waitFor()
  const asked = []
  await vera.route('**/api/calls/*/monitor', (route) => {
    asked.push(route.request().postDataJSON().mode)
    return asked.length < 4 ? route.abort() : route.continue()
  })
  await breakLeg(vera)
  await until('four tries', () => asked.length === 4, 30000)
  assert.deepEqual(new Set(asked), new Set(['listen']))
  assert.equal(await vera.getByRole('alert').filter({ hasText: 'Не получилось' }).count(), 1)
  await vera.getByTestId('monitor').getByText('Вас никто не слышит').waitFor()
  assert.deepEqual([...vera.complaints, ...seat.complaints], [])
})

test('a card read too long is passed on or dialled, as the project’s settings say', async (t) => {
  const { s, project, browser, seat } = await house(t, { mode: 'preview', preview_s: 5 })
  project.contact('+79161234567', { company: 'ООО «Первая»' })
  const office = await pageOf(browser, s, s.person('project_manager', { project_ids: [project.project_id] }))
  const says = async (word) => {
    await office.open(`/projects/${project.project_id}/settings`)
    const field = office.getByRole('combobox', { name: 'Когда время просмотра вышло' }).or(office.getByLabel('Когда время просмотра вышло')).first()
    await field.click()
    await office.getByRole('option', { name: word }).click()
    await shot(office, 'preview-then')
    await office.locator('form', { has: field }).getByRole('button', { name: 'Сохранить' }).click()
    await office.getByText('Сохранено').first().waitFor()
  }
  await says('Следующая карточка')
  await sitDown(seat)
  await seat.getByRole('heading', { name: 'ООО «Первая»' }).waitFor()
  assert.match(await seat.getByTestId('preview-left').textContent(), /^Следующая карточка через 00:0\d$/)
  await says('Набрать')
  project.contact(STEADY, { company: 'ООО «Вторая»' })
  await seat.getByRole('heading', { name: 'ООО «Вторая»' }).waitFor()
  await until('it says what comes', async () => /^Наберём сами через/.test(await seat.getByTestId('preview-left').textContent().catch(() => '')))
  await shot(seat, 'preview')
  await state(seat, 'Разговор')
  assert.deepEqual(s.rows('SELECT c.company, k.cause FROM call k JOIN contact c ON c.id = k.contact_id ORDER BY k.id'), [
    { company: 'ООО «Первая»', cause: 'cancelled' },
    { company: 'ООО «Вторая»', cause: null }
  ])
  assert.deepEqual([...seat.complaints, ...office.complaints], [])
})

test('the sound of both legs from the floor; in the player a pause for card data at its place, and a mark others see', async (t) => {
  const { s, project, browser, seat } = await house(t)
  project.contact(STEADY, { company: 'ООО «Ромашка»' })
  await sitDown(seat)
  await state(seat, 'Разговор')
  const vera = await pageOf(browser, s, s.person('supervisor', { project_ids: [project.project_id], name: 'Вера Климова' }))
  await vera.open('/floor')
  await vera.getByRole('button', { name: 'Связь' }).click()
  await vera.getByTestId('call-sound').getByText('Оператор').waitFor({ timeout: 20000 })
  await shot(vera, 'floor-sound')
  await new Promise((done) => setTimeout(done, 2000))
  for (const [wait, gone] of [['visible', 2000], ['detached', 1000]]) {
    await seat.keyboard.press('F1')
    await seat.getByTestId('unrecorded').waitFor({ state: wait })
    await new Promise((done) => setTimeout(done, gone))
  }
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  await seat.keyboard.press('Alt+2')
  await seat.keyboard.press('F2')
  await until('the recording is kept', () => s.rows("SELECT id FROM recording WHERE state = 'kept'")[0], 30000)

  await vera.open('/calls')
  await vera.getByRole('button', { name: /^Слушать: ООО «Ромашка»/ }).click()
  const gap = vera.getByTestId('gap')
  await gap.waitFor()
  const [[from, to]] = JSON.parse(s.rows('SELECT gaps FROM recording')[0].gaps)
  const length = s.rows('SELECT duration_ms FROM recording')[0].duration_ms
  const waves = await vera.locator('.waves').boundingBox()
  const place = await gap.boundingBox()
  const near = (a, b) => assert.ok(Math.abs(a - b) < 8, `${a}, ${b}`)
  near(place.x - waves.x, (waves.width * from) / length)
  near(place.width, (waves.width * (to - from)) / length)
  await vera.getByRole('button', { name: 'Пауза', exact: true }).click()
  await vera.getByLabel('Что здесь слышно').fill('не представился')
  await vera.getByRole('button', { name: /^Метка на/ }).click()
  await vera.getByTestId('mark').getByText('не представился').waitFor()
  await shot(vera, 'player')

  const customer = await pageOf(browser, s, s.person('customer', { customer_id: project.customer_id, name: 'Игорь Волков' }))
  await customer.open(`/projects/${project.project_id}/report`)
  await customer.getByRole('button', { name: /^Слушать/ }).first().click()
  const mark = customer.getByTestId('mark')
  await mark.getByText('не представился').waitFor()
  await mark.getByText('Вера Климова').waitFor()
  await customer.getByRole('button', { name: /^Метка 00:\d\d: не представился/ }).waitFor()
  assert.equal(await customer.getByRole('button', { name: /^Убрать метку/ }).count(), 0)
  await vera.getByRole('button', { name: /^Убрать метку/ }).click()
  await mark.waitFor({ state: 'detached' })
  assert.deepEqual([...seat.complaints, ...vera.complaints, ...customer.complaints], [])
  assert.deepEqual(await unfair(vera), []) // last: axe itself puts the styles of the waves' shadow tree into a document
})
