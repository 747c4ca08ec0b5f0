// SPDX-License-Identifier: GPL-3.0-or-later
// The law on the screen: what a project may not do and why, a director's decision with its reason, a register loaded from a file.
import assert from 'node:assert/strict'
import test from 'node:test'
import { browse, demo, pageOf, serveWeb, until } from './lib.mjs'

test('a director allows automatic dialling with a reason, and a register of refusals keeps a contact from being called', async (t) => {
  const s = await serveWeb(t)
  demo(s)
  const hours = JSON.stringify(Array.from({ length: 7 }, () => [0, 1440]))
  s.run(`UPDATE project SET purpose = 'survey', mode = 'progressive', hours = '${hours}', version = version + 1 WHERE id = 1`)
  s.run("UPDATE rule SET disabled = 1 WHERE kind LIKE 'hours%' OR kind = 'caller_number'")
  s.run("UPDATE rule SET purpose = 'survey' WHERE kind = 'no_automatic'")
  const [{ id: contact, e164 }] = s.rows("SELECT c.id, p.e164 FROM contact c JOIN phone p ON p.contact_id = c.id WHERE c.state = 'fresh' ORDER BY c.id LIMIT 1")
  const page = await pageOf(await browse(t), s, s.person('admin', { name: 'Анна Директор' }))
  const why = async (words) => {
    await page.open(`/projects/1/base?contact=${contact}`)
    await page.getByTestId('why').getByText(words).waitFor()
  }

  await why('Автоматический набор здесь запрещён (38-ФЗ, ст. 18 ч. 2)')
  await page.open('/projects/1/rules')
  await page.getByText('Набор не идёт. Автоматический набор здесь запрещён.').waitFor()
  const line = page.locator('.rule-line', { hasText: 'Автоматический набор запрещён' })
  await line.getByRole('button', { name: 'Выключить для проекта' }).click()
  await line.getByLabel('Почему').fill('Абоненты сами просили опросить их')
  await line.getByRole('button', { name: 'Выключить для проекта' }).last().click()
  await line.getByText('Решение по проекту: Абоненты сами просили опросить их').waitFor()
  await page.getByText('Набор не идёт').waitFor({ state: 'detached' })
  assert.equal(s.rows("SELECT COUNT(*) AS n FROM audit WHERE entity = 'rule_exception'")[0].n, 1)
  await why('Можно звонить')

  await page.open('/rules')
  await page.getByRole('tab', { name: 'Реестры отказов' }).click()
  await page.getByRole('button', { name: 'Добавить' }).first().click()
  await page.getByLabel('Название').fill('Отказы оператора')
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click()
  await page.getByRole('cell', { name: 'Отказы оператора' }).click()
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: /Загрузить файл/ }).click()])
  await chooser.setFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(`Номер\n${e164}\n`) })
  await page.getByText('В реестре 1, строк без номера 1').waitFor()
  await why('В реестре отказов')
  await until('the waterfall', async () => {
    await page.open('/projects/1/base')
    await page.getByRole('button', { name: 'Воронка' }).first().click()
    return /«не звонить»/.test(await page.getByTestId('waterfall').textContent())
  })
  assert.deepEqual(page.complaints, [])
})
