// SPDX-License-Identifier: GPL-3.0-or-later
// Level.tsx - how loud the microphone is, drawn without React at each frame.
import { useEffect, useRef } from "react";

export function Level({ stream, label, height = 8 }: { stream?: MediaStream; label: string; height?: number }) {
	const bar = useRef<HTMLDivElement>(null);
	useEffect(() => {
		if (!stream) return;
		const context = new AudioContext();
		const meter = context.createAnalyser();
		meter.fftSize = 512;
		context.createMediaStreamSource(stream).connect(meter);
		const samples = new Float32Array(meter.fftSize);
		let frame = 0;
		const draw = () => {
			meter.getFloatTimeDomainData(samples);
			const loud = Math.sqrt(samples.reduce((s, x) => s + x * x, 0) / samples.length);
			if (bar.current) bar.current.style.transform = `scaleX(${Math.min(1, loud * 6).toFixed(3)})`;
			frame = requestAnimationFrame(draw);
		};
		draw();
		return () => {
			cancelAnimationFrame(frame);
			context.close();
		};
	}, [stream]);
	return (
		<div className="level" role="img" aria-label={label} style={{ height }}>
			<div ref={bar} />
		</div>
	);
}
