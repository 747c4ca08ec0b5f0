// SPDX-License-Identifier: GPL-3.0-or-later
// merge.ts - {contact.company} and the like in a script's text become what is known; what is not known stays visible as a gap.

export interface MergeContext {
	contact?: Record<string, unknown> | null;
	person?: { name?: string | null; position?: string | null } | null;
	operator?: string;
	project?: string;
	customer?: string;
	answers?: Record<string, string>;
}
export interface Piece {
	text: string;
	/** The name of a merge field nothing is known for. */
	gap?: boolean;
}

function knownOf(name: string, of: MergeContext): string | undefined {
	const [what, ...rest] = name.split(".");
	const key = rest.join(".");
	switch (what) {
		case "contact":
			return (of.contact?.[key] as string | null | undefined) || undefined;
		case "person":
			return (key === "position" ? of.person?.position : key === "name" ? of.person?.name : undefined) || undefined;
		case "operator":
			return of.operator;
		case "project":
			return of.project;
		case "customer":
			return of.customer;
		case "field":
			return of.answers?.[key] || undefined;
		default:
			return undefined;
	}
}

export const mergeFields = [
	"contact.company",
	"contact.city",
	"contact.industry",
	"contact.activity",
	"contact.address",
	"contact.site",
	"contact.email",
	"person.name",
	"person.position",
	"operator.name",
	"project.name",
	"customer.name",
];

export function mergeText(text: string, of: MergeContext): Piece[] {
	return text
		.split(/(\{[a-z]+\.[\w.]+\})/)
		.filter(Boolean)
		.map((part) => {
			const name = /^\{([a-z]+\.[\w.]+)\}$/.exec(part)?.[1];
			if (!name) return { text: part };
			const value = knownOf(name, of);
			return value === undefined ? { text: name, gap: true } : { text: value };
		});
}
