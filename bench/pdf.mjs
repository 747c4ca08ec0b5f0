// SPDX-License-Identifier: GPL-3.0-or-later
// pdf - a document of fifty pages and more: the statistics of a project by day, a row for each of so many days, as PDF over HTTP. Beside
// it the same figures as CSV, which is what gathering them costs. Aim: 50 pages in < 2 s.
// usage: bench/run pdf [DAYS …]     (380 1060)
import { bench, fixed, print, quantile, run, times, withServer } from './lib.mjs'

const spans = process.argv.slice(2).map(Number).filter(Boolean)
if (!spans.length) spans.push(380, 1060)
const engine = process.env.ZVONAR_TEST_PG ? 'postgres' : 'sqlite'
const day = (back) => new Date(Date.now() - back * 86400e3).toISOString().slice(0, 10)

await withServer({ engine }, async (s) => {
  await s.stop()
  run(bench('fill'), s.db.url, '100000')
  await s.start()
  const who = s.person('director')
  for (const days of spans) {
    const get = async (format) => {
      const r = await s.send('GET', `/api/statistics?by=day&from=${day(days)}&to=${day(0)}&project_id=1&format=${format}`, { as: who })
      if (r.status !== 200) throw new Error(r.text)
      return r.buffer
    }
    const pages = (await get('pdf')).toString('latin1').match(/\/Type\s*\/Page\b/g).length
    const [pdf, csv] = [await times(10, () => get('pdf')), await times(10, () => get('csv'))]
    const each = (quantile(pdf, 0.99) * 50) / pages
    print(`pdf_${pages}_pages`, fixed(quantile(pdf, 0.5), 0), 'ms', `the slowest of 10: ${fixed(quantile(pdf, 0.99), 0)} ms, for 50 pages of it ${fixed(each, 0)} ms; limit 2000 ms, ratio ${fixed(each / 2000, 2)}; the same as CSV ${fixed(quantile(csv, 0.5), 0)} ms`)
  }
})
