/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sections of an image, run through cpp by each board's script, which
 * defines KERNEL_BASE (link address), LOAD_BASE (physical, of an ELF file),
 * DATA_OFFSET (link address of data less physical) and IMAGE_BOOT.
 *
 * Four kinds of page, so that each can have its own rights: text, constants,
 * data, and nothing executable that is writable.  Data is linked a GiB above,
 * since in flash text and constants are somewhere else: one ELF file is both.
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

#define IN_TEXT(name) AT(ADDR(name) - (KERNEL_BASE) + (LOAD_BASE))
#define IN_DATA(name) AT(ADDR(name) - (DATA_OFFSET))

SECTIONS
{
	. = KERNEL_BASE;
	__image_start = .;
	.boot : IN_TEXT(.boot) {
		KEEP(*(.boot.start))
		. = 8;
		__image_header = .;	/* struct cpit_image_header */
		QUAD(0x7469706863746163)	/* "catchpit" */
		LONG(IMAGE_BOOT)
		LONG(0)				/* ELF: not stated, ... */
		LONG(0)				/* ... data in its place */
		LONG(__text_start - __image_start)
		LONG(__text_end - __image_start)
		LONG(__statement_start - __image_start)
		LONG(__statement_end - __image_start)
		KEEP(*(.boot))
		/* What checks the rest (boards/integrity.c). */
		*integrity.o(.text .text.* .rodata .rodata.*)
		*crc.o(.text .text.* .rodata .rodata.*)
		*(.text.cpit_board_putc .text.cpit_board_exit)
		*(.text.cpit_arch_direct .text.cpit_arch_wait .text.cpit_arch_off)
	} :text
	/* Module text keeps a section each: wasm_text_<name>. */
	.text : IN_TEXT(.text) {
		__text_start = .;
		*(.text .text.*)
		. = ALIGN(16);
		*(wasm_text wasm_text_*)
		__text_end = .;
	} :text
	. = ALIGN(4096);
	__rodata_start = .;
#ifdef IMAGE_NOTES
	.note : IN_TEXT(.note) {
		KEEP(*(.note.Xen .note.*))
	} :rodata :note
#endif
	.rodata : IN_TEXT(.rodata) {
		__statement_start = .;
		KEEP(*(.statement))
		. = ALIGN(8);
		__statement_end = .;
		*(.rodata .rodata.* .srodata .srodata.*)
		*(.data.rel.ro .data.rel.ro.*)
	} :rodata
	. = ALIGN(4096);
	__rodata_end = .;
	. = . - (KERNEL_BASE) + (LOAD_BASE) + (DATA_OFFSET);
	__data_start = .;
	/* Aligned so that both ISAs agree on the block: pc counts from its end. */
	.tdata : IN_DATA(.tdata) ALIGN(64) {
		__tdata_start = .;
		*(.tdata .tdata.*)
		__tdata_end = .;
	} :data :tls
	.tbss (NOLOAD) : IN_DATA(.tbss) {
		*(.tbss .tbss.*)
	} :data :tls
	.data : IN_DATA(.data) {
		*(.data .data.* .sdata .sdata.*)
		. = ALIGN(8);
	} :data
	__data_end = .;
	.bss (NOLOAD) : IN_DATA(.bss) {
		__bss_start = .;
		*(.bss .bss.* .sbss .sbss.* COMMON)
		. = ALIGN(64);
		/* The boot CPU's thread block; others allocate theirs. */
		__tls_boot = .;
		. += __tls_size;
		__tls_boot_end = .;
		. = ALIGN(4096);
		*(.pages)	/* no gap in front of them */
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
ASSERT(__rodata_end - __image_start < 0x40000000, "text outgrows its window")
ASSERT(__image_end - (DATA_BASE) < 0x40000000, "data outgrows its window")
ASSERT(_start == KERNEL_BASE, "reset enters at the first byte")
