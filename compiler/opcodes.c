/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions.  Every one is walked with its immediates, so that none that we
 * refuse is overlooked and none is misread; their types are not checked, as
 * wasm2c validates afterwards.
 */
#include "parse.h"

enum immediate {
	NONE, UNKNOWN,
	BLOCK, TRY_TABLE, END, DELEGATE,	/* those that nest */
	INDEX, BYTE, MEMARG, MEMARG_LANE, MEMORY, MEMORY2,
	DATA, DATA_MEMORY, TABLE, TABLE2, LABELS, TYPES, HEAPTYPE, CALL_INDIRECT,
	TAIL_CALL, TAIL_CALL_INDIRECT,
	S32, S64, BYTES4, BYTES8, BYTES16
};

/* A stretch of opcodes: from the one after the previous entry's to `last'. */
struct opcodes {
	uint32_t last;
	uint8_t immediate;	/* enum immediate */
	uint8_t refusal;	/* enum refusal */
	uint16_t features;	/* enum feature */
};

static const struct opcodes plain[] = {
	{ 0x01, NONE, 0, 0 },			/* unreachable nop */
	{ 0x04, BLOCK, 0, 0 },			/* block loop if */
	{ 0x05, NONE, 0, 0 },			/* else */
	{ 0x06, BLOCK, 0, FEAT_EXCEPTIONS },	/* try */
	{ 0x09, INDEX, 0, FEAT_EXCEPTIONS },	/* catch throw rethrow */
	{ 0x0a, NONE, 0, FEAT_EXCEPTIONS },	/* throw_ref */
	{ 0x0b, END, 0, 0 },
	{ 0x0d, INDEX, 0, 0 },			/* br br_if */
	{ 0x0e, LABELS, 0, 0 },			/* br_table */
	{ 0x0f, NONE, 0, 0 },			/* return */
	{ 0x10, INDEX, 0, 0 },			/* call */
	{ 0x11, CALL_INDIRECT, 0, 0 },
	{ 0x12, TAIL_CALL, 0, FEAT_TAIL_CALL },
	{ 0x13, TAIL_CALL_INDIRECT, 0, FEAT_TAIL_CALL },
	{ 0x15, INDEX, REFUSE_FUNC_REFS, 0 },	/* call_ref return_call_ref */
	{ 0x17, UNKNOWN, 0, 0 },
	{ 0x18, DELEGATE, 0, FEAT_EXCEPTIONS },
	{ 0x19, NONE, 0, FEAT_EXCEPTIONS },	/* catch_all */
	{ 0x1b, NONE, 0, 0 },			/* drop select */
	{ 0x1c, TYPES, 0, FEAT_REF_TYPES },	/* select t */
	{ 0x1e, UNKNOWN, 0, 0 },
	{ 0x1f, TRY_TABLE, 0, FEAT_EXCEPTIONS },
	{ 0x24, INDEX, 0, 0 },			/* local.* global.* */
	{ 0x26, TABLE, 0, FEAT_REF_TYPES },	/* table.get table.set */
	{ 0x27, UNKNOWN, 0, 0 },
	{ 0x3e, MEMARG, 0, 0 },			/* loads and stores */
	{ 0x40, MEMORY, 0, 0 },			/* memory.size memory.grow */
	{ 0x41, S32, 0, 0 },
	{ 0x42, S64, 0, 0 },
	{ 0x43, BYTES4, 0, 0 },
	{ 0x44, BYTES8, 0, 0 },
	{ 0xbf, NONE, 0, 0 },			/* numeric */
	{ 0xc4, NONE, 0, FEAT_SIGN_EXT },
	{ 0xcf, UNKNOWN, 0, 0 },
	{ 0xd0, HEAPTYPE, 0, 0 },		/* ref.null */
	{ 0xd1, NONE, 0, FEAT_REF_TYPES },	/* ref.is_null */
	{ 0xd2, INDEX, 0, FEAT_REF_TYPES },	/* ref.func */
	{ 0xd3, NONE, REFUSE_GC, 0 },		/* ref.eq */
	{ 0xd4, NONE, REFUSE_FUNC_REFS, 0 },	/* ref.as_non_null */
	{ 0xd6, INDEX, REFUSE_FUNC_REFS, 0 },	/* br_on_[non_]null */
	{ 0xdf, UNKNOWN, 0, 0 },
	{ 0xe6, UNKNOWN, REFUSE_STACK_SWITCHING, 0 },
	{ 0xfa, UNKNOWN, 0, 0 },
	{ 0xfb, UNKNOWN, REFUSE_GC, 0 },
	{ UINT32_MAX, UNKNOWN, 0, 0 }
};

static const struct opcodes prefix_fc[] = {
	{ 0x07, NONE, 0, FEAT_SAT_TRUNC },
	{ 0x08, DATA_MEMORY, 0, FEAT_BULK },	/* memory.init */
	{ 0x09, DATA, 0, FEAT_BULK },		/* data.drop */
	{ 0x0a, MEMORY2, 0, FEAT_BULK },	/* memory.copy */
	{ 0x0b, MEMORY, 0, FEAT_BULK },		/* memory.fill */
	{ 0x0c, TABLE2, 0, FEAT_BULK },		/* table.init */
	{ 0x0d, TABLE, 0, FEAT_BULK },		/* elem.drop */
	{ 0x0e, TABLE2, 0, FEAT_BULK },		/* table.copy */
	{ 0x11, TABLE, 0, FEAT_REF_TYPES },	/* table.grow size fill */
	{ 0x12, UNKNOWN, 0, 0 },
	{ 0x16, NONE, REFUSE_WIDE_ARITHMETIC, 0 },
	{ UINT32_MAX, UNKNOWN, 0, 0 }
};

#define GAP(first, until) { first - 1, NONE, 0, 0 }, { until, UNKNOWN, 0, 0 }
static const struct opcodes prefix_fd[] = {
	{ 0x0b, MEMARG, 0, 0 },			/* loads, v128.store */
	{ 0x0d, BYTES16, 0, 0 },		/* v128.const i8x16.shuffle */
	{ 0x14, NONE, 0, 0 },			/* swizzle, splats */
	{ 0x22, BYTE, 0, 0 },			/* lanes */
	{ 0x53, NONE, 0, 0 },
	{ 0x5b, MEMARG_LANE, 0, 0 },
	{ 0x5d, MEMARG, 0, 0 },			/* v128.load*_zero */
	GAP(0x9a, 0x9a), GAP(0xa2, 0xa2), GAP(0xa5, 0xa6), GAP(0xaf, 0xb0),
	GAP(0xb2, 0xb4), GAP(0xbb, 0xbb), GAP(0xc2, 0xc2), GAP(0xc5, 0xc6),
	GAP(0xcf, 0xd0), GAP(0xd2, 0xd4), GAP(0xe2, 0xe2), GAP(0xee, 0xee),
	{ 0xff, NONE, 0, 0 },
	{ 0x113, NONE, REFUSE_RELAXED_SIMD, 0 },
	{ UINT32_MAX, UNKNOWN, 0, 0 }
};

static const struct opcodes prefix_fe[] = {
	{ 0x02, MEMARG, REFUSE_WAIT_NOTIFY, 0 },
	{ 0x03, BYTE, 0, 0 },			/* atomic.fence */
	{ 0x0f, UNKNOWN, 0, 0 },
	{ 0x4e, MEMARG, 0, 0 },
	{ UINT32_MAX, UNKNOWN, 0, 0 }
};

static const struct opcodes *find(const struct opcodes *table, uint32_t op)
{
	while (table->last < op)
		table++;
	return table;
}

/* -------------------------------------------------------------- immediates */

static uint32_t memory_index(struct parser *p)
{
	uint32_t index = reader_u32(&p->r);

	if (index)
		p->features |= FEAT_MULTI_MEMORY;
	return index;
}

static void memarg(struct parser *p)
{
	const uint8_t *at = p->r.p;
	const struct module *m = p->m;
	uint32_t memory = 0, align = reader_u32(&p->r);

	if (align >= 0x80)
		parse_fail(p, at, "malformed alignment 0x%x", align);
	if (align & 0x40)
		memory = memory_index(p);
	if (memory < m->nmemories && m->memories[memory].lim.is64)
		reader_u64(&p->r);
	else
		reader_u32(&p->r);
}

static void block_type(struct parser *p)
{
	const uint8_t *at = p->r.p;

	if (reader_left(&p->r) && *at == 0x40) {
		reader_u8(&p->r);
	} else if (reader_left(&p->r) && (*at & 0xc0) == 0x40) {
		parse_valtype(p);
	} else {
		if (reader_s33(&p->r) < 0)
			parse_fail(p, at, "malformed block type");
		p->features |= FEAT_MULTI_VALUE;
	}
}

static void labels(struct parser *p)
{
	const uint8_t *at = p->r.p;
	uint32_t n = reader_count(&p->r, 1);

	if (n > PARSE_MAX_TARGETS)
		parse_fail(p, at, "br_table of %u targets, at most %d", n,
			   PARSE_MAX_TARGETS);

	while (parse_ok(p) && n--)
		reader_u32(&p->r);
	reader_u32(&p->r);			/* the default */
}

static void types(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 1);

	while (parse_ok(p) && n--)
		parse_valtype(p);
}

static void catches(struct parser *p)
{
	uint32_t n = reader_count(&p->r, 2);

	while (parse_ok(p) && n--) {
		const uint8_t *at = p->r.p;
		uint8_t kind = reader_u8(&p->r);

		if (kind > 3)
			parse_fail(p, at, "unknown kind 0x%02x of catch",
				   kind);
		if (kind < 2)
			reader_u32(&p->r);	/* tag */
		reader_u32(&p->r);		/* label */
	}
}

/* For the depth of the stack: once for each function and type in a row. */
static void note_indirect(struct parser *p, uint32_t type)
{
	struct module *m = p->m;
	struct indirect *all = m->indirect;
	const struct indirect *last = m->nindirect ? &all[m->nindirect - 1]
						   : NULL;

	if (!parse_ok(p) || type >= m->ntypes)
		return;
	if (last && last->func == p->function && last->type == type)
		return;
	all = parse_grow(p, all, m->nindirect, sizeof(*all));
	if (!all)
		return;
	m->indirect = all;
	all[m->nindirect++] = (struct indirect){ p->function, type };
}

static uint32_t call_indirect(struct parser *p)
{
	uint32_t type = reader_u32(&p->r);

	if (reader_u32(&p->r))			/* table */
		p->features |= FEAT_REF_TYPES;
	return type;
}

/* `at' is where the instruction starts. */
static void immediate(struct parser *p, const uint8_t *at, enum immediate kind)
{
	struct reader *r = &p->r;

	switch (kind) {
	case NONE: case END: case UNKNOWN:
		break;
	case TRY_TABLE:
		block_type(p);
		catches(p);
		break;
	case DATA:
		reader_u32(r);
		p->needs_data_count = true;
		break;
	case DATA_MEMORY:
		reader_u32(r);
		memory_index(p);
		p->needs_data_count = true;
		break;
	case MEMORY2:
		memory_index(p);
		memory_index(p);
		break;
	case TABLE2:
		reader_u32(r);
		/* fall through */
	case TABLE:
		reader_u32(r);
		p->m->tables_used = true;
		break;
	case MEMARG_LANE:
		memarg(p);
		reader_u8(r);
		break;
	case TAIL_CALL:
		parse_tail_call(p, at, reader_u32(r), 0);
		break;
	case TAIL_CALL_INDIRECT:
		parse_tail_call(p, at, UINT32_MAX, call_indirect(p));
		break;
	case BLOCK:	block_type(p);		break;
	case INDEX:	reader_u32(r);		break;
	case DELEGATE:	reader_u32(r);		break;
	case BYTE:	reader_u8(r);		break;
	case MEMARG:	memarg(p);		break;
	case MEMORY:	memory_index(p);	break;
	case LABELS:	labels(p);		break;
	case TYPES:	types(p);		break;
	case HEAPTYPE:	parse_heaptype(p);	break;
	case CALL_INDIRECT: note_indirect(p, call_indirect(p)); break;
	case S32:	reader_s32(r);		break;
	case S64:	reader_s64(r);		break;
	case BYTES4:	reader_bytes(r, 4);	break;
	case BYTES8:	reader_bytes(r, 8);	break;
	case BYTES16:	reader_bytes(r, 16);	break;
	}
}

/* ------------------------------------------------------------ instructions */

static void unknown(struct parser *p, const uint8_t *at, uint32_t sub)
{
	if (*at >= 0xfc && *at <= 0xfe)
		parse_fail(p, at, "unknown opcode 0x%02x 0x%02x", *at, sub);
	else
		parse_fail(p, at, "unknown opcode 0x%02x", *at);
}

static const struct opcodes *opcode(struct parser *p, uint32_t *op)
{
	*op = reader_u8(&p->r);
	switch (*op) {
	case 0xfc:
		*op = reader_u32(&p->r);
		return find(prefix_fc, *op);
	case 0xfd:
		p->features |= FEAT_SIMD;
		*op = reader_u32(&p->r);
		return find(prefix_fd, *op);
	case 0xfe:
		p->features |= FEAT_THREADS;
		*op = reader_u32(&p->r);
		return find(prefix_fe, *op);
	default:
		return find(plain, *op);
	}
}

int parse_instr(struct parser *p)
{
	const uint8_t *at = p->r.p;
	const struct opcodes *o;
	uint32_t op;

	o = opcode(p, &op);
	if (!parse_ok(p))
		return 0;
	p->features |= o->features;
	if (o->refusal)
		parse_refuse_at(p, o->refusal, at);
	if (o->immediate == UNKNOWN) {
		if (o->refusal)
			parse_stop(p);
		else
			unknown(p, at, op);
		return 0;
	}
	immediate(p, at, o->immediate);
	switch (o->immediate) {
	case BLOCK: case TRY_TABLE:
		p->tries += o->features & FEAT_EXCEPTIONS ? 1 : 0;
		if (p->tries > PARSE_MAX_TRIES)
			parse_refuse_at(p, REFUSE_TRIES, at);
		return 1;
	case END: case DELEGATE:
		return -1;
	default:
		return 0;
	}
}
