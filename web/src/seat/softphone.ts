// SPDX-License-Identifier: GPL-3.0-or-later
// softphone.ts - the operator's leg: microphone and headphones over WebRTC, up for the whole shift. It dials nothing; calls are
// connected to it by the server. A broken leg is built anew with the same microphone.

import { get } from "../api/client";

/** The last two are of a SIP phone (desk.tsx). */
export type LegState = "off" | "asking" | "connecting" | "up" | "broken" | "refused" | "phone_off" | "phone_calling";

const GATHER_MS = 800;
const BROKEN_MS = 900;
const AGAIN_MS = 1000;
/** Who comes back within twenty seconds is still in his talk. */
const LONGEST_MS = 5000;

export interface Devices {
	microphone?: string;
	speaker?: string;
}
export const devices = {
	get: (): Devices => JSON.parse(localStorage.getItem("devices") ?? "{}"),
	set: (chosen: Devices) => localStorage.setItem("devices", JSON.stringify(chosen)),
};

export async function openMicrophone(): Promise<MediaStream> {
	const { microphone } = devices.get();
	const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
	try {
		return await navigator.mediaDevices.getUserMedia({
			audio: microphone ? { ...audio, deviceId: { exact: microphone } } : audio,
		});
	} catch (error) {
		// The chosen headset is unplugged: any other is better than none.
		if (microphone && error instanceof OverconstrainedError) return navigator.mediaDevices.getUserMedia({ audio });
		throw error;
	}
}

/** Ways around a network that lets no UDP out; without an answer it goes straight. */
const relays = () =>
	get("/ice-servers").then(
		(given) => given.servers,
		() => [],
	);

function gathered(pc: RTCPeerConnection): Promise<void> {
	return new Promise((resolve) => {
		if (pc.iceGatheringState === "complete") return resolve();
		const timer = setTimeout(resolve, GATHER_MS);
		pc.addEventListener("icegatheringstatechange", () => {
			if (pc.iceGatheringState !== "complete") return;
			clearTimeout(timer);
			resolve();
		});
	});
}

function close(stream: MediaStream | undefined) {
	for (const track of stream?.getTracks() ?? []) track.stop();
}

export class Softphone {
	state: LegState = "off";
	readonly audio = new Audio();
	stream?: MediaStream;
	private pc?: RTCPeerConnection;
	private timer?: ReturnType<typeof setTimeout>;
	private generation = 0;
	private muted = false;
	private wait = AGAIN_MS;

	constructor(
		/** Hands the offer to the server, gives its answer. */
		private readonly exchange: (sdp: string) => Promise<string>,
		private readonly changed: (state: LegState) => void,
	) {
		this.audio.autoplay = true;
		this.plugged = this.plugged.bind(this);
	}

	private turn(state: LegState) {
		this.state = state;
		this.changed(state);
	}

	async start() {
		const mine = ++this.generation;
		clearTimeout(this.timer);
		this.pc?.close();
		navigator.mediaDevices?.addEventListener("devicechange", this.plugged);
		let stream = this.stream;
		try {
			if (!stream?.active) {
				this.turn("asking");
				stream = await openMicrophone();
			}
		} catch {
			if (mine === this.generation) this.turn("refused");
			return;
		}
		if (mine !== this.generation) return close(stream);
		this.hold(stream);
		this.turn("connecting");
		try {
			await this.connect(stream, mine);
		} catch {
			if (mine === this.generation) this.again();
		}
	}

	/** The microphone of the shift. Pulled out, another one takes its place, and it its own when it is back. */
	private hold(stream: MediaStream) {
		this.stream = stream;
		this.mute(this.muted);
		for (const track of stream.getAudioTracks())
			track.onended = () => {
				if (this.stream !== stream) return;
				this.stream = undefined;
				this.again(0);
			};
	}

	private async plugged() {
		if (this.state === "refused") return this.start();
		const { microphone } = devices.get();
		const now = this.stream?.getAudioTracks()[0]?.getSettings().deviceId;
		if (!microphone || !now || now === microphone) return;
		const there = await navigator.mediaDevices.enumerateDevices();
		if (there.some((d) => d.deviceId === microphone && d.kind === "audioinput")) await this.renew();
	}

	private async connect(stream: MediaStream, mine: number) {
		const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: await relays() });
		if (mine !== this.generation) return pc.close();
		this.pc = pc;
		for (const track of stream.getAudioTracks()) pc.addTrack(track, stream);
		pc.ontrack = (e) => {
			this.audio.srcObject = e.streams[0] ?? new MediaStream([e.track]);
			const { speaker } = devices.get();
			if (speaker && "setSinkId" in this.audio) this.audio.setSinkId(speaker).catch(() => undefined);
			this.audio.play().catch(() => undefined);
		};
		pc.onconnectionstatechange = () => mine === this.generation && this.watch(pc.connectionState);
		await pc.setLocalDescription(await pc.createOffer());
		await gathered(pc);
		const sdp = await this.exchange(pc.localDescription?.sdp ?? "");
		if (mine === this.generation) await pc.setRemoteDescription({ type: "answer", sdp });
	}

	private watch(state: RTCPeerConnectionState) {
		clearTimeout(this.timer);
		if (state === "connected") {
			this.wait = AGAIN_MS;
			this.turn("up");
		} else if (state === "failed") this.again(0);
		// A short loss of the network mends itself; a longer one does not.
		else if (state === "disconnected") this.timer = setTimeout(() => this.again(0), BROKEN_MS);
	}

	private again(wait = this.wait) {
		this.turn("broken");
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.start(), wait);
		if (wait) this.wait = Math.min(this.wait * 2, LONGEST_MS);
	}

	/** Other microphone or headphones were chosen. */
	async renew() {
		close(this.stream);
		this.stream = undefined;
		if (this.state !== "off") await this.start();
	}

	mute(on: boolean) {
		this.muted = on;
		for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !on;
	}

	stop() {
		navigator.mediaDevices?.removeEventListener("devicechange", this.plugged);
		this.generation++;
		clearTimeout(this.timer);
		this.pc?.close();
		this.pc = undefined;
		close(this.stream);
		this.stream = undefined;
		this.audio.srcObject = null;
		this.turn("off");
	}
}

/** A short tone in the headphones: someone is on the line now. */
export function beep() {
	const context = new AudioContext();
	const tone = context.createOscillator();
	const volume = context.createGain();
	volume.gain.value = 0.08;
	tone.frequency.value = 880;
	tone.connect(volume).connect(context.destination);
	tone.start();
	tone.stop(context.currentTime + 0.12);
	tone.onended = () => context.close();
}
