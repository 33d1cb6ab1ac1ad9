"""One environment, one decision for all agents: Gymnasium's interface.

    python3 tutorial_gymnasium.py
"""

import numpy as np

import coopgen

# What there is, and what it computes.
print(coopgen.list()[:5], "…")
for formula in coopgen.formulas("TrustDilemma-v0")[:3]:
    print(f"  {formula.name}  {formula.equation}  {formula.summary}")

# Two partners invest up to 100 each. Trust grows when they invest more than the 40 that are expected, and breaks when they don't.
env = coopgen.make("TrustDilemma-v0", reward_type="private", max_steps=30, render_mode="ansi")
print(env.action_space, env.observation_space.shape)

observation, info = env.reset(seed=42)  # the same seed, the same episode
returns = np.zeros(env.num_agents)
ended = False
while not ended:
    # A partner who gives 60, and one who stops giving half-way.
    action = np.array([60.0, 60.0 if info["step"] < 15 else 20.0])
    observation, reward, terminated, truncated, info = env.step(action)
    returns += info["rewards"]  # `reward` is their sum
    ended = terminated or truncated
print(env.render())
print("returns", returns.round(1), "mean trust", round(info["mean_trust"], 3))

# The exact gradient of agent 0's return with respect to every action and every real parameter.
slopes = coopgen.grad("TrustDilemma-v0", np.full((30, 2), 60.0), weights=[1, 0])
print("∂return_0/∂action of agent 1 in step 0:", round(slopes.actions[0, 1], 4))
print("∂return_0/∂trust_building_rate:", round(slopes.parameters["trust_building_rate"], 2))
