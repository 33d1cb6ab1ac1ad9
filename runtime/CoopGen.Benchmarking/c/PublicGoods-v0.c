/* PublicGoods-v0 with default parameters: five agents, integrated rewards, an ended episode is reset in the same step. */
#define N 5
#define WINDOW 10
#define HORIZON 100
#define ENDOWMENT 50.0f
#define BASELINE 20.0f
#define DEPENDENCE 0.55f
#define BUILD 0.10f
#define ERODE 0.25f
#define AMPLIFY 0.50f
#define HARM 0.40f
#define FORGET 0.02f
#include "pairs.h"

static void play(struct peer *p, int from, int to, const float *actions, float *rewards, unsigned char *endings)
{
    float s[N][CHUNK], payoff[N][CHUNK], synergy[CHUNK], all[CHUNK], clipped[CHUNK];
    act(p, from, to, actions, clipped, 0);
    const float *restrict a0 = entry(p, p->a, 0), *restrict a1 = entry(p, p->a, 1), *restrict a2 = entry(p, p->a, 2);
    const float *restrict a3 = entry(p, p->a, 3), *restrict a4 = entry(p, p->a, 4);
#pragma GCC ivdep
    for (int k = from; k < to; k++) {
        float first = greatest(a0[k], 1e-10f) * greatest(a1[k], 1e-10f) * greatest(a2[k], 1e-10f);
        float second = greatest(a3[k], 1e-10f) * greatest(a4[k], 1e-10f);
        float least_of_all = least(least(least(a0[k], a1[k]), least(a2[k], a3[k])), a4[k]);
        float mean = expf((logf(first) + logf(second)) * (1.0f / N));
        synergy[k - from] = least_of_all <= 1e-10f ? 0 : 0.65f / N * mean;
        all[k - from] = least_of_all >= 0.5f * ENDOWMENT ? 1.2f : 1;
    }
    for (int i = 0; i < N; i++) {
        const float *restrict a = entry(p, p->a, i);
#pragma GCC ivdep
        for (int k = from; k < to; k++) {
            s[i][k - from] = tanhf(a[k] - BASELINE);
            payoff[i][k - from] = ENDOWMENT - a[k] + 20 * log1pf(a[k]) + synergy[k - from];
        }
    }
    for (int i = 0; i < N; i++) {
        const float *restrict a = entry(p, p->a, i), *restrict sum = entry(p, p->sum, i), *restrict step = p->step;
        float *restrict reward = rewards + (size_t)i * p->count, worth[CHUNK];
        memcpy(worth, payoff[i], sizeof worth);
        bond(p, from, to, i, s, payoff, 0, worth, 0);
#pragma GCC ivdep
        for (int k = from; k < to; k++) {
            float habit = least(1, sum[k] / (least(step[k], WINDOW) * ENDOWMENT));
            float factor = (a[k] < 0.3f * ENDOWMENT ? 0.5f : 1) * (habit >= 0.6f ? 1 + 0.15f * habit : 1) * all[k - from];
            reward[k] = worth[k - from] * factor;
        }
    }
    end(p, from, to, clipped, endings);
}

void peer_step(struct peer *p, const float *actions, float *rewards, unsigned char *endings, float *observations, int columns)
{
    for (int from = 0; from < p->count; from += CHUNK) {
        int to = from + CHUNK < p->count ? from + CHUNK : p->count;
        play(p, from, to, actions, rewards, endings);
        if (columns != NONE)
            rows(p, from, to, observations, columns);
    }
    p->head = (p->head + 1) % WINDOW;
}
