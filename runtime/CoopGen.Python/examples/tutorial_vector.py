"""Thousands of environments at once: Gymnasium's VectorEnv.

    python3 tutorial_vector.py
"""

import time

import numpy as np

import coopgen

NUM_ENVS, STEPS = 4096, 200

# threads=0 would spread a step over all processors. Environments may differ in parameters: see `variants`.
envs = coopgen.make_vec("TrustDilemma-v0", NUM_ENVS, threads=1)
observations, _ = envs.reset(seed=1)  # environment k has the seed 1 + k
print("observations", observations.shape, "actions", envs.action_space.shape)

# The arrays that come back are written anew by the next step: copy what is to be kept.
constant = np.linspace(0, 100, NUM_ENVS, dtype=np.float32)
actions = np.stack([constant, constant], axis=1)
returns = np.zeros(NUM_ENVS)
started = time.perf_counter()
for step in range(STEPS):
    observations, rewards, terminations, truncations, infos = envs.step(actions)
    if step < 100:
        returns += rewards
print(f"{NUM_ENVS * STEPS / (time.perf_counter() - started) / 1e6:.1f} million steps a second")
best = returns.argmax()
print(f"of all constant profiles, {constant[best]:.0f} pays the pair most in its first hundred steps: {returns[best]:.0f}")
print("mean trust now:", envs.batch.report("mean_trust")[[0, NUM_ENVS // 2, -1]])
envs.close()
