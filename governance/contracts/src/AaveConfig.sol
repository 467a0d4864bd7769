// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

/// Fields of Aave v3's reserve configuration word; their places are the same from 3.0.2 to 3.6. Pure.
library AaveConfig {
    function ltv(uint256 word) internal pure returns (uint256) {
        return word & 0xFFFF;
    }

    function threshold(uint256 word) internal pure returns (uint256) {
        return (word >> 16) & 0xFFFF;
    }

    function bonus(uint256 word) internal pure returns (uint256) {
        return (word >> 32) & 0xFFFF;
    }

    function frozen(uint256 word) internal pure returns (bool) {
        return (word >> 57) & 1 == 1;
    }

    function reserveFactor(uint256 word) internal pure returns (uint256) {
        return (word >> 64) & 0xFFFF;
    }

    /// Whole tokens, 36 bits; 0 is no cap.
    function borrowCap(uint256 word) internal pure returns (uint256) {
        return (word >> 80) & 0xFFFFFFFFF;
    }

    function supplyCap(uint256 word) internal pure returns (uint256) {
        return (word >> 116) & 0xFFFFFFFFF;
    }
}
