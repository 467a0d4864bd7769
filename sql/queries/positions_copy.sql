-- Holdings of a snapshot, in PostgreSQL's text format.
COPY plimsoll.positions (market_id, account, reserve, emode, collateral,
	supplied, borrowed) FROM STDIN
