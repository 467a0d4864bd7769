// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// What every verifier of attestation evidence answers.
struct Attestation {
    bytes32 imageId;
    uint64 timestampMs;
    bytes publicKey; // 64 bytes x || y
    bytes userData; // "PLM1" || modelHash 32 || policyHash 32 || chainId u64 || contract 20 || operator 20
    bytes nonce; // 32 bytes keccak256(abi.encode(registry, chain id, operator, recent block hash))
}

interface IAttestationVerifier {
    /// Reverts unless the evidence is genuine.
    function verify(bytes calldata evidence) external view returns (Attestation memory);
}
