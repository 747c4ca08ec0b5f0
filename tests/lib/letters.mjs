// SPDX-License-Identifier: GPL-3.0-or-later
// letters.mjs - letters as they should not be: heads and bodies that mail programs, gateways and enemies make, each head with each body.
const b64 = (text) => Buffer.from(text).toString('base64')
const part = (head, text) => `--b\r\n${head}\r\n\r\n${text}\r\n`
const mixed = 'Content-Type: multipart/mixed; boundary=b'

const heads = [
  (n) => `From: a${n}@x.test\r\nSubject: plain ${n}`,
  (n) => `Subject: nobody wrote it ${n}`,
  (n) => `From: a@x.test\r\nFrom: b@x.test\r\nSubject: two ${n}\r\nSubject: again`,
  (n) => `From: =?utf-8?B?0JDQvdC90LA?= <a@x.test>\r\nSubject: =?utf-8?B?${b64('Обрыв').slice(0, -2)} ${n}`,
  (n) => `From: =?no-such-charset?Q?a=FFb?= <a@x.test>\r\nSubject: =?koi8-r?Q?=F0=D2?= =?utf-16?B?//4=?= ${n}`,
  (n) => `From: a@x.test\r\nSubject: \xcf\xf0\xe8\xe2\xe5\xf2 ${n}`,
  (n) => `From: a@x.test\r\nSubject: folded\r\n\t \r\n ${n}\r\nno colon at all\r\n: no name`,
  (n) => `From: a@x.test\r\nDate: Fri, 99 Foo 9999 99:99:99 +9999\r\nSubject: when ${n}`,
  (n) => `From: "a\\"b" <a@x.test>, , <>, group: c@x.test;, (d(e)f) g@x.test\r\nTo: ${'t@x.test, '.repeat(1500)}u@x.test\r\nSubject: people ${n}`,
  (n) => `From: a@x.test\r\nSubject: ${'long '.repeat(20000)}${n}`,
  (n) => `From: a@x.test\r\n${`Received: from x by y; ${n}\r\n`.repeat(1000)}Subject: way ${n}`,
  (n) => `From: a@x.test\r\nReferences: ${'<r@x> '.repeat(5000)}\r\nIn-Reply-To: <self${n}@x>\r\nMessage-ID: <self${n}@x>\r\nSubject: answers itself`,
  (n) => `From: a@x.test\r\nMessage-ID: <>\r\nMessage-ID: no brackets\r\nSubject: ids ${n}`,
  (n) => `From: a@x.test\nSubject: bare line ends ${n}`,
  (n) => `From: a@x.test\r\nSubject: nul \0 and \x01\x1b[31m ${n}`,
  (n) => `X-Mailer: ${'x'.repeat(300000)}\r\nFrom: a@x.test\r\nSubject: wide ${n}`,
  (n) => `From: <script>@x.test\r\nSubject: \xe2\x80\xae${n}`,
  (n) => `From: MAILER-DAEMON@x.test\r\nAuto-Submitted: auto-replied\r\nSubject: machine ${n}`,
  (n) => `FROM : a@x.test\r\nsUbJeCt:case ${n}`,
  (n) => `\r\n\r\nFrom: a@x.test\r\nSubject: late ${n}`
]
const bodies = [
  ['Content-Type: multipart/mixed', 'no boundary'],
  [mixed, part('Content-Type: text/plain; charset=utf-8', 'never closed \xff\xfe')],
  [mixed, `${part('Content-Type: application/zip; name*0*=utf-8\'\'%D0%; name*2=x\r\nContent-Disposition: attachment; filename="../../etc/passwd\0"\r\nContent-Transfer-Encoding: base64', '!!!UEsDB=BQ===A')}--b--`],
  [mixed, `${part(`Content-Disposition: attachment; filename="${'\xd1\x84'.repeat(300)}.txt"`, 'x').repeat(3000)}--b--`],
  ['Content-Type: text/html; charset=utf-7', `<p>+ADw-script+AD4-<b><table><tr>${'<div>'.repeat(20000)}`],
  ['Content-Type: text/plain; charset="utf-8\r\nContent-Transfer-Encoding: quoted-printable', 'x =ZZ = =3\r\n=\r\n==41 =D0'],
  ['Content-Type: message/rfc822\r\n\r\n'.repeat(1000).trimEnd(), 'deep'],
  [`${mixed}\r\n\r\n${`--b\r\n${mixed}\r\n\r\n`.repeat(10000)}`.trimEnd(), 'ten thousand deep'],
  ['Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode', 'begin 644 f\r\n#0V%T\r\n`\r\n'],
  ['Content-Type: multipart/report; report-type=delivery-status; boundary=b', `${part('Content-Type: message/delivery-status', `Final-Recipient: rfc822\r\nAction\r\n\r\n${'Status: 5\r\n\r\n'.repeat(500)}`)}--b--`]
]
export const BROKEN = heads.length * bodies.length

// The n-th of them: 8-bit as it stands.
export function brokenLetter(n) {
  const [type, text] = bodies[n % bodies.length]
  return Buffer.from(`${heads[Math.floor(n / bodies.length) % heads.length](n)}\r\nMIME-Version: 1.0\r\n${type}\r\n\r\n${text}\r\ncase ${n}\r\n`, 'latin1')
}
