// SPDX-License-Identifier: GPL-3.0-or-later
// wav.mjs - recordings as tel writes them, made of voices: WAV, A-law, 8 kHz, two sides.
const RATE = 8000

function alaw(sample) {
  const sign = sample >= 0 ? 0x80 : 0
  const x = Math.min(Math.abs(sample), 32635) >> 4
  let exponent = 7
  for (let mask = 0x400; exponent > 0 && !(x & mask); mask >>= 1) exponent--
  const mantissa = exponent === 0 ? (x >> 1) & 15 : (x >> exponent) & 15
  return ((exponent << 4) | mantissa | sign) ^ 0x55
}

// voices: [side 0 or 1, from s, to s, Hz]. A voice swells four times a second; one with a pitch of its own stays even, as tones do.
export function recording(seconds, voices) {
  const frames = seconds * RATE
  const wav = Buffer.alloc(58 + 2 * frames, 0xd5)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(18, 16)
  wav.writeUInt16LE(6, 20)
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(RATE, 24)
  wav.writeUInt32LE(2 * RATE, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(8, 34)
  wav.write('fact', 38)
  wav.writeUInt32LE(4, 42)
  wav.writeUInt32LE(frames, 46)
  wav.write('data', 50)
  wav.writeUInt32LE(2 * frames, 54)
  for (const [side, from, to, hz] of voices)
    for (let i = Math.floor(from * RATE); i < to * RATE && i < frames; i++) {
      const s = i / RATE
      const loud = hz ? 8000 : 8000 * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * s))
      wav[58 + 2 * i + side] = alaw(Math.round(loud * Math.sin(2 * Math.PI * (hz ?? 300) * s)))
    }
  return wav
}
