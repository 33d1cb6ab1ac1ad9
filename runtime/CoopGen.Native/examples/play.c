/* Plays an environment, and then a thousand of them, through the native library.
 *
 *     dotnet publish runtime/CoopGen.Native -c Release -o native
 *     gcc -Iruntime/CoopGen.Native runtime/CoopGen.Native/examples/play.c native/coopgen.so -Wl,-rpath,native -o play
 *     ./play
 */
#include <stdio.h>
#include <stdlib.h>

#include "coopgen.h"

enum { AGENTS = 2, OBSERVED = 15, COUNT = 1000 };

static void check(int32_t status)
{
    if (status != COOPGEN_OK) {
        char text[1024];
        coopgen_last_error(text, sizeof text);
        fprintf(stderr, "status %d: %s\n", status, text);
        exit(1);
    }
}

static void one(void)
{
    uint64_t env, seed = 42;
    check(coopgen_env_create("TrustDilemma-v0", "{\"max_steps\": 20, \"reward_type\": \"private\"}", &env));
    check(coopgen_env_reset(env, &seed, 0));
    double actions[AGENTS] = {60, 50}, rewards[AGENTS], returns[AGENTS] = {0};
    float observation[OBSERVED];
    uint8_t ending = 0;
    while ((ending & 3) == 0) {
        check(coopgen_env_step(env, actions, AGENTS, rewards, AGENTS, observation, OBSERVED, &ending));
        for (int i = 0; i < AGENTS; i++)
            returns[i] += rewards[i];
    }
    printf("returns %.3f %.3f after %.0f steps\n", returns[0], returns[1], observation[OBSERVED - 1]);

    /* What is refused has a text and changes nothing. */
    if (coopgen_env_step(env, actions, AGENTS, rewards, AGENTS, NULL, 0, &ending) == COOPGEN_STATE) {
        char text[256];
        coopgen_last_error(text, sizeof text);
        printf("refused: %s\n", text);
    }
    check(coopgen_release(env));
}

static void many(void)
{
    static float actions[AGENTS * COUNT], rewards[AGENTS * COUNT], observations[COUNT * OBSERVED];
    static uint8_t endings[COUNT];
    static uint64_t seeds[COUNT];
    uint64_t batch;
    check(coopgen_batch_create("TrustDilemma-v0", NULL, NULL, COUNT, 0, 1, &batch));
    for (int k = 0; k < COUNT; k++) {
        seeds[k] = (uint64_t)k;
        actions[k] = actions[COUNT + k] = 100.0f * (float)k / (COUNT - 1);
    }
    check(coopgen_batch_reset(batch, seeds, COUNT, 1));
    double sum = 0;
    for (int t = 0; t < 100; t++) {
        check(coopgen_batch_step(batch, actions, AGENTS * COUNT, rewards, AGENTS * COUNT, endings, COUNT, observations, COUNT * OBSERVED, NULL, 0));
        for (int k = 0; k < AGENTS * COUNT; k++)
            sum += rewards[k];
    }
    printf("mean reward %.2f over %d steps of %d environments\n", sum / (100.0 * AGENTS * COUNT), 100, COUNT);
    check(coopgen_release(batch));
}

int main(void)
{
    if (coopgen_version() != COOPGEN_VERSION) {
        fprintf(stderr, "The library has version %d of the interface; the header is version %d.\n", coopgen_version(), COOPGEN_VERSION);
        return 1;
    }
    one();
    many();
    return 0;
}
