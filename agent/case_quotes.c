/* case_quotes.c -- see case_quotes.h. */
#include "agent/case_quotes.h"

#include <stdio.h>
#include <string.h>

/* The series' own source speaks already. */
static size_t drop_source(struct stored_quote *list, size_t count,
			  const char *source)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].source, source))
			list[kept++] = list[i];
	return kept;
}

/* The lowest and the highest, in the order of their names. */
static size_t keep_extremes(struct stored_quote *list, size_t count)
{
	size_t low = 0, high = 0;
	struct stored_quote first, second;

	for (size_t i = 1; i < count; i++) {
		if (decimal_compare(list[i].price, list[low].price) < 0)
			low = i;
		if (decimal_compare(list[i].price, list[high].price) > 0)
			high = i;
	}
	first = list[low < high ? low : high];
	second = list[low < high ? high : low];
	list[0] = first;
	list[1] = second;
	return low == high ? 1 : 2;
}

/* Ascending by family: that is how a case is read. */
static void insert(struct case_quotes *to, const struct stored_quote *from,
		   uint8_t reserve)
{
	struct quote made = { .reserve = reserve, .price_usd = from->price,
			      .time_s = (uint64_t)from->time_s };
	uint8_t i = to->count++;

	snprintf(made.family, sizeof(made.family), "%s", from->source);
	for (; i && strcmp(to->quotes[i - 1].family, made.family) > 0; i--)
		to->quotes[i] = to->quotes[i - 1];
	to->quotes[i] = made;
}

enum status case_quotes_add(struct case_quotes *to, struct database *database,
			    const struct quotes_query *query, const char *own,
			    struct error *error)
{
	struct stored_quote *list = NULL;
	uint8_t reserve = to->quotes[0].reserve;
	size_t count = 0;
	enum status status = quotes_newest(&list, &count, database, query,
					   error);

	count = drop_source(list, count, own);
	if (count > CASE_QUOTES_EACH - 1)
		count = keep_extremes(list, count);
	for (size_t i = 0; i < count && !status; i++)
		insert(to, &list[i], reserve);
	memory_free(list);
	return status;
}
