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

// A tone as people upload it: WAV, 16 bits.
export function tone({ seconds = 1, hz = 440, rate = 8000, channels = 1, amplitude = 5000 } = {}) {
  const frames = Math.round(seconds * rate)
  const wav = Buffer.alloc(44 + 2 * channels * frames)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8)
  for (const [at, value] of [[16, 16], [24, rate], [28, 2 * channels * rate], [40, wav.length - 44]]) wav.writeUInt32LE(value, at)
  for (const [at, value] of [[20, 1], [22, channels], [32, 2 * channels], [34, 16]]) wav.writeUInt16LE(value, at)
  wav.write('data', 36)
  for (let i = 0; amplitude && i < frames * channels; i++) wav.writeInt16LE(Math.round(amplitude * Math.sin((2 * Math.PI * hz * Math.floor(i / channels)) / rate)), 44 + 2 * i)
  return wav
}

// The share of a tone in such a file of 8 kHz and one channel: 1 is nothing else (Goertzel).
export function toneShare(wav, hz) {
  const k = 2 * Math.cos((2 * Math.PI * hz) / RATE)
  const n = (wav.length - 44) / 2
  let [power, q1, q2] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const v = wav.readInt16LE(44 + 2 * i)
    ;[q1, q2] = [k * q1 - q2 + v, q1]
    power += v * v
  }
  return power ? (2 * (q1 * q1 + q2 * q2 - k * q1 * q2)) / (n * power) : 0
}
