/* test_store_backtests.c -- backtests.h in a real private cluster. */
#include "tests/host/private_store.h"

#include "sql/backtests.h"

static void test_kept_once(void **state)
{
	struct backtest_row row = {
		.from_s = 1640995200, .to_s = 1672531200, .evidence = 'A',
		.json = "{\"forecasts\":[{\"asset\":\"WETH\",\"n\":7}]}" };
	bool added = false;

	(void)state;
	memset(row.input_digest, 0x1d, sizeof(row.input_digest));
	memset(row.model_id, 0x0e, sizeof(row.model_id));
	ASSERT_OK(backtest_store(&added, agent, &row, &error));
	assert_true(added);
	row.synthetic = true;
	ASSERT_OK(backtest_store(&added, agent, &row, &error));
	assert_false(added);
	assert_true(holds_for(owner, "(SELECT count(*) FROM "
			      "risk.v_backtest_summary WHERE run_id = "
			      "repeat('1d', 16) AND asset = 'WETH' AND n = 7 "
			      "AND NOT synthetic AND as_of = '2023-01-01Z') "
			      "= 1"));
	row.input_digest[0]++;
	row.evidence = 'X';
	assert_int_equal(backtest_store(&added, agent, &row, &error),
			 E_REFUSED);
	row.evidence = 'B';
	row.json = "{}";
	assert_int_equal(backtest_store(&added, agent, &row, &error),
			 E_REFUSED);
	assert_false(added);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_once),
	};

	return cmocka_run_group_tests(tests, start_store, stop_store);
}
