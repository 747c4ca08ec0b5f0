// SPDX-License-Identifier: GPL-3.0-or-later
// events.worker.ts - one event stream for all tabs of the browser (a browser allows six connections to a server, and a tab each would
// spend them). Speaks to the tabs in the messages of stream.ts.
import { Stream, type StreamMessage } from "./stream";

const ports = new Set<MessagePort>();
const tell = (message: StreamMessage) => {
	for (const port of ports) port.postMessage(message);
};
const stream = new Stream(tell);

(self as unknown as { onconnect: (e: MessageEvent) => void }).onconnect = (e) => {
	const port = e.ports[0]!;
	ports.add(port);
	port.onmessage = (m: MessageEvent<"open" | "close" | "leave">) => {
		if (m.data === "open") stream.open();
		else if (m.data === "close") stream.close();
		else {
			ports.delete(port);
			if (ports.size === 0) stream.close();
		}
	};
	port.postMessage({ kind: "state", up: stream.up } satisfies StreamMessage);
};
