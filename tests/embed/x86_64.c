/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU q35 and microvm: one CPU's set-up, traps, page tables, devices. */
#include "kernel.h"

enum { TIMER_VECTOR = 32, SPURIOUS, SYSCALL_VECTOR, VECTORS };
enum { CODE = 24, TSS = 32 };		/* selectors; the first 4 are boot's */
#define APIC ((volatile uint32_t *)0xfee00000)
#define RAM_AT(phys) ((uint8_t *)(phys))

#ifdef BY_GS			/* which is wasm's then */
#define SELF "fs"
#define SELF_BASE 0xc0000100
#else
#define SELF "gs"
#define SELF_BASE 0xc0000101
#endif

const bool has_mmu = true;

struct frame {
	uintptr_t r15, r14, r13, r12, r11, r10, r9, r8;
	uintptr_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uintptr_t vector, error;
	uintptr_t rip, cs, rflags, rsp, ss;
};
_Static_assert(sizeof(struct frame) <= FRAME_ROOM, "kernel.h");
const size_t frame_size = sizeof(struct frame);

extern char stubs[], trampoline[], trampoline_end[];
extern uint64_t boot_pml4[];
void trap(struct frame *f, uintptr_t cr2);
void *memcpy(void *dest, const void *src, size_t n);

static void wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v),
			 "d"((uint32_t)(v >> 32)) : "memory");
}

static void outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

struct cpu *this_cpu(void)
{
	struct cpu *c;

	__asm__ volatile("mov %%" SELF ":0, %0" : "=r"(c));
	return c;
}

/* -------------------------------------------------------------------- traps */

static enum cpit_cause cause_of(const struct frame *f)
{
	switch (f->vector) {
	case 3:
		return CPIT_CAUSE_BREAK;
	case 6:
		return CPIT_CAUSE_ILLEGAL;
	case 14:			/* but for instruction fetches */
		return f->error & 16 ? CPIT_CAUSE_OTHER : CPIT_CAUSE_ACCESS;
	case 17:
		return CPIT_CAUSE_ALIGN;
	}
	return CPIT_CAUSE_OTHER;
}

void trap(struct frame *f, uintptr_t cr2)
{
	struct cpit_fault fault = {
		.cause = cause_of(f), .pc = f->rip, .sp = f->rsp,
		.fp = f->rbp, .addr = f->vector == 14 ? cr2 : 0,
	};

	if (f->vector == TIMER_VECTOR) {
		APIC[0xb0 / 4] = 0;
		kernel_trap(f, TIMER, &fault);
	} else if (f->vector == SYSCALL_VECTOR) {
		kernel_trap(f, SYSCALL, &fault);
	} else if (f->vector != SPURIOUS) {
		kernel_trap(f, FAULT, &fault);
	}
}

uintptr_t frame_pc(const struct frame *f)
{
	return f->rip;
}

void frame_set_pc(struct frame *f, uintptr_t pc)
{
	f->rip = pc;
}

void frame_skip_breakpoint(struct frame *f)
{
	(void)f;			/* int3 leaves rip behind itself */
}

void frame_land(struct frame *f, const struct cpit_landing *l)
{
	f->rip = l->pc;
	f->rsp = l->sp;
	f->rdi = l->arg0;
	f->rsi = l->arg1;
	f->rflags &= ~0x400ul;		/* DF */
}

void frame_new(struct frame *f, void (*fn)(void *), void *arg, uintptr_t sp)
{
	f->rip = (uintptr_t)fn;
	f->cs = CODE;
	f->rflags = 0x202;
	f->rsp = sp - 8;		/* as after a call */
	f->ss = 16;
	f->rdi = (uintptr_t)arg;
}

void breakpoint(void)
{
	__asm__ volatile("int3");
}

void yield(void)
{
	__asm__ volatile("int $0x80" : : : "memory");
}

uintptr_t irq_save(void)
{
	uintptr_t flags;

	__asm__ volatile("pushf; pop %0; cli" : "=r"(flags) : : "memory");
	return flags & 0x200;
}

void irq_restore(uintptr_t flags)
{
	if (flags)
		__asm__ volatile("sti" : : : "memory");
}

/* ------------------------------------------------------------- page tables */

static uint64_t *entry(uintptr_t va, bool make)
{
	uint64_t *t = boot_pml4;
	int level;

	for (level = 3; level > 0; level--) {
		uint64_t *e = &t[va >> (12 + 9 * level) & 511];

		if (!(*e & 1)) {
			void *p = make ? page_alloc(1) : NULL;

			if (!p)
				return NULL;
			table_pages++;
			*e = (uintptr_t)p | 3;
		}
		t = (uint64_t *)(*e & ~4095ul);
	}
	return &t[va >> 12 & 511];
}

void machine_map(uintptr_t va, uintptr_t page)
{
	uint64_t *e = entry(va, true);

	if (!e)
		cpit_embed_panic("no memory for page tables", 0, va, 0);
	*e = page | 3;
}

uintptr_t machine_unmap(uintptr_t va)
{
	uint64_t *e = entry(va, false);
	uintptr_t page = e && *e & 1 ? *e & ~4095ul : 0;

	if (page)
		*e = 0;
	return page;
}

void machine_protect(uintptr_t va, bool exec)
{
	(void)exec;		/* all is */
	*entry(va, false) &= ~2ul;
}

void machine_flush(void)
{
	uintptr_t root;

	__asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root) : :
			 "memory");
}

/* ------------------------------------------------------------------ one CPU */

static struct {
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t mid;
	uint32_t high, zero;
} idt[256];

static struct tables {
	uint64_t gdt[6];
	struct {
		uint32_t zero;
		uint64_t rsp[3], zero2, ist[7];
		uint16_t zero3[5], iomap;
	} __attribute__((packed)) tss;
} tables[CPUS];

struct pointer {
	uint16_t limit;
	const void *base;
} __attribute__((packed));

static void set_gate(unsigned vector, unsigned stub)
{
	uintptr_t at = (uintptr_t)stubs + 16 * stub;

	idt[vector].low = (uint16_t)at;
	idt[vector].selector = CODE;
	idt[vector].ist = 1;
	idt[vector].type = 0x8e;
	idt[vector].mid = (uint16_t)(at >> 16);
	idt[vector].high = (uint32_t)(at >> 32);
}

static void load_tables(struct cpu *c)
{
	struct tables *t = &tables[c->id];
	uint64_t base = (uintptr_t)&t->tss;
	struct pointer g = { sizeof(t->gdt) - 1, t->gdt };
	struct pointer i = { sizeof(idt) - 1, idt };

	t->gdt[2] = 0x00cf93000000ffff;
	t->gdt[CODE / 8] = 0x00af9b000000ffff;
	t->gdt[TSS / 8] = (sizeof(t->tss) - 1) | (base & 0xffffff) << 16 |
			  0x89ull << 40 | (base >> 24 & 0xff) << 56;
	t->gdt[TSS / 8 + 1] = base >> 32;
	t->tss.ist[0] = c->trap_sp;
	t->tss.iomap = sizeof(t->tss);
	__asm__ volatile("lgdt %0; lidt %1; ltr %w2"
			 : : "m"(g), "m"(i), "r"(TSS));
	wrmsr(SELF_BASE, (uintptr_t)c);
}

void machine_cpu_init(struct cpu *c)
{
	unsigned v;

	for (v = 0; v < VECTORS - 1; v++)
		set_gate(v, v);
	set_gate(0x80, SYSCALL_VECTOR);
	load_tables(c);
	__asm__ volatile("fninit");
	outb(0x21, 0xff);			/* the old PICs */
	outb(0xa1, 0xff);
	APIC[0xf0 / 4] = 0x100 | SPURIOUS;
	APIC[0x3e0 / 4] = 0xb;
	APIC[0x320 / 4] = 1 << 17 | TIMER_VECTOR;	/* periodic */
}

void machine_fpu_off(void)
{
	__asm__ volatile("mov %%cr0, %%rax; or $8, %%al; mov %%rax, %%cr0"
			 : : : "rax", "memory");	/* TS */
}

static void wait(unsigned n)
{
	while (n--)
		outb(0x80, 0);
}

void machine_start_cpus(void)
{
	memcpy(RAM_AT(0x8000), trampoline,
	       (size_t)(trampoline_end - trampoline));
	APIC[0x300 / 4] = 0xc4500;		/* INIT, all others */
	wait(10000);
	APIC[0x300 / 4] = 0xc4608;		/* start at 0x8000 */
	wait(10000);
}

void timer_next(void)
{
	APIC[0x380 / 4] = 200000;		/* 200 us of QEMU's 1 GHz */
}

uint64_t instructions(void)
{
	uint32_t lo, hi;

	/* Counts them under QEMU's -icount shift=0. */
	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

/* Of the first CPU's time stamps, of some GHz: near enough for a budget. */
uint64_t machine_ns(void)
{
	return instructions() / 2;
}

void machine_putc(char c)
{
	outb(0x3f8, (uint8_t)c);
}

void machine_exit(unsigned status)
{
	__asm__ volatile("outl %0, %1" : : "a"(status), "Nd"((uint16_t)0xf4));
	for (;;)
		__asm__ volatile("hlt");
}
