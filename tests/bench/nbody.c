/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Twelve bodies under softened gravity, 60 steps of leapfrog a round: double
 * precision multiply, add, divide and square root, almost no memory.
 *
 * The checksum is of bits, so a compiler must not fuse multiply and add:
 * -ffp-contract=off.  The square root is one instruction: -fno-math-errno.
 */
#define BODIES	12
#define STEPS	60

struct body {
	double at[3], speed[3], mass;
};

static struct body bodies[BODIES];

static void set_up(void)
{
	unsigned seed = 12345;

	for (int i = 0; i < BODIES; i++) {
		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525u + 1013904223u;
			bodies[i].at[k] = (double)(seed >> 8) / 8388608.0 - 1.0;
			bodies[i].speed[k] = 0.0;
		}
		bodies[i].mass = 1.0 / (double)(i + 1);
	}
}

static void attract(struct body *p, struct body *q, double dt)
{
	double d[3], square = 0.01;

	for (int k = 0; k < 3; k++) {
		d[k] = q->at[k] - p->at[k];
		square += d[k] * d[k];
	}
	double pull = dt / (square * __builtin_sqrt(square));

	for (int k = 0; k < 3; k++) {
		p->speed[k] += d[k] * q->mass * pull;
		q->speed[k] -= d[k] * p->mass * pull;
	}
}

static void step(double dt)
{
	for (int i = 0; i < BODIES; i++)
		for (int j = i + 1; j < BODIES; j++)
			attract(&bodies[i], &bodies[j], dt);
	for (int i = 0; i < BODIES; i++)
		for (int k = 0; k < 3; k++)
			bodies[i].at[k] += bodies[i].speed[k] * dt;
}

static unsigned bits(double value)
{
	union {
		double value;
		unsigned long long bits;
	} u = { value };

	return (unsigned)(u.bits ^ u.bits >> 32);
}

unsigned kernel(unsigned n)
{
	unsigned sum = 0;

	set_up();
	for (unsigned round = 0; round < n; round++) {
		for (int i = 0; i < STEPS; i++)
			step(0.001);
		for (int i = 0; i < BODIES; i++)
			sum = sum * 31 + bits(bodies[i].at[i % 3]);
	}
	return sum;
}
