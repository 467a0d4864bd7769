// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";
import {Attachment, KindLimit, Tuple} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";
import {StewardBook} from "./StewardBook.sol";
import {StewardFreeze} from "./StewardFreeze.sol";
import {StewardSettings} from "./StewardSettings.sol";

/// The half of the steward that applies tuples: code only, because one contract may not exceed 24,576 bytes. It runs
/// by delegatecall from the steward that deployed it, and refuses to run as itself. Who may call is checked there.
contract StewardEngine is StewardFreeze, StewardSettings {
    address private immutable self = address(this);

    error OnlyDelegate();

    modifier onlyDelegate() {
        if (address(this) == self) revert OnlyDelegate();
        _;
    }

    constructor(IEnclaveRegistry registry_, bool development_) StewardBook(registry_, development_) {}

    function applyGroup(Group calldata group, Tuple[] calldata tuples, Attachment calldata attachment)
        external
        onlyDelegate
        returns (bool applied, bool queued)
    {
        if (!group.freeze) return applyUpdate(group, tuples, attachment);
        applyFreeze(group, tuples);
        return (true, false);
    }

    /// A recorded decision's tuples: whole, from the values in force, within the bands.
    function applyTuples(bytes32 market, Tuple[] calldata tuples) external onlyDelegate {
        for (uint256 i = 0; i < tuples.length; i++) {
            applyRecordedTuple(market, tuples[i]);
        }
    }

    function setMarket(bytes32 market, MarketConfig calldata config) external onlyDelegate {
        storeMarket(market, config);
    }

    function setLimits(bytes32 market, address asset, uint8 kind, KindLimit calldata limit) external onlyDelegate {
        storeLimits(market, asset, kind, limit);
    }

    function thaw(bytes32 market, address asset) external onlyDelegate {
        thawAsset(market, asset);
    }

    function applyRecordedTuple(bytes32 market, Tuple calldata tuple) private {
        TupleEntry storage limit = entries[market][tuple.asset][tuple.kind];
        if (!limit.set) revert RiskLimits.NoLimits();
        uint256[] memory current = configs[market].adapter.current(tuple.asset, tuple.kind);
        uint256[] memory values = tuple.newValues;
        RiskLimits.checkValues(tuple.kind, current, tuple.oldValues, values);
        for (uint256 i = 0; i < values.length; i++) {
            if (values[i] == current[i]) continue;
            RiskLimits.checkBand(tuple.kind, limit.components[i], current[i], values[i]);
        }
        writeValues(market, tuple.asset, tuple.kind, values);
    }
}
