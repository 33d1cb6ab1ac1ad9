"""The tests that Gymnasium and PettingZoo have for environments, run on ours where those packages can be imported."""
