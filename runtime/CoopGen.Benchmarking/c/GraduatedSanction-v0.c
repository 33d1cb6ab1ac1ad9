/* GraduatedSanction-v0 with default parameters: six agents, integrated rewards, an ended episode is reset in the same step. */
#define N 6
#define WINDOW 10
#define HORIZON 200
#define ENDOWMENT 100.0f
#define BASELINE 40.0f
#define DEPENDENCE 0.35f
#define BUILD 0.10f
#define ERODE 0.30f
#define AMPLIFY 0.50f
#define HARM 0.60f
#define FORGET 0.03f
#include "pairs.h"

/* λR (1 + ω D) ρ0 D^η */
#define ANSWER (1.8f * (1 + 1.0f * DEPENDENCE) * 0.6f * 0.20706279f)

static void play(struct peer *p, int from, int to, const float *actions, float *rewards, unsigned char *endings)
{
    float s[N][CHUNK], payoff[N][CHUNK], answer[N][CHUNK], synergy[CHUNK], clipped[CHUNK];
    /* An average leaves out the first action of an episode: there was nothing to compare it with. */
    act(p, from, to, actions, clipped, 1);
    const float *restrict a0 = entry(p, p->a, 0), *restrict a1 = entry(p, p->a, 1), *restrict a2 = entry(p, p->a, 2);
    const float *restrict a3 = entry(p, p->a, 3), *restrict a4 = entry(p, p->a, 4), *restrict a5 = entry(p, p->a, 5);
#pragma GCC ivdep
    for (int k = from; k < to; k++) {
        float first = greatest(a0[k], 1e-10f) * greatest(a1[k], 1e-10f) * greatest(a2[k], 1e-10f);
        float second = greatest(a3[k], 1e-10f) * greatest(a4[k], 1e-10f) * greatest(a5[k], 1e-10f);
        float least_of_all = least(least(least(a0[k], a1[k]), least(a2[k], a3[k])), least(a4[k], a5[k]));
        float mean = expf((logf(first) + logf(second)) * (1.0f / N));
        synergy[k - from] = least_of_all <= 1e-10f ? 0 : 0.65f / N * mean;
    }
    for (int i = 0; i < N; i++) {
        const float *restrict a = entry(p, p->a, i), *restrict sum = entry(p, p->sum, i), *restrict step = p->step;
#pragma GCC ivdep
        for (int k = from; k < to; k++) {
            float average = sum[k] / clip(step[k] - 1, 1, WINDOW);
            s[i][k - from] = tanhf(a[k] - BASELINE);
            answer[i][k - from] = ANSWER / ENDOWMENT * tanhf(0.8f * (a[k] - average));
            payoff[i][k - from] = ENDOWMENT - a[k] + 20 * log1pf(a[k]) + synergy[k - from];
        }
    }
    for (int i = 0; i < N; i++) {
        float *restrict reward = rewards + (size_t)i * p->count, worth[CHUNK], answered[CHUNK];
        memcpy(worth, payoff[i], sizeof worth);
        memset(answered, 0, sizeof answered);
        bond(p, from, to, i, s, payoff, answer, worth, answered);
#pragma GCC ivdep
        for (int k = from; k < to; k++)
            reward[k] = worth[k - from] * greatest(0.01f, 1 + answered[k - from]);
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
