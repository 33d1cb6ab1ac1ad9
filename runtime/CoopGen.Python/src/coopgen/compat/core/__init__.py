"""``coopetition_gym.core``: the functions of TR-1 and TR-2, computed by the compiled formulas.

Not here: the models of TR-3 and TR-4 as objects (``CollectiveActionModel``, ``ReciprocityModel``) and the solvers, for which see
``coopgen.solve``.
"""

from . import equilibrium, interdependence, trust_dynamics, value_functions
from .equilibrium import *  # noqa: F403
from .interdependence import *  # noqa: F403
from .trust_dynamics import *  # noqa: F403
from .value_functions import *  # noqa: F403

__all__ = [*equilibrium.__all__, *interdependence.__all__, *trust_dynamics.__all__, *value_functions.__all__]
