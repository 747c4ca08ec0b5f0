#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""verify.py PACK - checks a pack of a Zvonar log. A second implementation, from docs/ledger.md alone, with Python's own library only: it shares no
line with the program it checks. Prints what `zvonar verify` prints of faults and erasures; exit code 0 all holds, 1 something does not."""
import base64, hashlib, hmac, json, re, sys, uuid, zipfile

FIELDS = 'phone company person result reason comment answers operator recording'.split()
TYPES = ['', 'call', 'amend', 'erase', 'export', 'config']
# tag: name, kind
ROWS = {1: ('type', 'type'), 2: ('log', 16), 3: ('seq', 'number'), 4: ('at', 'number'), 5: ('build', 8), 6: ('about', 'number'),
        7: ('call', 'uuid'), 8: ('direction', 'text'), 9: ('started_at', 'number'), 10: ('ended_at', 'number'), 11: ('cause', 'text'),
        12: ('attempt', 'number'), 13: ('script_id', 'number'), 14: ('result_id', 'number'), 15: ('result_at', 'number'),
        16: ('counts_as', 'text'), 17: ('fields', 'mask'), 18: ('actor', 'number'), 19: ('basis', 'text'), 20: ('name', 'text'),
        21: ('digest', 32), 22: ('count', 'number')}
FILES = ['calls.jsonl', 'leaves.bin', 'heads.txt', 'key.pub', 'proofs/consistency.txt']
sha = lambda *parts: hashlib.sha256(b''.join(parts)).digest()
b64u = lambda b: base64.urlsafe_b64encode(b).decode().rstrip('=')
b64 = lambda b: base64.b64encode(b).decode()


# Ed25519 (RFC 8032, section 6), for reading only.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
def point(s):
    y = int.from_bytes(s, 'little') & ((1 << 255) - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and s[31] >> 7):
        return None
    x = P - x if x & 1 != s[31] >> 7 else x
    return (x, y, 1, x * y % P)
def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)
def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        q, p, n = plus(q, p) if n & 1 else q, plus(p, p), n >> 1
    return q
BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))
def signed(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], 'little')
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % L
    x, y = times(s, BASE), plus(r, times(h, a))
    return (x[0] * y[2] - y[0] * x[2]) % P == 0 and (x[1] * y[2] - y[1] * x[2]) % P == 0


def decode(leaf):
    """The record as {name: value}, its commitments under their field numbers; None: it is none."""
    out, at, last = {}, 1, 0
    if not 1 <= len(leaf) <= 1024 or leaf[0] != 1:
        return None
    while at < len(leaf):
        tag, n = leaf[at], leaf[at + 1] if at + 1 < len(leaf) else 0
        v = leaf[at + 2:at + 2 + n]
        if tag <= last or not n or len(v) != n:
            return None
        at, last = at + 2 + n, tag
        if 64 <= tag < 64 + len(FIELDS) and n == 32:
            out[tag - 64] = v
            continue
        name, kind = ROWS.get(tag, (None, None))
        number = int.from_bytes(v, 'big')
        if name is None or (kind in ('number', 'type', 'mask') and (n > 8 or not v[0] or number >= 1 << 63)):
            return None
        if kind == 'text':
            try:
                out[name] = v.decode()
            except UnicodeDecodeError:
                return None
            if n > 200 or '\0' in out[name]:
                return None
        elif kind == 'type':
            if number >= len(TYPES):
                return None
            out[name] = TYPES[number]
        elif kind == 'mask':
            if number >= 1 << len(FIELDS):
                return None
            out[name] = [f for i, f in enumerate(FIELDS) if number >> i & 1]
        elif kind == 'number':
            out[name] = number
        else:
            if n != (16 if kind == 'uuid' else kind) or not any(v):
                return None
            out[name] = str(uuid.UUID(bytes=v)) if kind == 'uuid' else b64u(v)
    return out if all(k in out for k in ('type', 'log', 'seq', 'at')) else None


def opens(record, log, field, value, salt):
    value = value.encode()
    said = b'cc1' + log + record['seq'].to_bytes(8, 'big') + bytes([field]) + len(value).to_bytes(4, 'big') + value
    return record.get(field) == hmac.new(salt, said, 'sha256').digest()


def unb64u(text, n):
    try:
        b = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)) if isinstance(text, str) else b''
    except ValueError:
        return None
    return b if len(b) == n and b64u(b) == text else None


def line_differs(line, record, leaf, opened):
    def once(pairs):
        if len({k for k, _ in pairs}) != len(pairs):
            raise ValueError
        return dict(pairs)
    try:
        doc = json.loads(line.decode(), object_pairs_hook=once)
    except ValueError:
        return 'line'
    if not isinstance(doc, dict):
        return 'line'
    for name, _ in ROWS.values():
        if (type(doc.get(name)), doc.get(name)) != (type(record.get(name)), record.get(name)):
            return name
    pairs = doc.get('opens', {})
    for name, pair in pairs.items() if isinstance(pairs, dict) else ():
        if name not in FIELDS:
            return 'line'
        salt = unb64u(pair[1], 32) if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) else None
        if salt is None or not opens(record, unb64u(record['log'], 16), FIELDS.index(name), pair[0], salt):
            return name
        opened.add(name)
    if doc.get('leaf') != b64u(sha(b'\0', leaf)):
        return 'leaf'
    known = [n for n, _ in ROWS.values() if n in record] + ['leaf', 'opens']
    plain = json.dumps(doc, ensure_ascii=False, separators=(',', ':')).replace('<', '\\u003c')
    in_order = list(doc) == known and isinstance(pairs, dict) and list(pairs) == [f for f in FIELDS if f in pairs]
    return None if in_order and plain.encode() == line else 'line'


def root(hashes, n):
    """Of the first n leaf hashes (RFC 6962, section 2.1), from a right edge."""
    edge = []
    for i, h in enumerate(hashes[:n]):
        while i & 1:
            h, i = sha(b'\1', edge.pop(), h), i >> 1
        edge.append(h)
    top = edge.pop() if edge else sha(b'')
    while edge:
        top = sha(b'\1', edge.pop(), top)
    return top


def consistent(m, n, old, new, proof):
    """RFC 9162, section 2.1.4.2."""
    fn, sn, proof = m - 1, n - 1, list(proof)
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    if not proof and m != n:
        return False
    fr = sr = proof.pop(0) if fn else old
    for h in proof:
        if not sn:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha(b'\1', h, fr), sha(b'\1', h, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha(b'\1', sr, h)
        fn, sn = fn >> 1, sn >> 1
    return not sn and fr == old and sr == new


def read_heads(text, key, bad):
    """[(origin, size, root, date)], size 0 where one is bad."""
    heads, before, origin, size, n = [], bytes(32), None, 0, 0
    key_id = sha(b'zvonar\n\1', key)[:4]
    while text:
        n += 1
        m = re.match(rb'(?s)(.*?)\n\n([^\n]*)(\n?)', text)
        note, text = (text[:m.end()], text[m.end():]) if m else (text, b'')
        if not m:
            bad(n, 'text')
            break
        body = m[1] + b'\n'
        try:
            lines = body.decode().split('\n')
            o, count, r, date, prev = lines[:5]
            h = (o, int(count), base64.b64decode(r, validate=True), date[5:], base64.b64decode(prev[5:], validate=True))
            whole = len(lines) == 6 and m[3] and body.decode() == f'{o}\n{h[1]}\n{b64(h[2])}\ndate {h[3]}\nprev {b64(h[4])}\n' and \
                h[1] >= 1 and len(h[2]) == len(h[4]) == 32 and len(h[3]) == 20
        except ValueError:
            whole = False
        field = None if whole else 'text'
        if whole:
            dash, _, sig = m[2].partition(b'zvonar ')
            try:
                sig = base64.b64decode(sig, validate=True) if dash == '— '.encode() else b''
            except ValueError:
                sig = b''
            good = len(sig) == 68 and sig[:4] == key_id and m[2].endswith(b' ' + base64.b64encode(sig)) and signed(key, body, sig[4:])
            field = 'signature' if not good else 'prev' if h[4] != before else 'size' if h[1] < size else \
                'origin' if origin and h[0] != origin else None
        before = sha(note)
        if field:
            bad(n, field)
            heads.append((None, 0, None, None))
        else:
            origin, size = h[0], h[1]
            heads.append(h[:4])
    return heads, origin


def verify(pack):
    """The list of what is to be said of {file: bytes}; what begins with ERASED is no fault."""
    said, project, log = [], 0, None
    m = re.fullmatch(r'zvonar\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n', pack['key.pub'].decode('latin1'))
    key = base64.b64decode(m[2]) if m and len(m[2]) % 4 == 0 else b''
    key_good = len(key) == 33 and key[0] == 1 and b64(key) == m[2] and sha(b'zvonar\n', key)[:4].hex() == m[1]
    key = key[1:] if key_good else bytes(32)
    late = []
    heads, origin = read_heads(pack['heads.txt'], key, lambda n, field: late.append(f'head {n} {field}'))
    m = re.fullmatch(r'zvonar/project-([1-9][0-9]*)/([0-9a-f]{32})', origin or '')
    if m:
        project, log = int(m[1]), bytes.fromhex(m[2])
    bad = lambda what: said.append(f'BAD project {project} {what}')
    missing = lambda a, b: said.append(f'MISSING project {project} seq {a}' + (f' to {b}' if b != a else ''))
    if not key_good:
        said.append('BAD project 0 file key.pub')
    said += [f'BAD project 0 {x}' for x in late]
    if not m:
        bad('file heads.txt')

    records, erased, expected, rest = [], {}, 1, pack['leaves.bin']
    while len(rest) >= 4 and (n := int.from_bytes(rest[:4], 'big')) <= min(1024, len(rest) - 4):
        leaf, rest = rest[4:4 + n], rest[4 + n:]
        r = decode(leaf)
        log = unb64u(r['log'], 16) if r and log is None else log
        seq = r['seq'] if r else expected
        if r is None or seq < expected:
            bad(f'seq {seq} field ' + ('seq' if r else 'leaf'))
            expected += r is None
        else:
            if seq > expected:
                missing(expected, seq - 1)
            expected = seq + 1
        if r and unb64u(r['log'], 16) != log:
            bad(f'seq {seq} field log')
        records.append((seq, r, leaf))
    seqs = {seq for seq, _, _ in records}
    for seq, r, _ in records:
        if r and r['type'] == 'erase' and r.get('about') in seqs:
            mask, _, _ = erased.get(r['about'], (set(), 0, 0))
            erased[r['about']] = (mask | set(r.get('fields', [])), seq, r['at'])
    if rest:
        bad('file leaves.bin')

    hashes, good = [sha(b'\0', leaf) for _, _, leaf in records], None
    for i, (_, size, top, date) in enumerate(heads):
        if size and size > len(hashes):
            missing(len(hashes) + 1, heads[-1][1])
            break
        if size and root(hashes, size) != top:
            said.append(f'HEAD REWRITTEN project {project} between {good[3] if good else "the beginning"} and {date} '
                        f'(seq {good[1] + 1 if good else 1} to {size})')
            break
        good = heads[i] if size else good
    if good:
        ends = [h for h, after in zip(heads, heads[1:]) if h[1] and heads[-1][1] and h[3][:10] != (after[3] or '')[:10]]
        lines = pack['proofs/consistency.txt'].decode('latin1').split('\n')
        try:
            fine = len(lines) == len(ends) + 1 and lines[-1] == '' and (not ends or heads[-1][1] <= len(hashes))
            for h, words in zip(ends, [x.split(' ') for x in lines]):
                proof = [base64.b64decode(w, validate=True) for w in words[2:]]
                fine &= words == [str(h[1]), str(heads[-1][1])] + [b64(p) for p in proof]
                fine &= consistent(h[1], heads[-1][1], h[2], heads[-1][2], proof)
        except (ValueError, IndexError):
            fine = False
        if not fine:
            bad('file proofs/consistency.txt')

    lines, at = pack['calls.jsonl'].split(b'\n'), 0
    ended = lines.pop() == b''
    def seq_of(line):
        try:
            n = json.loads(line.decode())['seq']
            return n if type(n) is int else 0
        except (ValueError, TypeError, KeyError):
            return 0
    for seq, r, leaf in records:
        while at < len(lines) and 0 < seq_of(lines[at]) < seq:
            bad(f'seq {seq_of(lines[at])} field line')
            at += 1
        own = seq_of(lines[at]) if at < len(lines) else -1
        if own != seq and own != 0 and (own == -1 or own in seqs):
            missing(seq, seq)
            continue
        line, at, opened = lines[at], at + 1, set()
        field = r and line_differs(line, r, leaf, opened)
        if field:
            bad(f'seq {seq} field {field}')
        elif r and seq in erased:
            mask, by, when = erased[seq]
            day = __import__('time').strftime('%Y-%m-%d', __import__('time').gmtime(when // 1000))
            said += [f'ERASED project {project} seq {seq} {f} (erase leaf {by}, {day})'
                     for i, f in enumerate(FIELDS) if i in r and f in mask and f not in opened]
    if at < len(lines) or not ended:
        bad('file calls.jsonl')
    return said


if __name__ == '__main__':
    wrong = False
    for path in sys.argv[1:]:
        with zipfile.ZipFile(path) as z:
            told = verify({name: z.read(name) for name in FILES})
        wrong |= any(not x.startswith('ERASED') for x in told)
        print('\n'.join(told + [''] * (len(sys.argv) > 2)))
    sys.exit(wrong)
