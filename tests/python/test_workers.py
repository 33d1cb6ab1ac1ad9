"""Processes that work beside one another, as learners start them."""

import multiprocessing
import unittest

import numpy as np

import coopgen


def play(env):
    """What comes of ten steps of an environment from elsewhere, of a batch of one's own, and of a search."""
    rewards = [env.step(np.full(2, 60.0))[-1]["rewards"].tolist() for _ in range(10)]
    envs = coopgen.make_vec("TrustDilemma-v0", 9)
    envs.reset(seed=2)
    sums = envs.step(np.full((9, 2), 70.0))[1].tolist()
    return rewards, sums, coopgen.solve("SLCD-v0").actions.tolist()


class Workers(unittest.TestCase):
    def test_they_play_as_this_process_does(self):
        env = coopgen.make("TrustDilemma-v0")
        env.reset(seed=4)
        expected = play(env)
        for method in ("fork", "spawn"):
            if method not in multiprocessing.get_all_start_methods():
                continue
            with self.subTest(method), multiprocessing.get_context(method).Pool(2) as pool:
                env.reset(seed=4)
                self.assertEqual([expected] * 3, pool.map_async(play, [env] * 3).get(timeout=120))

    @unittest.skipUnless("fork" in multiprocessing.get_all_start_methods(), "there is no fork here")
    def test_what_was_made_before_a_fork_is_played_after_it(self):
        env, envs = coopgen.make("PublicGoods-v0"), coopgen.make_vec("PublicGoods-v0", 20)
        for each in (env, envs):
            each.reset(seed=1)

        def work(end):
            end.send((env.step(np.full(5, 30.0))[1], envs.step(np.full((20, 5), 30.0))[1].tolist()))

        here, there = multiprocessing.get_context("fork").Pipe()
        process = multiprocessing.get_context("fork").Process(target=work, args=(there,))
        process.start()
        self.assertTrue(here.poll(120))
        got = here.recv()
        process.join(30)
        self.assertEqual((env.step(np.full(5, 30.0))[1], envs.step(np.full((20, 5), 30.0))[1].tolist()), got)


if __name__ == "__main__":
    unittest.main()
