/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU virt: one hart's set-up, traps, page tables (Sv48), devices. */
#include "kernel.h"

#ifdef M_MODE
#define STATUS "mstatus"
#define TVEC "mtvec"
#define IE "mie"
enum { STATUS_IE = 8, STATUS_NEW = 3 << 11 | 8 << 4, TIMER_IE = 1 << 7 };
enum { TIMER_CAUSE = 7, ECALL_CAUSE = 11 };
const bool has_mmu;
#else
#define STATUS "sstatus"
#define TVEC "stvec"
#define IE "sie"
enum { STATUS_IE = 2, STATUS_NEW = 1 << 8 | 2 << 4, TIMER_IE = 1 << 5 };
enum { TIMER_CAUSE = 5, ECALL_CAUSE = 9 };
const bool has_mmu = true;
#endif

#define READ(csr)							\
	({								\
		uintptr_t v_;						\
		__asm__ volatile("csrr %0, " csr : "=r"(v_) : : "memory"); \
		v_;							\
	})
#define WRITE(csr, v) __asm__ volatile("csrw " csr ", %0" : : "r"(v) : "memory")
#define SET(csr, v) __asm__ volatile("csrs " csr ", %0" : : "r"(v) : "memory")
#define CLEAR(csr, v) __asm__ volatile("csrc " csr ", %0" : : "r"(v) : "memory")

enum { FS_ON = 1 << 13, FS = 3 << 13, PERIOD = 2000 /* of 100 ns */ };

struct frame {
	uintptr_t x[32], status;	/* x[0] is the pc */
};
_Static_assert(sizeof(struct frame) == 264, "riscv64.S");
const size_t frame_size = sizeof(struct frame);
enum { RA = 1, SP = 2, S0 = 8, A0 = 10, A1 = 11 };

extern char trap_entry[];
uint32_t cpus_go;
void trap(struct frame *f, uintptr_t cause, uintptr_t tval);

struct cpu *this_cpu(void)
{
	struct cpu *c;

	__asm__ volatile("mv %0, tp" : "=r"(c));
	return c;
}

/* -------------------------------------------------------------------- traps */

static enum cpit_cause cause_of(uintptr_t cause)
{
	switch (cause) {
	case 2:
		return CPIT_CAUSE_ILLEGAL;
	case 3:
		return CPIT_CAUSE_BREAK;
	case 4:
	case 6:
		return CPIT_CAUSE_ALIGN;
	case 5:
	case 7:
	case 13:
	case 15:
		return CPIT_CAUSE_ACCESS;
	}
	return CPIT_CAUSE_OTHER;
}

void trap(struct frame *f, uintptr_t cause, uintptr_t tval)
{
	struct cpit_fault fault = {
		.cause = cause_of(cause), .pc = f->x[0], .sp = f->x[SP],
		.fp = f->x[S0], .ra = f->x[RA], .addr = tval,
	};

	if (cause == (1ul << 63 | TIMER_CAUSE)) {
		timer_next();
		kernel_trap(f, TIMER, &fault);
	} else if (cause == ECALL_CAUSE) {
		f->x[0] += 4;
		kernel_trap(f, SYSCALL, &fault);
	} else {
		kernel_trap(f, FAULT, &fault);
	}
}

uintptr_t frame_pc(const struct frame *f)
{
	return f->x[0];
}

void frame_set_pc(struct frame *f, uintptr_t pc)
{
	f->x[0] = pc;
}

void frame_skip_breakpoint(struct frame *f)
{
	f->x[0] += 2;			/* c.ebreak */
}

void frame_land(struct frame *f, const struct cpit_landing *l)
{
	f->x[0] = l->pc;
	f->x[SP] = l->sp;
	f->x[A0] = l->arg0;
	f->x[A1] = l->arg1;
}

void frame_new(struct frame *f, void (*fn)(void *), void *arg, uintptr_t sp)
{
	f->x[0] = (uintptr_t)fn;
	f->x[SP] = sp;
	f->x[A0] = (uintptr_t)arg;
	f->status = (READ(STATUS) & ~(uintptr_t)STATUS_IE) | STATUS_NEW | FS_ON;
}

void breakpoint(void)
{
	__asm__ volatile("c.ebreak");
}

void yield(void)
{
	__asm__ volatile("ecall" : : : "memory");
}

uintptr_t irq_save(void)
{
	uintptr_t was;

	__asm__ volatile("csrrc %0, " STATUS ", %1"
			 : "=r"(was) : "r"((uintptr_t)STATUS_IE) : "memory");
	return was & STATUS_IE;
}

void irq_restore(uintptr_t flags)
{
	if (flags)
		SET(STATUS, (uintptr_t)STATUS_IE);
}

/* ------------------------------------------------------------- page tables */

#ifdef M_MODE

void machine_map(uintptr_t va, uintptr_t page)
{
	(void)va;
	(void)page;
}

uintptr_t machine_unmap(uintptr_t va)
{
	(void)va;
	return 0;
}

void machine_protect(uintptr_t va, bool exec)
{
	(void)va;
	(void)exec;
}

void machine_flush(void)
{
	__asm__ volatile("fence.i" : : : "memory");
}

static void paging_on(void)
{
}

#else

static uint64_t root[512] __attribute__((aligned(PAGE)));
static uint64_t low[512] __attribute__((aligned(PAGE)));
enum { V = 1, RWX = 0xcf, RW = 0xc7, RX = 0xcb, R = 0xc3 };

static uint64_t *entry(uintptr_t va, bool make)
{
	uint64_t *t = root;
	int level;

	for (level = 3; level > 0; level--) {
		uint64_t *e = &t[va >> (12 + 9 * level) & 511];

		if (!(*e & V)) {
			void *p = make ? page_alloc(1) : NULL;

			if (!p)
				return NULL;
			table_pages++;
			*e = (uintptr_t)p >> 2 | V;
		}
		t = (uint64_t *)(*e >> 10 << 12);
	}
	return &t[va >> 12 & 511];
}

void machine_map(uintptr_t va, uintptr_t page)
{
	uint64_t *e = entry(va, true);

	if (!e)
		cpit_embed_panic("no memory for page tables", 0, va, 0);
	*e = page >> 2 | RW;
}

uintptr_t machine_unmap(uintptr_t va)
{
	uint64_t *e = entry(va, false);
	uintptr_t page = e && *e & V ? *e >> 10 << 12 : 0;

	if (page)
		*e = 0;
	return page;
}

void machine_protect(uintptr_t va, bool exec)
{
	uint64_t *e = entry(va, false);

	*e = (*e & ~(uint64_t)RWX) | (exec ? RX : R);
}

void machine_flush(void)
{
	__asm__ volatile("sfence.vma\n\tfence.i" : : : "memory");
}

static void paging_on(void)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		low[i] = (uint64_t)i << 28 | RWX;
	root[0] = (uintptr_t)low >> 2 | V;
	machine_flush();
	WRITE("satp", 9ul << 60 | (uintptr_t)root >> 12);
	machine_flush();
}

#endif

/* ------------------------------------------------------------------ the rest */

void machine_cpu_init(struct cpu *c)
{
	__asm__ volatile("mv tp, %0" : : "r"(c));
	WRITE(TVEC, (uintptr_t)trap_entry);
	SET(STATUS, (uintptr_t)FS_ON);
	paging_on();
	SET(IE, (uintptr_t)TIMER_IE);
}

void machine_fpu_off(void)
{
	CLEAR(STATUS, (uintptr_t)FS);
}

void machine_start_cpus(void)
{
	__atomic_store_n(&cpus_go, 1, __ATOMIC_SEQ_CST);
}

void timer_next(void)
{
	uint64_t when = READ("time") + PERIOD;

#ifdef M_MODE
	((volatile uint64_t *)0x02004000)[READ("mhartid")] = when;
#else
	WRITE("0x14d", when);
#endif
}

uint64_t instructions(void)
{
	return READ("instret");
}

uint64_t machine_ns(void)
{
	return READ("time") * 100;
}

void machine_putc(char c)
{
	*(volatile uint8_t *)0x10000000 = (uint8_t)c;
}

void machine_exit(unsigned status)
{
	*(volatile uint32_t *)0x100000 = status ? status << 16 | 0x3333 : 0x5555;
	for (;;)
		;
}
