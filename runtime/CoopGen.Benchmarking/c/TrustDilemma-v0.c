/* TrustDilemma-v0 with default parameters: two agents, integrated rewards, an ended episode is reset in the same step. */
#include "peer.h"

enum { HORIZON = 100, ROW = 15 };

struct peer {
    int count;
    float *t01, *t10, *r01, *r10, *a0, *a1, *step;
};

struct peer *peer_create(int count)
{
    struct peer *p = malloc(sizeof *p);
    p->count = count;
    float **all[] = { &p->t01, &p->t10, &p->r01, &p->r10, &p->a0, &p->a1, &p->step };
    for (int k = 0; k < 7; k++)
        *all[k] = room(count);
    return p;
}

void peer_free(struct peer *p)
{
    float *all[] = { p->t01, p->t10, p->r01, p->r10, p->a0, p->a1, p->step };
    for (int k = 0; k < 7; k++)
        free(all[k]);
    free(p);
}

/* An observation: its constant columns, 0 in the others. */
static const float constants[ROW] = { [2] = 1, [5] = 1, [11] = 0.6f, [12] = 0.6f };

static void rows(const struct peer *p, int from, int to, float *observations, int columns)
{
    const float *restrict t01 = p->t01, *restrict t10 = p->t10, *restrict r01 = p->r01, *restrict r10 = p->r10;
    const float *restrict a0 = p->a0, *restrict a1 = p->a1, *restrict step = p->step;
#pragma GCC ivdep
    for (int k = from; k < to; k++) {
        float *restrict o = observations + (size_t)k * ROW;
        if (columns == ALL)
            memcpy(o, constants, sizeof constants);
        o[0] = a0[k];
        o[1] = a1[k];
        o[3] = t01[k];
        o[4] = t10[k];
        o[7] = r01[k];
        o[8] = r10[k];
        o[14] = step[k];
    }
}

void peer_reset(struct peer *p, float *observations)
{
    for (int k = 0; k < p->count; k++) {
        p->t01[k] = p->t10[k] = 0.5f;
        p->r01[k] = p->r10[k] = 0;
        p->a0[k] = p->a1[k] = 40;
        p->step[k] = 0;
    }
    rows(p, 0, p->count, observations, ALL);
}

static inline float trust(float t, float r, float s)
{
    float ceiling = 1 - r;
    float gain = 0.15f * s * greatest(0, least(1 - t, ceiling - t));
    float loss = 0.45f * 1.36f * s * t;
    return clip(t + (s > 0 ? gain : loss), 0, ceiling);
}

static inline float damage(float r, float s)
{
    return clip(r + (s < 0 ? -0.5f * s * (1 - r) : -0.02f * r), 0, 1);
}

static void play(struct peer *p, int from, int to, const float *restrict actions, float *restrict rewards, unsigned char *restrict endings)
{
    float *restrict t01 = p->t01, *restrict t10 = p->t10, *restrict r01 = p->r01, *restrict r10 = p->r10;
    float *restrict a0 = p->a0, *restrict a1 = p->a1, *restrict step = p->step;
    const float *restrict x = actions, *restrict y = actions + p->count;
    float *restrict u = rewards, *restrict v = rewards + p->count;
#pragma GCC ivdep
    for (int k = from; k < to; k++) {
        float a = clip(x[k], 0, 100), b = clip(y[k], 0, 100);
        float sa = tanhf(1.5f * (a - 40)), sb = tanhf(1.5f * (b - 40));
        float tab = trust(t01[k], r01[k], sb), tba = trust(t10[k], r10[k], sa);
        float rab = damage(r01[k], sb), rba = damage(r10[k], sa);
        float synergy = (a <= 1e-10f) | (b <= 1e-10f) ? 0 : sqrtf(a * b);
        float pa = 100 - a + 20 * log1pf(a) + 0.35f * synergy;
        float pb = 100 - b + 20 * log1pf(b) + 0.35f * synergy;
        u[k] = pa + least(tab, 1 - rab) * 0.6f * pb;
        v[k] = pb + least(tba, 1 - rba) * 0.6f * pa;
        float now = step[k] + 1;
        int clipped = (a != x[k]) | (b != y[k]);
        int terminated = tab + tba < 0.1f, truncated = now >= HORIZON;
        int ended = terminated | truncated;
        endings[k] = terminated * TERMINATED | truncated * TRUNCATED | clipped * CLIPPED;
        t01[k] = ended ? 0.5f : tab;
        t10[k] = ended ? 0.5f : tba;
        r01[k] = ended ? 0 : rab;
        r10[k] = ended ? 0 : rba;
        a0[k] = ended ? 40 : a;
        a1[k] = ended ? 40 : b;
        step[k] = ended ? 0 : now;
    }
}

void peer_step(struct peer *p, const float *actions, float *rewards, unsigned char *endings, float *observations, int columns)
{
    for (int from = 0; from < p->count; from += CHUNK) {
        int to = from + CHUNK < p->count ? from + CHUNK : p->count;
        play(p, from, to, actions, rewards, endings);
        if (columns != NONE)
            rows(p, from, to, observations, columns);
    }
}
