# pareto_peer.R -- the Pareto fit against gpdFit of fExtremes (Debian's
# r-cran-fextremes), on simulated excesses of known shape.
#
# Usage: Rscript tests/models/pareto_peer.R PATH_OF_DRIVER
#
# gpdFit climbs without bounds and by a simplex: where its point lies in our
# region ours must be at least as likely, to 1e-6; where the simplex has come to
# the same height the estimates must agree as well.
suppressWarnings(suppressPackageStartupMessages(library(fExtremes)))

driver <- commandArgs(trailingOnly = TRUE)[1]
if (is.na(driver) || !file.exists(driver)) {
	message("usage: Rscript pareto_peer.R PATH_OF_DRIVER")
	quit(status = 2)
}

simulate <- function(n, shape, scale) {
	e <- -log(runif(n))
	if (shape == 0) scale * e else scale * expm1(shape * e) / shape
}

log_likelihood <- function(y, shape, scale) {
	if (abs(shape) < 1e-9) return(-length(y) * log(scale) - sum(y) / scale)
	-length(y) * log(scale) -
		(1 + 1 / shape) * sum(log1p(shape * y / scale))
}

ours_of <- function(y) {
	file <- tempfile()
	writeLines(sprintf("%.17g", y), file)
	out <- system2(driver, stdin = file, stdout = TRUE)
	unlink(file)
	as.numeric(strsplit(out, " ")[[1]])
}

# The best of a given shape, by another way than ours.
best_of_shape <- function(y, shape) {
	low <- if (shape < 0) log(-shape * max(y)) else log(mean(y)) - 12
	optimize(function(s) log_likelihood(y, shape, exp(s)),
		 c(low, log(max(y)) + 2), maximum = TRUE, tol = 1e-10)$objective
}

judge <- function(y, ours, theirs) {
	inside <- theirs[1] >= -0.5 && theirs[1] <= 0.9
	honest <- abs(log_likelihood(y, ours[1], ours[2]) - ours[3]) <
		1e-9 * length(y)
	above <- ours[3] - theirs[3]
	near <- abs(ours[1] - theirs[1]) < 0.005 &&
		abs(ours[2] / theirs[2] - 1) < 0.005
	edge <- if (theirs[1] > 0) 0.9 else -0.5
	honest && (if (inside) above >= -1e-6 && (near || above > 1e-4)
		   else ours[3] >= best_of_shape(y, edge) - 1e-6)
}

set.seed(20240611)
passed <- 0
failed <- 0
for (n in c(30, 100, 500, 3000)) {
	for (shape in c(-0.4, -0.2, 0, 0.1, 0.25, 0.5, 0.8)) {
		scale <- c(0.001, 1, 250)[1 + (passed + failed) %% 3]
		y <- simulate(n, shape, scale)
		ours <- ours_of(y)
		# in units of the mean: the simplex's tolerance is absolute
		fit <- suppressWarnings(gpdFit(y / mean(y), u = 0,
					       type = "mle"))
		theirs <- as.numeric(fit@fit$par.ests) * c(1, mean(y))
		theirs[3] <- log_likelihood(y, theirs[1], theirs[2])
		good <- judge(y, ours, theirs)
		passed <- passed + good
		failed <- failed + !good
		cat(sprintf(paste("%s n %4d shape %5.2f scale %5g: ours %8.5f",
				  "%10.5g, theirs %8.5f %10.5g, above %.2g\n"),
			    if (good) "ok  " else "FAIL", n, shape, scale,
			    ours[1], ours[2], theirs[1], theirs[2],
			    ours[3] - theirs[3]))
	}
}
cat(sprintf("pareto: %d passed, %d failed\n", passed, failed))
quit(status = if (failed) 1 else 0)
