/* SPDX-License-Identifier: Apache-2.0 */
/* x86_64: another way in for a vector, of all CPUs. */
#ifndef CPIT_TESTS_GATE_H
#define CPIT_TESTS_GATE_H

#include <stdint.h>

/* On which stack (IST slot; 0: the interrupted one), where to. */
static inline void set_gate(unsigned vector, unsigned ist, void (*to)(void))
{
	uintptr_t pc = (uintptr_t)to;
	uint16_t *gate;
	struct {
		uint16_t size;
		char *gates;
	} __attribute__((packed)) idt;

	__asm__ volatile("sidt %0" : "=m"(idt));
	gate = (uint16_t *)(void *)(idt.gates + 16 * vector);
	gate[0] = (uint16_t)pc;
	gate[2] = (uint16_t)((gate[2] & 0xff00) | ist);
	gate[3] = (uint16_t)(pc >> 16);
	gate[4] = (uint16_t)(pc >> 32);
	gate[5] = (uint16_t)(pc >> 48);
}

#endif
