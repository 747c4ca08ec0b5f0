// SPDX-License-Identifier: GPL-3.0-or-later
// mail.test.mjs - the mailbox on the screen, with a real mail server: a thread is read, an answer is written with the guard's remarks beside it, mended,
// sent, and arrives; a hostile letter is shown without anything of it running. Skipped where Postfix and Dovecot are not installed or the test is not root.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { mailPossible, mailServer } from '../lib/mail.mjs'
import { projectWithDay } from '../lib/project.mjs'
import { sleep } from '../lib/server.mjs'
import { browse, pageOf, serveWeb } from './lib.mjs'

const BOX = 'centre@example.test'
const OLGA = 'olga@example.test'
const shots = process.env.ZVONAR_SHOTS
const raw = ({ id, refs = '', text, subject = 'Холодные звонки по моторному маслу', cc = 'boss@example.test', from = `Ольга Мирская <${OLGA}>`, type = 'text/plain; charset=utf-8' }) =>
  `From: ${from}\r\nTo: ${BOX}\r\n${cc ? `Cc: ${cc}\r\n` : ''}Subject: ${subject}\r\nMessage-ID: <${id}>\r\n${refs && `In-Reply-To: <${refs}>\r\nReferences: <${refs}>\r\n`}Date: Thu, 12 Mar 2026 10:00:00 +0300\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const related = `--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Логотип <img src="cid:logo@x" alt="лого" width="40" height="40"><img src="cid:svg@x" alt="рисунок"><img src="https://spy.test/1.png" alt="из сети"></p>\r\n--b\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n${PIXEL}\r\n--b\r\nContent-Type: image/png; name=sly.png\r\nContent-ID: <svg@x>\r\n\r\n<svg xmlns="http://www.w3.org/2000/svg" onload="window.hit=1"></svg>\r\n--b--`
const html = '<p>Наш прайс <img src="http://127.0.0.1:1/spy.png"><script>window.hit=1</script></p><svg onload="window.hit=1"></svg><a href="javascript:window.hit=1">ссылка</a><form action="/x"><input name=a></form>'

test('a letter is answered by the rules, on the screen', { skip: !mailPossible && 'needs root, postfix and dovecot', timeout: 120000 }, async (t) => {
  const mail = await mailServer(t, [BOX, OLGA, 'boss@example.test'])
  mail.put(BOX, raw({ id: 'one@o', text: 'Здравствуйте.\r\n\r\nКогда будет отчёт по первой базе и кто его пришлёт?' }))
  mail.put(BOX, raw({ id: 'two@o', refs: 'one@o', subject: 'Re: Холодные звонки по моторному маслу', text: 'И ещё прайс во вложении.\r\n\r\n12.03.2026 10:00, centre@example.test пишет:\r\n> Здравствуйте.' }))
  mail.put(BOX, raw({ id: 'html@x', from: 'Промо <promo@spam.test>', cc: '', subject: 'Лучшая цена!', type: 'text/html; charset=utf-8', text: html }))
  mail.put(BOX, raw({ id: 'pics@x', from: 'Дизайнер <art@studio.test>', cc: '', subject: 'Логотип внутри', type: 'multipart/related; boundary=b', text: related }))
  const s = await serveWeb(t)
  const project = projectWithDay(s, { letter_to: OLGA })
  s.run(`UPDATE project SET offer = 'Моторное масло для автосервисов' WHERE id = ${project.id};`)
  const admin = s.person('admin')
  const set = await s.call('PUT', '/api/settings', { as: admin, body: { mail_inside: true, letter_signature: 'С уважением,\n{name}\nКолл-центр «Звон»' } })
  assert.equal(set.status, 200, set.text)
  const made = await s.call('POST', '/api/mailboxes', {
    as: admin,
    body: { name: 'Проекты', address: BOX, imap_host: '127.0.0.1', imap_port: mail.imap, imap_tls: 'none', smtp_host: '127.0.0.1', smtp_port: mail.port, smtp_tls: 'starttls', any_certificate: true, login: BOX, password: mail.password }
  })
  assert.equal(made.status, 201, made.text)
  for (const until = Date.now() + 30000; Date.now() < until && s.rows('SELECT id FROM mail_letter').length < 4; ) await sleep(100)
  const pm = s.person('project_manager', { project_ids: [project.id], name: 'Пётр Ильин' })
  s.insert('template', { project_id: project.id, kind: 'letter', name: 'Итоги звонков', subject: 'Итоги: {project.name}', body: '{person.name}, добрый день.\n\nПо проекту «{project.name}» высылаем итоги. {contact.company}', created_at: Date.now() })
  const browser = await browse(t)
  const page = await pageOf(browser, s, pm)
  const shoot = async (p, name) => {
    if (!shots) return
    mkdirSync(shots, { recursive: true })
    await p.waitForTimeout(700)
    await p.screenshot({ path: join(shots, `${name}.png`) })
  }

  await page.open('/mail')
  await page.getByText('Холодные звонки по моторному маслу').first().click()
  await page.getByText('И ещё прайс во вложении.').first().waitFor()
  assert.equal(await page.getByText('> Здравствуйте.').count(), 0, 'the history is folded')
  await page.getByRole('button', { name: 'Показать переписку ниже' }).click()
  await page.getByText('> Здравствуйте.').waitFor()
  await shoot(page, 'thread-ru')

  // The answer: remarks come beside the text, and go when they are mended.
  const asked = page.locator('article').filter({ hasText: 'Когда будет отчёт' })
  await asked.getByRole('button', { name: 'Ответить' }).click()
  const text = page.getByLabel('Текст письма')
  await text.waitFor()
  assert.equal(await page.getByLabel('Копия').inputValue(), 'boss@example.test')
  await text.fill('Отчот пришлём в четверг!\n\nС уважением,\nПётр Ильин\nКолл-центр «Звон»')
  await page.getByText('Орфография: «Отчот»').waitFor()
  await page.getByText('Обойдитесь без «!»', { exact: false }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Отправить', exact: true }).isDisabled(), true, 'with remarks it needs a reason')
  await shoot(page, 'compose-ru')
  // A reload loses nothing.
  await page.getByText('Черновик сохранён').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Черновики: 1' }).click()
  await page.getByRole('menuitem').filter({ hasText: 'Холодные звонки' }).click()
  await page.getByText('Это ваш черновик').waitFor()
  assert.match(await text.inputValue(), /^Отчот пришлём в четверг!/)
  await page.getByText('Орфография: «Отчот»').click()
  assert.equal(await text.evaluate((el) => el.value.slice(el.selectionStart, el.selectionEnd)), 'Отчот')
  // A template goes where the cursor stands, and says what it has nothing for.
  await text.evaluate((el) => el.setSelectionRange(0, 0))
  await text.press('ArrowLeft')
  await page.getByRole('textbox', { name: 'Шаблон' }).click()
  await page.getByRole('option', { name: 'Итоги звонков' }).click()
  await page.getByTestId('template-filled').getByText('Ольга Мирская, добрый день.', { exact: false }).waitFor()
  await page.getByText('Нечего подставить: Компания', { exact: false }).waitFor()
  await shoot(page, 'template-ru')
  await page.getByRole('button', { name: 'Вставить в письмо' }).click()
  assert.match(await text.inputValue(), /^Ольга Мирская, добрый день\.\n\nПо проекту «Холодные звонки» высылаем итоги\.\s?Отчот/)
  await page.getByLabel('О чём спросить').fill('Кто принимает лиды?')
  await page.getByRole('button', { name: 'Записать вопрос' }).click()
  await text.fill('Добрый день, Ольга.\n\nОтчёт пришлём в четверг.\n\nС уважением,\nПётр Ильин\nКолл-центр «Звон»')
  await page.getByRole('button', { name: 'Вставить все в письмо' }).click()
  assert.match(await text.inputValue(), /в четверг\.\n\nКто принимает лиды\?\n\nС уважением/)
  await page.getByText('Замечаний нет').waitFor()
  await page.getByRole('button', { name: 'Отправить', exact: true }).click()
  await page.locator('article[data-way="out"]').getByText('отправлено').waitFor({ timeout: 20000 })
  assert.equal(await page.getByText('Черновики:').count(), 0, 'what was sent is no draft')
  const [came] = await mail.inboxHas(OLGA, 1)
  assert.equal(came.header('In-Reply-To'), '<one@o>')
  assert.match(came.text, /Кто принимает лиды\?[\s\S]*> Когда будет отчёт/)
  assert.equal(s.rows('SELECT letter_id FROM mail_question')[0].letter_id > 0, true)

  // Three walls.
  await page.getByText('Лучшая цена!').first().click()
  await page.getByText('Как прислали').click()
  const frame = page.frameLocator('iframe.letter-frame')
  await frame.getByText('Наш прайс').waitFor()
  assert.equal(await page.evaluate(() => window.hit), undefined)
  assert.equal(await frame.locator('script, svg, form, img[src^="http"], a[href^="javascript"]').count(), 0)
  assert.deepEqual(page.complaints, [])
  await shoot(page, 'html-ru')

  // Pictures of the letter itself are shown; a drawing that calls itself a picture is not, nor one from the net.
  await page.getByText('Логотип внутри').first().click()
  await page.getByText('Как прислали').click()
  const picture = frame.getByAltText('лого', { exact: true })
  await frame.locator('img[src^="data:image/png"]').waitFor()
  assert.equal(await frame.locator('img[src]').count(), 1)
  for (const until = Date.now() + 10000; Date.now() < until && (await picture.evaluate((el) => el.naturalWidth)) === 0; ) await sleep(100)
  assert.equal(await picture.evaluate((el) => el.naturalWidth), 1)
  await frame.getByText('[рисунок][из сети]').waitFor()
  assert.equal(await page.evaluate(() => window.hit), undefined)
  assert.deepEqual(page.complaints, [])
  await shoot(page, 'pictures-ru')

  const english = await pageOf(browser, s, pm, { language: 'en' })
  await english.open('/mail?box=1&thread=1')
  await english.getByText('Reply').first().click()
  await english.getByLabel('Text of the letter').waitFor()
  await english.getByText('No remarks').or(english.getByText('Rules of correspondence')).first().waitFor()
  await shoot(english, 'compose-en')
  if (!shots) return
  const phone = await pageOf(browser, s, pm, { width: 390, height: 844 })
  await phone.open('/mail')
  await shoot(phone, 'phone-list-ru')
  await phone.open('/mail?box=1&thread=1')
  await shoot(phone, 'phone-thread-ru')
  const boxes = await pageOf(browser, s, admin)
  await boxes.open('/mailboxes')
  await boxes.getByText(BOX).first().click()
  await shoot(boxes, 'boxes-ru')
  await boxes.getByRole('button', { name: 'Проверить ящик' }).click()
  await boxes.getByTestId('steps').waitFor({ timeout: 30000 })
  await shoot(boxes, 'boxes-test-ru')
  await boxes.open('/settings')
  await shoot(boxes, 'settings-ru')
  const log = await pageOf(browser, s, pm)
  await log.open(`/projects/${project.id}/log`)
  await shoot(log, 'log-ru')
})
