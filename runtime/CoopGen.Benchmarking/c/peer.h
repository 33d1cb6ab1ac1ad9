/* What every hand-written peer offers. Arrays are structures of arrays: entry i of all environments, then the next. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Environments that are played together, so that what they compute in stays in the nearest cache. */
#define CHUNK 128

/* Which columns of the observation are written. */
enum { NONE = 0, CHANGING = 1, ALL = 2 };

enum { TERMINATED = 1, TRUNCATED = 2, CLIPPED = 4 };

static inline float least(float x, float y) { return x < y ? x : y; }
static inline float greatest(float x, float y) { return x > y ? x : y; }
static inline float clip(float x, float low, float high) { return least(greatest(x, low), high); }

static float *room(size_t numbers)
{
    void *memory = aligned_alloc(64, (numbers * sizeof(float) + 63) / 64 * 64);
    memset(memory, 0, (numbers * sizeof(float) + 63) / 64 * 64);
    return memory;
}
