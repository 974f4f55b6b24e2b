# SPDX-License-Identifier: Apache-2.0
# Counts words, and strains what an awk has: patterns, arrays, substitution,
# fields, numbers, strings.
{
	gsub(/,/, "")
	for (i = 1; i <= NF; i++) {
		count[$i]++
		length_of[length($i)]++
	}
	if (match($0, /(ca|tch)+pit[a-z]*/))
		found[substr($0, RSTART, RLENGTH)]++
	$2 = toupper($2)
	if (NR % 400 == 0)
		print NR ": " $0
}

function sorted(array, order,    n, key, i, k, t) {
	n = 0
	for (key in array)
		order[++n] = key
	for (i = 2; i <= n; i++)
		for (k = i; k > 1 && (order[k] "") < (order[k - 1] ""); k--) {
			t = order[k]
			order[k] = order[k - 1]
			order[k - 1] = t
		}
	return n
}

END {
	srand(42)
	n = sorted(found, order)
	for (i = 1; i <= n; i++)
		printf "%-20s %5d %.6f\n", order[i], found[order[i]], rand()
	n = split("", order)
	n = sorted(count, order)
	for (i = 1; i <= n; i += 25)
		printf "%s=%d ", order[i], count[order[i]]
	printf "\n%d words, %g, %s\n", n, exp(log(n) / 2), substr(order[n], 2)
	for (i = 1; i < 20; i++)
		if (i in length_of)
			sum += length_of[i] / i
	printf "%.10g\n", sum
}
