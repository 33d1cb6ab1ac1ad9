"""Every given episode, replayed through all three interfaces."""

import unittest

import coopgen
from common import cases, differs, given_ids


def joint(id, case, parameters):
    env = coopgen.make(id, **parameters)
    observation, info = env.reset(seed=1)
    yield observation, info, None, None, None
    for actions in case["actions"]:
        observation, _, terminated, truncated, info = env.step(actions)
        yield observation, info, info["rewards"], terminated, truncated


def parallel(id, case, parameters):
    env = coopgen.parallel_env(id, **parameters)
    _, infos = env.reset(seed=1)
    yield env.state(), infos["agent_0"], None, None, None
    for actions in case["actions"]:
        _, rewards, terminations, truncations, infos = env.step({agent: [action] for agent, action in zip(env.agents, actions)})
        yield env.state(), infos["agent_0"], list(rewards.values()), terminations["agent_0"], truncations["agent_0"]


def sequential(id, case, parameters):
    env = coopgen.aec_env(id, **parameters)
    env.reset(seed=1)
    yield env.state(), env.infos["agent_0"], None, None, None
    for actions in case["actions"]:
        for action in actions:
            env.step([action])
        yield env.state(), env.infos["agent_0"], [env.rewards[agent] for agent in env.possible_agents], env.terminations["agent_0"], env.truncations["agent_0"]


class Trajectories(unittest.TestCase):
    def test_all_twenty_are_given(self):
        self.assertEqual(20, len(given_ids()))
        self.assertLessEqual(set(given_ids()), set(coopgen.list()))

    def test_joint(self):
        self.replay(joint)

    def test_parallel(self):
        self.replay(parallel)

    def test_sequential(self):
        self.replay(sequential)

    def replay(self, interface):
        steps = 0
        for id in given_ids():
            for number, case in enumerate(cases(id)):
                parameters = {**case["parameters"], "reward_type": case["reward_type"]}
                for step, (observation, info, rewards, terminated, truncated) in enumerate(interface(id, case, parameters), start=-1):
                    where = f"{id}, case {number}, step {step}"
                    if step < 0:
                        self.check(where, case.get("initial_observation"), observation)
                        expected = case["initial_info"]
                    else:
                        steps += 1
                        self.check(where, case["rewards"][step], rewards)
                        self.check(where, case["mean_trust"][step], info["mean_trust"])
                        self.assertEqual((step == case["terminated_at"], step == case["truncated_at"]), (terminated, truncated), where)
                        self.check(where, (case.get("observations") or {}).get(str(step)), observation)
                        expected = (case.get("infos") or {}).get(str(step)) or {}
                    for name, value in expected.items():
                        self.check(f"{where}, {name}", value, info[name])
        self.assertGreater(steps, 1000)

    def check(self, where, expected, got):
        if expected is not None and (wrong := differs(expected, got)):
            self.fail(f"{where}: {wrong}")


if __name__ == "__main__":
    unittest.main()
