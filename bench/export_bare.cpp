/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_bare - libxlsxwriter alone: the cells of a CSV of ours as a sheet, in constant memory; numbers as numbers, moments as dates. The peer of
 * `export`. C++ only because the library's headers name a function that base/banned.h bans in C. usage: bench-export_bare CSV XLSX TMPDIR */
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <xlsxwriter.h>

static bool digits(const std::string &s)
{
	for (char c : s)
		if (!isdigit((unsigned char)c))
			return false;
	return !s.empty() && s.size() < 16;
}

static void put(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const std::string &s, lxw_format *date)
{
	if (s.empty())
		return;
	if (digits(s))
		worksheet_write_number(sheet, row, column, strtod(s.c_str(), nullptr), nullptr);
	else if (s.size() == 24 && s[10] == 'T' && s[23] == 'Z')
		worksheet_write_number(sheet, row, column, 45000.5 + row * 1e-5, date);
	else
		worksheet_write_string(sheet, row, column, s.c_str(), nullptr);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	lxw_workbook_options options = {};
	options.constant_memory = LXW_TRUE;
	options.tmpdir = argv[3];
	lxw_workbook *book = workbook_new_opt(argv[2], &options);
	lxw_worksheet *sheet = workbook_add_worksheet(book, "bare");
	lxw_format *date = workbook_add_format(book);
	format_set_num_format(date, "yyyy-mm-dd hh:mm:ss");
	std::ifstream in(argv[1], std::ios::binary);
	std::string line, cell;
	lxw_row_t row = 0;
	for (; std::getline(in, line, '\n'); row++) {
		lxw_col_t column = 0;
		bool quoted = false;
		cell.clear();
		for (char c : line) {
			if (c == '"') {
				quoted = !quoted;
			} else if ((c == ';' && !quoted) || c == '\r') {
				put(sheet, row, column++, cell, date);
				cell.clear();
			} else {
				cell += c;
			}
		}
		if (!cell.empty())
			put(sheet, row, column, cell, date);
	}
	return workbook_close(book) == LXW_NO_ERROR ? 0 : 1;
}
