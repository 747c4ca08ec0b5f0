// SPDX-License-Identifier: GPL-3.0-or-later
// The customer decides about a change: by the link of his letter on a phone, without a log-in; and sees the same in his portal.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sha256 } from '../lib/server.mjs'
import { browse, demo, pageOf, serveWeb, unfair } from './lib.mjs'

test('a change is proposed, approved by the link on a phone, and both see what became of it', async (t) => {
  const s = await serveWeb(t)
  demo(s)
  const [{ customer_id }] = s.rows('SELECT customer_id FROM project WHERE id = 1')
  s.run(`UPDATE project SET customer_approves = 1 WHERE id = 1; UPDATE customer SET email = 'olga@example.test' WHERE id = ${customer_id};`)
  const [active] = s.rows("SELECT graph FROM script_version WHERE project_id = 1 AND state = 'active'")
  const graph = JSON.parse(active.graph)
  graph.nodes[0].text = graph.nodes[0].text.replace('Добрый день', 'Здравствуйте')
  s.insert('script_version', { project_id: 1, number: 2, state: 'draft', graph: JSON.stringify(graph), created_at: Date.now() })
  const browser = await browse(t)
  const picture = async (page, name) => process.env.PICTURES_TO && page.screenshot({ path: `${process.env.PICTURES_TO}/${name}.png` })

  const pm = await pageOf(browser, s, s.person('project_manager', { project_ids: [1] }))
  await pm.open('/projects/1/changes')
  await pm.getByRole('button', { name: 'Новое изменение' }).click()
  await pm.getByRole('combobox', { name: 'Версия скрипта' }).or(pm.getByRole('textbox', { name: 'Версия' })).first().click()
  await pm.getByRole('option', { name: /v2/ }).click()
  await pm.getByLabel('Что меняем').fill('Новое приветствие')
  await pm.getByLabel('Ожидаемый эффект').fill('Реже бросают трубку в первые секунды')
  await picture(pm, 'change-new')
  await pm.getByRole('button', { name: 'Отправить заказчику' }).click()
  await pm.getByRole('heading', { name: '1. Новое приветствие' }).waitFor()
  await pm.getByText('Здравствуйте').first().waitFor()
  assert.deepEqual(await unfair(pm), [])
  await picture(pm, 'change-pm')

  // His portal: on the first page, and in the project.
  const portal = await pageOf(browser, s, s.person('customer', { customer_id }), { width: 390, height: 800 })
  await portal.open('/reports')
  await portal.getByText('Ждёт вашего решения: 1 изменение').waitFor()
  await picture(portal, 'change-portal')
  await portal.getByRole('link', { name: 'Новое приветствие' }).click()
  await portal.getByRole('button', { name: 'Согласовать' }).waitFor()

  // The letter's secret is made from the server's key: here another link of the same kind stands for it.
  const [change] = s.rows('SELECT id FROM change')
  assert.equal(s.rows("SELECT count(*) AS n FROM letter WHERE kind = 'change' AND to_list = 'olga@example.test'")[0].n, 1)
  const link = (more) => {
    const token = sha256(`${Math.random()}`).slice(0, 43)
    s.insert('link', { token_hash: sha256(token), kind: 'decision', project_id: 1, change_id: Number(change.id), sent_to: 'olga@example.test', created_at: 1, expires_at: Date.now() + 60000, ...more })
    return `/d/${token}`
  }
  const phone = await pageOf(browser, s, null, { width: 390, height: 800 })
  const at = link()
  await phone.open(at)
  await phone.getByRole('heading', { level: 1, name: 'Новое приветствие' }).waitFor()
  await phone.locator('ins', { hasText: 'Здравствуйте' }).waitFor()
  await picture(phone, 'decision')
  assert.deepEqual(await unfair(phone), [])
  assert.ok((await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'no wider than the phone')
  assert.equal(s.rows('SELECT state FROM change')[0].state, 'proposed', 'looking decides nothing')
  await phone.getByRole('button', { name: 'Согласовать' }).click()
  await phone.getByRole('heading', { level: 1, name: 'Согласовано' }).waitFor()
  await phone.open(at)
  await phone.getByRole('heading', { level: 1, name: 'По этой ссылке вы уже ответили' }).waitFor()
  await phone.getByText(/согласовано/).waitFor()
  await phone.open(link({ expires_at: 1, used_at: null }))
  await phone.getByRole('heading', { level: 1, name: 'Решение уже принято' }).waitFor()
  await phone.open(`${at}x`)
  await phone.getByRole('heading', { level: 1, name: 'Ссылка не работает' }).waitFor()
  await pm.getByText('Вступило в силу').first().waitFor()
  await pm.getByText('Что это дало').waitFor()
  await picture(pm, 'change-done')
  assert.deepEqual([...pm.complaints, ...phone.complaints, ...portal.complaints], [])
})
