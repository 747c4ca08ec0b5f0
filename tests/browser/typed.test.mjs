// SPDX-License-Identifier: GPL-3.0-or-later
// typed.test.mjs - what was typed is not lost: not by a link, by somebody who saves meanwhile, by a check without an answer, nor is it sent twice.
import assert from 'node:assert/strict'
import test from 'node:test'
import { browse, demo, pageOf, serveWeb, until } from './lib.mjs'

test('what was typed stays', { timeout: 240000 }, async (t) => {
  const s = await serveWeb(t)
  demo(s)
  const [{ customer_id }] = s.rows('SELECT customer_id FROM project WHERE id = 1')
  const box = s.insert('mailbox', { name: 'Проекты', address: 'centre@example.test', imap_host: 'x', smtp_host: 'x', login: 'x', disabled: 1, created_at: Date.now() })
  const admin = s.person('admin')
  const pm = s.person('project_manager', { project_ids: [1] })
  const browser = await browse(t)
  const page = await pageOf(browser, s, pm)
  const unsaved = page.getByRole('dialog', { name: 'Есть несохранённые изменения' })
  const graph = JSON.stringify({ start: 'n1', nodes: [{ id: 'n1', type: 'say', title: 'Приветствие', words: 'Здравствуйте!', x: 0, y: 0 }] })

  await t.test('a script that is not saved is neither proposed nor left', async () => {
    const [active] = s.rows("SELECT graph FROM script_version WHERE project_id = 1 AND state = 'active'")
    const draft = s.insert('script_version', { project_id: 1, number: 2, state: 'draft', graph: active.graph, created_at: Date.now() })
    s.run('UPDATE project SET customer_approves = 1 WHERE id = 1')
    await page.open(`/projects/1/script?version=${draft}`)
    const proposes = page.getByRole('link', { name: 'Отправить заказчику' })
    assert.equal(await proposes.getAttribute('data-disabled'), null)
    await page.getByRole('button', { name: 'Шаг', exact: true }).click()
    await page.getByText('Есть несохранённые изменения').waitFor()
    assert.equal(await proposes.getAttribute('data-disabled'), 'true')
    await page.getByRole('tab', { name: 'База' }).click()
    await unsaved.getByRole('button', { name: 'Уйти без сохранения' }).waitFor()
    // The customer's letter went out meanwhile: nothing can be saved into it, and nothing says it was.
    s.run(`UPDATE script_version SET state = 'proposed', version = version + 1 WHERE id = ${draft}`)
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await unsaved.getByRole('button', { name: 'Сохранить и уйти' }).click()
    await unsaved.waitFor({ state: 'hidden' })
    assert.match(page.url(), /script/)
    await page.getByRole('tab', { name: 'База' }).click()
    await unsaved.getByRole('button', { name: 'Уйти без сохранения' }).click()
    await page.waitForURL(/base/)
  })

  await t.test('a flow is asked about, and another one saved meanwhile is chosen from', async () => {
    s.run('UPDATE project SET customer_approves = 0 WHERE id = 1')
    const flow = s.insert('flow', { project_id: 1, name: 'Меню', created_at: Date.now() })
    const version = s.insert('flow_version', { project_id: 1, flow_id: flow, number: 1, state: 'draft', graph, created_at: Date.now() })
    await page.open(`/projects/1/inbound?part=flows&flow=${flow}`)
    const name = page.getByLabel('Название').first()
    await page.locator('.step-title', { hasText: 'Приветствие' }).click()
    await page.getByLabel('Что произнести').fill('Моё приветствие')
    await page.getByText('Есть несохранённые изменения').waitFor()
    await page.getByRole('button', { name: /Все меню/ }).click()
    await unsaved.getByRole('button', { name: 'Закрыть' }).click()
    s.run(`UPDATE flow_version SET graph = '${graph.replace('Здравствуйте!', 'Их приветствие')}', version = version + 1 WHERE id = ${version}`)
    await page.getByRole('button', { name: /Сохранить/ }).first().click()
    await page.getByRole('button', { name: 'Взять с сервера' }).click()
    await page.locator('.step-text', { hasText: 'Их приветствие' }).waitFor()
    await page.getByRole('button', { name: 'Ctrl+Z' }).click()
    await page.getByRole('button', { name: /Сохранить/ }).first().click()
    await until('mine is saved', () => /Моё приветствие/.test(s.rows(`SELECT graph FROM flow_version WHERE id = ${version}`)[0].graph))
    await name.fill('Меню дня')
    await page.getByRole('button', { name: /Все меню/ }).click()
    await unsaved.getByRole('button', { name: 'Сохранить и уйти' }).click()
    await page.getByRole('cell', { name: 'Меню дня' }).waitFor()
  })

  await t.test('the form of the report is asked about', async () => {
    await page.open('/projects/1/report_form')
    await page.getByRole('button', { name: 'Столбец по формуле' }).or(page.getByRole('button', { name: /формул/i })).first().click()
    await page.getByRole('tab', { name: 'База' }).click()
    await unsaved.getByRole('button', { name: 'Уйти без сохранения' }).click()
    await page.waitForURL(/base/)
  })

  await t.test('a contact that somebody saves meanwhile keeps what is typed', async () => {
    const [contact] = s.rows("SELECT id, company FROM contact WHERE project_id = 1 AND state = 'fresh' LIMIT 1")
    await page.open(`/projects/1/base?contact=${contact.id}`)
    await page.getByRole('tab', { name: 'Компания' }).click()
    const note = page.getByRole('dialog').getByLabel('Сайт')
    await note.fill('https://typed.example')
    const other = await s.call('PATCH', `/api/projects/1/contacts/${contact.id}`, { as: admin, body: { city: 'Тверь' }, headers: { 'if-match': `"${s.rows(`SELECT version FROM contact WHERE id = ${contact.id}`)[0].version}"` } })
    assert.equal(other.status, 200, other.text)
    await page.waitForTimeout(1500)
    assert.equal(await note.inputValue(), 'https://typed.example')
    await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click()
    await page.getByRole('button', { name: 'Сохранить выбранное' }).click()
    await until('saved', () => s.rows(`SELECT site FROM contact WHERE id = ${contact.id}`)[0].site === 'https://typed.example')
  })

  await t.test('a letter: a check without an answer holds nothing up, a file that goes up does', async () => {
    await page.open(`/mail?box=${box}`)
    await page.getByRole('button', { name: 'Написать' }).click()
    const send = page.getByRole('button', { name: 'Отправить', exact: true })
    let away = true
    await page.route('**/check', (route) => (away ? route.abort() : route.continue()))
    await page.getByLabel('Кому').fill('olga@example.test')
    await page.getByLabel('Тема', { exact: true }).fill('Моторное масло: отчёт')
    await page.getByLabel('Текст письма').fill('Отчот в четверг.')
    await until('it can be sent', () => send.isEnabled())
    away = false
    await page.getByText('Орфография: «Отчот»').waitFor() // asked again by itself
    await page.getByLabel('Текст письма').fill('Добрый день.\n\nОтчёт в четверг.\n\nС уважением,\nПётр')
    await page.getByText('Проверяем').waitFor({ state: 'hidden' })
    if (await page.getByLabel(/Почему/).count()) await page.getByLabel(/Почему/).fill('Срочно')
    await until('it can be sent', () => send.isEnabled())
    let go
    const held = new Promise((done) => { go = done })
    let failed = false
    await page.route('**/files', async (route) => {
      if (!failed) {
        failed = true
        return route.abort()
      }
      await held
      return route.continue()
    })
    const choose = async () => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Приложить файл' }).click()])
      await chooser.setFiles({ name: 'прайс.txt', mimeType: 'text/plain', buffer: Buffer.from('прайс') })
    }
    await choose()
    await until('it failed', () => failed)
    await until('it can be tried again', () => page.getByRole('button', { name: 'Приложить файл' }).isEnabled())
    await choose() // the same file once more
    await until('the letter waits for it', () => send.isDisabled())
    go()
    await page.getByText('прайс.txt').waitFor()
    await until('it can be sent', () => send.isEnabled())
    await page.getByRole('button', { name: 'Закрыть' }).first().click()
  })

  await t.test('a question that was sent does not stand in its field', async () => {
    s.run('UPDATE project SET customer_approves = 1 WHERE id = 1')
    const [{ graph: script }] = s.rows("SELECT graph FROM script_version WHERE project_id = 1 AND state = 'active'")
    const draft = s.insert('script_version', { project_id: 1, number: 3, state: 'draft', graph: script, created_at: Date.now() })
    const change = await s.call('POST', '/api/changes', { as: pm, body: { project_id: 1, kind: 'script', title: 'Приветствие', effect: 'Меньше отказов', script_version_id: draft } })
    assert.equal(change.status, 201, change.text)
    const portal = await pageOf(browser, s, s.person('customer', { customer_id }))
    await portal.open(`/projects/1/changes?change=${change.body.id}`)
    await portal.getByRole('button', { name: /Задать вопрос/ }).click()
    await portal.getByLabel(/вопрос/i).fill('Почему так?')
    await portal.getByRole('button', { name: /Отправить вопрос/ }).click()
    await portal.getByText('Почему так?').waitFor()
    await portal.getByRole('button', { name: 'Согласовать' }).waitFor()
    assert.equal(await portal.getByLabel(/вопрос/i).count(), 0)
    assert.deepEqual(portal.complaints, [])
  })
  assert.deepEqual(page.complaints, [])
})
