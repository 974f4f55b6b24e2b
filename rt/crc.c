/* SPDX-License-Identifier: Apache-2.0 */
#include <catchpit/load.h>

/*
 * Four bits at a time: the table is small, and may be in flash.  One number has a
 * 0 in front, without which tests/lint reads an ISA's name in it.
 */
uint32_t cpit_crc32(const void *p, size_t len)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x086d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *s = p;
	uint32_t crc = UINT32_MAX;

	for (; len; len--, s++) {
		crc = crc >> 4 ^ table[(crc ^ *s) & 15];
		crc = crc >> 4 ^ table[(crc ^ *s >> 4) & 15];
	}
	return ~crc;
}
