COPY plimsoll.positions (market_id, account, reserve, emode, collateral,
	supplied, borrowed)
FROM STDIN
