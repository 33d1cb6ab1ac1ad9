"""Independent PPO in one file, with NumPy alone: every agent learns for itself, on thousands of environments at once.

Each agent has networks of its own, decides about its own action alone, and is paid its own reward; to each, the others are part of the
environment. All see the joint observation that `make_vec` gives; where agents are to see only what is theirs, `coopgen.parallel_vec`
gives each its own. Policies are Gaussians squashed to the range of actions.

    python3 ippo.py --id TrustDilemma-v0 --updates 100
"""

import argparse
import time

import numpy as np

import coopgen


class Network:
    """Two hidden layers of tanh and Adam: the mean of a Gaussian, or a value."""

    def __init__(self, rng, sizes, rate):
        self.parameters = [p for i, o in zip(sizes, sizes[1:]) for p in (rng.standard_normal((i, o)) / np.sqrt(i), np.zeros(o))]
        self.parameters[-2] *= 0.01
        self.parameters = [p.astype(np.float32) for p in self.parameters]
        self.first, self.second, self.rate, self.t = [0 * p for p in self.parameters], [0 * p for p in self.parameters], rate, 0

    def forward(self, x):
        self.layers = [x]
        for k in range(0, len(self.parameters), 2):
            x = x @ self.parameters[k] + self.parameters[k + 1]
            if k + 2 < len(self.parameters):
                x = np.tanh(x)
            self.layers.append(x)
        return x

    def backward(self, slope):
        """Descends along a slope of the loss with respect to the outputs."""
        slopes = [None] * len(self.parameters)
        for k in range(len(self.parameters) - 2, -1, -2):
            if k + 2 < len(self.parameters):
                slope = slope * (1 - self.layers[k // 2 + 1] ** 2)
            slopes[k], slopes[k + 1] = self.layers[k // 2].T @ slope, slope.sum(axis=0)
            slope = slope @ self.parameters[k].T
        size = np.sqrt(sum((s**2).sum() for s in slopes))
        self.t += 1
        for k, s in enumerate(slopes):
            s = s * min(1, 0.5 / (size + 1e-8))
            self.first[k] = 0.9 * self.first[k] + 0.1 * s
            self.second[k] = 0.999 * self.second[k] + 0.001 * s * s
            self.parameters[k] -= self.rate * (self.first[k] / (1 - 0.9**self.t)) / (np.sqrt(self.second[k] / (1 - 0.999**self.t)) + 1e-8)


class Learner:
    """One agent's PPO."""

    def __init__(self, rng, length, dimensions, options):
        self.rng, self.options = rng, options
        self.policy = Network(rng, (length, 64, 64, dimensions), options.rate)
        self.value = Network(rng, (length, 64, 64, 1), options.rate)
        self.spread = -0.5  # logarithm of the standard deviation; it shrinks as learning goes on

    def act(self, x):
        mean = self.policy.forward(x)
        return mean + np.exp(self.spread) * self.rng.standard_normal(mean.shape).astype(np.float32)

    def log_probability(self, mean, drawn):
        return (-0.5 * ((drawn - mean) / np.exp(self.spread)) ** 2 - self.spread).sum(axis=-1)

    def learn(self, seen, drawn, rewards, ends, last):
        """seen (T, N, length), drawn (T, N, d), rewards and ends (T, N), last (N, length)."""
        o, (steps, count) = self.options, rewards.shape
        values = np.stack([self.value.forward(x)[:, 0] for x in (*seen, last)])
        advantages, ahead = np.zeros_like(rewards), np.zeros(count, np.float32)
        for t in range(steps - 1, -1, -1):
            alive = 1 - ends[t]
            ahead = rewards[t] + o.discount * alive * values[t + 1] - values[t] + o.discount * o.trace * alive * ahead
            advantages[t] = ahead
        returns = advantages + values[:-1]
        before = np.stack([self.log_probability(self.policy.forward(x), d) for x, d in zip(seen, drawn)])
        x, d, a, r, b = (array.reshape(steps * count, *array.shape[2:]) for array in (seen, drawn, advantages, returns, before))
        a = (a - a.mean()) / (a.std() + 1e-8)
        for _ in range(o.epochs):
            for rows in np.array_split(self.rng.permutation(len(x)), o.batches):
                mean = self.policy.forward(x[rows])
                ratio = np.exp(self.log_probability(mean, d[rows]) - b[rows])
                # Where clipping is in force, the loss does not change with the policy.
                free = np.where(a[rows] > 0, ratio < 1 + o.clip, ratio > 1 - o.clip)
                self.policy.backward((-(free * a[rows] * ratio)[:, None] * (d[rows] - mean) / np.exp(2 * self.spread) / len(rows)).astype(np.float32))
                error = self.value.forward(x[rows])[:, 0] - r[rows]
                self.value.backward((error[:, None] / len(rows)).astype(np.float32))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--id", default="TrustDilemma-v0")
    parser.add_argument("--reward-type", default="integrated")
    parser.add_argument("--envs", type=int, default=64)
    parser.add_argument("--updates", type=int, default=100)
    parser.add_argument("--steps", type=int, default=50, help="steps between updates")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batches", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--clip", type=float, default=0.2)
    parser.add_argument("--discount", type=float, default=0.99)
    parser.add_argument("--trace", type=float, default=0.95)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    envs = coopgen.make_vec(options.id, options.envs, reward_type=options.reward_type, autoreset_mode="SameStep")
    n, space, box = envs.num_agents, envs.single_action_space, envs.single_observation_space
    d = space.shape[0] // n
    # What is seen, between −1 and 1 by its bounds; what is paid, by the most that can be.
    middle, half = (box.low + box.high) / 2, np.maximum((box.high - box.low) / 2, 1e-6)
    scale = np.maximum(np.abs(envs.batch.reward_low), np.abs(envs.batch.reward_high)).astype(np.float32) / 10
    rng = np.random.default_rng(options.seed)
    learners = [Learner(rng, len(box.low), d, options) for _ in range(n)]

    observations, _ = envs.reset(seed=options.seed)
    seen = (observations - middle) / half
    started = time.perf_counter()
    for update in range(1, options.updates + 1):
        kept = {name: [] for name in ("seen", "drawn", "rewards", "ends")}
        for _ in range(options.steps):
            drawn = np.concatenate([learner.act(seen) for learner in learners], axis=1)
            actions = space.low + (space.high - space.low) / (1 + np.exp(-2 * drawn))
            observations, _, terminations, truncations, infos = envs.step(actions)
            for name, value in (("seen", seen), ("drawn", drawn), ("rewards", infos["rewards"] / scale), ("ends", terminations | truncations)):
                kept[name].append(value.copy())
            seen = (observations - middle) / half
        arrays = {name: np.stack(values).astype(np.float32) for name, values in kept.items()}
        for i, learner in enumerate(learners):
            learner.learn(arrays["seen"], arrays["drawn"][..., i * d : (i + 1) * d], arrays["rewards"][..., i], arrays["ends"], seen)
            learner.spread = -0.5 - 1.5 * update / options.updates
        if update % max(1, options.updates // 6) == 0:
            paid, played = (arrays["rewards"] * scale).mean(axis=(0, 1)), actions.mean(axis=0)
            print(f"update {update:4}  mean reward {np.array2string(paid, precision=1)}  mean action {np.array2string(played, precision=1)}", flush=True)
    print(f"{options.updates * options.steps * options.envs:,} steps of {n} learners in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
