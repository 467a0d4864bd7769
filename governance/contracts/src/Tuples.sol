// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Tuple} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";

/// Questions about signed tuples as they stand in calldata. Pure.
library Tuples {
    /// A tuple of wrong shape counts as loosening: whoever asks is then the stricter, and the limiter names the fault.
    /// For the rest this is RiskLimits.isLoosening without a copy to memory.
    function loosens(Tuple calldata tuple) internal pure returns (bool) {
        if (!wellFormed(tuple)) return true;
        uint8 kind = tuple.kind;
        uint256[] calldata from = tuple.oldValues;
        uint256[] calldata to = tuple.newValues;
        bool tightens;
        for (uint256 i = 0; i < from.length; i++) {
            if (from[i] == to[i]) continue;
            RiskLimits.Sense way = RiskLimits.direction(kind, i, from[i], to[i]);
            if (way == RiskLimits.Sense.HIGHER) return true;
            if (way == RiskLimits.Sense.LOWER) tightens = true;
        }
        return !tightens;
    }

    function wellFormed(Tuple calldata tuple) internal pure returns (bool) {
        uint256 count = RiskLimits.valueCount(tuple.kind);
        return count != 0 && tuple.oldValues.length == count && tuple.newValues.length == count;
    }

    function anyLoosens(Tuple[] calldata tuples) internal pure returns (bool) {
        for (uint256 i = 0; i < tuples.length; i++) {
            if (loosens(tuples[i])) return true;
        }
        return false;
    }
}
