// SPDX-License-Identifier: GPL-3.0-or-later
// Trial W2 in its short form: hostile texts wherever a stranger's words end up (company, person, comment, script, result, mark, file name,
// colleague, customer, letter), every screen that shows them opened by a manager and by a customer: nothing runs, no policy is broken.
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeProject } from '../lib/house.mjs'
import { browse, pageOf, serveWeb } from './lib.mjs'

const run = 'window.ran=1'
const payloads = [
  `<script>${run}</script>`,
  `"><script>${run}</script>`,
  `'><img src=x onerror=${run}>`,
  `<img src=x onerror="${run}">`,
  `<svg onload=${run}>`,
  `<svg><script>${run}</script></svg>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s>`,
  `<body onload=${run}>`,
  `<iframe srcdoc="<script>parent.ran=1</script>">`,
  `<iframe src="javascript:parent.ran=1">`,
  `javascript:${run}`,
  `<a href="javascript:${run}">x</a>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${run}>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>">`,
  `<details open ontoggle=${run}>`,
  `<video><source onerror=${run}></video>`,
  `<input autofocus onfocus=${run}>`,
  `<object data="javascript:${run}">`,
  `<meta http-equiv=refresh content="0;url=javascript:${run}">`,
  `<link rel=stylesheet href="data:text/css,*{x:expression(${run})}">`,
  `<style>@import'javascript:${run}';</style>`,
  `<base href="javascript:/">`,
  `<form action="javascript:${run}"><button>x`,
  `{{constructor.constructor('${run}')()}}`,
  `\${${run}}`,
  `{contact.company}<img src=x onerror=${run}>`,
  `<img src=1 href=1 onerror="${run}"></img>`,
  `</title><script>${run}</script>`,
  `</textarea><script>${run}</script>`,
  `--><script>${run}</script>`,
  `]]><script>${run}</script>`,
  `\u2028<script>${run}</script>`,
  `<ScRiPt>${run}</sCrIpT>`,
  `<img/src=x/onerror=${run}>`,
  `<x contenteditable onblur=${run}>y`,
  `__proto__`,
  `constructor`,
  `&lt;script&gt;${run}&lt;/script&gt;`,
  `%3Cscript%3E${run}%3C/script%3E`,
  `<img src="data:image/svg+xml,<svg onload=${run}>">`
]

function fill(s) {
  const h = makeProject(s, { name: payloads[2] })
  s.run(`UPDATE customer SET name = '${payloads[3].replaceAll("'", "''")}' WHERE id = ${h.customer_id};`)
  const node = (p, i) => ({ id: `n${i}`, stage: 's1', type: i ? 'say' : 'ask', title: p, text: p, tone: p, hint: p, answers: i + 1 < payloads.length ? [{ id: 'a', label: p.slice(0, 150), to: `n${i + 1}` }] : [], x: 0, y: i * 90 })
  const graph = JSON.stringify({ start: 'n0', conflict: null, stages: [{ id: 's1', name: payloads[0], kind: 'contact' }], nodes: payloads.map(node) })
  s.run(`UPDATE script_version SET graph = '${graph.replaceAll("'", "''")}' WHERE id = ${h.script_id};`)
  const column = s.insert('mark_column', { project_id: h.project_id, position: 1, name: payloads[4] })
  s.insert('form_field', { project_id: h.project_id, position: 1, key: 'k', label: payloads[5] })
  const writer = s.person('operator', { project_ids: [h.project_id], name: payloads[6] })
  const now = Date.now()
  payloads.forEach((p, i) => {
    const number = `+7843200${String(1000 + i)}`
    const id = h.contact(number, { company: p, industry: p, city: p, address: p, site: p, email: p, note: p, state: 'closed', last_comment: p, last_at: now - i, last_result_id: h.results.lead, last_operator_id: writer.id })
    s.insert('person', { project_id: h.project_id, contact_id: id, name: p, position: p, note: p })
    const call = s.insert('call', { uuid: `u${i}`, project_id: h.project_id, base_id: h.base_id, contact_id: id, operator_id: writer.id, mode: 'manual', number, state: 'ended', asked_at: now - i, dialled_at: now - i, answered_at: now - i, ended_at: now, talk_ms: 1000, result_id: h.results.lead, result_at: now, comment: p, reason: p, counts_as: 'lead' })
    s.run(`UPDATE contact SET last_call_id = ${call} WHERE id = ${id};`)
    s.insert('mark', { project_id: h.project_id, contact_id: id, column_id: column, value: p, author_id: writer.id, changed_at: now })
    s.insert('letter', { kind: 'evening', project_id: h.project_id, to_list: 'a@example.com', subject: p, body_text: p, body_html: `<p>${p}</p>`, message_id: `<${i}@example.com>`, created_at: now })
    s.insert('import', { project_id: h.project_id, base_id: h.base_id, file_name: p, state: 'failed', error: p, created_at: now })
    s.insert('unanswered', { project_id: h.project_id, call_id: call, script_version_id: h.script_id, node: `n${i}`, operator_id: writer.id, said: p, words: ` ${i} `, said_at: now })
    s.insert('objection', { project_id: h.project_id, phrase: p, answer: p, created_at: now })
    s.insert('article', { project_id: h.project_id, title: p, body: p, created_at: now })
    s.insert('callback', { project_id: h.project_id, contact_id: id, due_at: now + 3600e3, note: p, created_at: now })
  })
  payloads.slice(7).forEach((p, i) => s.insert('result', { project_id: h.project_id, name: p.slice(0, 100), effect: 'final', position: i }))
  return h
}

test(`W2: ${payloads.length} hostile texts in every place run nowhere`, async (t) => {
  const s = await serveWeb(t)
  const h = fill(s)
  const browser = await browse(t)
  const project = `/projects/${h.project_id}`
  const pages = {
    admin: ['/projects', project, `${project}/base`, `${project}/script`, `${project}/unanswered`, `${project}/objections`, `${project}/articles`, `${project}/results`, `${project}/form`, `${project}/columns`, `${project}/team`, `${project}/settings`, `${project}/report`, '/calls', '/callbacks', '/customers', '/users', '/letters', '/audit', '/floor', '/hours'],
    customer: ['/', `${project}/report`]
  }
  for (const role of Object.keys(pages)) {
    const who = s.person(role, role === 'customer' ? { customer_id: h.customer_id } : {})
    const page = await pageOf(browser, s, who)
    page.on('dialog', (d) => {
      page.complaints.push(`dialog: ${d.message()}`)
      d.dismiss()
    })
    for (const path of pages[role]) {
      await page.open(path)
      await page.waitForTimeout(900) // an event stream stays open: the network is never idle
      assert.equal(await page.evaluate(() => window.ran), undefined, `${role} ${path}`)
      assert.equal(await page.evaluate(() => Object.prototype.polluted), undefined)
      assert.deepEqual(page.complaints, [], `${role} ${path}`)
    }
    const answer = await s.call('GET', `/api${project}/report?limit=50`, { as: who })
    assert.equal(answer.body.rows.length, payloads.length)
    assert.match(answer.headers['content-type'], /^application\/json/)
  }
})
