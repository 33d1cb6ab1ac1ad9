/* Random calls from four threads: wrong handles, lengths, ids, JSON, numbers that are none, and null pointers. Nothing may crash, every
 * error has a text, and memory stays flat. Takes the number of calls and a seed. */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coopgen.h"

enum { THREADS = 4, OWN = 12, SHARED = 8, ROOM = 1 << 17 };

static uint64_t shared[SHARED];
static long calls_per_thread;
static uint64_t first_seed;
static long textless, refused[9], done, unknown;

static const char *ids[] = {"TrustDilemma-v0", "PublicGoods-v0", "SLCD-v0", "CoalitionFormation-v0", "DynamicPartnerSelection-v0", "GraduatedSanction-v0",
    "ReputationMarket-v0", "CooperativeNegotiation-v0", "SynergySearch-v0", "", "Nothing-v0", "TrustDilemma", "\xff\xfe\x80", "\xe2\x82", "a\nb"};
static const char *jsons[] = {"{}", "", "{\"max_steps\": 5}", "{\"max_steps\": 3, \"reward_type\": \"private\"}", "{\"reward_type\": \"cooperative\"}",
    "{\"max_steps\": -1}", "{\"max_steps\": 1e999}", "{\"max_steps\": NaN}", "{\"max_steps\": null}", "{\"max_steps\": [1, 2]}", "{\"max_steps\": [[[[[[]]]]]]}",
    "{\"odd\": 1}", "{\"reward_type\": 5}", "{\"reward_type\": \"odd\"}", "[", "[]", "[{}]", "[{}, {\"max_steps\": 4}]", "[1]", "nonsense", "{\"a\": \"\\ud800\"}",
    "{\"max_steps\": 5, \"max_steps\": 6}", "{\"n_agents\": 3}", "{\"n_agents\": 100000}", "\x80\x81", "null", "1", "\"text\"", "{\"preset\": \"full\"}",
    "{\"preset\": 5}", "{\"with\": [\"own_trust\"]}", "{\"with\": [1]}", "{\"without\": \"own_trust\"}", "{\"with\": [\"odd\"]}"};
static const char *requests[] = {"{\"oracle\": \"Oracle_Odd\"}", "{\"oracle\": 5}", "{\"seed\": -1}", "{\"seed\": 1.5}", "{\"odd\": 1}", "[", "nonsense", "\x80"};
static const char *solvable[] = {"{}", "", "{\"oracle\": \"Oracle_Equilibrium\"}", "{\"oracle\": \"Oracle_Nash\", \"seed\": 18446744073709551615}", "{\"oracle\": \"Oracle_BoundedReciprocity\"}"};
static const char *policies[] = {"Random", "TitForTat", "Constant_50", "Constant_100", "[\"Random\", \"TitForTat\"]", "[\"Random\"]", "[\"Random\"", "[1, 2]", "[]", "", "Nobody", "\xff"};
static const long lengths[] = {0, 1, 2, 3, 5, 8, 15, 16, 26, 64, 100, 1000, -1, -1000000, INT32_MAX, INT64_MIN, INT64_MAX, (long)INT32_MAX + 1, ROOM};
static const double numbers[] = {0, 1, 50, 100, -5, 1e300, -1e300, 1e-310, 0.5, 20};

#define PICK(array) ((array)[next(s) % (sizeof(array) / sizeof *(array))])

static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static double number(uint64_t *s)
{
    switch (next(s) % 40) {
    case 0: return NAN;
    case 1: return INFINITY;
    case 2: return -INFINITY;
    default: return PICK(numbers);
    }
}

/* Mostly the right length, if there is one. */
static int64_t length(uint64_t *s, int64_t right)
{
    return next(s) % 4 ? right : PICK(lengths);
}

static void *maybe(uint64_t *s, void *memory)
{
    return next(s) % 12 ? memory : NULL;
}

typedef struct { uint64_t handle; int64_t agents, profile, observed, count, state, snapshot; int batch; } Known;

static int64_t field(const char *json, const char *name)
{
    const char *at = strstr(json, name);
    return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static void describe(Known *k)
{
    static __thread char text[1 << 18];
    int64_t size;
    if ((k->batch ? coopgen_batch_describe : coopgen_env_describe)(k->handle, text, sizeof text, &size) != COOPGEN_OK)
        return;
    k->agents = field(text, "\"agents\":");
    k->profile = k->agents * field(text, "\"action_dimensions\":");
    k->observed = field(text, "\"observation_length\":");
    k->state = field(text, "\"state_length\":");
    k->snapshot = field(text, "\"snapshot_bytes\":");
    k->count = k->batch ? field(text, "\"count\":") : 1;
}

static void *play(void *argument)
{
    uint64_t state = first_seed * 1000003 + (uint64_t)(intptr_t)argument * 7919 + 1, *s = &state;
    Known own[OWN] = {0};
    double *doubles = malloc(ROOM * sizeof(double)), *more = malloc(ROOM * sizeof(double)), *other = malloc(ROOM * sizeof(double));
    float *floats = malloc(ROOM * sizeof(float)), *rows = malloc(ROOM * sizeof(float));
    uint8_t *bytes = malloc(ROOM * 8), *endings = malloc(ROOM);
    uint64_t *seeds = calloc(ROOM, sizeof(uint64_t));
    int32_t *ints = calloc(ROOM, sizeof(int32_t));
    char *text = malloc(ROOM * 8);
    for (long call = 0; call < calls_per_thread; call++) {
        Known *k = &own[next(s) % OWN], none = {0};
        int64_t size = 0, p, n;
        int32_t layout = 0, words = 0, status;
        uint64_t h, parts = next(s);
        switch (next(s) % 12) {
        case 0: h = next(s); break;
        case 1: h = (next(s) % 5) << 32 | next(s) % 40; break;
        case 2: h = shared[next(s) % SHARED]; k = &none; k->profile = k->agents = 2; k->observed = 15; k->count = 1; break;
        default: h = k->handle;
        }
        p = k->profile;
        n = k->agents;
        for (int i = 0; i < 64; i++) {
            doubles[i] = number(s);
            floats[i] = (float)number(s);
            more[i] = number(s);
        }
        if (next(s) % 2)
            for (int64_t i = 0; i < p * k->count && i < ROOM; i++)
                doubles[i] = floats[i] = 50;
        /* A free place is soon taken, and by what there is more often than not. */
        int takes = k != &none && k->handle == 0 && next(s) % 4;
        int which = (int)(takes ? next(s) % 2 : next(s) % 36);
        switch (which) {
        case 0: {
            int free = k != &none && k->handle == 0;
            status = coopgen_env_create(maybe(s, (void *)ids[next(s) % (takes ? 9 : 15)]), maybe(s, (void *)jsons[next(s) % (takes ? 5 : sizeof jsons / sizeof *jsons)]), next(s) % 30 ? &h : NULL);
            if (status == COOPGEN_OK) {
                if (!free)
                    coopgen_release(h);
                else {
                    *k = (Known){.handle = h};
                    describe(k);
                    coopgen_env_reset(h, NULL, 0);
                }
            }
            break;
        }
        case 1: {
            int free = k != &none && k->handle == 0;
            int64_t count = next(s) % 3 ? (int64_t)(next(s) % 40) : PICK(lengths);
            int32_t *variants = count > 0 && count <= ROOM && next(s) % 3 == 0 ? ints : NULL;
            if (count > 1000)
                count = count > 1 << 28 ? count : 1000;
            ints[0] = next(s) % 9 ? 0 : (int32_t)next(s);
            status = coopgen_batch_create(maybe(s, (void *)ids[next(s) % (takes ? 9 : 15)]), maybe(s, (void *)jsons[next(s) % (takes ? 5 : sizeof jsons / sizeof *jsons)]), variants, count, (int32_t)(next(s) % 4) - (next(s) % 20 == 0), next(s) % 20 ? (int32_t)(next(s) % 3) : (int32_t)next(s), next(s) % 30 ? &h : NULL);
            if (status == COOPGEN_OK) {
                if (!free)
                    coopgen_release(h);
                else {
                    *k = (Known){.handle = h, .batch = 1};
                    describe(k);
                    coopgen_batch_reset(h, seeds, k->count, 1);
                }
            }
            break;
        }
        case 2:
            /* Those that other threads use are released at the end. */
            status = 0;
            for (int i = 0; i < SHARED; i++)
                status |= h == shared[i];
            status = status ? coopgen_handles(next(s) % 2 ? &size : NULL) : coopgen_release(h);
            if (status == COOPGEN_OK && h == k->handle)
                *k = none;
            break;
        case 3: status = coopgen_env_describe(h, maybe(s, text), length(s, ROOM * 8), maybe(s, &size)); break;
        case 4: status = coopgen_env_reset(h, next(s) % 2 ? &parts : NULL, (int32_t)next(s)); break;
        case 5: case 6: case 7:
            status = coopgen_env_step(h, maybe(s, doubles), length(s, p), maybe(s, more), length(s, n), maybe(s, rows), length(s, k->observed), maybe(s, endings));
            break;
        case 8: status = coopgen_env_check_action(h, (int32_t)(next(s) % 5) - 1, maybe(s, doubles), length(s, 1)); break;
        case 9: status = coopgen_env_observe(h, maybe(s, rows), length(s, k->observed)); break;
        case 10: status = coopgen_env_view(h, maybe(s, (void *)PICK(jsons)), maybe(s, &parts), maybe(s, text), length(s, ROOM * 8), maybe(s, &size)); break;
        case 11: status = coopgen_env_observe_agents(h, next(s) % 2 ? parts : 1, maybe(s, rows), length(s, n)); break;
        case 12: status = coopgen_env_report(h, maybe(s, more), length(s, 1000), maybe(s, &size), maybe(s, &layout), maybe(s, &words)); break;
        case 13: status = coopgen_env_layout(h, (int32_t)(next(s) % 4) - 1, maybe(s, text), length(s, ROOM * 8), maybe(s, &size)); break;
        case 14: status = coopgen_env_state(h, maybe(s, more), length(s, k->state)); break;
        case 15: status = coopgen_env_save(h, maybe(s, bytes), length(s, k->snapshot)); break;
        case 16:
            if (next(s) % 3)
                coopgen_env_save(h, bytes, k->snapshot);
            if (next(s) % 3 == 0)
                bytes[next(s) % 400] ^= 1 << next(s) % 8;
            status = coopgen_env_restore(h, maybe(s, bytes), length(s, k->snapshot));
            break;
        case 17: status = coopgen_env_payoffs(h, maybe(s, doubles), length(s, p), maybe(s, more), length(s, n), maybe(s, other), length(s, n * p)); break;
        case 18: {
            int64_t steps = next(s) % 5;
            status = coopgen_env_gradient(h, maybe(s, &parts), 1, next(s) % 8 ? steps : PICK(lengths), maybe(s, doubles), length(s, steps * p), maybe(s, more), length(s, n), maybe(s, other), length(s, steps * n), maybe(s, other + 1000), length(s, steps * p), NULL, length(s, 0));
            break;
        }
        case 19:
            if (next(s) % 2)
                coopgen_env_state(h, other, k->state);
            for (int64_t i = 0; i < k->state && i < ROOM; i++)
                more[i] = next(s) % 3 ? 0 : number(s);
            status = coopgen_env_vjp(h, maybe(s, other), length(s, k->state), maybe(s, doubles), length(s, p), maybe(s, doubles + 64), length(s, n), maybe(s, more), length(s, k->state), maybe(s, other + ROOM / 2), length(s, p), NULL, length(s, 0));
            break;
        case 20: status = coopgen_list(maybe(s, text), length(s, ROOM * 8), maybe(s, &size)); break;
        case 21: status = coopgen_manifest(maybe(s, (void *)PICK(ids)), maybe(s, text), length(s, ROOM * 8), maybe(s, &size)); break;
        case 22: status = coopgen_batch_reset(h, maybe(s, seeds), length(s, k->count), 1); break;
        case 23: status = coopgen_batch_reset_some(h, maybe(s, endings), length(s, k->count)); break;
        case 24: case 25:
            status = coopgen_batch_step(h, maybe(s, floats), length(s, p * k->count), maybe(s, rows), length(s, n * k->count), maybe(s, endings), length(s, k->count), maybe(s, (float *)more), length(s, k->count * k->observed), next(s) % 2 ? (float *)other : NULL, next(s) % 2 ? length(s, k->count * k->observed) : 0);
            break;
        case 26: status = coopgen_batch_observe(h, maybe(s, rows), length(s, k->count * k->observed)); break;
        case 27: status = next(s) % 2 ? coopgen_batch_report(h, (int32_t)(next(s) % 6) - 1, maybe(s, rows), length(s, k->count)) : coopgen_batch_observe_agents(h, 1, maybe(s, rows), length(s, n * k->count)); break;
        case 28:
            /* Now and then something that takes milliseconds. */
            status = coopgen_env_solve(h, next(s) % 200 ? PICK(requests) : maybe(s, (void *)PICK(solvable)));
            break;
        case 29: status = coopgen_env_answer(h, maybe(s, text), length(s, ROOM * 8), maybe(s, &size)); break;
        case 30: status = coopgen_env_act(h, maybe(s, (void *)PICK(policies)), parts, maybe(s, more), length(s, p)); break;
        case 31: status = coopgen_env_progress(h, maybe(s, more), maybe(s, other)); break;
        case 32: status = coopgen_env_cancel(h); break;
        case 34:
            if (next(s) % 3)
                coopgen_env_state(h, more, k->state);
            if (next(s) % 2)
                more[next(s) % 40] = number(s);
            status = coopgen_env_put(h, maybe(s, more), length(s, k->state));
            break;
        case 33: {
            int64_t steps = next(s) % 5, acted = p * k->count, paid = n * k->count;
            for (int64_t i = 0; i < steps * acted && i < ROOM; i++)
                floats[i] = next(s) % 500 ? 50 : (float)number(s);
            status = coopgen_batch_gradient(h, maybe(s, seeds), length(s, k->count), (int32_t)next(s), next(s) % 8 ? steps : PICK(lengths), maybe(s, floats), length(s, steps * acted),
                maybe(s, rows), next(s) % 2 ? length(s, n) : length(s, steps * paid), maybe(s, (float *)more), length(s, steps * paid), maybe(s, endings), length(s, steps * k->count),
                maybe(s, (float *)other), length(s, steps * acted), NULL, length(s, 0));
            break;
        }
        default:
            if (next(s) % 2)
                coopgen_batch_save(h, bytes, k->snapshot);
            if (next(s) % 3 == 0)
                bytes[next(s) % 400] ^= 1 << next(s) % 8;
            status = coopgen_batch_restore(h, maybe(s, bytes), length(s, k->snapshot));
        }
        if (status != COOPGEN_OK) {
            char short_text[4];
            int64_t whole = coopgen_last_error(maybe(s, short_text), sizeof short_text);
            if (whole <= 0)
                __sync_fetch_and_add(&textless, 1);
        }
        if (status == COOPGEN_INTERNAL) {
            coopgen_last_error(text, ROOM);
            if (__sync_fetch_and_add(&unknown, 1) < 5)
                fprintf(stderr, "case %d, internal: %s\n", which, text);
        }
        if (status < 0 || status > 8)
            abort();
        __sync_fetch_and_add(&refused[status], 1);
        __sync_fetch_and_add(&done, 1);
    }
    for (int i = 0; i < OWN; i++)
        if (own[i].handle)
            coopgen_release(own[i].handle);
    free(doubles), free(more), free(other), free(floats), free(rows), free(bytes), free(endings), free(seeds), free(ints), free(text);
    return NULL;
}

static double resident(void)
{
    long pages = 0, rest;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &rest, &pages) != 2)
        pages = 0;
    if (file != NULL)
        fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static void round_of(long calls)
{
    pthread_t threads[THREADS];
    calls_per_thread = calls / THREADS;
    for (intptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, play, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
    long calls = argc > 1 ? atol(argv[1]) : 1000000;
    first_seed = argc > 2 ? (uint64_t)atol(argv[2]) : 1;
    for (int i = 0; i < SHARED; i++) {
        coopgen_env_create("TrustDilemma-v0", NULL, &shared[i]);
        coopgen_env_reset(shared[i], NULL, 0);
    }
    /* Four rounds; the first one warms up. */
    double before = 0, after = 0;
    for (int round = 0; round < 4; round++) {
        first_seed += 17;
        round_of(calls / 4);
        after = resident();
        if (round == 0)
            before = after;
        printf("after %ld calls: %.1f MiB\n", done, after);
    }
    for (int i = 0; i < SHARED; i++)
        coopgen_release(shared[i]);
    int64_t handles = -1;
    coopgen_handles(&handles);
    printf("done %ld, ok %ld, argument %ld, handle %ld, busy %ld, state %ld, memory %ld, internal %ld, cancelled %ld, unsolvable %ld\n", done, refused[0], refused[1], refused[2], refused[3], refused[4], refused[5], refused[6],
        refused[7], refused[8]);
    printf("without text %ld, handles left %ld, growth %.1f MiB\n", textless, (long)handles, after - before);
    return textless == 0 && handles == 0 && refused[COOPGEN_INTERNAL] == 0 && after - before < 32 ? 0 : 1;
}
