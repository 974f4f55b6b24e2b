# SPDX-License-Identifier: Apache-2.0
#
# A module's folded text, as wasm-opt prints it, with all of its globals exported,
# and each NaN that an instruction makes, whose bits the specification leaves
# open, made the one that all machines have.  -v simd=1: of vectors as well.

function depth_of(line) {
	match(line, /^ */)
	return RLENGTH
}

# The helper that an instruction's result has to go through, or none.
function helper_of(line) {
	if (line ~ "^ *\\(f(32|64)\\." op "$")
		return "$canon_f" substr(line, index(line, "(") + 2, 2)
	if (line ~ "^ *\\(f(32x4|64x2)\\." op "$")
		return "$canon_v" substr(line, index(line, "(") + 2, 2)
	return ""
}

BEGIN {
	op = "(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest" \
	     "|demote_f64|promote_f32|demote_f64x2_zero|promote_low_f32x4)"
}

# The module's last line: only it has no indentation but the first.
/^\)/ {
	for (width = 32; width <= 64; width += 32) {
		f = "f" width
		printf " (func $canon_%s (param $x %s) (result %s) (select" \
			" (local.get $x) (%s.const nan) (%s.eq (local.get $x)" \
			" (local.get $x))))\n", f, f, f, f, f
	}
	if (simd) {
		v = " (func $canon_v%d (param $x v128) (result v128)" \
		    " (v128.bitselect (local.get $x) (v128.const i32x4 %s)" \
		    " (%s.eq (local.get $x) (local.get $x))))\n"
		printf v, 32, "0x7fc00000 0x7fc00000 0x7fc00000 0x7fc00000", "f32x4"
		printf v, 64, "0 0x7ff80000 0 0x7ff80000", "f64x2"
	}
	print
	next
}

/^ \(global \$/ {
	exports = exports sprintf(" (export \"%s\" (global %s))\n", $2, $2)
}

/^ \(func / && exports {
	printf "%s", exports
	exports = ""
}

{
	helper = helper_of($0)
	if (helper) {
		open[depth_of($0)] = 1
		sub(/\(/, "(call " helper " (")
		print
	} else if ($0 ~ /^ *\)$/ && open[depth_of($0)]) {
		delete open[depth_of($0)]
		print $0 ")"
	} else {
		print
	}
}
