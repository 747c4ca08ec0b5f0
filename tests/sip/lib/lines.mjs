// SPDX-License-Identifier: GPL-3.0-or-later
// lines.mjs - what most tests begin with: tel, a trunk and an operator whose leg is up without a browser is not possible, so calls of
// these tests belong to nobody unless a seat is opened; the machine then ends an answered call after two seconds as abandoned.
import { Tel, uuid } from "./tel.mjs";

export const sipAddress = "127.0.0.1:5060";

/** tel with one trunk to a carrier on port. */
export async function telWithTrunk(port, row = {}, options = {}) {
	const tel = await Tel.start({ sip: sipAddress, ...options });
	tel.send({ kind: "trunks", rows: [{ trunk: 1, kind: "sip", host: "127.0.0.1", port, transport: "udp", ...row }] });
	return tel;
}

/** Dial; returns the call's id. */
export function dial(tel, more = {}) {
	const id = uuid();
	tel.send({ kind: "dial", call: id, project: 1, number: "+74951234567", trunk: 1, ring_ms: 20000, operator: 0, ...more });
	return id;
}
