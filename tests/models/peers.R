# peers.R -- GARCH and GJR against fGarch and gretl (peers.inp).
#
# Usage: Rscript tests/models/peers.R PATH_OF_DRIVER FOLDER_OF_DATA SCRATCH
#
# Estimates of the peers are judged by our likelihood, under our start rule
# (fcp).  Ours must be no less likely than the best of them that lies in the
# region of garch.h by more than 1e-4.  A peer's point beyond persistence 1 is
# outside: it is moved to the edge, along alpha, gamma and beta, and counts
# there ("edge").
suppressWarnings(suppressPackageStartupMessages(library(fGarch)))

words <- commandArgs(trailingOnly = TRUE)
if (length(words) != 3) {
	message("usage: Rscript peers.R PATH_OF_DRIVER FOLDER_OF_DATA SCRATCH")
	quit(status = 2)
}
driver <- normalizePath(words[1])
data <- words[2]
scratch <- words[3]
models <- list(c("garch", "normal"), c("garch", "t"), c("gjr", "normal"),
	       c("gjr", "t"))
slots <- c("mu", "omega", "alpha", "gamma", "beta", "delta", "nu", "lambda")

file_of <- function(i) file.path(scratch, sprintf("%d.csv", i))

ask <- function(...) {
	out <- system2(driver, c(...), stdout = TRUE)
	as.numeric(strsplit(trimws(out), " ")[[1]])
}

text_of <- function(point) sprintf("%.17g", point)

# The series: two of the market, twenty simulated, five of each model.
make_series <- function() {
	marks <- read.csv(file.path(data, "garch/dem2gbp.csv"))$return_pct
	index <- read.csv(file.path(data, "garch/sp500-1d.csv"))$adj_close
	returns <- list(marks, 100 * (index[-1] / head(index, -1) - 1))
	for (i in 1:2)
		writeLines(c("y", text_of(returns[[i]])), file_of(i))
	set.seed(1996)
	for (i in 3:22) {
		model <- models[[1 + i %% 4]]
		persistence <- runif(1, 0.85, 0.995)
		alpha <- runif(1, 0.03, 0.15)
		gamma <- if (model[1] == "gjr") runif(1, -0.03, 0.15) else 0
		nu <- if (model[2] == "t") runif(1, 3.5, 12) else 0
		point <- c(runif(1, -0.1, 0.1), (1 - persistence) *
			   10^runif(1, -4, 2), alpha, gamma,
			   persistence - alpha - gamma / 2, 0, nu, 0)
		system2(driver, c("simulate", model, 2000, i, file_of(i),
				  text_of(point)))
	}
	c("DEM-GBP", "SP500", sprintf("sim-%02d", 1:20))
}

# fGarch's estimates as ours; aparch with power 2 is GJR.
by_fgarch <- function(y, model) {
	law <- if (model[2] == "t") "std" else "norm"
	fit <- try(suppressWarnings(if (model[1] == "gjr")
		garchFit(~aparch(1, 1), data = y, cond.dist = law, delta = 2,
			 include.delta = FALSE, trace = FALSE)
	else
		garchFit(~garch(1, 1), data = y, cond.dist = law,
			 trace = FALSE)), silent = TRUE)
	if (inherits(fit, "try-error")) return(NULL)
	b <- fit@fit$coef
	tilt <- if (model[1] == "gjr") b[["gamma1"]] else 0
	c(b[["mu"]], b[["omega"]], b[["alpha1"]] * (1 - tilt)^2,
	  4 * b[["alpha1"]] * tilt, b[["beta1"]], 0,
	  if (model[2] == "t") b[["shape"]] else 0, 0)
}

begin_gretl <- function(count) {
	Sys.setenv(PEERS = scratch, PEERS_COUNT = count)
	system2("gretlcli", c("-b", "-q",
		normalizePath("tests/models/peers.inp")), wait = FALSE,
		stdout = FALSE, stderr = FALSE)
}

await_gretl <- function() {
	until <- Sys.time() + 200
	while (!file.exists(file.path(scratch, "gretl.done")) &&
	       Sys.time() < until)
		Sys.sleep(0.5)
	table <- read.table(file.path(scratch, "gretl.txt"))
	names(table) <- c("series", "model", slots[1:5], "nu")
	table
}

# A peer's point in our eyes: log-likelihood, whose; NULL where it is outside.
judge <- function(i, model, point, who) {
	heavy <- point[3] + point[4] / 2 + point[5]
	if (heavy > 0.999999) {
		point[3:5] <- point[3:5] * 0.9999989999 / heavy
		who <- paste0(who, ",edge")
	}
	ours <- ask("at", model, "fcp", file_of(i), text_of(point))
	if (is.na(ours[2]) || ours[2] != 1) return(NULL)
	list(likelihood = ours[1], who = who)
}

compare <- function(i, name, model, points) {
	ours <- ask("fit", model, "fcp", file_of(i))
	best <- NULL
	for (who in names(points)) for (point in points[[who]]) {
		one <- judge(i, model, point, who)
		if (!is.null(one) && (is.null(best) ||
				      one$likelihood > best$likelihood))
			best <- one
	}
	known <- !is.null(best)
	good <- known && ours[9] >= best$likelihood - 1e-4
	cat(sprintf("%-8s %-12s %14.5f %14.5f %-12s %10.2e %s\n", name,
		    paste(model, collapse = "-"), ours[9],
		    if (known) best$likelihood else NA,
		    if (known) best$who else "none",
		    if (known) ours[9] - best$likelihood else NA,
		    if (good) "ok" else "FAIL"))
	good
}

series <- make_series()
begin_gretl(length(series))
fgarch <- lapply(seq_along(series), function(i) {
	y <- read.csv(file_of(i))$y
	lapply(models, function(model) by_fgarch(y, model))
})
gretl <- await_gretl()
cat(sprintf("%-8s %-12s %14s %14s %-12s %10s\n", "series", "model", "ours",
	    "best peer", "whose", "difference"))
passed <- 0
failed <- 0
for (i in seq_along(series)) for (k in seq_along(models)) {
	model <- models[[k]]
	rows <- gretl[gretl$series == i &
		      gretl$model == paste(model, collapse = "-"), ]
	theirs <- lapply(seq_len(nrow(rows)), function(j)
		as.numeric(c(rows[j, slots[1:5]], 0, rows$nu[j], 0)))
	good <- compare(i, series[i], model,
			list(fGarch = fgarch[[i]][k], gretl = theirs))
	passed <- passed + good
	failed <- failed + !good
}
answers <- sum(!sapply(unlist(fgarch, recursive = FALSE), is.null))
cat(sprintf("estimates: %d of fGarch, %d of gretl\n", answers, nrow(gretl)))
cat(sprintf("peers: %d passed, %d failed\n", passed, failed))
quit(status = if (failed) 1 else 0)
