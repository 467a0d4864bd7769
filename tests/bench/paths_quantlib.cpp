/* paths_quantlib.cpp -- the peer of paths_bench.c: QuantLib's multi-asset path
 * generator over geometric Brownian motions, with the running minimum; plain,
 * and with antithetic twins as ours.  Prints `name value` lines: millions of
 * asset-steps a second of CPU time. */
#include <ql/math/randomnumbers/rngtraits.hpp>
#include <ql/methods/montecarlo/multipathgenerator.hpp>
#include <ql/processes/geometricbrownianprocess.hpp>
#include <ql/processes/stochasticprocessarray.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

using namespace QuantLib;

static const Size ASSETS = 10, STEPS = 1440, PATHS = 300;
static volatile double sink;

static double cpu_s()
{
	timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void read_minimum(const MultiPath &path)
{
	for (Size a = 0; a < path.assetNumber(); a++)
		sink = *std::min_element(path[a].begin(), path[a].end());
}

static double walk(MultiPathGenerator<PseudoRandom::rsg_type> &generator,
		   bool twins)
{
	double start = cpu_s();

	for (Size p = 0; p < PATHS; p += twins ? 2 : 1) {
		read_minimum(generator.next().value);
		if (twins)
			read_minimum(generator.antithetic().value);
	}
	return (double)(PATHS * STEPS * ASSETS) / (cpu_s() - start) / 1e6;
}

int main()
{
	std::vector<ext::shared_ptr<StochasticProcess1D>> processes;
	Matrix correlation(ASSETS, ASSETS, 0.5);
	double best[2] = { 0.0, 0.0 };

	for (Size a = 0; a < ASSETS; a++) {
		correlation[a][a] = 1.0;
		processes.push_back(ext::make_shared<GeometricBrownianMotionProcess>(
			1.0, 0.0, 0.001));
	}
	auto array = ext::make_shared<StochasticProcessArray>(processes,
							      correlation);
	MultiPathGenerator<PseudoRandom::rsg_type> generator(
		array, TimeGrid((Time)STEPS, STEPS),
		PseudoRandom::make_sequence_generator(ASSETS * STEPS, 1));
	for (int i = 0; i < 5; i++)
		for (int twins = 0; twins < 2; twins++)
			best[twins] = std::max(best[twins],
					       walk(generator, twins));
	std::printf("paths_quantlib %.3f\npaths_quantlib_twins %.3f\n",
		    best[0], best[1]);
	return 0;
}
