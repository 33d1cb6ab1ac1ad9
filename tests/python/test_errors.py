"""What is refused says why, and changes nothing."""

import threading
import unittest

import numpy as np

import coopgen
from coopgen import _native


class Errors(unittest.TestCase):
    def refused(self, text, function, *arguments, **named):
        with self.assertRaisesRegex(ValueError, text):
            function(*arguments, **named)

    def test_ids_and_parameters(self):
        for make in (coopgen.make, coopgen.make_vec, coopgen.parallel_env, coopgen.aec_env, coopgen.parallel_vec):
            self.refused("no environment 'Nothing-v0'; there are .*TrustDilemma-v0", make, "Nothing-v0")
            self.refused("id of an environment is a text", make, 5)
            self.refused("id of an environment is a text", make, "TrustDilemma-v0\0")
            self.refused("nonsense is not a parameter here; the parameters are max_steps", make, "TrustDilemma-v0", nonsense=1)
            self.refused("reward_type is 'odd'; it must be one of private, integrated, cooperative", make, "TrustDilemma-v0", reward_type="odd")
            self.refused("trust_erosion_rate is '7'; it must be a number between 0 and 1", make, "TrustDilemma-v0", trust_erosion_rate=7)
            self.refused("max_steps", make, "TrustDilemma-v0", max_steps=0)
            self.refused("not a finite number", make, "TrustDilemma-v0", trust_erosion_rate=float("nan"))
            self.refused("must be a number, a boolean, a text or a pair", make, "TrustDilemma-v0", trust_erosion_rate=object())
        self.refused("manifest|no environment", coopgen.manifest, "Nothing-v0")

    def test_sizes_modes_and_threads(self):
        self.refused("number of environments is 0", coopgen.make_vec, "TrustDilemma-v0", 0)
        self.refused("number of environments is 2147483647; it must be between 1 and", coopgen.make_vec, "TrustDilemma-v0", 2**31 - 1)
        self.refused("num_envs is 2.5", coopgen.make_vec, "TrustDilemma-v0", 2.5)
        self.refused("too large", coopgen.make_vec, "ApacheProject-v0", 2**28)
        self.refused("Threads is -1", coopgen.make_vec, "TrustDilemma-v0", 4, threads=-1)
        self.refused("autoreset_mode is 'Never'", coopgen.make_vec, "TrustDilemma-v0", 4, autoreset_mode="Never")
        self.refused("variants is 'ab'", coopgen.make_vec, "TrustDilemma-v0", 2, variants="ab")
        self.refused("3 variants are given for 4", coopgen.make_vec, "TrustDilemma-v0", 4, variants=[{}] * 3)
        self.refused("render_mode is 'film'", coopgen.make, "TrustDilemma-v0", render_mode="film")
        self.refused("preset is 'odd'", coopgen.parallel_env, "TrustDilemma-v0", observation="odd")
        self.refused("odd is not part of the observation; the parts are own_action", coopgen.parallel_env, "TrustDilemma-v0", observation={"with": ["odd"]})

    def test_actions(self):
        env = coopgen.make("TrustDilemma-v0")
        self.refused("has not been reset", env.step, [50, 50])
        env.reset(seed=1)
        before = env.environment.save()
        self.refused("Action a of agent 1 is NaN; it must be a number", env.step, [50, np.nan])
        self.refused("Action a of agent 0 is (Infinity|∞)", env.step, [np.inf, 50])
        self.refused(r"shape \(3,\)", env.step, [50, 50, 50])
        self.refused("must be numbers", env.step, ["a", "b"])
        self.refused(r"shape \(\)", env.step, None)
        self.assertEqual(before, env.environment.save())
        self.assertTrue(env.step([-5, 500])[-1]["clipped"])

    def test_episodes_that_are_over(self):
        env = coopgen.make("TrustDilemma-v0", max_steps=1)
        env.reset(seed=1)
        env.step([50, 50])
        self.refused("over after 1 steps", env.step, [50, 50])
        parallel = coopgen.parallel_env("TrustDilemma-v0", max_steps=1)
        parallel.reset(seed=1)
        self.refused("Actions of agent_0 are given; they are needed of agent_0, agent_1", parallel.step, {"agent_0": [1]})
        parallel.step({"agent_0": [1], "agent_1": [1]})
        self.refused("over after 1 steps", parallel.step, {})
        aec = coopgen.aec_env("TrustDilemma-v0", max_steps=1)
        self.refused("call reset", aec.step, [1])
        aec.reset(seed=1)
        self.refused("NaN", aec.step, [np.nan])
        self.assertEqual("agent_0", aec.agent_selection)
        aec.step([1])
        aec.step([1])
        self.refused("must be None", aec.step, [1])

    def test_seeds(self):
        env = coopgen.make("TrustDilemma-v0")
        for seed in (-1, 2**64, 1.5, "1", True):
            self.refused("A seed is .*; it must be a whole number between 0 and", env.reset, seed=seed)
        envs = coopgen.make_vec("TrustDilemma-v0", 3)
        self.refused("2 seeds are given for 3", envs.reset, seed=[1, 2])
        self.refused("need seeds up to", envs.reset, seed=2**64 - 2)
        self.refused("reset_mask has shape", envs.reset, options={"reset_mask": [True]} if envs.reset(seed=1) else None)

    def test_batches(self):
        envs = coopgen.make_vec("TrustDilemma-v0", 3)
        self.refused("has not been reset", envs.step, np.zeros((3, 2)))
        envs.reset(seed=1)
        self.refused("shape", envs.step, np.zeros(2))
        self.refused("shape", envs.step, np.zeros((2, 3)))
        actions = np.full((3, 2), 50.0)
        actions[2, 1] = np.nan
        before = envs.batch.save()
        self.refused("Action a of agent 1 in environment 2 is NaN", envs.step, actions)
        self.assertEqual(before, envs.batch.save())
        self.refused("no number 'odd' in the report", envs.batch.report, "odd")

    def test_masks(self):
        for make in (coopgen.make_vec, coopgen.parallel_vec):
            envs = make("TrustDilemma-v0", 3)
            self.refused("No episode of TrustDilemma-v0 is under way", envs.reset, options={"reset_mask": [True] * 3})
            envs.reset(seed=1)
            self.refused(r"reset_mask has shape \(2,\)", envs.reset, options={"reset_mask": [True] * 2})
            self.refused("reset them all for new seeds", envs.reset, seed=1, options={"reset_mask": [True] * 3})

    def test_buffers_stay_where_they_are(self):
        env, batch = coopgen.Environment("TrustDilemma-v0"), coopgen.Batch("TrustDilemma-v0", 3)
        for played, names in ((env, ("actions", "rewards", "observation")), (batch, ("actions", "rewards", "endings", "observations", "finals"))):
            for name in names:
                with self.assertRaises(AttributeError):
                    setattr(played, name, np.zeros(2))
                self.refused("resize", getattr(played, name).resize, 1000)

    def test_states(self):
        env = coopgen.Environment("CoalitionFormation-v0")
        self.refused("no state of CoalitionFormation-v0 in an episode under way", env.put_state, env.state())
        env.reset(seed=1)
        before = env.save()
        self.refused("A state of 3 numbers is given", env.put_state, np.zeros(3))
        self.refused("must be a number", env.put_state, np.full(env.state_length, np.nan))
        self.refused("no state of CoalitionFormation-v0", env.put_state, np.full(env.state_length, 1e300))
        self.assertEqual(before, env.save())
        kept = env.state()
        env.actions[:] = 40
        env.play()
        played = env.state()
        env.put_state(kept)
        self.assertEqual(before, env.save())
        env.play()
        np.testing.assert_array_equal(played, env.state())

    def test_snapshots(self):
        env = coopgen.make("TrustDilemma-v0").environment
        env.reset(seed=1)
        snapshot = env.save()
        self.refused("bytes is given", env.restore, snapshot[:-1])
        self.refused("have been changed", env.restore, snapshot[:-1] + bytes([snapshot[-1] ^ 1]))
        self.refused("other parameters", coopgen.make("TrustDilemma-v0", trust_erosion_rate=0.1).environment.restore, snapshot)

    def test_closed_and_stale_handles(self):
        env = coopgen.make("TrustDilemma-v0")
        env.reset(seed=1)
        env.close()
        env.close()
        self.refused("no handle", env.step, [50, 50])
        library = _native.library()
        for handle in (0, 1, 2**64 - 1, env.environment._handle):
            self.refused("There is no handle", library.check, library.release(handle))

    def test_a_handle_serves_one_call_at_a_time(self):
        envs = coopgen.make_vec("ApacheProject-v0", 512)
        envs.reset(seed=1)
        outcomes = set()

        def play():
            for _ in range(60):
                try:
                    envs.batch.play()
                    outcomes.add("played")
                except coopgen.CoopGenError as error:
                    outcomes.add(error.status)

        threads = [threading.Thread(target=play) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({"played", "busy"}, outcomes)

    def test_libraries(self):
        self.refused("There is no library", coopgen.load, "/nowhere/nothing.so")
        self.refused("cannot be loaded", coopgen.load, __file__)


if __name__ == "__main__":
    unittest.main()
