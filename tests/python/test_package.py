"""What there is, what it says about itself, copies, pictures, gradients, and the names of Coopetition-Gym."""

import copy
import pickle
import subprocess
import sys
import unittest

import numpy as np

import coopgen
import coopgen.compat as coopetition_gym
from common import random_actions


class Catalog(unittest.TestCase):
    def test_what_there_is(self):
        self.assertIn("TrustDilemma-v0", coopgen.list())
        manifest = coopgen.manifest("TrustDilemma-v0")
        self.assertEqual("arXiv:2510.24909", manifest["report"])
        self.assertEqual([100, 100], manifest["action_space"]["high"])
        formulas = coopgen.formulas("TrustDilemma-v0")
        self.assertTrue(all(formula.name and formula.latex and formula.latex_with_numbers for formula in formulas))
        self.assertTrue(any("TR-2" in formula.equation for formula in formulas), formulas)

    def test_nothing_is_loaded_on_import(self):
        script = "import sys, coopgen; print(sorted({'numpy', 'gymnasium', 'pettingzoo', 'ctypes'} & set(sys.modules)))"
        self.assertEqual("[]", subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip())

    def test_spaces_hold_what_is_observed(self):
        for id in coopgen.list():
            with self.subTest(id):
                env, aec, envs = coopgen.make(id), coopgen.aec_env(id), coopgen.make_vec(id, 8)
                self.assertTrue(np.isfinite(env.observation_space.low).all() and np.isfinite(env.observation_space.high).all())
                observation, _ = env.reset(seed=1)
                aec.reset(seed=1)
                envs.reset(seed=1)
                for action in random_actions(env.action_space, np.random.default_rng(1), 20):
                    self.assertIn(observation, env.observation_space)
                    observation, reward, terminated, truncated, info = env.step(action)
                    self.assertTrue((info["rewards"] >= env.environment.reward_low - 1e-9).all() and (info["rewards"] <= env.environment.reward_high + 1e-9).all())
                    self.assertAlmostEqual(reward, info["rewards"].sum(), places=9)
                    for i, agent in enumerate(aec.possible_agents):
                        self.assertIn(aec.observe(agent), aec.observation_space(agent))
                        aec.step(action[i : i + 1])
                    if terminated or truncated:
                        break


class Copies(unittest.TestCase):
    def test_copies_go_on_bit_for_bit(self):
        actions = np.random.default_rng(8).uniform(0, 1, (30, 1))
        for id in coopgen.list():
            with self.subTest(id):
                envs = [coopgen.make(id), coopgen.parallel_env(id), coopgen.aec_env(id), coopgen.make_vec(id, 5), coopgen.parallel_vec(id, 5)]
                for env in envs:
                    env.reset(seed=3)
                    self.play(env, actions[:4])
                    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
                        kept = pickle.dumps(env)
                        self.assertEqual(self.play(env, actions[4:9]), self.play(twin, actions[4:9]))
                        env = pickle.loads(kept)

    def play(self, env, actions):
        """What comes of actions, as bytes."""
        seen = []
        for action in actions:
            if hasattr(env, "num_envs"):
                if hasattr(env, "observation_spaces"):
                    results = env.step({agent: np.repeat(action[None] * env.action_space(agent).high, env.num_envs, axis=0) for agent in env.agents})
                    seen += [*(row.tobytes() for result in results[:4] for row in result.values())]
                else:
                    seen += [result.tobytes() for result in env.step(action * env.action_space.high)[:4]]
            elif hasattr(env, "agent_selection"):
                for agent in env.possible_agents:
                    if env.agents:
                        seen += [env.last()[0].tobytes(), env.last()[1:4]]
                        env.step(None if env.terminations[agent] or env.truncations[agent] else action * env.action_space(agent).high)
                seen += [dict(env.rewards)]
            elif hasattr(env, "agents"):
                if not env.agents:
                    env.reset()
                observations, *rest = env.step({agent: action * env.action_space(agent).high for agent in env.agents})
                seen += [*(row.tobytes() for row in observations.values()), rest[:3]]
            else:
                observation, reward, terminated, truncated, _ = env.step(action * env.action_space.high)
                seen += [observation.tobytes(), reward, terminated, truncated]
                if terminated or truncated:
                    seen.append(env.reset()[0].tobytes())
        return seen


class Pictures(unittest.TestCase):
    def test_text(self):
        env = coopgen.make("SLCD-v0", render_mode="ansi")
        env.reset(seed=1)
        for _ in range(5):
            env.step([100, 0])
        text = env.render()
        self.assertRegex(text, r"SLCD-v0, step 5 of 100\n  Samsung +100\.00 \|█{5} +\| reward")
        self.assertIn("mean trust", text)

    def test_image(self):
        for make in (coopgen.make, coopgen.parallel_env, coopgen.aec_env):
            env = make("TrustDilemma-v0", render_mode="rgb_array")
            env.reset(seed=1)
            start = env.render()
            self.assertEqual((np.uint8, 3, 3), (start.dtype, start.ndim, start.shape[2]))
            if make is coopgen.make:
                env.step([10, 90])
            elif make is coopgen.parallel_env:
                env.step({"agent_0": [10], "agent_1": [90]})
            else:
                env.step([10])
                env.step([90])
            self.assertTrue((env.render() != start).any())

    def test_nothing_is_drawn_unasked(self):
        env = coopgen.make("TrustDilemma-v0")
        env.reset(seed=1)
        self.assertIsNone(env.render())


class Gradients(unittest.TestCase):
    def test_they_are_those_of_finite_differences(self):
        actions = np.random.default_rng(1).uniform(45, 90, (12, 2))
        weights = np.array([1.0, -0.5])
        result = coopgen.grad("TrustDilemma-v0", actions, weights)
        self.assertAlmostEqual(result.value, float((result.rewards * weights).sum()), places=9)
        for step, agent in ((0, 0), (0, 1), (5, 0), (11, 1)):
            up, down = actions.copy(), actions.copy()
            up[step, agent] += 1e-5
            down[step, agent] -= 1e-5
            slope = (coopgen.grad("TrustDilemma-v0", up, weights).value - coopgen.grad("TrustDilemma-v0", down, weights).value) / 2e-5
            # The error of a central difference at this width, rounding included, is some 1e-7 of the sum.
            self.assertAlmostEqual(slope, result.actions[step, agent], delta=1e-4)
        up, down = (coopgen.grad("TrustDilemma-v0", actions, weights, trust_building_rate=0.15 + change).value for change in (1e-6, -1e-6))
        self.assertAlmostEqual((up - down) / 2e-6, result.parameters["trust_building_rate"], delta=1e-2)

    def test_shapes(self):
        result = coopgen.grad("PublicGoods-v0", np.full((4, 5, 1), 20.0), np.ones((4, 5)))
        self.assertEqual(((4, 5), (4, 5, 1)), (result.rewards.shape, result.actions.shape))
        with self.assertRaisesRegex(ValueError, r"Actions of shape \(4, 3\)"):
            coopgen.grad("PublicGoods-v0", np.zeros((4, 3)))
        with self.assertRaisesRegex(ValueError, "Weights of shape"):
            coopgen.grad("PublicGoods-v0", np.zeros((4, 5)), np.ones(3))
        with self.assertRaisesRegex(ValueError, "steps are to be played"):
            coopgen.grad("PublicGoods-v0", np.zeros((101, 5)))

    def test_one_step_backwards(self):
        env = coopgen.Environment("TrustDilemma-v0")
        env.reset(seed=1)
        before = env.state()
        slopes, earlier, parameters = env.vjp(before, [60, 70], [1, 0], np.zeros(env.state_length))
        whole = coopgen.grad("TrustDilemma-v0", [[60, 70]], [1, 0])
        np.testing.assert_allclose(slopes, whole.actions[0], rtol=1e-12)
        self.assertAlmostEqual(parameters["trust_sensitivity"], whole.parameters["trust_sensitivity"], places=9)
        np.testing.assert_array_equal(before, env.state())
        self.assertEqual(before.shape, earlier.shape)
        payoffs, derivatives = env.payoffs([60, 70])
        self.assertEqual(((2,), (2, 2)), (payoffs.shape, derivatives.shape))


class Names(unittest.TestCase):
    """Scripts for Coopetition-Gym."""

    def test_make(self):
        self.assertEqual(20, len(coopetition_gym.list_environments()))
        env = coopetition_gym.make("TrustDilemma-v0", max_steps=10)
        env.reset(seed=42)
        _, rewards, terminated, truncated, info = env.step([70.0, 70.0])
        self.assertEqual(((2,), np.float32), (rewards.shape, rewards.dtype))
        self.assertEqual(1, info["step"])
        np.testing.assert_array_equal(info["actions"], [70, 70])
        self.assertEqual(10, env.max_steps)

    def test_classes_and_utilities(self):
        self.assertEqual(6, coopetition_gym.PlatformEcosystemEnv(n_developers=5).n_agents)
        result = coopetition_gym.utils.run_episode(coopetition_gym.TrustDilemmaEnv(max_steps=20), coopetition_gym.utils.make_constant_policy(60.0), seed=1)
        self.assertEqual((20, True), (result.total_steps, result.truncated))

    def test_views(self):
        n = 4
        sizes = {"full_observability": 1 + 3 + 16 + 4 + 3 + 4 + 1, "realistic_asymmetry": 1 + 3 + 4 + 4 + 3 + 4 + 1, "minimal": 1 + 4}
        for name, size in sizes.items():
            env = coopetition_gym.make_parallel("TeamProduction-v0", obs_config=getattr(coopetition_gym.ObservationConfig, name)())
            observations, _ = env.reset(seed=1)
            self.assertEqual([(size,)] * n, [observation.shape for observation in observations.values()])
        aec = coopetition_gym.make_aec("TrustDilemma-v0")
        aec.reset(seed=1)
        aec.step([75.0])
        self.assertEqual([75, -1], aec.observe("agent_1")[-2:].tolist())

    def test_they_can_be_pickled(self):
        for env in (coopetition_gym.make("TrustDilemma-v0"), coopetition_gym.TrustDilemmaEnv(max_steps=5), coopetition_gym.make_parallel("TrustDilemma-v0"), coopetition_gym.CoopetitionEnv(n_agents=3)):
            env.reset(seed=1)
            twin = pickle.loads(pickle.dumps(env))
            self.assertEqual((type(env), env.n_agents, env.max_steps, env.agents), (type(twin), twin.n_agents, twin.max_steps, twin.agents))

    def test_what_outlives_episodes_stays_unless_asked(self):
        env = coopetition_gym.make("DynamicPartnerSelection-v0")
        env.reset(seed=1)
        env.step(np.full(6, 90.0))
        self.assertGreater(env.reset(seed=1)[0][-6:].min(), 0)
        self.assertEqual(0, env.reset(seed=1, options={"reset_reputation": True})[0][-6:].max())


if __name__ == "__main__":
    unittest.main()
