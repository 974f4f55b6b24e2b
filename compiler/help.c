/* SPDX-License-Identifier: Apache-2.0 */
/* What `catchpit help' prints, of the commands and options; and bad usage. */
#include "options.h"
#include <stdio.h>

static const char usage_text[] =
"usage:\n"
"  catchpit build FILE.wasm... -o FILE.elf [OPTIONS]    image for a board,\n"
"                                                   and FILE.bin to flash\n"
"  catchpit compile FILE.wasm -o FILE.o --arch ISA      object and FILE.h\n"
"  catchpit compile FILE.wasm -o FILE.cpm --loadable    for cpit_load()\n"
"  catchpit run FILE.wasm...|FILE.elf|FILE.bin [OPTIONS] [-- ARGS]  run it, in QEMU\n"
"  catchpit inspect FILE.wasm|FILE.elf [--json]       what is in it\n"
"  catchpit inspect FILE.bin                          and whether it is whole\n"
"  catchpit flash FILE.elf                 FILE.bin of an image of your own\n"
"  catchpit symbolize FILE.elf [PC...] [<REPORT]      where in the source\n"
"  catchpit help, --version\n"
"\n"
"options:\n"
"  --board NAME            virt, q35, microvm: machines; host: a Linux\n"
"                          process, without QEMU (default: virt; an image's own)\n"
"  --arch ISA              riscv64 (default), x86_64: what to compile for\n"
"  --boot bare|sbi         without firmware, or as OpenSBI's payload (virt)\n"
"  --memory guard|checked|zero  how out-of-bounds accesses are caught\n"
"  --base gs|register      what holds the memory's base (x86_64, guard; images: gs)\n"
"  --cpu NAME              what the CPU has: rv64gc (default) or\n"
"                          rv64gc_zba_zbb_zbs; x86-64-v2\n"
"  -O0 -O1 -O2 -O3 -Os     level of the C compiler (default -O2)\n"
"  --cc gcc|clang          the C compiler\n"
"  -g                      debug information, for gdb\n"
"  --stack SIZE            guest stack, e.g. 64K\n"
"  --max-memory SIZE       of each linear memory, e.g. 64M; more is refused\n"
"  --prefault              a memory's pages at once, not at their first touch\n"
"  --arg A                 argument of the guest; may be repeated\n"
"  --env NAME=VALUE        environment of the guest; may be repeated\n"
"  --soft-ms N             warn a call that takes longer: __instance_signal\n"
"  --hard-ms N             end a call that takes longer: status 152\n"
"  --dir HOST[=GUEST]      a folder for the guest, under that name; repeated\n"
"  --set KEY=VALUE         any other setting of the image\n"
"  --order N,N,...         run them in this order, from 0, not at the same time\n"
"run only:\n"
"  --writeback             what has changed in --dir goes back to the host\n"
"  --invoke NAME           call this export with ARGS, print its results\n"
"  --cpus N                1 to 4\n"
"  --tick HZ               let the timer interrupt\n"
"  --timeout SECONDS       give up after that\n"
"  --stats                 print counters at the end\n"
"  --coredump FILE         write a WebAssembly core dump of a trap\n"
"  --accel NAME            QEMU's accelerator (default tcg)\n"
"  --qemu ARG              one more argument for QEMU; may be repeated\n"
"symbolize only:\n"
"  --wasm FILE             the module, for lines (clang -g); may be repeated\n"
"  --names FILE            names of its functions: lines of INDEX NAME\n"
"\n"
"exit status: the guest's, or 128 + signal; 126 not executable wasm,\n"
"127 no such file, 125 a tool or the machine failed, 2 bad usage,\n"
"141 nobody reads its stdout\n";

void options_help(void)
{
	fputs(usage_text, stdout);
}

_Noreturn void usage(const char *what, const char *arg)
{
	fail(EXIT_USAGE, "%s%s%s; try 'catchpit help'", what, arg ? " " : "",
	     arg ? arg : "");
}
