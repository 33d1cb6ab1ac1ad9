"""Gymnasium's own checks, unmodified, for every id."""

import subprocess
import sys
import unittest
import warnings

import numpy as np

import coopgen

try:
    import gymnasium
    from gymnasium.utils.env_checker import check_env
    from gymnasium.utils.env_match import check_environments_match
    from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv
except ImportError as error:
    raise unittest.SkipTest(f"Gymnasium cannot be imported: {error}") from error

# What check_env has to say of a game in money: its actions are not normalised, and what is fixed is observed too. And gymnasium.make of
# an id with a later version: here -v0 and -v1 are different games, and both are meant to be played.
EXPECTED = ("normalized space", "maximum and minimum values are equal", "out of date")


class Alone(gymnasium.Env):
    """A vector of one, seen as a single environment."""

    def __init__(self, envs):
        self.envs, self.render_mode = envs, None
        self.action_space, self.observation_space = envs.single_action_space, envs.single_observation_space

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        observations, _ = self.envs.reset(seed=seed, options=options)
        return observations[0].copy(), {}

    def step(self, action):
        observations, rewards, terminations, truncations, _ = self.envs.step(action[None])
        return observations[0].copy(), rewards.copy(), bool(terminations[0]), bool(truncations[0]), {}


class Listed(gymnasium.Wrapper):
    """The reward as an array of one: arrays are compared to 1e-5, single numbers to the last bit, and a batch plays in single precision."""

    def step(self, action):
        observation, reward, terminated, truncated, info = self.env.step(action)
        return observation, np.array([reward]), terminated, truncated, info


class Gymnasium(unittest.TestCase):
    def test_check_env(self):
        coopgen.register()
        for id in coopgen.list():
            with self.subTest(id), warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                env = gymnasium.make(f"coopgen/{id}").unwrapped
                self.assertIsInstance(env, gymnasium.Env)
                check_env(env)
                self.assertEqual([], [str(w.message) for w in warned if not any(text in str(w.message) for text in EXPECTED)])

    def test_either_may_be_imported_first(self):
        make = "gymnasium.make('coopgen/TrustDilemma-v0').reset(seed=1)"
        for first in ("import coopgen, gymnasium", "import gymnasium, coopgen", "import coopgen; from gymnasium.spaces import Box; import gymnasium"):
            subprocess.run([sys.executable, "-c", f"{first}; {make}"], check=True)
        subprocess.run([sys.executable, "-c", "import gymnasium; gymnasium.make('coopgen:coopgen/TrustDilemma-v0')"], check=True)

    def test_registered_ids_can_be_made(self):
        coopgen.register()
        env = gymnasium.make("coopgen/TrustDilemma-v0", max_steps=7, reward_type="private")
        env.reset(seed=1)
        steps = 0
        while not env.step(np.array([60, 60], np.float32))[3]:
            steps += 1
        self.assertEqual(6, steps)
        envs = gymnasium.make_vec("coopgen/TrustDilemma-v0", num_envs=4, vectorization_mode="vector_entry_point", threads=1)
        self.assertIsInstance(envs, VectorEnv)
        self.assertEqual((4, 15), envs.reset(seed=1)[0].shape)

    def test_scalar_and_vector_match(self):
        for id in coopgen.list():
            with self.subTest(id):
                # Long enough for several episodes; what a step adds to the difference is about 1e-5, and 1e-5 is what is allowed.
                check_environments_match(Alone(coopgen.make_vec(id, 1, max_steps=3)), Listed(coopgen.make(id, max_steps=3)), 12, seed=5, info_comparison="skip")

    def test_vector_matches_gymnasiums_own(self):
        for mode in AutoresetMode:
            for id in ("TrustDilemma-v0", "PublicGoods-v0", "SynergySearch-v0"):
                with self.subTest(id=id, mode=mode):
                    ours = coopgen.make_vec(id, 3, max_steps=4, autoreset_mode=mode)
                    theirs = SyncVectorEnv([lambda: coopgen.make(id, max_steps=4)] * 3, autoreset_mode=mode)
                    self.assertEqual(ours.action_space, theirs.action_space)
                    self.assertEqual(ours.observation_space, theirs.observation_space)
                    self.assertEqual(ours.metadata["autoreset_mode"], mode)
                    ours.action_space.seed(3)
                    np.testing.assert_allclose(ours.reset(seed=9)[0], theirs.reset(seed=9)[0], rtol=1e-6)
                    for step in range(11):
                        if mode == AutoresetMode.DISABLED and step in (4, 8):
                            options = {"reset_mask": np.ones(3, np.bool_)}
                            np.testing.assert_allclose(ours.reset(options=options)[0], theirs.reset(options=options)[0], rtol=1e-5)
                        action = ours.action_space.sample()
                        one, other = ours.step(action), theirs.step(action)
                        for mine, yours in zip(one[:4], other[:4]):
                            self.assertEqual((mine.shape, mine.dtype), (yours.shape, yours.dtype))
                            np.testing.assert_allclose(mine, yours, rtol=1e-4, atol=1e-4)
                        self.assertEqual("final_obs" in one[4], "final_obs" in other[4])
                        if "final_obs" in one[4]:
                            np.testing.assert_array_equal(one[4]["_final_obs"], other[4]["_final_obs"])
                            np.testing.assert_allclose(one[4]["final_obs"], np.stack(other[4]["final_obs"]), rtol=1e-4, atol=1e-4)

    def test_wrappers_take_it(self):
        env = gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.wrappers.RescaleAction(coopgen.make("TrustDilemma-v0", max_steps=5), -1, 1))
        env.reset(seed=1)
        for _ in range(5):
            info = env.step(np.zeros(2, np.float32))[-1]
        self.assertEqual(5, info["episode"]["l"])


if __name__ == "__main__":
    unittest.main()
