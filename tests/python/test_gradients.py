"""Gradients of many environments at once."""

import unittest

import numpy as np

import coopgen

# A batch computes in single precision, and an episode's derivatives grow with its trust: relative to the greatest of them.
CLOSE = 2e-3


class Batches(unittest.TestCase):
    def test_each_environment_has_the_gradient_it_has_alone(self):
        for id in ("TrustDilemma-v0", "PublicGoods-v0", "GiftExchange-v0", "LoyaltyTeam-v1"):
            with self.subTest(id):
                env = coopgen.Environment(id)
                rng = np.random.default_rng(1)
                actions = rng.uniform(0.4 * env.action_high, 0.9 * env.action_high, (6, 11, len(env.action_high)))
                weights = rng.uniform(-1, 1, env.num_agents)
                many = coopgen.grad_vec(id, actions, weights, seed=20)
                self.assertFalse(many.ended.any())
                for k in (0, 7, 10):
                    one = coopgen.grad(id, actions[:, k], weights, seed=20 + k)
                    self.close(one.rewards, many.rewards[:, k])
                    self.close(one.actions, many.actions[:, k])
                    self.close(one.value, many.value[k])
                    self.assertEqual(one.parameters.keys(), many.parameters.keys())
                    for name, slope in one.parameters.items():
                        self.assertAlmostEqual(slope, many.parameters[name][k], delta=CLOSE * max(1, abs(slope)), msg=name)

    def close(self, expected, got):
        np.testing.assert_allclose(got, expected, rtol=0, atol=CLOSE * max(1, np.abs(expected).max()))

    def test_weights_and_parameters_of_each(self):
        actions = np.random.default_rng(2).uniform(30, 90, (5, 3, 2))
        weights = np.random.default_rng(3).uniform(0, 1, (5, 3, 2))
        rates = [0.2, 0.3, 0.5]
        many = coopgen.grad_vec("TrustDilemma-v0", actions.reshape(5, 3, 2, 1), weights, seed=[4, 4, 9], variants=[{"trust_erosion_rate": rate} for rate in rates])
        self.assertEqual((5, 3, 2, 1), many.actions.shape)
        for k, (rate, seed) in enumerate(zip(rates, (4, 4, 9))):
            one = coopgen.grad("TrustDilemma-v0", actions[:, k], weights[:, k], seed=seed, trust_erosion_rate=rate)
            self.close(one.actions, many.actions[:, k, :, 0])
            self.close(one.parameters["trust_erosion_rate"], many.parameters["trust_erosion_rate"][k])

    def test_episodes_that_end_go_on(self):
        actions = np.full((7, 4, 2), 60.0)
        many = coopgen.grad_vec("TrustDilemma-v0", actions, max_steps=3)
        self.assertEqual([False, False, True, False, False, False, True], many.ended[:, 0].tolist())
        # The step after an end is a reset.
        self.assertFalse(many.rewards[3].any() or many.actions[3].any())
        np.testing.assert_array_equal(many.actions[:3], many.actions[4:])

    def test_arrays_are_used_where_they_lie(self):
        batch = coopgen.Batch("TrustDilemma-v0", 5)
        actions = np.full((4, 2, 5), 55, np.float32)
        weights = np.ones(2, np.float32)
        rewards, endings, slopes, parameters = batch.gradient(actions, weights, range(5))
        self.assertEqual(((4, 2, 5), (4, 5), (4, 2, 5), (5, len(batch.gradient_parameters))), (rewards.shape, endings.shape, slopes.shape, parameters.shape))
        for wrong, text in (((actions.astype(np.float64), weights), "of type float64"), ((actions[:, :, ::2], weights), "not in one piece"),
                            ((actions[:, :1].copy(), weights), "must have shape"), ((actions, weights[:1].copy()), "must have shape"),
                            ((np.full((4, 2, 5), np.nan, np.float32), weights), "is NaN; it must be a number"), ((actions, np.full(2, np.inf, np.float32)), "must be a number")):
            kept = batch.save()
            with self.assertRaisesRegex(ValueError, text):
                batch.gradient(*wrong, range(5))
            self.assertEqual(kept, batch.save())
        with self.assertRaisesRegex(ValueError, "4 seeds"):
            batch.gradient(actions, weights, range(4))
        with self.assertRaisesRegex(ValueError, "AutoReset.NextStep"):
            coopgen.Batch("TrustDilemma-v0", 5, autoreset=1).gradient(actions, weights, range(5))

    def test_what_is_kept_has_its_bound(self):
        with self.assertRaisesRegex(ValueError, r"400 steps are to be differentiated; of 1024 environments of ApacheProject-v0 there can be 1 to \d+\."):
            coopgen.grad_vec("ApacheProject-v0", np.zeros((400, 1024, 40), np.float32), max_steps=400)

    def test_shapes(self):
        for actions, weights, text in ((np.zeros((3, 2)), None, "Actions of shape"), (np.zeros((3, 2, 3)), None, "Actions of shape"), (np.zeros((3, 4, 2)), np.ones(3), "Weights of shape"),
                                       (np.zeros((0, 4, 2)), None, "0 steps are to be differentiated")):
            with self.assertRaisesRegex(ValueError, text):
                coopgen.grad_vec("TrustDilemma-v0", actions, weights)


if __name__ == "__main__":
    unittest.main()
