/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions that only take values and leave one, by ranges of equal type. */
#ifndef CPIT_DIFF_OPS_H
#define CPIT_DIFF_OPS_H

#include <stdint.h>

struct ops {
	uint8_t prefix;		/* 0: none */
	uint8_t first, last;
	const char *sig;	/* letters of what it takes, ':', what it leaves */
	char nan;		/* 'f' or 'F': whose lanes may become a NaN */
};

#define SIMD 0xfd

static const struct ops ops[] = {
	{ 0, 0x45, 0x45, "i:i", 0 }, { 0, 0x46, 0x4f, "ii:i", 0 },
	{ 0, 0x50, 0x50, "I:i", 0 }, { 0, 0x51, 0x5a, "II:i", 0 },
	{ 0, 0x5b, 0x60, "ff:i", 0 }, { 0, 0x61, 0x66, "FF:i", 0 },
	{ 0, 0x67, 0x69, "i:i", 0 }, { 0, 0x6a, 0x78, "ii:i", 0 },
	{ 0, 0x6d, 0x70, "ii:i", 0 },	/* again: division */
	{ 0, 0x79, 0x7b, "I:I", 0 }, { 0, 0x7c, 0x8a, "II:I", 0 },
	{ 0, 0x7f, 0x82, "II:I", 0 },	/* again: division */
	{ 0, 0x8b, 0x8c, "f:f", 0 }, { 0, 0x8d, 0x91, "f:f", 'f' },
	{ 0, 0x92, 0x97, "ff:f", 'f' }, { 0, 0x98, 0x98, "ff:f", 0 },
	{ 0, 0x99, 0x9a, "F:F", 0 }, { 0, 0x9b, 0x9f, "F:F", 'F' },
	{ 0, 0xa0, 0xa5, "FF:F", 'F' }, { 0, 0xa6, 0xa6, "FF:F", 0 },
	{ 0, 0xa7, 0xa7, "I:i", 0 }, { 0, 0xa8, 0xa9, "f:i", 0 },
	{ 0, 0xaa, 0xab, "F:i", 0 }, { 0, 0xac, 0xad, "i:I", 0 },
	{ 0, 0xae, 0xaf, "f:I", 0 }, { 0, 0xb0, 0xb1, "F:I", 0 },
	{ 0, 0xb2, 0xb3, "i:f", 0 }, { 0, 0xb4, 0xb5, "I:f", 0 },
	{ 0, 0xb6, 0xb6, "F:f", 'f' }, { 0, 0xb7, 0xb8, "i:F", 0 },
	{ 0, 0xb9, 0xba, "I:F", 0 }, { 0, 0xbb, 0xbb, "f:F", 'F' },
	{ 0, 0xbc, 0xbc, "f:i", 0 }, { 0, 0xbd, 0xbd, "F:I", 0 },
	{ 0, 0xbe, 0xbe, "i:f", 0 }, { 0, 0xbf, 0xbf, "I:F", 0 },
	{ 0, 0xc0, 0xc1, "i:i", 0 }, { 0, 0xc2, 0xc4, "I:I", 0 },
	{ 0xfc, 0, 1, "f:i", 0 }, { 0xfc, 2, 3, "F:i", 0 },
	{ 0xfc, 4, 5, "f:I", 0 }, { 0xfc, 6, 7, "F:I", 0 },
	{ SIMD, 14, 14, "vv:v", 0 }, { SIMD, 15, 17, "i:v", 0 },
	{ SIMD, 18, 18, "I:v", 0 }, { SIMD, 19, 19, "f:v", 0 },
	{ SIMD, 20, 20, "F:v", 0 }, { SIMD, 35, 76, "vv:v", 0 },
	{ SIMD, 77, 77, "v:v", 0 }, { SIMD, 78, 81, "vv:v", 0 },
	{ SIMD, 82, 82, "vvv:v", 0 }, { SIMD, 83, 83, "v:i", 0 },
	{ SIMD, 94, 94, "v:v", 'f' }, { SIMD, 95, 95, "v:v", 'F' },
	{ SIMD, 96, 98, "v:v", 0 }, { SIMD, 99, 100, "v:i", 0 },
	{ SIMD, 101, 102, "vv:v", 0 }, { SIMD, 103, 106, "v:v", 'f' },
	{ SIMD, 107, 109, "vi:v", 0 }, { SIMD, 110, 115, "vv:v", 0 },
	{ SIMD, 116, 117, "v:v", 'F' }, { SIMD, 118, 121, "vv:v", 0 },
	{ SIMD, 122, 122, "v:v", 'F' }, { SIMD, 123, 123, "vv:v", 0 },
	{ SIMD, 124, 129, "v:v", 0 }, { SIMD, 130, 130, "vv:v", 0 },
	{ SIMD, 131, 132, "v:i", 0 }, { SIMD, 133, 134, "vv:v", 0 },
	{ SIMD, 135, 138, "v:v", 0 }, { SIMD, 139, 141, "vi:v", 0 },
	{ SIMD, 142, 147, "vv:v", 0 }, { SIMD, 148, 148, "v:v", 'F' },
	{ SIMD, 149, 153, "vv:v", 0 }, { SIMD, 155, 159, "vv:v", 0 },
	{ SIMD, 160, 161, "v:v", 0 }, { SIMD, 163, 164, "v:i", 0 },
	{ SIMD, 167, 170, "v:v", 0 }, { SIMD, 171, 173, "vi:v", 0 },
	{ SIMD, 174, 174, "vv:v", 0 }, { SIMD, 177, 177, "vv:v", 0 },
	{ SIMD, 181, 186, "vv:v", 0 }, { SIMD, 188, 191, "vv:v", 0 },
	{ SIMD, 192, 193, "v:v", 0 }, { SIMD, 195, 196, "v:i", 0 },
	{ SIMD, 199, 202, "v:v", 0 }, { SIMD, 203, 205, "vi:v", 0 },
	{ SIMD, 206, 206, "vv:v", 0 }, { SIMD, 209, 209, "vv:v", 0 },
	{ SIMD, 213, 223, "vv:v", 0 }, { SIMD, 224, 225, "v:v", 0 },
	{ SIMD, 227, 227, "v:v", 'f' }, { SIMD, 228, 233, "vv:v", 'f' },
	{ SIMD, 234, 235, "vv:v", 0 }, { SIMD, 236, 237, "v:v", 0 },
	{ SIMD, 239, 239, "v:v", 'F' }, { SIMD, 240, 245, "vv:v", 'F' },
	{ SIMD, 246, 247, "vv:v", 0 }, { SIMD, 248, 255, "v:v", 0 },
};

/* Loads and stores; log2 of the width is the most an alignment may say. */
struct access {
	uint8_t prefix, code, log2;
	char type;
	uint8_t lanes;		/* not 0: takes a vector and a lane below that */
};

static const struct access loads[] = {
	{ 0, 0x28, 2, 'i', 0 }, { 0, 0x29, 3, 'I', 0 }, { 0, 0x2a, 2, 'f', 0 },
	{ 0, 0x2b, 3, 'F', 0 }, { 0, 0x2c, 0, 'i', 0 }, { 0, 0x2d, 0, 'i', 0 },
	{ 0, 0x2e, 1, 'i', 0 }, { 0, 0x2f, 1, 'i', 0 }, { 0, 0x30, 0, 'I', 0 },
	{ 0, 0x31, 0, 'I', 0 }, { 0, 0x32, 1, 'I', 0 }, { 0, 0x33, 1, 'I', 0 },
	{ 0, 0x34, 2, 'I', 0 }, { 0, 0x35, 2, 'I', 0 },
	{ SIMD, 0, 4, 'v', 0 }, { SIMD, 1, 3, 'v', 0 }, { SIMD, 2, 3, 'v', 0 },
	{ SIMD, 3, 3, 'v', 0 }, { SIMD, 4, 3, 'v', 0 }, { SIMD, 5, 3, 'v', 0 },
	{ SIMD, 6, 3, 'v', 0 }, { SIMD, 7, 0, 'v', 0 }, { SIMD, 8, 1, 'v', 0 },
	{ SIMD, 9, 2, 'v', 0 }, { SIMD, 10, 3, 'v', 0 },
	{ SIMD, 84, 0, 'v', 16 }, { SIMD, 85, 1, 'v', 8 },
	{ SIMD, 86, 2, 'v', 4 }, { SIMD, 87, 3, 'v', 2 },
	{ SIMD, 92, 2, 'v', 0 }, { SIMD, 93, 3, 'v', 0 },
};

static const struct access stores[] = {
	{ 0, 0x36, 2, 'i', 0 }, { 0, 0x37, 3, 'I', 0 }, { 0, 0x38, 2, 'f', 0 },
	{ 0, 0x39, 3, 'F', 0 }, { 0, 0x3a, 0, 'i', 0 }, { 0, 0x3b, 1, 'i', 0 },
	{ 0, 0x3c, 0, 'I', 0 }, { 0, 0x3d, 1, 'I', 0 }, { 0, 0x3e, 2, 'I', 0 },
	{ SIMD, 11, 4, 'v', 0 },
	{ SIMD, 88, 0, 'v', 16 }, { SIMD, 89, 1, 'v', 8 },
	{ SIMD, 90, 2, 'v', 4 }, { SIMD, 91, 3, 'v', 2 },
};

/* Atomics come in sevens of these. */
static const struct { char type; uint8_t log2; } atomics[] = {
	{ 'i', 2 }, { 'I', 3 }, { 'i', 0 }, { 'i', 1 }, { 'I', 0 }, { 'I', 1 },
	{ 'I', 2 },
};

#endif
