/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin for QEMU: the cache lines that two CPUs have in common and one of
 * them writes, each between its own two marks.  No such line is the absence of
 * locks and of false sharing, whatever the computer that it runs on is busy with
 * (K23-18).  Instruction fetches, page walks and what the CPU itself pushes at an
 * exception are not seen.
 *
 * Arguments: begin=ADDRESS, end=ADDRESS, in hex; out=FILE, for a line
 * "own N N shared N" and the places.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What is used of QEMU's interface for plugins, version 1 (its documentation,
 * devel/tcg-plugins); Debian has no header of it.
 */
enum { MEM_RW = 3, NO_REGS = 0 };
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
						 size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
unsigned qemu_plugin_mem_size_shift(uint32_t info);
bool qemu_plugin_mem_is_store(uint32_t info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info, uint64_t vaddr);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *at);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *at);
void qemu_plugin_register_vcpu_tb_trans_cb(
	uint64_t id, void (*fn)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_mem_cb(
	struct qemu_plugin_insn *insn,
	void (*fn)(unsigned cpu, uint32_t info, uint64_t vaddr, void *data),
	int flags, int rw, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*fn)(unsigned cpu, void *data),
					    int flags, void *data);
void qemu_plugin_register_atexit_cb(uint64_t id,
				    void (*fn)(uint64_t id, void *data),
				    void *data);
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);
extern int qemu_plugin_version;
int qemu_plugin_version = 1;

enum { CPUS = 2, SHIFT = 6, LINES = (256 << 20) >> SHIFT };	/* of the RAM */
enum { READ = 1, WRITTEN = 2 };

/* A CPU writes its own half only. */
static struct line {
	uint8_t how[CPUS];
	uint64_t vaddr[CPUS], pc[CPUS];
} lines[LINES];

static bool looking[CPUS];
static uint64_t begin, end;
static const char *out;

static void at_mark(unsigned cpu, void *data)
{
	if (cpu < CPUS)
		looking[cpu] = (uintptr_t)data == begin;
}

static void at_access(unsigned cpu, uint32_t info, uint64_t vaddr, void *pc)
{
	struct qemu_plugin_hwaddr *hw;
	uint64_t first, last, i;

	if (cpu >= CPUS || !looking[cpu])
		return;
	hw = qemu_plugin_get_hwaddr(info, vaddr);
	if (!hw || qemu_plugin_hwaddr_is_io(hw))
		return;
	first = qemu_plugin_hwaddr_phys_addr(hw);
	last = first + (1u << qemu_plugin_mem_size_shift(info)) - 1;
	for (i = first >> SHIFT; i <= last >> SHIFT; i++) {
		struct line *l = &lines[i % LINES];
		bool store = qemu_plugin_mem_is_store(info);

		if (store || !l->how[cpu]) {
			l->vaddr[cpu] = vaddr;
			l->pc[cpu] = (uintptr_t)pc;
		}
		l->how[cpu] |= store ? WRITTEN : READ;
	}
}

static void at_translation(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);
		void *data = (void *)(uintptr_t)pc;

		if (pc == begin || pc == end)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark,
							       NO_REGS, data);
		qemu_plugin_register_vcpu_mem_cb(insn, at_access, NO_REGS,
						 MEM_RW, data);
	}
}

static void at_exit(uint64_t id, void *data)
{
	unsigned own[CPUS] = { 0 }, shared = 0;
	FILE *f = fopen(out, "w");
	size_t i;

	(void)id;
	(void)data;
	for (i = 0; f && i < LINES; i++) {
		const struct line *l = &lines[i];

		own[0] += l->how[0] != 0;
		own[1] += l->how[1] != 0;
		if (!l->how[0] || !l->how[1] ||
		    !((l->how[0] | l->how[1]) & WRITTEN))
			continue;
		shared++;
		fprintf(f, "0x%" PRIx64 " by 0x%" PRIx64 ", 0x%" PRIx64
			   " by 0x%" PRIx64 "\n",
			l->vaddr[0], l->pc[0], l->vaddr[1], l->pc[1]);
	}
	if (f) {
		fprintf(f, "own %u %u shared %u\n", own[0], own[1], shared);
		fclose(f);
	}
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	for (; argc > 0; argc--, argv++) {
		if (!strncmp(*argv, "begin=", 6))
			begin = strtoull(*argv + 6, NULL, 16);
		else if (!strncmp(*argv, "end=", 4))
			end = strtoull(*argv + 4, NULL, 16);
		else if (!strncmp(*argv, "out=", 4))
			out = strdup(*argv + 4);
	}
	if (!begin || !end || !out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, at_translation);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
