// SPDX-License-Identifier: GPL-3.0-or-later
// story.mjs - the house in which the story of a project happens: a server with its mail server and SMS gateway, its people, each with a page of his own
// that stays open, and what several chapters do.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { kannel } from '../lib/kannel.mjs'
import { mailServer } from '../lib/mail.mjs'
import { local } from '../lib/project.mjs'
import { patience } from '../lib/server.mjs'
import { browse, pageOf, serveWeb, until } from './lib.mjs'

const at = (name) => `${name}@example.test`
const people = {
  admin: ['admin', 'Олег Титов'],
  sales: ['sales_manager', 'Ирина Савина'],
  chief: ['project_director', 'Андрей Ветров'],
  pm: ['project_manager', 'Мария Соколова'],
  operator: ['operator', 'Ольга Кузнецова'],
  accountant: ['accountant', 'Нина Павлова']
}
export const CLIENT = at('belova')
export const PHONE = { width: 390, height: 844 }

// h = await storyHouse(t, engine): s, mail, sms; admin, sales …: the people's pages; page(person, look) for one more; today, in the project's zone.
export async function storyHouse(t, engine) {
  const [s, mail, sms, browser] = await Promise.all([serveWeb(t, { engine }), mailServer(t, [...Object.keys(people).map(at), CLIENT]), kannel(t), browse(t)])
  const h = { s, mail, sms, pages: {}, today: local('Europe/Moscow').day }
  h.page = async (person, look) => {
    const page = await pageOf(browser, s, person, look)
    page.setDefaultTimeout(20000 * patience)
    h.pages[person?.login ?? `guest-${Object.keys(h.pages).length}`] = page
    return page
  }
  for (const [login, [role, name]] of Object.entries(people)) h[login] = await h.page(s.person(role, { login, name, email: at(login) }))
  return h
}

// With ZVONAR_SHOTS=FOLDER: how each page looks now.
export async function shoot(h, name) {
  const folder = process.env.ZVONAR_SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  for (const [who, page] of Object.entries(h.pages)) if (!page.isClosed()) await page.screenshot({ path: join(folder, `${name}-${who}.png`) })
}

// The newest letter in that mailbox whose subject says this, once it is there.
export const letter = (h, address, subject) =>
  until(`a letter «${subject}» to ${address}`, () => h.mail.inbox(address).findLast((one) => subject.test(one.header('Subject'))), 30000 * patience)
// The link in a letter whose path begins like this, on our server.
export function linkIn(h, one, path) {
  const link = one.text.match(new RegExp(`https?://[^/\\s]+(${path}\\S+)`))
  if (!link) throw new Error(`no ${path} in:\n${one.text}`)
  return h.s.origin + link[1]
}

// Of a page with several forms the one under this heading: filled and saved.
export async function saveForm(page, heading, fill) {
  const form = page.locator('.mantine-Paper-root').filter({ has: page.getByRole('heading', { name: heading, exact: true }) }).last()
  const save = form.getByRole('button', { name: 'Сохранить' })
  await fill(form)
  await save.click()
  await until(`«${heading}» is kept`, () => save.isDisabled())
  return form
}
export async function fillAll(form, values) {
  for (const [label, value] of Object.entries(values)) await form.getByRole('textbox', { name: label, exact: true }).fill(value)
}
export async function choose(page, form, label, option) {
  await form.getByRole('textbox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option }).first().click()
}
// What stands below a tab.
export const segment = (page, name) => page.locator('main label').filter({ hasText: new RegExp(`^${name}$`) }).click()

// One call at the seat: it comes by itself, its steps are walked by keys, it gets its result. meanwhile: what others do during the talk.
export async function talk(seat, { version, steps, result, comment, meanwhile, last }) {
  await until('the talk', async () => /^Разговор/.test((await seat.getByTestId('state').textContent()) ?? ''), 30000 * patience)
  await seat.getByText(`Скрипт v${version}`).waitFor()
  for (const key of steps) await seat.keyboard.press(key)
  await meanwhile?.()
  await until('it is a dialogue', async () => (await seat.getByTestId('timer').textContent()) > '00:01')
  await seat.keyboard.press('F4')
  await seat.getByTestId('wrap-up').waitFor()
  for (const name of result) await seat.getByRole('button', { name }).click()
  if (comment) await seat.getByLabel('Комментарий').fill(comment)
  if (last) await seat.getByRole('button', { name: 'Сохранить и закончить' }).click()
  else await seat.keyboard.press('F2')
}

// The words of the PDF behind a link, as its reader gets it.
export async function words(h, link) {
  const cookies = await link.page().context().cookies()
  const r = await fetch(new URL(await link.getAttribute('href'), h.s.origin), { headers: { Cookie: cookies.map((c) => `${c.name}=${c.value}`).join('; ') } })
  if (!r.ok) throw new Error(`${r.url}: ${r.status}`)
  return execFileSync('pdftotext', ['-layout', '-', '-'], { input: Buffer.from(await r.arrayBuffer()), encoding: 'utf8' }).replace(/[\u00a0\s]+/g, ' ')
}
