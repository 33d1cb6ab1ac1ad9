"""Many environments at once do what each does by itself."""

import unittest

import numpy as np

import coopgen
from common import random_actions

# A batch plays in single precision: about 1e-5 of the size of a number a step, which trust's steep response enlarges.
CLOSE = 2e-3


class Vectors(unittest.TestCase):
    def test_environment_k_plays_as_a_single_one_with_its_seed(self):
        for id in coopgen.list():
            with self.subTest(id):
                envs, singles = coopgen.make_vec(id, 3), [coopgen.make(id) for _ in range(3)]
                observations, _ = envs.reset(seed=20)
                for k, single in enumerate(singles):
                    np.testing.assert_allclose(observations[k], single.reset(seed=20 + k)[0], rtol=1e-6, atol=1e-6)
                waits = [False] * 3
                for action in random_actions(envs.action_space, np.random.default_rng(4), 12):
                    observations, rewards, terminations, truncations, infos = envs.step(action)
                    for k, single in enumerate(singles):
                        if waits[k]:
                            observation, paid, ended = single.reset()[0], np.zeros(single.num_agents), (False, False)
                        else:
                            observation, _, *ended, info = single.step(action[k])
                            paid = info["rewards"]
                        np.testing.assert_allclose(observations[k], observation, rtol=CLOSE, atol=CLOSE)
                        np.testing.assert_allclose(infos["rewards"][k], paid, rtol=CLOSE, atol=CLOSE)
                        np.testing.assert_allclose(rewards[k], np.sum(paid), rtol=CLOSE, atol=CLOSE)
                        self.assertEqual(tuple(ended), (terminations[k], truncations[k]))
                        waits[k] = any(ended)

    def test_next_step_resets_in_the_step_after(self):
        envs = coopgen.make_vec("TrustDilemma-v0", 5, max_steps=3)
        first = envs.reset(seed=1)[0].copy()
        for _ in range(2):
            *_, truncations, _ = envs.step(np.full((5, 2), 60))
            self.assertFalse(truncations.any())
        observations, rewards, _, truncations, _ = envs.step(np.full((5, 2), 60))
        self.assertTrue(truncations.all())
        self.assertTrue((observations[:, -1] == 3).all())
        observations, rewards, terminations, truncations, _ = envs.step(np.full((5, 2), 0))
        np.testing.assert_array_equal(observations, first)
        self.assertFalse(rewards.any() or terminations.any() or truncations.any())

    def test_same_step_gives_the_last_observation_apart(self):
        envs = coopgen.make_vec("TrustDilemma-v0", 5, max_steps=3, autoreset_mode="SameStep")
        first = envs.reset(seed=1)[0].copy()
        for _ in range(2):
            infos = envs.step(np.full((5, 2), 60))[-1]
            self.assertNotIn("final_obs", infos)
        observations, _, _, truncations, infos = envs.step(np.full((5, 2), 60))
        self.assertTrue(truncations.all() and infos["_final_obs"].all())
        np.testing.assert_array_equal(observations, first)
        self.assertTrue((infos["final_obs"][:, -1] == 3).all())

    def test_disabled_waits_for_its_mask(self):
        envs = coopgen.make_vec("TrustDilemma-v0", 4, max_steps=2, autoreset_mode="Disabled")
        envs.reset(seed=1)
        for _ in range(2):
            envs.step(np.full((4, 2), 60))
        with self.assertRaisesRegex(ValueError, "environment 0 is over"):
            envs.step(np.full((4, 2), 60))
        mask = np.array([True, True, True, False])
        observations, _ = envs.reset(options={"reset_mask": mask})
        np.testing.assert_array_equal(observations[:, -1], [0, 0, 0, 2])
        with self.assertRaisesRegex(ValueError, "environment 3 is over"):
            envs.step(np.full((4, 2), 60))
        envs.reset(options={"reset_mask": ~mask})
        envs.step(np.full((4, 2), 60))

    def test_arrays_are_written_in_place(self):
        envs = coopgen.make_vec("TrustDilemma-v0", 9)
        observations, _ = envs.reset(seed=1)
        results = envs.step(np.full((9, 2), 60))
        again = envs.step(np.full((9, 2), 60))
        self.assertIs(observations, results[0])
        for one, other in zip(results[:4], again[:4]):
            self.assertIs(one, other)

    def test_environments_may_differ_in_parameters(self):
        rates = np.linspace(0.1, 0.6, 6)
        envs = coopgen.make_vec("TrustDilemma-v0", 6, variants=[{"trust_erosion_rate": rate} for rate in rates])
        envs.reset(seed=1)
        envs.step(np.full((6, 2), 20.0))
        trust = envs.batch.report("mean_trust")
        self.assertTrue((np.diff(trust) < 0).all(), trust)
        for rate, mean in zip(rates, trust):
            single = coopgen.make("TrustDilemma-v0", trust_erosion_rate=rate)
            single.reset(seed=1)
            self.assertAlmostEqual(single.step([20, 20])[-1]["mean_trust"], mean, places=5)

    def test_parallel_vec_plays_as_parallel_env(self):
        for id in coopgen.list():
            with self.subTest(id):
                many, one = coopgen.parallel_vec(id, 3), coopgen.parallel_env(id)
                observations, _ = many.reset(seed=30)
                alone, _ = one.reset(seed=31)
                rng = np.random.default_rng(6)
                for _ in range(6):
                    for agent in many.agents:
                        np.testing.assert_allclose(observations[agent][1], alone[agent], rtol=CLOSE, atol=CLOSE)
                        self.assertEqual((3, *one.observation_space(agent).shape), observations[agent].shape)
                    actions = {agent: random_actions(one.action_space(agent), rng, 3) for agent in many.agents}
                    observations, rewards, terminations, truncations, _ = many.step(actions)
                    alone, paid, terminated, truncated, _ = one.step({agent: action[1] for agent, action in actions.items()})
                    for agent in many.agents:
                        np.testing.assert_allclose(rewards[agent][1], paid[agent], rtol=CLOSE, atol=CLOSE)
                        self.assertEqual((terminations[agent][1], truncations[agent][1]), (terminated[agent], truncated[agent]))
                    if not one.agents:
                        break

    def test_parallel_vec_takes_an_array_as_well(self):
        one, other = (coopgen.parallel_vec("PublicGoods-v0", 4) for _ in range(2))
        one.reset(seed=1)
        other.reset(seed=1)
        actions = np.random.default_rng(1).uniform(0, 50, (5, 4, 1)).astype(np.float32)
        one.step(actions)
        other.step(dict(zip(other.agents, actions)))
        np.testing.assert_array_equal(one.rewards, other.rewards)
        np.testing.assert_array_equal(one.observations, other.observations)


if __name__ == "__main__":
    unittest.main()
