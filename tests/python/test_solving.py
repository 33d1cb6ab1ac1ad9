"""Equilibria, optima and oracles, and what ends a search."""

import os
import signal
import subprocess
import sys
import threading
import unittest

import numpy as np

import coopgen


class Solutions(unittest.TestCase):
    def test_equilibria_are_certified(self):
        found = coopgen.solve("SLCD-v0", reward_type="private")
        self.assertTrue(found.certified)
        self.assertLess(found.residual, 1e-6)
        self.assertLessEqual(found.largest_gain, 1e-6 * found.payoff_scale)
        self.assertEqual(("OneShot", None, None, False), (found.oracle, found.returns, found.plan, found.interrupted))
        np.testing.assert_array_equal(found.actions, found.equilibria[0].actions)
        self.assertIn("stable", found.equilibria[0].stability)
        # Nobody gains by moving a little, says the environment itself, too.
        env = coopgen.Environment("SLCD-v0", reward_type="private")
        env.reset(seed=0)
        payoffs, slopes = env.payoffs(found.actions)
        np.testing.assert_allclose(payoffs, found.payoffs, rtol=1e-12)
        inside = (found.actions > env.action_low) & (found.actions < env.action_high)
        self.assertTrue(inside.any())
        self.assertLess(np.abs(np.diag(slopes)[inside]).max(), 1e-6)

    def test_parameters_and_seed_are_told(self):
        found = coopgen.solve("PartnerHoldUp-v0", seed=2**63 + 1, strong_dependency=0.6, max_steps=7)
        self.assertEqual({"strong_dependency": 0.6, "max_steps": 7}, found.document["parameters"])
        self.assertEqual(2**63 + 1, found.document["seed"])
        self.assertEqual("PartnerHoldUp-v0", found.document["environment"])

    def test_oracles_play_what_they_are_said_to_earn(self):
        for oracle in ("Oracle_Equilibrium", "Oracle_TrustAware", "Oracle_SocialOptimum", "Oracle_BoundedReciprocity"):
            with self.subTest(oracle):
                found = coopgen.solve("GiftExchange-v0", oracle, seed=3, max_steps=20)
                env = coopgen.Environment("GiftExchange-v0", max_steps=20)
                env.reset(seed=3)
                np.testing.assert_array_equal(found.actions, env.act(oracle, seed=3))
                np.testing.assert_allclose(found.returns, self.play(env, lambda: env.act(oracle, seed=3)), rtol=1e-12)

    def test_the_optimum_of_an_episode_is_a_plan_that_earns_it(self):
        found = coopgen.solve("TrustDilemma-v0", "Oracle_DynamicOptimum", max_steps=6)
        self.assertEqual((6, 2), found.plan.shape)
        np.testing.assert_array_equal(found.actions, found.plan[0])
        self.assertLessEqual(found.returns.sum(), found.upper_bound)
        env = coopgen.Environment("TrustDilemma-v0", max_steps=6)
        steps = iter(found.plan)
        env.reset(seed=0)
        np.testing.assert_allclose(found.returns, self.play(env, lambda: next(steps)), rtol=1e-12)
        constant = coopgen.Environment("TrustDilemma-v0", max_steps=6)
        constant.reset(seed=0)
        self.assertGreaterEqual(found.returns.sum(), self.play(constant, lambda: np.full(2, 80.0)).sum())

    def test_policies_may_differ(self):
        env = coopgen.Environment("TrustDilemma-v0", max_steps=4)
        env.reset(seed=5)
        self.assertEqual([30.0, 100.0], env.act(["Constant_30", "Constant_100"]).tolist())
        answer = env.act(["Constant_30", "Oracle_BestResponse"])
        self.assertEqual(30, answer[0])
        # One's best answer to a constant is at least as good as any other constant.
        best = self.play(env, lambda: env.act(["Constant_30", "Oracle_BestResponse"], seed=0))[1]
        env.reset(seed=5)
        self.assertGreaterEqual(best, self.play(env, lambda: np.array([30.0, 60.0]))[1])

    def play(self, env, policy):
        """The returns of an episode."""
        returns = np.zeros(env.num_agents)
        ended = False
        while not ended:
            env.actions[:] = policy()
            ended = env.play() & 3 != 0
            returns += env.rewards
        return returns

    def test_what_is_refused(self):
        def refused(text, function, *arguments, **named):
            with self.assertRaisesRegex(ValueError, text):
                function(*arguments, **named)

        refused("no oracle 'Oracle_Odd'; there are OneShot, Oracle_Equilibrium", coopgen.solve, "TrustDilemma-v0", "Oracle_Odd")
        refused("A seed is -1", coopgen.solve, "TrustDilemma-v0", seed=-1)
        refused("timeout is 0", coopgen.solve, "TrustDilemma-v0", timeout=0)
        env = coopgen.Environment("TrustDilemma-v0")
        refused("has not been reset", env.act, "TitForTat")
        env.reset(seed=1)
        refused("no policy 'Nobody'", env.act, "Nobody")
        refused("3 policies are named; name one for all or one for each of the 2 agents", env.act, ["Random"] * 3)
        refused("policies is 5; it must be", env.act, 5)
        refused("no policy", env.act, "Random\0")
        env.actions[:] = 50
        env.play()
        refused("must be asked at every step", env.act, "Oracle_BoundedReciprocity")


class Ending(unittest.TestCase):
    """Searches that take too long: these take seconds, and are ended after a tenth of one."""

    def test_a_timeout_gives_the_best_so_far(self):
        told = []
        found = coopgen.solve("GraduatedSanction-v0", "Oracle_DynamicOptimum", timeout=0.1, progress=lambda share, value: told.append((share, value)))
        self.assertTrue(found.interrupted)
        self.assertFalse(found.certified)
        self.assertTrue(np.isfinite(found.returns).all())
        self.assertTrue(told and all(0 <= share <= 1 for share, _ in told))

    def test_an_environment_that_is_solved_serves_nobody_else(self):
        env = coopgen.Environment("GraduatedSanction-v0")
        env.reset(seed=1)
        busy = []

        def watch(share, value):
            try:
                env.play()
            except coopgen.CoopGenError as error:
                busy.append(error.status)

        env.solve("Oracle_DynamicOptimum", timeout=0.1, progress=watch)
        self.assertIn("busy", busy)
        env.play()

    @unittest.skipUnless(os.name == "posix", "signals are sent as on POSIX systems")
    def test_ctrl_c_ends_a_search(self):
        script = (
            "import signal, coopgen\n"
            # Where the tests run in the background, the signal is ignored unless asked for.
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "try:\n    coopgen.solve('GraduatedSanction-v0', 'Oracle_DynamicOptimum', progress=lambda *_: print('begun', flush=True))\n"
            "except KeyboardInterrupt:\n    print('ended', coopgen.make('SLCD-v0').reset(seed=1)[0].size)\n")
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        self.assertEqual("begun\n", process.stdout.readline())
        process.send_signal(signal.SIGINT)
        self.assertEqual("ended 15", process.communicate(timeout=120)[0].splitlines()[-1])

    def test_searches_may_run_beside_one_another(self):
        found = {}

        def solve(id):
            found[id] = coopgen.solve(id).certified

        threads = [threading.Thread(target=solve, args=(id,)) for id in ("SLCD-v0", "TrustDilemma-v0", "GiftExchange-v0")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([True] * 3, [*found.values()])


if __name__ == "__main__":
    unittest.main()
