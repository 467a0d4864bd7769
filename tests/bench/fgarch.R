# fgarch.R -- fGarch's times for GARCH(1,1)-t and GJR(1,1)-t (aparch with delta
# fixed at 2), each with its numerical Hessian, as by default: user plus system
# time of the fit alone, the least of several runs.
suppressMessages(library(fGarch))
arguments <- commandArgs(TRUE)
r <- read.csv(arguments[1])$r

measure <- function(name, runs, fit_it) {
	best <- Inf
	for (i in seq_len(runs)) {
		gc()
		start <- proc.time()
		fit <- fit_it()
		spent <- proc.time() - start
		best <- min(best, spent[["user.self"]] + spent[["sys.self"]])
	}
	cat(sprintf("fgarch_%s_s %.6f\n", name, best))
	cat(sprintf("fgarch_%s_loglik %.6f\n", name, -fit@fit$llh))
}

measure("garch-t", 9, function()
	garchFit(~garch(1, 1), data = r, cond.dist = "std", trace = FALSE))
measure("gjr-t", 1, function()
	garchFit(~aparch(1, 1), data = r, delta = 2, include.delta = FALSE,
		 cond.dist = "std", trace = FALSE))
