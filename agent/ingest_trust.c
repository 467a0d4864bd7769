/* ingest_trust.c -- whose signatures count for a source, from its files; see
 * ingest_plan.h. */
#include <stdio.h>
#include <string.h>

#include "agent/feed_report.h"
#include "agent/ingest_plan.h"

#define PATH_SIZE 4096

/* A relative name is looked for beside the file that has it. */
static void beside(char out[PATH_SIZE], const char *feeds_path,
		   const char *name)
{
	const char *slash = strrchr(feeds_path, '/');
	int folder = slash && *name != '/' ? (int)(slash - feeds_path) + 1 : 0;

	snprintf(out, PATH_SIZE, "%.*s%s", folder, feeds_path, name);
}

static enum status trust_redstone(struct live_source *source,
				  const struct feed_signers *signers,
				  struct error *error)
{
	struct redstone_rules *rules = &source->redstone;

	if (signers->count > REDSTONE_SIGNERS_MAX)
		return error_set(error, E_USAGE, "[%s] has %zu signers, at "
				 "most %d", source->config->name,
				 signers->count, REDSTONE_SIGNERS_MAX);
	rules->signer_count = signers->count;
	rules->threshold = signers->threshold;
	memcpy(rules->signers, signers->addresses,
	       signers->count * ADDRESS_SIZE);
	source->trust.redstone = rules;
	return OK;
}

/* Guardians as they are given, whatever number their set has. */
static void trust_guardians(struct live_source *source,
			    const struct feed_signers *signers)
{
	source->guardians = memory_allocate(1, sizeof(*source->guardians));
	source->guardians->count = signers->count;
	memcpy(source->guardians->addresses, signers->addresses,
	       signers->count * ADDRESS_SIZE);
	source->trust.guardians = source->guardians;
	source->trust.guardian_count = 1;
	source->trust.any_set = true;
}

static enum status read_signers(struct live_source *source, const char *path,
				struct error *error)
{
	struct feed_signers signers;
	enum status status = feed_signers_read(&signers, path, error);

	if (status)
		return status;
	if (source->config->kind == &source_redstone)
		return trust_redstone(source, &signers, error);
	trust_guardians(source, &signers);
	return OK;
}

static enum status read_upgrades(struct live_source *source, const char *path,
				 const struct signer_context *context,
				 struct error *error)
{
	struct feed_trust *trust = memory_allocate(1, sizeof(*trust));
	enum status status = feed_trust_follow(trust, path, context, error);

	if (!status) {
		source->guardians = memory_allocate(
			trust->set_count, sizeof(*source->guardians));
		memcpy(source->guardians, trust->sets,
		       trust->set_count * sizeof(*source->guardians));
		source->trust.guardians = source->guardians;
		source->trust.guardian_count = trust->set_count;
	}
	memory_free(trust);
	return status;
}

enum status ingest_trust_read(struct live_source *source,
			      const char *feeds_path,
			      const struct signer_context *context,
			      struct error *error)
{
	const struct feed_source *config = source->config;
	bool follows = config->kind == &source_pyth && config->follow;
	const char *name = follows ? config->follow : config->signers;
	char path[PATH_SIZE];

	source->trust.context = context;
	if (!name)
		return OK;
	beside(path, feeds_path, name);
	return follows ? read_upgrades(source, path, context, error)
		       : read_signers(source, path, error);
}
