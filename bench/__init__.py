"""How fast it is: `python -m bench NAME`. Compare only within one run; machines are noisy."""
