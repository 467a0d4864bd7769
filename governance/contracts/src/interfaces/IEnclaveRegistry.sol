// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

interface IEnclaveRegistry {
    struct KeyInfo {
        bytes32 imageId;
        bytes32 modelHash;
        bytes32 policyHash;
        address operator;
        uint64 expiresAt;
    }

    error KeyInvalid(address key);

    /// Reverts KeyInvalid unless the key is registered, unexpired, unrevoked, its image approved, unretired and at or
    /// above the market's minVersion.
    function checkKey(address key, bytes32 market) external view returns (KeyInfo memory);
}
