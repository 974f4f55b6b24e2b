# SPDX-License-Identifier: Apache-2.0
# Of an array of {"n", "words"}: counts, groups, paths, strings, numbers.
def count: reduce .[] as $w ({}; .[$w] += 1);

[.[] | .words[]] as $all
| ($all | count) as $count
| {
	lines: length,
	words: ($all | length),
	most: ($count | to_entries | sort_by([-.value, .key]) | .[:10]
		| map("\(.key)=\(.value)")),
	lengths: ($all | group_by(length)
		| map({key: (.[0] | length | tostring), value: length})
		| from_entries),
	mean: (map(.words | length) | add / length),
	odd: [.[] | select(.n % 97 == 1) | .words | join("-") | ascii_upcase],
	paths: ([.[:3] | paths(scalars)] | length),
	root: ([.[] | .n | sqrt] | add | floor)
}
