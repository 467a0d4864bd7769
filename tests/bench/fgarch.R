# fgarch.R -- fGarch's time for a GARCH(1,1)-t fit, its numerical Hessian
# included as by default: the least user plus system time of N runs.
suppressMessages(library(fGarch))
arguments <- commandArgs(TRUE)
r <- read.csv(arguments[1])$r
runs <- as.integer(arguments[2])
best <- Inf
for (i in seq_len(runs)) {
	spent <- system.time(fit <- garchFit(~garch(1, 1), data = r, cond.dist = "std", trace = FALSE))
	best <- min(best, spent[["user.self"]] + spent[["sys.self"]])
}
cat(sprintf("fgarch_t_10000_s %.6f\n", best))
cat(sprintf("fgarch_t_10000_loglik %.6f\n", -fit@fit$llh))
