/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A picture of 48 by 32 of five spheres that mirror each other, one ray a
 * point and up to four reflections, double precision.  -ffp-contract=off and
 * -fno-math-errno, as for nbody.
 */
#define WIDTH	48
#define HEIGHT	32
#define SPHERES	5
#define BOUNCES	4

struct vector {
	double x, y, z;
};

struct sphere {
	struct vector centre;
	double radius, shine, shade;
};

static struct sphere spheres[SPHERES];

static double dot(struct vector a, struct vector b)
{
	return a.x * b.x + a.y * b.y + a.z * b.z;
}

/* a + t b */
static struct vector along(struct vector a, double t, struct vector b)
{
	return (struct vector){ a.x + t * b.x, a.y + t * b.y, a.z + t * b.z };
}

static struct vector unit(struct vector a)
{
	double r = 1.0 / __builtin_sqrt(dot(a, a));

	return (struct vector){ a.x * r, a.y * r, a.z * r };
}

/* How far along the ray, or -1. */
static double distance(const struct sphere *s, struct vector from,
		       struct vector way)
{
	struct vector to = along(s->centre, -1.0, from);
	double middle = dot(to, way);
	double square = middle * middle - dot(to, to) + s->radius * s->radius;

	if (square < 0.0)
		return -1.0;
	square = __builtin_sqrt(square);
	if (middle - square > 1e-6)
		return middle - square;
	return middle + square > 1e-6 ? middle + square : -1.0;
}

static const struct sphere *nearest(struct vector from, struct vector way,
				    double *far)
{
	const struct sphere *found = 0;

	for (int i = 0; i < SPHERES; i++) {
		double t = distance(&spheres[i], from, way);

		if (t > 0.0 && (!found || t < *far)) {
			found = &spheres[i];
			*far = t;
		}
	}
	return found;
}

static double trace(struct vector from, struct vector way)
{
	static const struct vector light = { 0.5773502691896258,
		0.5773502691896258, -0.5773502691896258 };
	double seen = 0.0, weight = 1.0, far = 0.0;

	for (int bounce = 0; bounce <= BOUNCES; bounce++) {
		const struct sphere *s = nearest(from, way, &far);
		struct vector normal;
		double lit;

		if (!s)
			return seen + weight * (0.5 + 0.5 * way.y);
		from = along(from, far, way);
		normal = unit(along(from, -1.0, s->centre));
		lit = dot(normal, light);
		if (lit > 0.0 && !nearest(from, light, &far))
			seen += weight * (1.0 - s->shine) * s->shade * lit;
		weight *= s->shine;
		way = unit(along(way, -2.0 * dot(way, normal), normal));
	}
	return seen;
}

static void place(unsigned round)
{
	unsigned seed = round;

	for (int i = 0; i < SPHERES; i++) {
		double v[4];

		for (int k = 0; k < 4; k++) {
			seed = seed * 1664525u + 1013904223u;
			v[k] = (double)(seed >> 8) / 16777216.0;
		}
		spheres[i] = (struct sphere){
			{ 3.0 * v[0] - 1.5, 2.0 * v[1] - 1.0, 3.0 + 2.0 * v[2] },
			0.4 + 0.4 * v[3], 0.3 + 0.1 * i, 0.9 - 0.1 * i,
		};
	}
}

unsigned kernel(unsigned n)
{
	static const struct vector eye = { 0.0, 0.0, 0.0 };
	unsigned sum = 0;

	for (unsigned round = 0; round < n; round++) {
		place(round);
		for (int y = 0; y < HEIGHT; y++) {
			for (int x = 0; x < WIDTH; x++) {
				struct vector way = { (x - WIDTH / 2) / 32.0,
					(HEIGHT / 2 - y) / 32.0, 1.0 };

				sum = sum * 31 + (unsigned)
					(255.0 * trace(eye, unit(way)));
			}
		}
	}
	return sum;
}
