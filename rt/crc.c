/* SPDX-License-Identifier: Apache-2.0 */
#include <catchpit/load.h>

uint32_t cpit_crc32(const void *p, size_t len)
{
	const uint8_t *s = p;
	uint32_t crc = UINT32_MAX;
	int bit;

	while (len--) {
		crc ^= *s++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}
