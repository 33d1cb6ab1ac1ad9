/* Trust and reputation damage of N agents in one another: entry i * N + j of all environments, then the next; the diagonals never change. */
#include "peer.h"

enum { PAIRS = N * N, ROW = N + 3 * PAIRS + 1 };

struct peer {
    int count, head;
    float *t, *r, *a, *step, *window, *sum;
    /* An observation: its constant columns, 0 in the others. */
    float constants[ROW];
};

/* The values of entry i of all environments. */
static inline float *entry(const struct peer *p, float *array, int i) { return array + (size_t)i * p->count; }

static void clear(struct peer *p, int k)
{
    for (int i = 0; i < PAIRS; i++) {
        entry(p, p->t, i)[k] = i % (N + 1) == 0 ? 1 : 0.5f;
        entry(p, p->r, i)[k] = 0;
    }
    for (int i = 0; i < N; i++) {
        entry(p, p->a, i)[k] = BASELINE;
        entry(p, p->sum, i)[k] = 0;
    }
    for (int i = 0; i < N * WINDOW; i++)
        entry(p, p->window, i)[k] = 0;
    p->step[k] = 0;
}

static inline void column(float *restrict rows, int c, const float *restrict values, int from, int to)
{
    for (int k = from; k < to; k++)
        rows[(size_t)k * ROW + c] = values[k];
}

/* Rows of some environments, a few at a time, so that the rows stay in the nearest cache while their columns are filled in. */
static void rows(const struct peer *p, int first, int last, float *rows, int columns)
{
    for (int from = first; from < last; from += 16) {
        int to = from + 16 < last ? from + 16 : last;
        if (columns == ALL)
            for (int k = from; k < to; k++)
                memcpy(rows + (size_t)k * ROW, p->constants, sizeof p->constants);
        for (int i = 0; i < N; i++)
            column(rows, i, entry(p, p->a, i), from, to);
        for (int i = 0; i < PAIRS; i++) {
            if (i % (N + 1) == 0)
                continue;
            column(rows, N + i, entry(p, p->t, i), from, to);
            column(rows, N + PAIRS + i, entry(p, p->r, i), from, to);
        }
        column(rows, ROW - 1, p->step, from, to);
    }
}

struct peer *peer_create(int count)
{
    struct peer *p = malloc(sizeof *p);
    p->count = count;
    p->head = 0;
    p->t = room((size_t)PAIRS * count);
    p->r = room((size_t)PAIRS * count);
    p->a = room((size_t)N * count);
    p->step = room(count);
    p->window = room((size_t)N * WINDOW * count);
    p->sum = room((size_t)N * count);
    memset(p->constants, 0, sizeof p->constants);
    for (int i = 0; i < PAIRS; i++) {
        p->constants[N + i] = i % (N + 1) == 0;
        p->constants[N + 2 * PAIRS + i] = i % (N + 1) == 0 ? 0 : DEPENDENCE;
    }
    return p;
}

void peer_free(struct peer *p)
{
    float *all[] = { p->t, p->r, p->a, p->step, p->window, p->sum };
    for (int k = 0; k < 6; k++)
        free(all[k]);
    free(p);
}

void peer_reset(struct peer *p, float *observations)
{
    for (int k = 0; k < p->count; k++)
        clear(p, k);
    rows(p, 0, p->count, observations, ALL);
}

/* Steps, endings and resets of some environments. No episode ends before its horizon. */
static void end(struct peer *p, int from, int to, const float *restrict clipped, unsigned char *restrict endings)
{
    float *restrict step = p->step;
    int ended = 0;
#pragma GCC ivdep
    for (int k = from; k < to; k++) {
        int truncated = step[k] >= HORIZON;
        endings[k] = truncated * TRUNCATED | (clipped[k - from] != 0) * CLIPPED;
        ended |= truncated;
    }
    if (!ended)
        return;
    for (int k = from; k < to; k++)
        if (endings[k] & TRUNCATED)
            clear(p, k);
}

/* What the agents do, kept within their endowments, and the mean of what each did lately. */
static inline void act(struct peer *p, int from, int to, const float *actions, float *restrict clipped, int skip)
{
    float *restrict step = p->step;
#pragma GCC ivdep
    for (int k = from; k < to; k++) {
        step[k] += 1;
        clipped[k - from] = 0;
    }
    for (int i = 0; i < N; i++) {
        const float *restrict given = actions + (size_t)i * p->count;
        float *restrict a = entry(p, p->a, i), *restrict sum = entry(p, p->sum, i), *restrict old = entry(p, p->window, p->head * N + i);
#pragma GCC ivdep
        for (int k = from; k < to; k++) {
            float x = clip(given[k], 0, ENDOWMENT);
            clipped[k - from] += x != given[k];
            a[k] = x;
            float kept = step[k] > skip ? x : 0;
            sum[k] += kept - old[k];
            old[k] = kept;
        }
    }
}

/* Trust and damage after this step, and what the others' payoffs are worth to each; with answers also how each answers the others. */
static inline void bond(struct peer *p, int from, int to, int i, const float (*s)[CHUNK], const float (*payoff)[CHUNK], const float (*answer)[CHUNK], float *restrict worth, float *restrict answered)
{
    for (int j = 0; j < N; j++) {
        if (i == j)
            continue;
        float *restrict t = entry(p, p->t, i * N + j) + from, *restrict r = entry(p, p->r, i * N + j) + from;
        const float *restrict signal = s[j], *restrict other = payoff[j], *restrict tone = answer ? answer[j] : 0;
#pragma GCC ivdep
        for (int k = 0; k < to - from; k++) {
            float x = signal[k], ceiling = 1 - r[k];
            float gain = BUILD * x * greatest(0, least(1 - t[k], ceiling - t[k]));
            float loss = ERODE * (1 + AMPLIFY * DEPENDENCE) * x * t[k];
            float trust = clip(t[k] + (x > 0 ? gain : loss), 0, ceiling);
            float damage = clip(r[k] + (x < 0 ? -HARM * x * ceiling : -FORGET * r[k]), 0, 1);
            worth[k] += least(trust, 1 - damage) * DEPENDENCE * other[k];
            if (answer)
                answered[k] += trust * tone[k];
            t[k] = trust;
            r[k] = damage;
        }
    }
}
