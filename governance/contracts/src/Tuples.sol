// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Tuple} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";

/// Questions about signed tuples as they stand in calldata. Pure.
library Tuples {
    /// A tuple of wrong shape counts as loosening: whoever asks is then the stricter, and the limiter names the fault.
    function loosens(Tuple calldata tuple) internal pure returns (bool) {
        return !wellFormed(tuple) || RiskLimits.isLoosening(tuple.kind, tuple.oldValues, tuple.newValues);
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
