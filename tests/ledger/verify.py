#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""verify.py PACK… - checks packs of a Zvonar log. A second implementation, from docs/ledger.md alone, with Python's own library only: it shares no
line with the program it checks. Prints what `zvonar verify` prints of faults and erasures; exit code 0 all holds, 1 something does not."""
import base64, hashlib, hmac, json, re, sys, time, uuid, zipfile
from ed25519 import signed

FIELDS = 'phone company person result reason comment answers operator recording correction'.split()
TYPES = ['', 'call', 'amend', 'erase', 'export', 'config']
NAMES = ('type log seq at build about call direction started_at ended_at cause attempt script_id result_id result_at counts_as fields actor '
         'basis name digest count').split()
KINDS = dict(type='type', fields='mask', log=16, build=8, digest=32, call='uuid', direction='text', cause='text', counts_as='text', basis='text', name='text')
FILES = ['calls.jsonl', 'leaves.bin', 'heads.txt', 'key.pub', 'proofs/consistency.txt']
HEAD = re.compile(rb'([^\n]*)\n([1-9]\d{0,14})\n([\w+/]{43}=)\ndate ([^\n]{20})\nprev ([\w+/]{43}=)\n')
sha = lambda *parts: hashlib.sha256(b''.join(parts)).digest()
b64u = lambda b: base64.urlsafe_b64encode(b).decode().rstrip('=')
b64 = lambda b: base64.b64encode(b).decode()
written = lambda value: json.dumps(value, ensure_ascii=False, separators=(',', ':')).replace('<', '\\u003c')


def un64(text, n, decode=base64.b64decode, encode=b64, pad=''):
    """n bytes of base64, which has one text for them; None: it has not."""
    try:
        b = decode(text + pad) if isinstance(text, str) else b''
    except ValueError:
        return None
    return b if len(b) == n and encode(b) == text else None
un64u = lambda text, n: un64(text, n, base64.urlsafe_b64decode, b64u, '==')


def decode(leaf):
    """The record as {name: value}, its commitments under their field numbers; None: it is none."""
    out, at, last = {}, 1, 0
    while at < len(leaf):
        tag, n = leaf[at], leaf[at + 1] if at + 1 < len(leaf) else 0
        v, at = leaf[at + 2:at + 2 + n], at + 2 + n
        if tag <= last or not n or len(v) != n:
            return None
        last = tag
        if 64 <= tag < 64 + len(FIELDS) and n == 32:
            out[tag - 64] = v
            continue
        name = NAMES[tag - 1] if tag <= len(NAMES) else None
        kind, number = KINDS.get(name, 'number'), int.from_bytes(v, 'big')
        if kind == 'text':
            value = v.decode(errors='replace')
            bad = n > 200 or value.encode() != v or '\0' in value
        elif kind in ('number', 'type', 'mask'):
            bad = n > 8 or not v[0] or number >= {'number': 1 << 63, 'type': len(TYPES), 'mask': 1 << len(FIELDS)}[kind]
            value = number if bad or kind == 'number' else TYPES[number] if kind == 'type' else [f for i, f in enumerate(FIELDS) if number >> i & 1]
        else:
            bad = n != (16 if kind == 'uuid' else kind) or not any(v)
            value = b64u(v) if bad or kind != 'uuid' else str(uuid.UUID(bytes=v))
        if name is None or bad:
            return None
        out[name] = value
    return out if leaf[:1] == b'\1' and len(leaf) <= 1024 and all(k in out for k in ('type', 'log', 'seq', 'at')) else None


def opens(r, field, value, salt):
    value = value.encode()
    said = b'cc1' + un64u(r['log'], 16) + r['seq'].to_bytes(8, 'big') + bytes([field]) + len(value).to_bytes(4, 'big') + value
    return r.get(field) == hmac.new(salt, said, 'sha256').digest()


def read(line):
    try:
        doc = json.loads(line.decode(), object_pairs_hook=lambda p: dict(p) if len(dict(p)) == len(p) else 1 // 0)
        return doc if isinstance(doc, dict) else None
    except (ValueError, ZeroDivisionError):
        return None


def line_differs(line, r, leaf, opened):
    doc = read(line)
    if doc is None:
        return 'line'
    for name in NAMES:
        if (type(doc.get(name)), doc.get(name)) != (type(r.get(name)), r.get(name)):
            return name
    pairs = doc.get('opens') if isinstance(doc.get('opens'), dict) else {}
    for name, pair in pairs.items():
        if name not in FIELDS:
            return 'line'
        salt = un64u(pair[1], 32) if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) else None
        if salt is None or not opens(r, FIELDS.index(name), pair[0], salt):
            return name
        opened[name] = pair[0]
    if doc.get('leaf') != b64u(sha(b'\0', leaf)):
        return 'leaf'
    again = {n: doc[n] for n in NAMES + ['leaf'] if n in doc} | {'opens': {f: pairs[f] for f in FIELDS if f in pairs}}
    return None if written(again).encode() == line else 'line'


def root(hashes):
    """RFC 6962, section 2.1, from a right edge."""
    edge = []
    for i, h in enumerate(hashes):
        while i & 1:
            h, i = sha(b'\1', edge.pop(), h), i >> 1
        edge.append(h)
    while len(edge) > 1:
        edge[-2:] = [sha(b'\1', *edge[-2:])]
    return edge[0]


def proof(m, hashes, whole=True):
    """RFC 6962, section 2.1.2: from the tree of the first m leaves to that of all."""
    n, k = len(hashes), 1 << (len(hashes) - 1).bit_length() - 1 if len(hashes) > 1 else 0
    if m == n:
        return [] if whole else [root(hashes)]
    return proof(m, hashes[:k], whole) + [root(hashes[k:])] if m <= k else proof(m - k, hashes[k:], False) + [root(hashes[:k])]


def read_heads(rest, key, bad):
    """[(origin, size, root, date)], size 0 where one is bad."""
    heads, before, last, n = [], bytes(32), None, 0
    while rest:
        cut, n = rest.find(b'\n\n'), n + 1
        end = rest.find(b'\n', cut + 2) + 1
        note, rest = (rest[:end or None], rest[end:] if end else b'') if cut >= 0 else (b'', b'')
        body, m = note[:cut + 1], HEAD.fullmatch(note[:cut + 1]) if end else None
        top, prev = m and un64(m[3].decode('latin1'), 32), m and un64(m[5].decode('latin1'), 32)
        sig = un64(note[cut + 2 + len('— zvonar '.encode()):-1].decode('latin1'), 68) if note[cut + 2:].startswith('— zvonar '.encode()) else None
        good = sig and sig[:4] == sha(b'zvonar\n\1', key)[:4] and signed(key, body, sig[4:])
        field = 'text' if not top or not prev else 'signature' if not good else 'prev' if prev != before else \
            'size' if last and int(m[2]) < last[1] else 'origin' if last and m[1].decode() != last[0] else None
        before = sha(note)
        if field:
            bad(n, field)
        else:
            last = (m[1].decode(), int(m[2]), top, m[4].decode())
        if cut >= 0:
            heads.append((None, 0, None, '') if field else last)
    return heads, last and last[0]


def proofs_of(heads, hashes):
    """From each day's last head to the last of all."""
    last = heads[-1][1]
    ends = [h[1] for h, after in zip(heads, heads[1:]) if h[1] and last and h[3][:10] != after[3][:10] and last <= len(hashes)]
    return ''.join(' '.join([str(m), str(last)] + [b64(h) for h in proof(m, hashes[:last])]) + '\n' for m in ends).encode()


def verify(pack):
    """The list of what is to be said of {file: bytes}; what begins with ERASED or CORRECTED is no fault."""
    m = re.fullmatch(r'zvonar\+([0-9a-f]{8})\+([^\n]+)\n', pack['key.pub'].decode('latin1'))
    key = m and un64(m[2], 33)
    key_good = key and key[0] == 1 and sha(b'zvonar\n', key)[:4].hex() == m[1]
    key, said = (key[1:], []) if key_good else (bytes(32), ['BAD project 0 file key.pub'])
    heads, origin = read_heads(pack['heads.txt'], key, lambda n, field: said.append(f'BAD project 0 head {n} {field}'))
    m = re.fullmatch(r'zvonar/project-([1-9][0-9]*)/([0-9a-f]{32})', origin or '')
    project, log = (int(m[1]), b64u(bytes.fromhex(m[2]))) if m else (0, None)
    bad = lambda what: said.append(f'BAD project {project} {what}')
    missing = lambda a, b: said.append(f'MISSING project {project} seq {a}' + (f' to {b}' if b != a else ''))
    if not m:
        bad('file heads.txt')

    records, erased, shown, expected, rest = [], {}, {}, 1, pack['leaves.bin']
    while len(rest) >= 4 and (n := int.from_bytes(rest[:4], 'big')) <= min(1024, len(rest) - 4):
        leaf, rest = rest[4:4 + n], rest[4 + n:]
        r = decode(leaf)
        log = r['log'] if r and log is None else log
        seq = r['seq'] if r else expected
        if r is None or seq < expected:
            bad(f'seq {seq} field ' + ('seq' if r else 'leaf'))
            expected += r is None
        else:
            if seq > expected:
                missing(expected, seq - 1)
            expected = seq + 1
        if r and r['log'] != log:
            bad(f'seq {seq} field log')
        records.append((seq, r, leaf))
    seqs = {seq for seq, _, _ in records}
    for seq, r, _ in records:
        if r and r['type'] == 'erase' and r.get('about') in seqs:
            erased[r['about']] = (erased.get(r['about'], [[]])[0] + r.get('fields', []), seq, time.strftime('%Y-%m-%d', time.gmtime(r['at'] // 1000)))
    if rest:
        bad('file leaves.bin')

    hashes, good = [sha(b'\0', leaf) for _, _, leaf in records], None
    for i, (_, size, top, date) in enumerate(heads):
        if size and size > len(hashes):
            missing(len(hashes) + 1, heads[-1][1])
            break
        if size and root(hashes[:size]) != top:
            said.append(f'HEAD REWRITTEN project {project} between {good[3] if good else "the beginning"} and {date} '
                        f'(seq {good[1] + 1 if good else 1} to {size})')
            break
        good = heads[i] if size else good
    if good and pack['proofs/consistency.txt'] != proofs_of(heads, hashes):
        bad('file proofs/consistency.txt')

    lines, at = pack['calls.jsonl'].split(b'\n'), 0
    ended = lines.pop() == b''
    def seq_of(line):
        n = (read(line) or {}).get('seq')
        return n if type(n) is int else 0
    for seq, r, leaf in records:
        while at < len(lines) and 0 < seq_of(lines[at]) < seq:
            bad(f'seq {seq_of(lines[at])} field line')
            at += 1
        own = seq_of(lines[at]) if at < len(lines) else -1
        if own != seq and own != 0 and (own == -1 or own in seqs):
            missing(seq, seq)
            continue
        line, at, opened = lines[at], at + 1, {}
        field = r and line_differs(line, r, leaf, opened)
        if field:
            bad(f'seq {seq} field {field}')
        elif r:
            mask, by, day = erased.get(seq, ([], 0, ''))
            said += [f'ERASED project {project} seq {seq} {f} (erase leaf {by}, {day})'
                     for i, f in enumerate(FIELDS) if i in r and f in mask and f not in opened]
            known = shown.setdefault(r.get('about', seq), {})
            if r['type'] == 'amend' and FIELDS.index('correction') in r:
                end = time.strftime(f'(amend leaf {seq}, %Y-%m-%d)', time.gmtime(r['at'] // 1000))
                said += [f'CORRECTED project {project} seq {r["about"]} {f} '
                         + (written(known[f]) + ' to ' if f in known and f in opened else '') + (written(opened[f]) + ' ' if f in opened else '') + end
                         for i, f in enumerate(FIELDS) if i in r]
            known.update(opened)
    if at < len(lines) or not ended:
        bad('file calls.jsonl')
    return said


if __name__ == '__main__':
    wrong = False
    for path in sys.argv[1:]:
        with zipfile.ZipFile(path) as z:
            told = verify({name: z.read(name) for name in FILES})
        wrong |= any(not x.startswith(('ERASED', 'CORRECTED')) for x in told)
        print('\n'.join(told + [''] * (len(sys.argv) > 2)))
    sys.exit(wrong)
