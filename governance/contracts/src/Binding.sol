// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

/// The bytes by which an attestation document is bound to one model, policy, chain, steward, operator and moment. The
/// enclave writes the same (agent/core). Pure.
library Binding {
    uint256 internal constant PUBLIC_KEY_SIZE = 64;

    /// "PLM1" || model 32 || policy 32 || chain id, big endian, 8 || steward 20 || operator 20: 116 bytes.
    function userData(bytes32 modelHash, bytes32 policyHash, uint64 chainId, address steward, address operator)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked("PLM1", modelHash, policyHash, chainId, steward, operator);
    }

    /// The challenge an enclave must answer: no document made before that block can hold it.
    function nonce(address registry, uint256 chainId, address operator, bytes32 blockHash)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(registry, chainId, operator, blockHash));
    }

    /// The account of an uncompressed public key x || y, 64 bytes without the 04.
    function account(bytes memory publicKey) internal pure returns (address) {
        return address(uint160(uint256(keccak256(publicKey))));
    }
}
