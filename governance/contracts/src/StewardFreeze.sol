// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Kinds, Tuple} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";
import {StewardGroups} from "./StewardGroups.sol";

/// FREEZE, the emergency brake that limits and pauses do not hold back, and THAW, its undoing to the recorded values.
abstract contract StewardFreeze is StewardGroups {
    event Frozen(bytes32 indexed market, address indexed asset, bytes32 indexed digest);
    event Thawed(bytes32 indexed market, address indexed asset);

    error FreezeForm(uint8 kind);
    error AlreadyFrozen(address asset);
    error ThawNotApproved();

    /// Freezes one asset: the values in force are kept for the thaw.
    function applyFreeze(Group calldata group, Tuple[] calldata tuples) internal {
        address asset = tuples[group.start].asset;
        AssetEntry storage entry = assets[group.market][asset];
        if (entry.frozen) revert AlreadyFrozen(asset);
        entry.frozen = true;
        entry.thawApproved = false;
        for (uint256 i = group.start; i < group.end; i++) {
            freezeTuple(group.market, entry, tuples[i]);
        }
        emit Frozen(group.market, asset, group.digest);
    }

    function freezeTuple(bytes32 market, AssetEntry storage entry, Tuple calldata tuple) private {
        uint256[] memory current = configs[market].adapter.current(tuple.asset, tuple.kind);
        uint256[] memory values = tuple.newValues;
        RiskLimits.checkValues(tuple.kind, current, tuple.oldValues, values);
        if (!isFreezeForm(tuple.kind, current, values)) revert FreezeForm(tuple.kind);
        entry.frozenKinds.push(tuple.kind);
        entry.frozenValues[tuple.kind] = current;
        writeValues(market, tuple.asset, tuple.kind, values);
    }

    /// A lower cap, LTV 0 with the rest unchanged, or the frozen flag.
    function isFreezeForm(uint8 kind, uint256[] memory current, uint256[] memory values) private pure returns (bool) {
        if (RiskLimits.isCap(kind)) return !RiskLimits.isLoosening(kind, current, values);
        if (kind == Kinds.FREEZE) return values[0] == 1;
        if (kind != Kinds.COLLATERAL) return false;
        return values[0] == 0 && values[1] == current[1] && values[2] == current[2];
    }

    /// The owner's half of a thaw, after the guardian's approveThaw: back to the recorded values, the flag first.
    function thawAsset(bytes32 market, address asset) internal {
        AssetEntry storage entry = assets[market][asset];
        if (!entry.frozen) revert NotFrozen();
        if (!entry.thawApproved) revert ThawNotApproved();
        uint8[] memory kinds = entry.frozenKinds;
        delete entry.frozenKinds;
        entry.frozen = false;
        entry.thawApproved = false;
        for (uint256 i = kinds.length; i > 0; i--) {
            writeValues(market, asset, kinds[i - 1], entry.frozenValues[kinds[i - 1]]);
            delete entry.frozenValues[kinds[i - 1]];
        }
        emit Thawed(market, asset);
    }
}
