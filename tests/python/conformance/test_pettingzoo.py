"""PettingZoo's own tests, unmodified, for every id."""

import contextlib
import functools
import io
import types
import unittest
import warnings

import coopgen

try:
    import pettingzoo
    from pettingzoo.test import api_test, max_cycles_test, parallel_api_test, parallel_seed_test, seed_test
    from pettingzoo.utils.conversions import aec_to_parallel, parallel_to_aec
except ImportError as error:
    raise unittest.SkipTest(f"PettingZoo cannot be imported: {error}") from error

# What api_test has to say of a game in money: agents differ in endowment, and what is fixed is observed too.
EXPECTED = ("maximum and minimum observation space values are equal", "different observation space sizes")


class PettingZoo(unittest.TestCase):
    def every(self, check):
        for id in coopgen.list():
            with self.subTest(id), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                check(id)
                self.assertEqual([], [str(w.message) for w in warned if not any(text in str(w.message) for text in EXPECTED)])

    def test_api(self):
        self.assertIsInstance(coopgen.aec_env("TrustDilemma-v0"), pettingzoo.AECEnv)
        self.every(lambda id: api_test(coopgen.aec_env(id), num_cycles=200))

    def test_parallel_api(self):
        self.assertIsInstance(coopgen.parallel_env("TrustDilemma-v0"), pettingzoo.ParallelEnv)
        self.every(lambda id: parallel_api_test(coopgen.parallel_env(id), num_cycles=200))

    def test_seed(self):
        self.every(lambda id: seed_test(functools.partial(coopgen.aec_env, id), num_cycles=100))

    def test_parallel_seed(self):
        self.every(lambda id: parallel_seed_test(functools.partial(coopgen.parallel_env, id), num_cycles=100))

    def test_max_cycles(self):
        self.every(lambda id: max_cycles_test(types.SimpleNamespace(parallel_env=functools.partial(coopgen.parallel_env, id), env=functools.partial(coopgen.aec_env, id))))

    def test_conversions(self):
        api_test(parallel_to_aec(coopgen.parallel_env("TrustDilemma-v0")), num_cycles=50)
        env = aec_to_parallel(coopgen.aec_env("TrustDilemma-v0"))
        env.reset(seed=1)
        env.step({agent: [50] for agent in env.agents})


if __name__ == "__main__":
    unittest.main()
