// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ComponentLimit, KindLimit} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";
import {StewardBook} from "./StewardBook.sol";

/// Reads of the book, for agents and dashboards. Nothing here writes.
abstract contract StewardViews is StewardBook, EIP712 {
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function marketConfig(bytes32 market) external view returns (MarketConfig memory) {
        return configs[market];
    }

    function marketState(bytes32 market) external view returns (MarketState memory) {
        return states[market];
    }

    /// History of one (asset, kind); its limits are limitsOf().
    struct TupleView {
        uint64 lastChange;
        bool hasPending;
        RiskLimits.Bucket[4] tighten;
        RiskLimits.Bucket[4] loosen;
        PendingEntry pending;
    }

    function tupleState(bytes32 market, address asset, uint8 kind) external view returns (TupleView memory) {
        TupleEntry storage entry = entries[market][asset][kind];
        return TupleView(entry.lastChange, entry.hasPending, entry.tighten, entry.loosen, entry.pending);
    }

    function assetState(bytes32 market, address asset)
        external
        view
        returns (uint64 lastClassC, bool frozen, bool thawApproved)
    {
        AssetEntry storage entry = assets[market][asset];
        return (entry.lastClassC, entry.frozen, entry.thawApproved);
    }

    function limitsOf(bytes32 market, address asset, uint8 kind) external view returns (KindLimit memory limit) {
        TupleEntry storage entry = entries[market][asset][kind];
        limit.set = entry.set;
        limit.relative = entry.relative;
        limit.window = entry.window;
        limit.minDelayTighten = entry.minDelayTighten;
        limit.minDelayLoosen = entry.minDelayLoosen;
        limit.components = new ComponentLimit[](entry.count);
        for (uint256 i = 0; i < entry.count; i++) {
            limit.components[i] = entry.components[i];
        }
    }
}
