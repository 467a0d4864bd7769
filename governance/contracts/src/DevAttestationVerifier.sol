// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Attestation, IAttestationVerifier} from "./interfaces/IAttestationVerifier.sol";

/// Believes a development notary's signature over what a verified attestation document says. It proves nothing about a
/// TEE: the constructor and every call refuse any chain id but 31337. The evidence has the shape that a production
/// verifier fed by Oyster's verifier enclave takes, so one can stand in for the other.
contract DevAttestationVerifier is IAttestationVerifier {
    uint256 public constant DEVELOPMENT_CHAIN = 31337;
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant ATTESTATION_TYPE =
        keccak256("DevAttestation(bytes32 imageId,uint64 timestampMs,bytes publicKey,bytes userData,bytes nonce)");

    address private immutable notaryAddress;

    error DevelopmentOnly();
    error NotaryMissing();
    error NotTheNotary(address signer);

    modifier onlyDevelopment() {
        if (block.chainid != DEVELOPMENT_CHAIN) revert DevelopmentOnly();
        _;
    }

    constructor(address notary_) onlyDevelopment {
        if (notary_ == address(0)) revert NotaryMissing();
        notaryAddress = notary_;
    }

    function notary() external view onlyDevelopment returns (address) {
        return notaryAddress;
    }

    /// evidence = abi.encode(Attestation, bytes signature), the signature 65 bytes r, s, v over attestationDigest.
    function verify(bytes calldata evidence) external view onlyDevelopment returns (Attestation memory attestation) {
        bytes memory signature;
        (attestation, signature) = abi.decode(evidence, (Attestation, bytes));
        address signer = ECDSA.recover(attestationDigest(attestation), signature);
        if (signer != notaryAddress) revert NotTheNotary(signer);
    }

    /// What the notary signs, after verifying the document off chain.
    function attestationDigest(Attestation memory a) public view onlyDevelopment returns (bytes32) {
        bytes32 content = keccak256(
            abi.encode(
                ATTESTATION_TYPE,
                a.imageId,
                a.timestampMs,
                keccak256(a.publicKey),
                keccak256(a.userData),
                keccak256(a.nonce)
            )
        );
        return MessageHashUtils.toTypedDataHash(domainSeparator(), content);
    }

    /// EIP-712 domain; by hand, because the name has 32 bytes and OpenZeppelin's EIP712 takes 31.
    function domainSeparator() private view returns (bytes32) {
        bytes32 name = keccak256("Plimsoll development attestation");
        return keccak256(abi.encode(DOMAIN_TYPE, name, keccak256("1"), block.chainid, address(this)));
    }
}
