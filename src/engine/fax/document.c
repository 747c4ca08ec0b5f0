/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document.c - TIFF in memory: libtiff writes into a file that has no name. */
#include "engine/fax/fax_priv.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <tiffio.h>
#include <unistd.h>

struct fax_document {
	TIFF *tiff;
	int fd;
	int pages;
};

int memory_file(str bytes, struct fault *f)
{
	int fd = memfd_create("fax", MFD_CLOEXEC);

	if (fd >= 0 && bytes.n && write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n) {
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		(void)!fail(f, EIO, NULL, "fax_document", "there is no memory for a fax: %s", strerror(errno));
	return fd;
}

int memory_read(int fd, struct arena *a, str *ret, struct fault *f)
{
	struct stat st;
	char *bytes;

	if (fstat(fd, &st) || st.st_size <= 0)
		return fail(f, EIO, NULL, "fax_document", "the fax has no page");
	bytes = arena_alloc(a, (size_t)st.st_size);
	if (pread(fd, bytes, (size_t)st.st_size, 0) != st.st_size)
		return fail(f, EIO, NULL, "fax_document", "the fax cannot be read");
	*ret = (str){bytes, (size_t)st.st_size};
	return 0;
}

int fax_document_new(struct fax_document **ret, struct fault *f)
{
	struct fax_document *d = calloc(1, sizeof(*d));
	int fd = memory_file((str){0}, f), own = fd < 0 ? -1 : dup(fd);

	if (d && own >= 0)
		d->tiff = TIFFFdOpen(own, "fax", "w"); /* closes its descriptor */
	if (!d || !d->tiff) {
		if (own >= 0)
			close(own);
		if (fd >= 0)
			close(fd);
		free(d);
		return fail(f, ENOMEM, NULL, "fax_document", "a fax cannot be made");
	}
	d->fd = fd;
	*ret = d;
	return 0;
}

/* TIFF/F (RFC 2306): the fields a fax machine looks at. */
static void page_fields(TIFF *t, int length, int page)
{
	TIFFSetField(t, TIFFTAG_SUBFILETYPE, FILETYPE_PAGE);
	TIFFSetField(t, TIFFTAG_IMAGEWIDTH, FAX_WIDTH);
	TIFFSetField(t, TIFFTAG_IMAGELENGTH, length);
	TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 1);
	TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 1);
	TIFFSetField(t, TIFFTAG_COMPRESSION, COMPRESSION_CCITT_T6);
	TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
	TIFFSetField(t, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
	TIFFSetField(t, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
	TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, length);
	TIFFSetField(t, TIFFTAG_XRESOLUTION, 204.0);
	TIFFSetField(t, TIFFTAG_YRESOLUTION, 196.0);
	TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
	TIFFSetField(t, TIFFTAG_PAGENUMBER, page, 0);
}

int fax_document_add(struct fax_document *d, const uint8_t *rows, int length, struct fault *f)
{
	uint8_t row[FAX_WIDTH / 8];
	bool good = true;

	page_fields(d->tiff, length, d->pages++);
	for (int y = 0; y < length && good; y++) {
		memcpy(row, rows + (size_t)y * sizeof(row), sizeof(row)); /* libtiff wants what it may change */
		good = TIFFWriteScanline(d->tiff, row, (uint32_t)y, 0) == 1;
	}
	good = good && TIFFWriteDirectory(d->tiff) == 1;
	return good ? 0 : fail(f, EIO, NULL, "fax_document", "a page of the fax cannot be made");
}

int fax_document_finish(struct fax_document *d, struct arena *a, str *ret_tiff, struct fault *f)
{
	int err;

	TIFFClose(d->tiff);
	err = memory_read(d->fd, a, ret_tiff, f);
	close(d->fd);
	free(d);
	return err;
}
