// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {RegistryBase} from "./RegistryBase.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {DevAttestationVerifier} from "../src/DevAttestationVerifier.sol";
import {Attestation} from "../src/interfaces/IAttestationVerifier.sol";
import {IEnclaveRegistry} from "../src/interfaces/IEnclaveRegistry.sol";

/// Registration: what a document must say, and who may bring it.
contract EnclaveRegistryTest is RegistryBase {
    function test_registersAKey() public {
        bytes memory signed = evidence(document(), NOTARY);
        vm.expectEmit(true, true, true, true, address(registry));
        emit EnclaveRegistry.KeyRegistered(vm.addr(KEY), IMAGE, OPERATOR, uint40(START + 30 days));
        vm.prank(OPERATOR);
        address key = registry.registerEnclave(signed, BLOCK - 3);
        assertEq(key, vm.addr(KEY), "account of the public key");
        IEnclaveRegistry.KeyInfo memory info = registry.checkKey(key, MARKET);
        assertEq(info.imageId, IMAGE, "image");
        assertEq(info.modelHash, MODEL, "model");
        assertEq(info.policyHash, POLICY, "policy");
        assertEq(info.operator, OPERATOR, "operator");
        assertEq(info.expiresAt, START + 30 days, "expiry");
    }

    function test_unknownKeyIsInvalid() public {
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.KeyInvalid.selector, vm.addr(KEY)));
        registry.checkKey(vm.addr(KEY), MARKET);
        expectStatus(vm.addr(KEY), EnclaveRegistry.KeyStatus.UNKNOWN);
    }

    function test_onlyAnApprovedOperatorRegisters() public {
        bytes memory signed = evidence(document(), NOTARY);
        vm.expectPartialRevert(bytes4(keccak256("OperatorUnknown(address)")));
        registry.registerEnclave(signed, BLOCK - 3);
    }

    /// A second approved operator cannot bring the first one's document: nonce and user data name the first.
    function test_anotherOperatorsDocument() public {
        registry.approveOperator(address(this));
        bytes memory signed = evidence(document(), NOTARY);
        vm.expectRevert(EnclaveRegistry.NonceMismatch.selector);
        registry.registerEnclave(signed, BLOCK - 3);
        Attestation memory a = document();
        a.nonce = abi.encodePacked(registry.challenge(address(this), BLOCK - 3));
        signed = evidence(a, NOTARY);
        vm.expectRevert(EnclaveRegistry.UserDataMismatch.selector);
        registry.registerEnclave(signed, BLOCK - 3);
    }

    function test_evidenceAge() public {
        Attestation memory a = document();
        a.timestampMs = uint64((START - 600) * 1000 - 1);
        refuses(a, EnclaveRegistry.EvidenceTooOld.selector);
        a.timestampMs = uint64((START + 30) * 1000 + 1);
        refuses(a, EnclaveRegistry.EvidenceInFuture.selector);
        a.timestampMs = uint64((START - 600) * 1000);
        register(a);
    }

    function test_evidenceMayBeALittleAhead() public {
        Attestation memory a = document();
        a.timestampMs = uint64((START + 30) * 1000);
        register(a);
    }

    function testFuzz_evidenceAge(uint256 seed) public {
        Attestation memory a = document();
        uint64 timestampMs = uint64(bound(seed, START * 1000 - 1_200_000, START * 1000 + 120_000));
        a.timestampMs = timestampMs;
        bool old = timestampMs < START * 1000 - 600_000;
        bool future = timestampMs > START * 1000 + 30_000;
        if (old) refuses(a, EnclaveRegistry.EvidenceTooOld.selector);
        else if (future) refuses(a, EnclaveRegistry.EvidenceInFuture.selector);
        else register(a);
    }

    function test_nonceIsOfARecentBlock() public {
        bytes memory signed = evidence(document(), NOTARY);
        vm.startPrank(OPERATOR);
        vm.expectRevert(EnclaveRegistry.NonceMismatch.selector);
        registry.registerEnclave(signed, BLOCK - 4);
        vm.expectPartialRevert(EnclaveRegistry.BlockTooOld.selector);
        registry.registerEnclave(signed, BLOCK);
        vm.roll(BLOCK - 3 + 257);
        vm.expectPartialRevert(EnclaveRegistry.BlockTooOld.selector);
        registry.registerEnclave(signed, BLOCK - 3);
    }

    function test_nonceOfAnotherRegistryOrLength() public {
        Attestation memory a = document();
        EnclaveRegistry other = new EnclaveRegistry(address(this), verifier, GUARDIAN);
        a.nonce = abi.encodePacked(other.challenge(OPERATOR, BLOCK - 3));
        refuses(a, EnclaveRegistry.NonceMismatch.selector);
        a.nonce = bytes.concat(document().nonce, hex"00");
        refuses(a, EnclaveRegistry.NonceMismatch.selector);
        a.nonce = "";
        refuses(a, EnclaveRegistry.NonceMismatch.selector);
    }

    /// Every byte of the 116 counts, and so does their number.
    function testFuzz_userDataIsChecked(uint256 at, uint8 flip) public {
        vm.assume(flip != 0);
        Attestation memory a = document();
        assertEq(a.userData.length, 116, "size");
        a.userData[at % 116] ^= bytes1(flip);
        refuses(a, EnclaveRegistry.UserDataMismatch.selector);
    }

    function test_userDataSize() public {
        Attestation memory a = document();
        a.userData = bytes.concat(a.userData, hex"00");
        refuses(a, EnclaveRegistry.UserDataMismatch.selector);
        a.userData = "";
        refuses(a, EnclaveRegistry.UserDataMismatch.selector);
    }

    function test_publicKeySize() public {
        Attestation memory a = document();
        a.publicKey = bytes.concat(hex"04", PUBLIC_KEY);
        refuses(a, EnclaveRegistry.BadPublicKey.selector);
        a.publicKey = "";
        refuses(a, EnclaveRegistry.BadPublicKey.selector);
    }

    function test_unknownImage() public {
        Attestation memory a = document();
        a.imageId = IMAGE2;
        refuses(a, EnclaveRegistry.ImageUnknown.selector);
    }

    function test_keyRegistersOnce() public {
        register(document());
        refuses(document(), EnclaveRegistry.KeyKnown.selector);
    }

    function test_stewardMustBeSet() public {
        registry = new EnclaveRegistry(address(this), verifier, GUARDIAN);
        registry.approveImage(IMAGE, FAMILY, 1, MODEL, POLICY);
        registry.approveOperator(OPERATOR);
        Attestation memory a = document();
        a.userData = abi.encodePacked("PLM1", MODEL, POLICY, uint64(31337), address(0), OPERATOR);
        refuses(a, EnclaveRegistry.StewardMissing.selector);
    }

    function test_onlyTheNotaryIsBelieved() public {
        bytes memory signed = evidence(document(), 0xBAD);
        vm.expectRevert(abi.encodeWithSelector(DevAttestationVerifier.NotTheNotary.selector, vm.addr(0xBAD)));
        vm.prank(OPERATOR);
        registry.registerEnclave(signed, BLOCK - 3);
    }

    /// No field of what the notary signed can be changed after it.
    function testFuzz_tamperedEvidence(uint256 field, uint8 flip) public {
        vm.assume(flip != 0);
        bytes memory signature;
        Attestation memory a = document();
        (, signature) = abi.decode(evidence(a, NOTARY), (Attestation, bytes));
        field = field % 5;
        if (field == 0) a.imageId = bytes32(uint256(a.imageId) ^ flip);
        else if (field == 1) a.timestampMs ^= flip;
        else if (field == 2) a.publicKey[flip % 64] ^= bytes1(flip);
        else if (field == 3) a.userData[flip % 116] ^= bytes1(flip);
        else a.nonce[flip % 32] ^= bytes1(flip);
        vm.expectPartialRevert(DevAttestationVerifier.NotTheNotary.selector);
        verifier.verify(abi.encode(a, signature));
    }

    function test_garbageEvidence() public {
        vm.startPrank(OPERATOR);
        vm.expectRevert();
        registry.registerEnclave("", BLOCK - 3);
        vm.expectRevert();
        registry.registerEnclave(hex"00112233", BLOCK - 3);
    }

    function test_gasOfRegistration() public {
        bytes memory signed = evidence(document(), NOTARY);
        vm.prank(OPERATOR);
        uint256 before = gasleft();
        registry.registerEnclave(signed, BLOCK - 3);
        uint256 used = before - gasleft();
        print("registration gas, development verifier:", used);
        assertTrue(used < 150_000, "registration under 150,000 gas");
    }
}
