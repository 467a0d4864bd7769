# paths_numpy.py -- the peer of paths_bench.c: correlated normal steps, log
# prices kept, running minimum, a step of all paths at a time (the fastest way
# that numpy has).  Plain paths, and antithetic twins as ours are.  Prints
# `name value` lines: millions of asset-steps a second of CPU time.
import time

import numpy as np

PATHS, STEPS, ASSETS, RUNS = 2000, 1440, 10, 5
correlation = np.full((ASSETS, ASSETS), 0.5) + 0.5 * np.eye(ASSETS)
moves = 0.001 * np.linalg.cholesky(correlation).T
drift = -0.5 * 0.001**2


def walk(twins):
    rng = np.random.Generator(np.random.PCG64(1))
    rows = PATHS // 2 if twins else PATHS
    z = np.empty((rows, ASSETS))
    step = np.empty((rows, ASSETS))
    level = [np.zeros((rows, ASSETS)) for _ in range(2 if twins else 1)]
    low = [np.zeros((rows, ASSETS)) for _ in level]
    for _ in range(STEPS):
        rng.standard_normal(out=z)
        np.matmul(z, moves, out=step)
        for k, x in enumerate(level):
            if k:
                np.subtract(x, step, out=x)
            else:
                np.add(x, step, out=x)
            x += drift
            np.minimum(low[k], x, out=low[k])
    return [np.exp(x) for x in low]


for name, twins in (("numpy", False), ("numpy_twins", True)):
    best = 1e9
    for _ in range(RUNS):
        start = time.process_time()
        walk(twins)
        best = min(best, time.process_time() - start)
    print(f"paths_{name} {PATHS * STEPS * ASSETS / best / 1e6:.3f}")
