# scores_peer.R -- the scores of the backtest against R: dm.test of forecast,
# NeweyWest of sandwich, tsboot of boot (Debian's r-cran-*), lm, dbinom, pbinom
# and pchisq of R itself, on random data.
#
# Usage: Rscript tests/models/scores_peer.R PATH_OF_DRIVER
#
# What is computed must agree to rounding; what is simulated on both sides to
# four standard errors of the difference.
suppressWarnings(suppressPackageStartupMessages({
	library(forecast)
	library(sandwich)
	library(boot)
}))

driver <- commandArgs(trailingOnly = TRUE)[1]
if (is.na(driver) || !file.exists(driver)) {
	message("usage: Rscript scores_peer.R PATH_OF_DRIVER")
	quit(status = 2)
}

ours_of <- function(what, argument, second, table) {
	file <- tempfile()
	table <- as.matrix(table)
	writeLines(c(sprintf("%s %.17g %.17g %d", what, argument, second,
			     ncol(table)),
		     apply(table, 1, function(row)
			   paste(sprintf("%.17g", row), collapse = " "))), file)
	out <- system2(driver, stdin = file, stdout = TRUE)
	unlink(file)
	as.numeric(strsplit(trimws(out), " +")[[1]])
}

passed <- 0
failed <- 0
# Largest relative distance of a subject, so far.
check <- function(name, ours, theirs, bound) {
	far <- max(abs(ours - theirs) / pmax(abs(theirs), 1e-12))
	good <- length(ours) == length(theirs) && isTRUE(far < bound)
	passed <<- passed + good
	failed <<- failed + !good
	cat(sprintf("%s %-52s farthest %.2g (bound %.2g)\n",
		    if (good) "ok  " else "FAIL", name, far, bound))
}
# Shares of two simulations.
check_shares <- function(name, ours, n, theirs, m) {
	pool <- (ours * n + theirs * m) / (n + m)
	error <- sqrt(pmax(pool * (1 - pool), 1 / (n + m)) * (1 / n + 1 / m))
	far <- max(abs(ours - theirs) / error)
	good <- isTRUE(far < 4)
	passed <<- passed + good
	failed <<- failed + !good
	cat(sprintf("%s %-52s farthest %.2f errors (bound 4)\n",
		    if (good) "ok  " else "FAIL", name, far))
}

set.seed(20241105)

# Diebold and Mariano; the error by another package.
for (n in c(20, 100, 1000, 5000)) for (h in c(1, 2, 7)) {
	common <- as.numeric(arima.sim(list(ma = rep(0.5, h)), n))
	a <- abs(common + rnorm(n))^2
	b <- abs(common + rnorm(n, 0.1))^2
	ours <- ours_of("compare", h, 0, cbind(a, b))
	by <- function(alternative)
		suppressWarnings(dm.test(a, b, h = h, power = 1,
					 alternative = alternative,
					 varestimator = "bartlett"))
	two <- by("two.sided")
	error <- sqrt(as.numeric(NeweyWest(lm(a - b ~ 1), lag = h - 1,
					   prewhite = FALSE, adjust = FALSE)))
	name <- sprintf("n %d, horizon %d", n, h)
	check(paste("dm.test:", name), ours[3:6],
	      c(two$statistic, two$p.value, by("less")$p.value,
		by("greater")$p.value), 1e-8)
	check(paste("NeweyWest:", name), ours[1:2], c(mean(a - b), error),
	      1e-10)
}

# Coverage: ratios by dbinom, the regression by lm, p by pchisq; exact p by
# dbinom (Kupiec) and by drawing sequences.
log0 <- function(count, p) ifelse(count > 0, count * log(p), 0)
kupiec <- function(x, n, p)
	2 * (log0(x, x / n) + log0(n - x, 1 - x / n) - log0(x, p) -
	     log0(n - x, 1 - p))
independence <- function(hit) {
	n <- length(hit)
	before <- hit[-n]
	after <- hit[-1]
	counts <- matrix(c(sum(!before & !after), sum(before & !after),
			   sum(!before & after), sum(before & after)), 2)
	rows <- rowSums(counts)
	if (any(rows == 0)) return(0)
	all <- sum(counts[, 2]) / (n - 1)
	shares <- counts[, 2] / rows
	max(0, 2 * (sum(log0(counts[, 2], shares) +
			log0(counts[, 1], 1 - shares)) -
		    log0(sum(counts[, 2]), all) -
		    log0(sum(counts[, 1]), 1 - all)))
}
for (n in c(60, 250, 1000, 4000)) for (p in c(0.01, 0.05, 0.25)) {
	var <- -exp(rnorm(n, 0, 0.3))
	hit <- as.numeric(filter(rnorm(n), 0.3, "recursive") <
			  qnorm(1.3 * p))
	if (sum(hit) < 2) hit[c(10, 30)] <- 1
	returns <- ifelse(hit == 1, var - 1, var + 1)
	ours <- ours_of("cover", p, 0, cbind(returns, var))
	lr <- kupiec(sum(hit), n, p)
	ind <- independence(hit)
	lagged <- embed(hit, 5)
	fit <- lm(I(lagged[, 1] - p) ~ lagged[, 2:5] + var[5:n])
	dq <- sum(fitted(fit)^2) / (p * (1 - p))
	name <- sprintf("n %d, p %.2f, %d hits", n, p, sum(hit))
	beyond <- function(x, degrees) pchisq(x, degrees, lower.tail = FALSE)
	check(paste("chi-square tests:", name), ours[1:6],
	      c(lr, beyond(lr, 1), ind, beyond(ind, 1), lr + ind,
		beyond(lr + ind, 2)), 1e-7)
	if (!any(is.na(coef(fit))))
		check(paste("lm:", name), ours[7:8], c(dq, beyond(dq, 6)), 1e-7)
	k <- 0:n
	check(paste("dbinom:", name), ours[9],
	      sum(dbinom(k, n, p)[kupiec(k, n, p) >= lr * (1 - 1e-9) - 1e-9]),
	      1e-8)
	draws <- 2000
	drawn <- replicate(draws, {
		h <- rbinom(n, 1, p)
		i <- independence(h)
		c(i, i + kupiec(sum(h), n, p))
	})
	check_shares(paste("drawn sequences:", name), ours[10:11], 1e9,
		     rowMeans(drawn >= c(ind, ind + lr) * (1 - 1e-9) - 1e-9),
		     draws)
}

# Traffic light.
for (n in c(100, 250, 1000, 20000)) for (p in c(0.005, 0.01, 0.05)) {
	x <- rbinom(1, n, 1.3 * p)
	check(sprintf("pbinom, qbinom: n %d, p %.3f, %d hits", n, p, x),
	      ours_of("light", p, 0, cbind(x, n)),
	      c(pbinom(x, n, p), qbinom(c(0.95, 0.9999), n, p)), 1e-10)
}

# Z1 and Z2: the null drawn bar by bar.
for (n in c(100, 500)) for (shape in c(0, 0.4)) {
	p <- 0.025
	var <- -exp(rnorm(n, 0, 0.3))
	es <- 1.3 * var
	draw <- function() {
		u <- runif(n)
		excess <- if (shape == 0) -log(u) else
			(1 - shape) * expm1(-shape * log(u)) / shape
		ifelse(runif(n) < p, var - (var - es) * excess, 0)
	}
	z <- function(r) {
		parts <- (r / es)[r < var]
		c(1 - sum(parts) / length(parts), 1 - sum(parts) / (n * p))
	}
	returns <- draw()
	returns[c(7, 50)] <- var[c(7, 50)] * 1.4
	seen <- z(returns)
	drawn <- replicate(10000, z(draw()))
	ours <- ours_of("shortfall", p, shape, cbind(returns, var, es))
	name <- sprintf("n %d, shape %.1f", n, shape)
	check(paste("Z1, Z2:", name), ours[c(1, 3)], seen, 1e-12)
	kept <- !is.nan(drawn[1, ])
	check_shares(paste("p of Z1, Z2:", name), ours[c(2, 4)], 20000,
		     c(mean(drawn[1, kept] <= seen[1]),
		       mean(drawn[2, ] <= seen[2])), sum(kept))
}

# Block bootstrap: errors and ends of the interval; automatic lengths by the
# rule of Politis and White over acf().
block_length <- function(x, share) {
	n <- length(x)
	most <- ceiling(sqrt(n)) + 5
	rho <- as.numeric(acf(x, most, "correlation", plot = FALSE)$acf)[-1]
	small <- abs(rho) < 2 * sqrt(log10(n) / n)
	run <- Find(function(m) all(small[m + 1:5]), 0:(most - 5))
	last <- if (is.null(run)) max(which(!small)) else run
	lags <- min(2 * max(last, 1), most)
	k <- 1:lags
	flat <- pmin(1, 2 * (1 - k / lags))
	r <- as.numeric(acf(x, lags, "covariance", plot = FALSE)$acf)
	g <- 2 * sum(flat * k * r[-1])
	spread <- r[1] + 2 * sum(flat * r[-1])
	min(max(1, (2 * g^2 / (share * spread^2) * n)^(1 / 3)), 3 * sqrt(n),
	    n / 3)
}
for (n in c(100, 1000)) for (phi in c(0, 0.5, 0.9)) for (b in c(2, 15)) {
	x <- 3 + tail(as.numeric(filter(rnorm(n + 200), phi, "recursive")), n)
	ours <- ours_of("resample", b, 20000, x)
	theirs <- tsboot(x, mean, R = 5000, l = b, sim = "geom")$t
	name <- sprintf("n %d, phi %.1f, block %d", n, phi, b)
	check(paste("tsboot, error:", name), ours[1], sd(theirs), 0.05)
	ends <- colMeans(outer(as.numeric(theirs), ours[2:3], "<="))
	check_shares(paste("tsboot, interval:", name), c(0.025, 0.975), 20000,
		     ends, 5000)
	check(paste("block lengths:", name), ours[4:5],
	      c(block_length(x, 2), block_length(x, 4 / 3)), 1e-8)
}
cat(sprintf("scores: %d passed, %d failed\n", passed, failed))
quit(status = if (failed) 1 else 0)
