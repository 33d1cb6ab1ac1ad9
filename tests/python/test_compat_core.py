"""The functions of Coopetition-Gym's core give its own numbers."""

import copy
import json
import unittest

import numpy as np

import coopgen.compat as coopetition_gym
from common import ROOT

FUNCTIONS = json.loads((ROOT / "tests" / "data" / "reference" / "functions.json").read_text(encoding="utf-8"))

# Recorded to twelve digits; what is left when an action is taken off again is rounded at the size of the action.
CLOSE = 1e-9


class Core(unittest.TestCase):
    def close(self, expected, got, name):
        np.testing.assert_allclose(got, expected, rtol=CLOSE, atol=CLOSE, err_msg=name)

    def test_value_functions(self):
        core = coopetition_gym.core
        for case in FUNCTIONS["value_functions"]:
            actions, n = np.array(case["actions"]), len(case["actions"])
            logarithmic = core.ValueFunctionParameters(theta=case["theta"], gamma=case["gamma"])
            power = core.ValueFunctionParameters(core.ValueSpecification.POWER, beta=case["beta"], gamma=case["gamma"])
            self.close(case["log_value"], core.logarithmic_value(actions, case["theta"]), "log_value")
            self.close(case["power_value"], core.power_value(actions, case["beta"]), "power_value")
            self.close(case["marginal_log"], [core.marginal_value(a, logarithmic) for a in actions], "marginal_log")
            self.close(case["marginal_power"], [core.marginal_value(a, power) for a in actions], "marginal_power")
            if n < 2:
                continue
            self.close(case["synergy"], core.synergy_function(actions), "synergy")
            self.close(case["total_value_log"], core.total_value(actions, logarithmic), "total_value_log")
            self.close(case["total_value_power"], core.total_value(actions, power), "total_value_power")

    def test_payoffs(self):
        core = coopetition_gym.core
        for case in FUNCTIONS["payoffs"]:
            matrix = core.InterdependenceMatrix(np.array(case["D"]))
            params = core.PayoffParameters(core.ValueFunctionParameters(theta=case["theta"], gamma=case["gamma"]), case["endowments"], case["alpha"], matrix)
            trust = core.TrustState(np.array(case["trust"]), np.array(case["reputation"]))
            actions = case["actions"]
            self.close(case["private"], core.compute_all_private_payoffs(actions, params), "private")
            self.close(case["integrated"], core.compute_all_integrated_utilities(actions, params), "integrated")
            self.close(case["integrated_with_trust"], core.compute_all_integrated_utilities(actions, params, trust), "integrated_with_trust")
            for mode in ("private", "integrated", "cooperative"):
                self.close(case[f"rewards_{mode}"], core.compute_rewards(actions, params, trust, reward_type=mode), mode)
            self.close(case["social_welfare"], core.compute_social_welfare(actions, params), "social_welfare")
            self.close(case["cooperation_surplus"], core.compute_cooperation_surplus(actions, params), "cooperation_surplus")
            self.close(case["power_index"], core.compute_power_index(matrix), "power_index")
            self.close(case["vulnerability_index"], core.compute_vulnerability_index(matrix), "vulnerability_index")

    def test_trust(self):
        core = coopetition_gym.core
        for case in FUNCTIONS["trust_update"]:
            model = core.TrustDynamicsModel(core.TrustParameters(**case["parameters"]))
            before = core.TrustState(np.array(case["trust"]), np.array(case["reputation"]))
            after = model.update(before, case["actions"], case["baselines"], case["D"])
            self.close(case["trust_next"], after.trust_matrix, "trust_next")
            self.close(case["reputation_next"], after.reputation_matrix, "reputation_next")
            np.testing.assert_array_equal(case["trust"], before.trust_matrix)
            signal = np.tanh(case["parameters"]["kappa"] * (case["actions"][1] - case["baselines"][1]))
            self.close(signal, model.cooperation_signal(case["actions"][1], case["baselines"][1]), "signal")

    def test_interdependence(self):
        core = coopetition_gym.core
        for case in FUNCTIONS["interdependence"]:
            dependencies = [core.Dependency("a", "b", str(k), importance=d["importance"], criticality=d["criticality"]) for k, d in enumerate(case["dependencies"])]
            self.close(case["coefficient"], core.compute_interdependence_coefficient(dependencies, "a", "b"), "coefficient")

    def test_what_is_refused(self):
        core = coopetition_gym.core
        for function, text in (
            (lambda: core.ValueFunctionParameters(beta=1.5), "beta is 1.5; it must be between"),
            (lambda: core.ValueFunctionParameters(gamma=-0.1), "gamma is -0.1"),
            (lambda: core.TrustParameters(lambda_minus=0), "lambda_minus is 0"),
            (lambda: core.synergy_function([5.0]), "n_agents is '1'; it must be"),
            (lambda: core.InterdependenceMatrix(np.zeros((2, 3))), "must be square"),
            (lambda: core.TrustDynamicsModel().update(core.TrustDynamicsModel().create_initial_state(2), [5, 5], [5, 5, 5], np.zeros((2, 2))), "Baseline of shape"),
            (lambda: core.TrustDynamicsModel().update(core.TrustDynamicsModel().create_initial_state(2), [5, np.nan], [5, 5], np.zeros((2, 2))), "number"),
        ):
            with self.assertRaisesRegex(ValueError, text):
                function()


class Compositions(unittest.TestCase):
    """Environments of a configuration."""

    def test_a_shipped_environment_can_be_composed(self):
        # TrustDilemma is a configuration with nothing added to it.
        config = coopetition_gym.EnvironmentConfig(
            interdependence_matrix=np.array([[0, 0.6], [0.6, 0]]), baselines=np.array([40.0, 40.0]), max_steps=12, value_params=coopetition_gym.ValueFunctionParameters(gamma=0.7),
            trust_params=coopetition_gym.TrustParameters(lambda_plus=0.15, lambda_minus=0.45, mu_R=0.5, delta_R=0.02, xi=0.6, kappa=1.5))
        composed, shipped = coopetition_gym.CoopetitionEnv(config), coopetition_gym.make("TrustDilemma-v0", max_steps=12)
        self.assertEqual(shipped.value_params.gamma, 0.7)
        np.testing.assert_array_equal(composed.reset(seed=1)[0], shipped.reset(seed=1)[0])
        rng = np.random.default_rng(1)
        for step in range(12):
            if step == 5:
                composed = copy.deepcopy(composed)
            action = rng.uniform(36, 110, 2)
            one, other = composed.step(action), shipped.step(action)
            np.testing.assert_array_equal(one[0], other[0])
            # Rewards are the same formulas in another order of operations, then rounded to single precision.
            np.testing.assert_allclose(one[1], other[1], rtol=1e-6)
            self.assertEqual(one[2:4], other[2:4])
        self.assertTrue(one[3])

    def test_agents_may_differ(self):
        config = coopetition_gym.EnvironmentConfig(3, 20, endowments=np.array([100.0, 50.0, 20.0]), alpha=np.array([0.5, 0.3, 0.2]), trust_enabled=False, reward_type="private")
        env = coopetition_gym.CoopetitionEnv(config)
        observation, info = env.reset(seed=3)
        self.assertEqual((3 + 27 + 1,), observation.shape)
        np.testing.assert_array_equal(observation[:3], np.array([30, 15, 6], np.float32))
        self.assertEqual((1.0, 0.0), (info["mean_trust"], info["mean_reputation_damage"]))
        _, rewards, _, _, info = env.step([200, 200, -5])
        np.testing.assert_array_equal(info["actions"], [100, 50, 0])
        self.assertAlmostEqual(2 / 3, info["cooperation_rate"])
        # Nobody keeps anything but the third, who keeps all and spoils the synergy.
        np.testing.assert_allclose(rewards, [20 * np.log(101), 20 * np.log(51), 20], rtol=1e-6)
        self.assertEqual(1, env.step([50, 50, 20])[4]["mean_trust"])

    def test_a_configuration_is_checked(self):
        with self.assertRaisesRegex(ValueError, "Dependence of shape"):
            coopetition_gym.CoopetitionEnv(coopetition_gym.EnvironmentConfig(3, interdependence_matrix=np.zeros((2, 2)))).reset()
        with self.assertRaisesRegex(ValueError, "reward_type is 'odd'"):
            coopetition_gym.CoopetitionEnv(reward_type="odd")


if __name__ == "__main__":
    unittest.main()
