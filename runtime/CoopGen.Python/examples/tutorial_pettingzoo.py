"""Every agent sees and acts for itself: PettingZoo's two interfaces, and many of them at once.

    python3 tutorial_pettingzoo.py
"""

import numpy as np

import coopgen

# All at once. Agents see everyone's actions, but only their own trust; observation="full" or "minimal" shows more or less.
env = coopgen.parallel_env("PublicGoods-v0", reward_type="private", max_steps=20)
observations, infos = env.reset(seed=7)
print(env.agents, env.observation_space("agent_0").shape, env.action_space("agent_0"))
returns = dict.fromkeys(env.agents, 0.0)
while env.agents:
    # Everyone gives what the others gave on average in the step before; agent 0 gives nothing.
    actions = {agent: seen[1:5].mean(keepdims=True) for agent, seen in observations.items()}
    actions["agent_0"] = np.zeros(1, np.float32)
    observations, rewards, terminations, truncations, infos = env.step(actions)
    for agent, reward in rewards.items():
        returns[agent] += reward
print({agent: round(total, 1) for agent, total in returns.items()})

# One after the other: who moves later sees what has been done in this round.
env = coopgen.aec_env("TrustDilemma-v0", max_steps=10)
env.reset(seed=7)
for agent in env.agent_iter():
    observation, reward, terminated, truncated, info = env.last()
    if terminated or truncated:
        env.step(None)
    elif agent == "agent_0":
        env.step([70.0])
    else:
        env.step([observation[-2] / 2])  # half of what agent 0 has just done
print("mean trust", round(info["mean_trust"], 3))

# A thousand copies, in arrays of shape (num_envs, …) per agent.
many = coopgen.parallel_vec("PublicGoods-v0", 1000)
observations, _ = many.reset(seed=7)
for _ in range(50):
    observations, rewards, *_ = many.step({agent: np.full((1000, 1), 25.0) for agent in many.agents})
print("mean reward of each agent:", many.rewards.mean(axis=1).round(2))
