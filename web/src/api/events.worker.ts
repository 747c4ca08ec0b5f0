// SPDX-License-Identifier: GPL-3.0-or-later
// events.worker.ts - one event stream for all tabs of the browser (a browser allows six connections to a server, and a tab each would
// spend them). Speaks to the tabs in the messages of stream.ts.
import { Stream, type StreamMessage } from "./stream";

/** open: this tab listens; leave: no longer; over: nobody is logged in any more, so the stream is not anybody's. */
export type Word = "open" | "leave" | "over";

const ports = new Set<MessagePort>();
const tell = (message: StreamMessage) => {
	for (const port of ports) port.postMessage(message);
};
const stream = new Stream(tell);

function open(port: MessagePort) {
	ports.add(port);
	stream.open();
	port.postMessage({ kind: "state", up: stream.up } satisfies StreamMessage);
}

function leave(port: MessagePort, over: boolean) {
	ports.delete(port);
	if (over || ports.size === 0) stream.close();
	if (ports.size > 0) stream.open();
}

(self as unknown as { onconnect: (e: MessageEvent) => void }).onconnect = (e) => {
	const port = e.ports[0]!;
	port.onmessage = (m: MessageEvent<Word>) => (m.data === "open" ? open(port) : leave(port, m.data === "over"));
};
