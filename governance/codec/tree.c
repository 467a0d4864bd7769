/* tree.c -- look-ups of tree.h; the reader is tree_json.c. */
#include "governance/codec/tree.h"

enum status codec_trouble(struct codec_trouble *trouble, enum status status,
			  const char *reason, struct bytes where)
{
	trouble->reason = reason;
	trouble->where = where;
	return status;
}

const struct tree *tree_member(const struct tree *object, struct bytes name)
{
	if (!object || object->kind != TREE_OBJECT)
		return NULL;
	for (const struct tree *m = object->first; m; m = m->next)
		if (bytes_equal(m->name, name))
			return m;
	return NULL;
}

const struct tree *tree_get(const struct tree *object, const char *name)
{
	return tree_member(object, bytes_of_string(name));
}

bool tree_is_null(const struct tree *tree)
{
	return !tree || tree->kind == TREE_NULL;
}
