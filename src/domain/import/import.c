/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.c - the fields of an import. */
#include "domain/import/import_priv.h"

const char *const import_states[IMPORT_STATES + 1] = {"uploaded", "running", "done", "failed", "undoing", "undone", NULL};

#define ENTITY struct import
static const struct field import_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_REF(base_id, "base", "Where the contacts go", .flags = GIVEN),
        F_REF(file_id, "file", "The file as it came", .flags = GIVEN | NULLABLE),
        F_STR(file_name, 1, 255, "Its name", .flags = GIVEN | SEARCHED),
        F_STR(file_sha256, 64, 64, "Its SHA-256", .flags = GIVEN | NULLABLE),
        F_REF(rejects_file_id, "file", "The rejected rows, when there are some", .flags = GIVEN | NULLABLE),
        F_REF(same_as_id, "import", "An earlier import of the very same file into this project", .flags = GIVEN | NULLABLE),
        F_WORD(state, import_states, "Where it is", .flags = GIVEN),
        F_JSON(reading,
                "{\"type\":\"object\",\"properties\":{\"format\":{\"type\":\"string\"},\"encoding\":{\"type\":\"string\"},"
                "\"delimiter\":{\"type\":\"string\"},\"sheet\":{\"type\":[\"string\",\"null\"]},\"header_row\":{\"type\":"
                "\"integer\"},\"country\":{\"type\":\"string\"}},\"additionalProperties\":false}",
                "How the file is read; what is left out is guessed", .flags = NULLABLE | UNSORTED),
        F_JSON(mapping, "{\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"null\"]}}",
                "Field of each column, by its number from 0; null: guessed", .flags = NULLABLE | UNSORTED),
        F_INT(rows_total, 0, 0, "Rows of the file; while it runs, as far as one can tell", .flags = GIVEN),
        F_INT(rows_done, 0, 0, "Rows read", .flags = GIVEN),
        F_INT(accepted, 0, 0, "Rows that became contacts", .flags = GIVEN),
        F_INT(duplicates, 0, 0, "Rows whose number was there already; what was new in them was added to that contact",
                .flags = GIVEN),
        F_INT(rejected, 0, 0, "Rows without a number", .flags = GIVEN),
        F_INT(skipped, 0, 0, "Titles, headers, totals and blanks", .flags = GIVEN),
        F_STR(error, 0, 0, "Why it failed", .flags = GIVEN | NULLABLE | UNSORTED),
        F_BOOL(held, "What it brought waits for the customer's approval: nobody of it is dialled", .flags = GIVEN),
        F_REF(author_id, "user", "Who started it; null: the command line", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was uploaded", .flags = GIVEN),
        F_TIME(started_at, "When it was started", .flags = GIVEN | NULLABLE),
        F_TIME(loaded_at, "When all of it was in", .flags = GIVEN | NULLABLE),
        F_TIME(ended_at, "When it ended", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
const struct entity import_entity = ENTITY_OF(import, import_fields, "import", "A file on its way into a base");
