"""The same seed, the same episodes: to the last bit, over ten thousand steps and many episodes, whatever was played before."""

import hashlib
import unittest

import numpy as np

import coopgen
from common import random_actions

STEPS = 10_000


def digest(*arrays):
    """A digest of numbers, to the last bit."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()


class Seeds(unittest.TestCase):
    def test_ten_thousand_steps_of_every_environment(self):
        for id in coopgen.list():
            with self.subTest(id):
                first, again, other = coopgen.make(id), coopgen.make(id), coopgen.make(id)
                self.disturb(again)
                actions = random_actions(first.action_space, np.random.default_rng(3), STEPS)
                self.assertEqual(self.play(first, 7, actions), self.play(again, 7, actions))
                # Another seed is another episode where something is drawn, and the same where nothing is.
                drawn = self.play(other, 8, actions[:1000]) != self.play(again, 7, actions[:1000])
                self.assertEqual(id.startswith("SynergySearch-"), drawn)

    def disturb(self, env):
        env.reset(seed=99)
        for action in random_actions(env.action_space, np.random.default_rng(5), 7):
            if (env.step(action)[2:4]) != (False, False):
                env.reset()

    def play(self, env, seed, actions):
        """A digest per thousand steps."""
        digests, seen = [], [env.reset(seed=seed)[0]]
        episodes = 1
        for k, action in enumerate(actions):
            observation, reward, terminated, truncated, info = env.step(action)
            seen += [observation, info["rewards"], np.array([reward, terminated, truncated])]
            if terminated or truncated:
                episodes += 1
                seen.append(env.reset()[0])
            if k % 1000 == 999:
                digests.append(digest(*seen))
                seen = []
        self.assertGreater(episodes, 3)
        return digests

    def test_views_play_the_same_episodes(self):
        for id in coopgen.list():
            with self.subTest(id):
                env, parallel, sequential = coopgen.make(id), coopgen.parallel_env(id), coopgen.aec_env(id)
                actions = random_actions(env.action_space, np.random.default_rng(1), 300)
                env.reset(seed=11)
                parallel.reset(seed=11)
                sequential.reset(seed=11)
                for action in actions:
                    observation, _, terminated, truncated, info = env.step(action)
                    _, rewards, terminations, truncations, _ = parallel.step({agent: action[i : i + 1] for i, agent in enumerate(parallel.agents)})
                    for i in range(env.num_agents):
                        sequential.step(action[i : i + 1])
                    np.testing.assert_array_equal(observation, parallel.state())
                    np.testing.assert_array_equal(observation, sequential.state())
                    np.testing.assert_array_equal(info["rewards"], list(rewards.values()))
                    np.testing.assert_array_equal(info["rewards"], list(sequential.rewards.values()))
                    self.assertEqual((terminated, truncated), (terminations["agent_0"], truncations["agent_0"]))
                    if terminated or truncated:
                        for view in (env, parallel, sequential):
                            view.reset()

    def test_a_batch_repeats_to_the_last_bit_whatever_the_threads(self):
        # With 4,500 a step is spread over two threads; fewer stay on one.
        for id, count in [*((id, 37) for id in coopgen.list()), ("TrustDilemma-v0", 4500), ("SynergySearch-v0", 4500)]:
            with self.subTest(id=id, count=count):
                actions = np.random.default_rng(2).uniform(0, 1, (40, count)).astype(np.float32)
                results = []
                for threads in (1, 2):
                    envs = coopgen.make_vec(id, count, threads=threads, max_steps=15)
                    high = envs.action_space.high
                    seen = [envs.reset(seed=5)[0].copy()]
                    for action in actions:
                        observations, rewards, terminations, truncations, _ = envs.step(action[:, None] * high)
                        seen += [observations.copy(), rewards.copy(), terminations.copy(), truncations.copy()]
                    results.append(digest(*seen))
                self.assertEqual(*results)

    def test_without_a_seed_episodes_differ_between_environments(self):
        gammas = {coopgen.make("SynergySearch-v0", reveal_gamma_in_obs=True).reset()[0][-1] for _ in range(5)}
        self.assertEqual(5, len(gammas))


if __name__ == "__main__":
    unittest.main()
