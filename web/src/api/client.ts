// SPDX-License-Identifier: GPL-3.0-or-later
// client.ts - one typed door to the server. Paths, bodies and answers come from the OpenAPI document (schema.d.ts).
import { sentences } from "../i18n";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
type Method = "get" | "post" | "put" | "patch" | "delete";
export type Query = Record<string, string | number | boolean | null | undefined>;
export type Ids = Record<string, string | number>;

type PathsOf<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Content<R> = R extends { content: { "application/json": infer T } } ? T : undefined;
export type Answer<P extends keyof paths, M extends Method> =
	Operation<P, M> extends { responses: infer R }
		? { [S in keyof R]: S extends 200 | 201 ? Content<R[S]> : never }[keyof R]
		: never;
export type GetPath = PathsOf<"get">;
/** Paths of lists of an entity's rows. */
export type ListPath = { [P in GetPath]: Answer<P, "get"> extends { rows: unknown[] } ? P : never }[GetPath];
export type Row<P extends ListPath> = Answer<P, "get"> extends { rows: (infer T)[] } ? T : never;

/** What the server said when it refused: a code the screen translates, the field it is about and, at 412, the row as it is now. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		what: string,
		readonly field?: string,
		readonly current?: Record<string, unknown>,
	) {
		super(what);
	}
	get offline() {
		return this.status === 0;
	}
	/** It may go otherwise when asked again: no connection, too many requests, a server that starts. */
	get passes() {
		return this.offline || this.status === 429 || this.status >= 500;
	}
}

export function url(path: string, ids: Ids = {}, query: Query = {}): string {
	const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(ids[name] ?? "")));
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		if (value !== undefined && value !== null && value !== "") search.append(name, String(value));
	// The operators of filters are part of the name: "created_at>" "=" "…" must reach the server as created_at>=…
	const text = search.toString().replace(/%3E=/g, ">=").replace(/%3C=/g, "<=").replace(/%7E=/g, "~=");
	return `/api${filled}${text ? `?${text}` : ""}`;
}

let onLoggedOut: () => void = () => undefined;
/** Called when any answer says the session is over. */
export function setOnLoggedOut(run: () => void) {
	onLoggedOut = run;
}

export const loggedOut = () => onLoggedOut();

let skew = 0;
/** The server's clock: an operator's computer may be minutes off, and the timers count from the server's moments. */
export const serverNow = () => Date.now() + skew;

function noteClock(answer: Response) {
	const at = Date.parse(answer.headers.get("Date") ?? "");
	// The header has whole seconds; a smaller difference is no difference.
	if (at) skew = Math.abs(at - Date.now()) > 1500 ? at - Date.now() : 0;
}

interface Options {
	query?: Query;
	body?: unknown;
	version?: number;
	signal?: AbortSignal;
	/** The same key makes the same request at most once on the server. */
	key?: string;
	keepalive?: boolean;
}

async function failure(answer: Response): Promise<ApiError> {
	const body = await answer.json().catch(() => null);
	const error = body?.error ?? {};
	await sentences();
	return new ApiError(answer.status, error.code ?? `http_${answer.status}`, error.what ?? "", error.field, body?.current);
}

export async function send(method: string, path: string, ids: Ids = {}, options: Options = {}): Promise<Response> {
	const headers: Record<string, string> = { Accept: "application/json", "X-Zvonar": "1" };
	const file = options.body instanceof Blob;
	if (options.body !== undefined) headers["Content-Type"] = file ? "application/octet-stream" : "application/json";
	if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
	if (options.key) headers["Idempotency-Key"] = options.key;
	const answer = await fetch(url(path, ids, options.query), {
		method,
		headers,
		body: options.body === undefined ? undefined : file ? (options.body as Blob) : JSON.stringify(options.body),
		signal: options.signal,
		credentials: "same-origin",
		keepalive: options.keepalive,
	}).catch((error: unknown) => {
		if (error instanceof DOMException && error.name === "AbortError") throw error;
		throw new ApiError(0, "offline", "");
	});
	noteClock(answer);
	if (answer.ok) return answer;
	const error = await failure(answer);
	if (error.status === 401 && path !== "/login" && path !== "/me") onLoggedOut();
	throw error;
}

async function ask<P extends keyof paths, M extends Method>(
	method: M,
	path: P,
	ids?: Ids,
	options?: Options,
): Promise<Answer<P, M>> {
	const answer = await send(method.toUpperCase(), path, ids, options);
	const text = await answer.text();
	return (text ? JSON.parse(text) : undefined) as Answer<P, M>;
}

export const get = <P extends GetPath>(path: P, ids?: Ids, query?: Query, signal?: AbortSignal) =>
	ask("get", path, ids, { query, signal });
export const post = <P extends PathsOf<"post">>(path: P, ids?: Ids, body?: unknown, options?: Options) =>
	ask("post", path, ids, { ...options, body: body ?? {} });
export const put = <P extends PathsOf<"put">>(path: P, ids?: Ids, body?: unknown, options?: Options) =>
	ask("put", path, ids, { ...options, body });
export const patch = <P extends PathsOf<"patch">>(path: P, ids: Ids, body: unknown, version?: number) =>
	ask("patch", path, ids, { body, version });
export const remove = <P extends PathsOf<"delete">>(path: P, ids: Ids) => ask("delete", path, ids);

/** Uploads with progress, which fetch cannot tell. */
export function upload<T>(
	path: string,
	ids: Ids,
	file: File,
	onProgress: (share: number) => void,
	method: "POST" | "PUT" = "POST",
): Promise<T> {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open(method, url(path, ids));
		request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
		request.setRequestHeader("X-Zvonar", "1");
		request.setRequestHeader("Content-Type", "application/octet-stream");
		request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
		request.onerror = () => reject(new ApiError(0, "offline", ""));
		request.onload = async () => {
			let body = null;
			try {
				body = JSON.parse(request.responseText);
			} catch {}
			if (request.status < 300) resolve(body as T);
			else {
				await sentences();
				reject(
					new ApiError(
						request.status,
						body?.error?.code ?? `http_${request.status}`,
						body?.error?.what ?? "",
						body?.error?.field,
					),
				);
			}
		};
		request.send(file);
	});
}
