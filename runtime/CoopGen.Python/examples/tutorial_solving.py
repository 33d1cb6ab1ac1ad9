"""What a game comes to: equilibria, oracles, the best of an episode, and gradients of many episodes at once.

    python3 tutorial_solving.py
"""

import numpy as np

import coopgen

# The equilibria of one step, certified: nobody gains by moving a little (the residual), nor by any other action (the largest gain).
found = coopgen.solve("PartnerHoldUp-v0", reward_type="private")
print("equilibrium", found.actions.round(2), "pays", found.payoffs.round(2), "residual", f"{found.residual:.0e}", "certified", found.certified)

# What one of the benchmark's oracles plays, and what an episode of it earns.
oracle = coopgen.solve("PartnerHoldUp-v0", "Oracle_Equilibrium", max_steps=20)
print("Oracle_Equilibrium plays", oracle.actions.round(2), "and returns", oracle.returns.round(1))

# The greatest sum of returns found over the whole episode, as a plan of actions; Ctrl-C or a timeout end the search.
best = coopgen.solve("PartnerHoldUp-v0", "Oracle_DynamicOptimum", max_steps=20, timeout=60)
print("the best plan returns", best.returns.sum().round(1), "of at most", round(best.upper_bound, 1), "and begins with", best.plan[:2].round(1).tolist())

# Policies play step by step, beside a learner or against one another. They know the state, and nothing is played by asking.
env = coopgen.make("PartnerHoldUp-v0", max_steps=20)
env.reset(seed=1)
returns, ended = np.zeros(2), False
while not ended:
    action = env.environment.act(["TitForTat", "Oracle_Equilibrium"])
    *_, terminated, truncated, info = env.step(action)
    returns += info["rewards"]
    ended = terminated or truncated
print("tit for tat against the oracle", returns.round(1))

# A hundred episodes side by side, each climbing by the exact gradient of the sum of its returns.
levels = np.random.default_rng(1).uniform(0, 1, (1, 100, 2)).astype(np.float32) * env.action_space.high
for _ in range(30):
    slopes = coopgen.grad_vec("PartnerHoldUp-v0", np.repeat(levels, 20, axis=0), max_steps=20)
    levels = np.clip(levels + 0.2 * slopes.actions.sum(axis=0, keepdims=True), 0, env.action_space.high)
print("the best of 100 that climbed with one action for all steps", slopes.value.max().round(1), "from", slopes.value.min().round(1))
