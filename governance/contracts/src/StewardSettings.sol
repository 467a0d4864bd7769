// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {KindLimit} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";
import {StewardBook} from "./StewardBook.sol";

/// The owner's settings that are large structs: checked and stored. Who may call is checked by the steward.
abstract contract StewardSettings is StewardBook {
    event MarketSet(bytes32 indexed market, MarketConfig config);
    event LimitsSet(bytes32 indexed market, address indexed asset, uint8 indexed kind, KindLimit limit);

    error BadConfig();
    error BadLimits();

    /// Adds or changes a market. A new adapter or policy voids what is pending.
    function storeMarket(bytes32 market, MarketConfig calldata config) internal {
        bool bounded = config.epochPeriod > 0 && config.maxAge > 0 && config.maxValidity > 0 && config.pendingLife > 0
            && config.confirmDelay <= config.timelockDelay && config.toleranceBps <= RiskLimits.BPS;
        if (address(config.adapter) == address(0) || !bounded) revert BadConfig();
        MarketConfig storage before = configs[market];
        if (config.adapter != before.adapter || config.policyHash != before.policyHash) states[market].generation++;
        configs[market] = config;
        if (states[market].lastDecisionAt == 0) states[market].lastDecisionAt = uint40(block.timestamp);
        emit MarketSet(market, config);
    }

    /// Limits of one (market, asset, kind); set = false takes them away.
    function storeLimits(bytes32 market, address asset, uint8 kind, KindLimit calldata limit) internal {
        uint256 count = RiskLimits.valueCount(kind);
        if (count == 0 || (limit.set && limit.components.length != count)) revert BadLimits();
        if (limit.set && (limit.window == 0 || limit.relative != RiskLimits.isCap(kind))) revert BadLimits();
        TupleEntry storage entry = entries[market][asset][kind];
        entry.set = limit.set;
        entry.relative = limit.relative;
        entry.count = uint8(limit.components.length);
        entry.window = limit.window;
        entry.minDelayTighten = limit.minDelayTighten;
        entry.minDelayLoosen = limit.minDelayLoosen;
        for (uint256 i = 0; i < limit.components.length; i++) {
            if (limit.components[i].floor > limit.components[i].ceiling) revert BadLimits();
            entry.components[i] = limit.components[i];
        }
        emit LimitsSet(market, asset, kind, limit);
    }
}
