/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sections of an image, run through cpp by each board's script, which
 * defines KERNEL_BASE (link address) and LOAD_BASE (physical).
 *
 * Four kinds of page, so that each can have its own rights: text, constants,
 * data, and nothing executable that is writable.
 */

PHDRS
{
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
	tls PT_TLS FLAGS(4);
#ifdef IMAGE_NOTES
	note PT_NOTE FLAGS(4);
#endif
}

SECTIONS
{
	. = KERNEL_BASE;
	__image_start = .;
	.boot : AT(ADDR(.boot) - (KERNEL_BASE) + (LOAD_BASE)) {
		KEEP(*(.boot))
	} :text
	/* Module text keeps a section each: wasm_text_<name>. */
	.text : AT(ADDR(.text) - (KERNEL_BASE) + (LOAD_BASE)) {
		__text_start = .;
		*(.text .text.*)
		. = ALIGN(16);
		*(wasm_text wasm_text_*)
		__text_end = .;
	} :text
	. = ALIGN(4096);
	__rodata_start = .;
#ifdef IMAGE_NOTES
	.note : AT(ADDR(.note) - (KERNEL_BASE) + (LOAD_BASE)) {
		KEEP(*(.note.Xen .note.*))
	} :rodata :note
#endif
	.rodata : AT(ADDR(.rodata) - (KERNEL_BASE) + (LOAD_BASE)) {
		*(.rodata .rodata.* .srodata .srodata.*)
		*(.data.rel.ro .data.rel.ro.*)
	} :rodata
	. = ALIGN(4096);
	__rodata_end = .;
	__data_start = .;
	/* Aligned so that both ISAs agree on the block: pc counts from its end. */
	.tdata : AT(ADDR(.tdata) - (KERNEL_BASE) + (LOAD_BASE)) ALIGN(64) {
		__tdata_start = .;
		*(.tdata .tdata.*)
		__tdata_end = .;
	} :data :tls
	.tbss (NOLOAD) : AT(ADDR(.tbss) - (KERNEL_BASE) + (LOAD_BASE)) {
		*(.tbss .tbss.*)
	} :data :tls
	.data : AT(ADDR(.data) - (KERNEL_BASE) + (LOAD_BASE)) {
		*(.data .data.* .sdata .sdata.*)
		. = ALIGN(8);
	} :data
	__data_end = .;
	.bss (NOLOAD) : AT(ADDR(.bss) - (KERNEL_BASE) + (LOAD_BASE)) {
		__bss_start = .;
		*(.bss .bss.* .sbss .sbss.* COMMON)
		. = ALIGN(64);
		/* The boot CPU's thread block; others allocate theirs. */
		__tls_boot = .;
		. += __tls_size;
		__tls_boot_end = .;
		. = ALIGN(4096);
	} :data
	__image_end = .;
	__tls_data_size = ALIGN(ADDR(.tbss) + SIZEOF(.tbss) - ADDR(.tdata), 64);
	__tls_size = __tls_data_size + 64;

	/DISCARD/ : {
		*(.comment .eh_frame .eh_frame_hdr .note.GNU-stack
		  .riscv.attributes .cpit_sites .init_array* .fini_array*)
	}
}

/* Position is fixed: a GOT would mean that something asks at run time. */
ASSERT(!DEFINED(_GLOBAL_OFFSET_TABLE_) || SIZEOF(.text) > 0, "no text")
ASSERT(__text_end - __image_start < 0x40000000, "text outgrows its window")
