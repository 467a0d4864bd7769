// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {RegistryBase} from "./RegistryBase.sol";
import {DevAttestationVerifier} from "../src/DevAttestationVerifier.sol";
import {Attestation} from "../src/interfaces/IAttestationVerifier.sol";

/// The development verifier works on chain id 31337 and nowhere else.
contract DevAttestationVerifierTest is RegistryBase {
    bytes4 private immutable REFUSAL = DevAttestationVerifier.DevelopmentOnly.selector;

    function test_returnsWhatTheNotarySigned() public view {
        Attestation memory a = document();
        Attestation memory read = verifier.verify(evidence(a, NOTARY));
        assertEq(keccak256(abi.encode(read)), keccak256(abi.encode(a)), "attestation");
        assertEq(verifier.notary(), vm.addr(NOTARY), "notary");
    }

    /// The digest, written out from EIP-712.
    function test_digest() public view {
        Attestation memory a = document();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Plimsoll development attestation"),
                keccak256("1"),
                uint256(31337),
                address(verifier)
            )
        );
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "DevAttestation(bytes32 imageId,uint64 timestampMs,bytes publicKey,bytes userData,bytes nonce)"
                ),
                a.imageId,
                a.timestampMs,
                keccak256(a.publicKey),
                keccak256(a.userData),
                keccak256(a.nonce)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, content));
        assertEq(verifier.attestationDigest(a), digest, "digest");
    }

    function testFuzz_everyCallRefusesOtherChains(uint64 chain) public {
        vm.assume(chain != 31337 && chain != 0);
        bytes memory signed = evidence(document(), NOTARY);
        Attestation memory a = document();
        vm.chainId(chain);
        vm.expectRevert(REFUSAL);
        verifier.verify(signed);
        vm.expectRevert(REFUSAL);
        verifier.attestationDigest(a);
        vm.expectRevert(REFUSAL);
        verifier.notary();
        vm.expectRevert(REFUSAL);
        new DevAttestationVerifier(address(1));
    }

    function test_notaryIsNeeded() public {
        vm.expectRevert(DevAttestationVerifier.NotaryMissing.selector);
        new DevAttestationVerifier(address(0));
    }

    function test_signatureOfAnotherVerifier() public {
        DevAttestationVerifier other = new DevAttestationVerifier(vm.addr(NOTARY));
        bytes memory signed = evidence(document(), NOTARY);
        vm.expectPartialRevert(DevAttestationVerifier.NotTheNotary.selector);
        other.verify(signed);
    }
}
