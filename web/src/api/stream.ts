// SPDX-License-Identifier: GPL-3.0-or-later
// stream.ts - the server's events with their positions: reconnects by itself and asks for what was missed.

export interface ServerEvent {
	entity: string;
	verb: string;
	id: number;
	project_id?: number;
	body?: unknown;
	/** Its place in the stream; a snapshot with a smaller one is older. */
	position: number;
}
/** lost: the server no longer has what was missed, so everything must be read again. out: the log-in is over. */
export type StreamMessage =
	| { kind: "state"; up: boolean }
	| { kind: "event"; event: ServerEvent }
	| { kind: "lost" }
	| { kind: "out" };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export class Stream {
	up = false;
	private source?: EventSource;
	private position?: string;
	private wait = FIRST_WAIT_MS;
	private timer?: ReturnType<typeof setTimeout>;

	constructor(private readonly tell: (message: StreamMessage) => void) {}

	open() {
		if (!this.source && !this.timer) this.connect();
	}

	close() {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.source?.close();
		this.source = undefined;
		this.position = undefined;
		this.turn(false);
	}

	private turn(up: boolean) {
		if (this.up === up) return;
		this.up = up;
		this.tell({ kind: "state", up });
	}

	private connect() {
		this.timer = undefined;
		const source = new EventSource(this.position ? `/api/events?after=${encodeURIComponent(this.position)}` : "/api/events");
		this.source = source;
		let opened = false;
		source.onopen = () => {
			opened = true;
			this.wait = FIRST_WAIT_MS;
			this.turn(true);
		};
		source.onmessage = (e) => {
			if (e.lastEventId) this.position = e.lastEventId;
			if (e.data)
				this.tell({ kind: "event", event: { ...JSON.parse(e.data), position: Number(e.lastEventId) } as ServerEvent });
		};
		source.addEventListener("lost", (e) => {
			this.position = e.lastEventId;
			this.tell({ kind: "lost" });
		});
		// The position is ours, so a broken stream is opened anew instead of left to the browser.
		source.onerror = () => {
			source.close();
			this.source = undefined;
			this.turn(false);
			this.timer = setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
			this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
			if (!opened) this.askWhy();
		};
	}

	/** An EventSource does not say why it was refused. */
	private async askWhy() {
		const answer = await fetch("/api/me").catch(() => undefined);
		if (answer?.status === 401) this.tell({ kind: "out" });
	}
}
