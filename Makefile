# SPDX-License-Identifier: Apache-2.0
#
# make run        boot the demo in QEMU: a program, a caught trap, the program
#                 again; WASM=x.wasm runs that, BOARD=virt chooses the machine
# make check      every test, on the host and on the boards; what CI runs
# make quick      the tests a developer wants every few minutes
# make spec       the official test suite, and its results into the READMEs;
#                 BOARD= FILES= MEMORY=guard|checked|zero TESTSUITE=
# make spec-all   the same in other combinations
# make programs   real programs with all of their input, SQLite's 100000 rows too
# make soak       mixed guests on four CPUs of BOARD= for SECONDS (600)
# make fuzz       every fuzzer, the module reader's and tests/diff for SECONDS (600)
# make bench      guest instructions against the same C built natively; traps a
#                 second on one CPU and two; how late limits are; build/bench.csv,
#                 its tables, .md, and a chart of it, .svg; then bench-programs
# make bench-border     of that the calls, imports and traps of BOARD=
# make bench-programs   CPU time of real programs on board host, over native
# make            the host tool and the libraries of BOARD=
# make lib        for a kernel of your own: build/$(ARCH)/lib*.a and include/
# make install    the same to DESTDIR, under PREFIX, with a pkg-config file
# make tool       just build/catchpit
# make size       what the runtime costs, symbol by symbol, against its budget
# make flash-demo   boot the demo from flash on each machine, and under OpenSBI
# make gdb        boot stopped, gdb attached
# make lint       form, include direction, exported names, the fault path
# make deps       install what is missing (Debian packages, wabt from npm)
# make clean      remove build/
# make help       this text
#
# Variables: BOARD=virt  ARCH=riscv64  PREFIX=/usr/local  DESTDIR=  V=1 shows commands

.DEFAULT_GOAL := all
BOARD ?= virt
BOARDS := virt q35 microvm host
include boards/$(BOARD)/board.mk	# ARCH PORT BOARD_O QEMU
PORT	?= $(ARCH)
include arch/$(PORT)/arch.mk		# CROSS MARCH ARCH_CORE ARCH_MACHINE

B	?= build/$(BOARD)
BOARD_DIR ?= $(BOARD)
Q	:= $(if $(V),,@)

all: tool board

# ------------------------------------------------------------- the host tool

HOSTCC	?= gcc
HOSTFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -Wshadow \
	   -Wmissing-prototypes -MMD -MP -Icompiler -Irt/include
# One list per folder.  Nothing is found by wildcard: a stray file is not built.
READER	:= bodies.o canon.o module.o names.o opcodes.o parse.o reader.o refuse.o tails.o \
	   sections.o segments.o types.o
TOOL	:= $(READER) bytes.o cache.o cachekey.o callgraph.o calls.o catches.o \
	   config.o depth.o describe.o elffile.o files.o flash.o framing.o glue.o \
	   header.o help.o image.o imports.o info.o job.o lines.o loadable.o \
	   main.o memory0.o native.o object.o options.o pack.o process.o prologue.o qemu.o \
	   repair.o run.o statement.o symbolize.o symbols.o tables.o target.o \
	   trampoline.o translate.o unpack.o util.o values.o vectors.o
TOOL_O	:= $(addprefix build/tool/,$(TOOL) crc.o outcome.o cpio.o)

tool: build/catchpit
build/catchpit: $(TOOL_O)
	$(Q)$(HOSTCC) -o $@ $^ -lelf -lmd -lm
build/tool/%.o: compiler/%.c Makefile | deps-tool
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTFLAGS) -c $< -o $@
build/tool/cpio.o: rt/wasi/cpio.c Makefile | deps-tool
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTFLAGS) -c $< -o $@
build/tool/crc.o build/tool/outcome.o: build/tool/%.o: rt/%.c | deps-tool
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTFLAGS) -c $< -o $@

# ------------------------------------------------- the libraries of one board

# For the tests: another level, compiler or negative control, in another B.
OPT	?= -Os
RTCC	?= gcc
CONTROL	?=
CFLAGS	:= -std=gnu11 $(OPT) -g -ffreestanding -fno-common -ffunction-sections \
	   -fno-stack-protector -fomit-frame-pointer -ftls-model=local-exec \
	   -fno-pic -fno-asynchronous-unwind-tables \
	   -ffile-prefix-map=$(CURDIR)=. -MMD -MP -Wall -Wextra -Werror \
	   -Wshadow -Wmissing-prototypes -Wframe-larger-than=1024 -fstack-usage
CFLAGS	+= $(MARCH) $(CONTROL) -Irt/include -Iarch/include -Iarch/$(ARCH)/include
CC_B	:= $(if $(filter clang,$(RTCC)),$(CLANG_B),$(GCC_B))
AR_B	:= $(CROSS)ar

RT	:= activation.o backtrace.o budget.o claim.o code.o coredump.o cpu.o crc.o \
	   instance.o load.o memory.o outcome.o ranges.o report.o signal.o stack.o \
	   store.o table.o
WASI	:= $(patsubst rt/wasi/%.c,%.o,$(sort $(wildcard rt/wasi/*.c)))
SCHED	:= queue.o sched.o state.o
COMMON	?= config.o console.o embed.o files.o idle.o input.o integrity.o main.o pages.o \
	   pagetable.o ram.o receive.o run.o smp.o start.o tasks.o text.o threadblock.o tick.o \
	   tree.o virtio.o vspace.o wasi.o
RT_O	:= $(addprefix $B/rt/,$(RT)) $(addprefix $B/arch/,$(ARCH_CORE))
WASI_O	:= $(addprefix $B/rt/wasi/,$(WASI))
SCHED_O	:= $(addprefix $B/rt/sched/,$(SCHED)) $(addprefix $B/arch/,$(ARCH_SCHED))
BRD_O	:= $(addprefix $B/boards/,$(COMMON)) \
	   $(addprefix $B/boards/$(BOARD_DIR)/,$(BOARD_O)) \
	   $(addprefix $B/arch/,$(ARCH_MACHINE))

LDS	?= $B/image.lds
INSTALL	:= libcatchpit.a libcatchpit-wasi.a libcatchpit-sched.a
LIBS	:= $(addprefix $B/,$(INSTALL) libboard.a libguest.a)
board: lib $(LIBS) $(LDS) $(foreach b,$(BOOTS),$B/boot-$b.o $B/image-$b.lds) \
	$(RESET:%=$B/%)
# A board that has its libraries a second time, but not those of a test's own B.
ifdef ALSO_B
ifeq ($B,build/$(BOARD))
board: $(ALSO_B)
.PHONY: $(ALSO_B)
$(ALSO_B): | $(LIBC) $(DEPS_B)
	$(Q)$(MAKE) -f $(firstword $(MAKEFILE_LIST)) --no-print-directory B=$@ $(ALSO) board
endif
endif
$B/libcatchpit.a: $(RT_O)
$B/libcatchpit-wasi.a: $(WASI_O)
$B/libcatchpit-sched.a: $(SCHED_O)
$B/libboard.a: $(BRD_O)
$B/libguest.a: $B/rt/guest/atomic.o $B/rt/guest/round.o
$(LIBS):
	$(Q)rm -f $@; $(AR_B) rcsD $@ $^
FLAGS_FROM := Makefile $(sort arch/$(ARCH)/arch.mk arch/$(PORT)/arch.mk) \
	   boards/$(BOARD)/board.mk
$B/%.o: %.c $(FLAGS_FROM) | $(LIBC) $(DEPS_B)
	@mkdir -p $(@D)
	$(Q)$(CC_B) $(CFLAGS) -c $< -o $@
$B/%.o: %.S $(FLAGS_FROM) | $(LIBC) $(DEPS_B)
	@mkdir -p $(@D)
	$(Q)$(CC_B) $(CFLAGS) -c $< -o $@
# What no module asks for is left out of an image, function by function.
$B/rt/wasi/%.o: CFLAGS += -fdata-sections
$B/boards/%.o: CFLAGS += -DCPIT_BOARD_NAME='"$(BOARD)"'
$B/boot-sbi.o: $(addprefix $B/arch/,$(ARCH_SBI))
	$(Q)$(CROSS)ld -r -o $@ $^
$B/reset.bin: $B/arch/$(ARCH)/reset.o
	$(Q)$(CROSS)objcopy -O binary -j .reset $< $@
$B/image.lds: linker/$(BOARD).lds
$B/image-sbi.lds: linker/$(BOARD)-sbi.lds
$B/image.lds $B/image-sbi.lds: linker/sections.lds.h arch/$(ARCH)/include/arch/layout.h \
		| $(LIBC) $(DEPS_B)
	@mkdir -p $(@D)
	$(Q)$(GCC_B) -E -P -undef -D__ASSEMBLER__ $(CONTROL) -x c $(filter %.lds,$^) -o $@
# No frame pointers: traces are of wasm frames, and it is smaller by a tenth.
$B/rt/%.o $B/arch/%.o $B/boards/%.o: CFLAGS += $(NO_FLOAT) -fomit-frame-pointer
# All but the hot ones below; on riscv64 -Os is the same as -Oz.  What gcc does
# there all the same and is larger on x86_64, by 200 bytes of the runtime's.
SMALL	:= -Oz -fno-caller-saves -fno-if-conversion -fno-tree-vrp -fno-tree-loop-im \
	   -fno-tree-sra
$B/rt/%.o $B/boards/%.o: CFLAGS += $(if $(filter -Os,$(OPT)),$(SMALL))
# Where -Oz costs a trap most: its searches, the backtrace and the page tables.
HOT	:= rt/backtrace.o rt/code.o boards/pages.o \
	   boards/pagetable.o boards/vspace.o
$(addprefix $B/,$(HOT)): CFLAGS += $(if $(filter -Os,$(OPT)),-O2 \
	$(HOT_ALIGN) -fno-align-jumps -fno-align-loops -fno-align-labels \
	-fno-reorder-blocks-and-partition -freorder-blocks-algorithm=simple)
# Module text is not the runtime's: with its flags, its floats, and without
# relaxation.
$B/rt/guest/%.o: CFLAGS := $(CFLAGS) -O2 $(GUEST_FLAGS)

# For a kernel that is not ours: no board, one folder per ISA.  libguest.a is
# for `catchpit compile'.
HEADERS	:= $(notdir $(wildcard rt/include/catchpit/*.h))
PREFIX	?= /usr/local
DEST	= $(DESTDIR)$(PREFIX)
# The C library is not made by both at the same time.
lib: | $(LIBC) $(DEPS_B)
	$(Q)$(MAKE) --no-print-directory B=build/$(ARCH) PORT=$(ARCH) \
	lib-files
lib-files: $(addprefix $B/,$(INSTALL) libguest.a) \
	   $(addprefix $B/include/catchpit/,$(HEADERS))
$B/include/catchpit/%.h: rt/include/catchpit/%.h
	@mkdir -p $(@D)
	$(Q)cp $< $@
install: lib
	$(Q)mkdir -p $(DEST)/lib/catchpit/$(ARCH) $(DEST)/lib/pkgconfig \
		$(DEST)/include/catchpit
	$(Q)cp $(addprefix build/$(ARCH)/,$(INSTALL)) $(DEST)/lib/catchpit/$(ARCH)
	$(Q)cp $(addprefix rt/include/catchpit/,$(HEADERS)) $(DEST)/include/catchpit
	$(Q)sed 's,@PREFIX@,$(PREFIX),; s,@ARCH@,$(ARCH),; s,@ABI@,'`sed -n \
		's/^#define CPIT_ABI //p' rt/include/catchpit/module.h`, \
		rt/catchpit.pc.in >$(DEST)/lib/pkgconfig/catchpit-$(ARCH).pc

# An image with a main of its own: make test-image NAME=traps MODULE=t.o OUT=elf
TEST_DIR ?= board
WITH_traps := $(addprefix $B/tests/board/,base.o calls.o nest.o overflow.o \
	      registry.o shortage.o smp.o)
WITH_zero := $B/tests/board/spaces.o
WITH_lives := $(addprefix $B/tests/board/,live_begins.o live_calls.o \
	live_hunt.o)
WITH_tasks := $(addprefix $B/tests/sched/,set.o time.o)
WITH_step := $B/tests/signal/step-$(ARCH).o
WRAP_inject := cpit_embed_panic
WRAP	= $(WRAP_$(NAME)) cpit_embed_alloc cpit_embed_reserve cpit_board_page_alloc \
	   cpit_board_tick cpit_embed_fault cpit_arch_has_base
TESTS_O	= $(or $(OWN_$(TEST_DIR)),$(BOARD_T))
OWN_spec = $(addprefix $B/tests/spec/,board.o compare.o spectest.o)
OWN_diff = $B/tests/diff/board.o
BOARD_T	= $B/tests/$(TEST_DIR)/$(NAME).o $(WITH_$(NAME)) $B/tests/board/harness.o \
	  $B/tests/board/registers-$(ARCH).o
test-objects: ; $(Q)$(MAKE) --no-print-directory -s $(TESTS_O)
test-image: $(LIBS) $(LDS) test-objects
	$(Q)$(GCC_B) $(MARCH) $(LINK_B) $(LDS:%=-T%) $(TESTS_BOOT) -o $(OUT) \
		$(if $(OWN_$(TEST_DIR)),,$(WRAP:%=-Wl,--wrap=%)) $(TESTS_O) \
		$(MODULE) -Wl,--start-group $(LIBS) -lc -lgcc -Wl,--end-group
LINK_B	?= -nostdlib -static -Wl,--no-warn-rwx-segments -Wl,--gc-sections \
	   -Wl,--build-id=none -Wl,-z,max-page-size=4096
$B/tests/%.o: CFLAGS += -I.
$B/tests/signal/step.o: CFLAGS += $(NO_FLOAT)

# ---------------------------------------------------------------- what to have

deps deps-tool deps-board deps-x86_64 deps-demo deps-test: ; $(Q)tests/deps.sh $@

# -------------------------------------------------------------- using it

DEMO	:= build/demo/mandel.wasm build/demo/crash.wasm
build/demo/%.wasm: tests/demo/%.c | deps-demo
	@mkdir -p $(@D)
	$(Q)clang --target=wasm32-wasi -O2 -g -ffile-prefix-map=$(CURDIR)=. \
		-c -o $(@:.wasm=.o) $<
	$(Q)clang --target=wasm32-wasi -o $@ $(@:.wasm=.o)	# -O: by wasm-opt, too

ifdef WASM
run: tool board
	$(Q)build/catchpit run $(WASM) --board $(BOARD) $(ARGS)
else
run: tool board $(DEMO)
	$(Q)build/catchpit run $(DEMO) --order 0,1,0 --board $(BOARD)
endif

# ---------------------------------------------------------------- the tests

# The runner of the official test suite (tests/spec).
SPEC	:= gaps.o image.o lex.o modules.o pool.o record.o report.o script.o spec.o \
	   value.o wabt.o
SPEC_T	:= $(addprefix build/tool/tests/spec/,$(SPEC))
SPEC_TOOL := $(addprefix build/tool/,files.o process.o target.o util.o outcome.o)
build/spec-runner: $(SPEC_T) $(SPEC_TOOL)
	$(Q)$(HOSTCC) -o $@ $^
build/tool/tests/%.o: tests/%.c Makefile | deps-tool
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTFLAGS) -c $< -o $@

# The generator of tests/diff.
DIFF	:= $(addprefix build/tool/tests/diff/,gen.o values.o access.o expr.o body.o)
build/diff-gen: $(DIFF)
	$(Q)$(HOSTCC) -o $@ $^

# Every board is built first: the suites run on all of them.
# By as many jobs as there are CPUs, unless make was told how many.
J = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN))
boards:
	$(Q)$(MAKE) -s $J tool
	$(Q)for b in $(BOARDS); do $(MAKE) -s $J BOARD=$$b board || exit 1; done
check: boards deps-test
	$(Q)BOARDS="$(BOARDS)" tests/run.sh
quick: BOARDS := virt q35
quick: boards deps-test
	$(Q)BOARDS="$(BOARDS)" tests/run.sh --quick
programs: boards deps-test
	$(Q)FULL=1 BOARDS="$(BOARDS)" tests/run.sh programs
flash-demo: boards build/demo/mandel.wasm
	$(Q)tests/flash/demo.sh
SECONDS	?= 600
soak: tool board deps-test
	$(Q)tests/board/run.sh soak $(BOARD) $(SECONDS)
fuzz: boards deps-test
	$(Q)tests/fuzz/run.sh $(SECONDS)
	$(Q)BOARDS="$(BOARDS)" tests/diff/run.sh fuzz $(SECONDS)
lint: tool board
	$(Q)BOARDS="$(BOARD)" tests/lint/run.sh --quick
# All boards unless one is asked for.
SPEC_BOARDS = $(if $(filter command% environment,$(origin BOARD)),$(BOARD),$(BOARDS))
spec: boards deps-test
	$(Q)BOARDS="$(SPEC_BOARDS)" tests/spec/run.sh --record
spec-all: boards deps-test
	$(Q)$(if $(filter command% environment,$(origin BOARD)),BOARDS="$(BOARD)") \
		tests/spec/all.sh
size: tool board | deps-demo
	$(Q)BOARD=$(BOARD) tests/size.sh
bench: boards
	$(Q)for b in $(BOARDS); do $(MAKE) -s BOARD=$$b bench-board || exit 1; \
		echo; done
	$(Q)awk 'FNR > 1 || NR == 1' $(BOARDS:%=build/%/bench/bench.csv) \
		>build/bench.csv
	$(Q)grep -v ^microvm build/bench.csv | \
		awk -F, -f tests/bench/table.awk >build/bench.md
	$(Q)cat $(patsubst %,build/%/bench/border.md,$(filter-out microvm,$(BOARDS))) \
		>>build/bench.md
	$(Q)grep -v ^microvm build/bench.csv | \
		awk -F, -f tests/bench/chart.awk >build/bench.svg
	@echo build/bench.csv, build/bench.md, build/bench.svg
	$(Q)$(MAKE) -s bench-programs
bench-programs: tool | deps-demo deps-test
	$(Q)$(MAKE) -s BOARD=host board
	$(Q)tests/bench/programs.sh
BENCH	= BOARD=$(BOARD) B=$B ARCH=$(ARCH) GCC_B='$(GCC_B)' MARCH='$(MARCH)' \
	  LINK_B='$(LINK_B) $(LDS:%=-T%)' QEMU='$(QEMU)' tests/bench/run.sh
bench-border: tool board | deps-demo
	$(Q)$(BENCH) border
bench-board: tool board | deps-demo
	$(Q)$(BENCH)
	$(Q)tests/board/run.sh rate $(BOARD)
	$(Q)[ $(BOARD) = host ] || tests/signal/run.sh bench $(BOARD)

# Stopped at reset; setsid, so that ^C is gdb's alone.
GDBPORT	?= $(shell expr `id -u` % 5000 + 25000)
gdb: tool board $(DEMO) | deps-test
	$(Q)build/catchpit build $(or $(WASM),build/demo/crash.wasm) -g \
		--board $(BOARD) -o $B/gdb.elf
	$(Q)setsid build/catchpit run $B/gdb.elf --board $(BOARD) $(ARGS) \
		--qemu -S --qemu -gdb --qemu tcp:127.0.0.1:$(GDBPORT) & \
	gdb-multiarch -q -x tests/gdbinit $B/gdb.elf \
		-ex 'target remote 127.0.0.1:$(GDBPORT)'; kill $$! 2>/dev/null || :

help:
	@sed -n '/^# make/,/^$$/s/^# \{0,1\}//p' Makefile
clean:
	rm -rf build

.PHONY: all tool board boards lib lib-files install test-objects test-image run \
	check quick programs soak fuzz lint size spec spec-all bench bench-board \
	bench-border bench-programs flash-demo gdb help clean deps \
	deps-tool \
	deps-board deps-x86_64 deps-demo deps-test
.SECONDARY:
-include $(TOOL_O:.o=.d) $(SPEC_T:.o=.d) $(DIFF:.o=.d) $(RT_O:.o=.d) $(WASI_O:.o=.d) \
	$(SCHED_O:.o=.d) $(BRD_O:.o=.d) $(wildcard $B/tests/*/*.d)
