// SPDX-License-Identifier: GPL-3.0-or-later
/** Fields of a side of a contract, in the order of a company's card. */
export const requisites = [
	"full_name",
	"inn",
	"kpp",
	"ogrn",
	"address",
	"bank",
	"bik",
	"account",
	"corr_account",
	"signer",
	"signer_post",
];
