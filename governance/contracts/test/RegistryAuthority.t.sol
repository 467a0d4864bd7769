// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {RegistryBase} from "./RegistryBase.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {RegistryApprovals} from "../src/RegistryApprovals.sol";
import {DevAttestationVerifier} from "../src/DevAttestationVerifier.sol";
import {IAttestationVerifier} from "../src/interfaces/IAttestationVerifier.sol";
import {Attestation} from "../src/interfaces/IAttestationVerifier.sol";
import {Decision} from "../src/interfaces/PlimsollTypes.sol";

/// How a registered key loses its authority: time, successors, revocation, removal, its own signatures.
contract RegistryAuthorityTest is RegistryBase {
    address internal key;

    function setUp() public override {
        super.setUp();
        key = register(document());
        expectStatus(key, EnclaveRegistry.KeyStatus.VALID);
    }

    function test_keyExpires() public {
        vm.warp(START + 30 days - 1);
        expectStatus(key, EnclaveRegistry.KeyStatus.VALID);
        vm.warp(START + 30 days);
        expectStatus(key, EnclaveRegistry.KeyStatus.EXPIRED);
    }

    function test_successorEndsKeysAfterTheOverlap() public {
        registry.approveImage(IMAGE2, FAMILY, 2, MODEL, POLICY);
        assertEq(registry.checkKey(key, MARKET).expiresAt, START + 1 days, "the key now ends with its image");
        vm.warp(START + 1 days - 1);
        expectStatus(key, EnclaveRegistry.KeyStatus.VALID);
        vm.warp(START + 1 days);
        expectStatus(key, EnclaveRegistry.KeyStatus.IMAGE_ENDED);
    }

    function test_successorStopsRegistrationsAtOnce() public {
        registry.approveImage(IMAGE2, FAMILY, 2, MODEL, POLICY);
        Attestation memory a = document();
        a.publicKey[0] ^= 0x01;
        refuses(a, EnclaveRegistry.ImageClosed.selector);
        a.imageId = IMAGE2;
        register(a);
    }

    function test_anotherFamilyIsNoSuccessor() public {
        registry.approveImage(IMAGE2, keccak256("other"), 2, MODEL, POLICY);
        vm.warp(START + 2 days);
        expectStatus(key, EnclaveRegistry.KeyStatus.VALID);
    }

    function test_thirdVersionDoesNotLengthenTheFirst() public {
        registry.approveImage(IMAGE2, FAMILY, 2, MODEL, POLICY);
        vm.warp(START + 12 hours);
        registry.approveImage(keccak256("image 3"), FAMILY, 3, MODEL, POLICY);
        vm.warp(START + 1 days);
        expectStatus(key, EnclaveRegistry.KeyStatus.IMAGE_ENDED);
    }

    function test_versionsOnlyGrow() public {
        vm.expectPartialRevert(RegistryApprovals.VersionNotNewer.selector);
        registry.approveImage(IMAGE2, FAMILY, 1, MODEL, POLICY);
        vm.expectPartialRevert(RegistryApprovals.VersionNotNewer.selector);
        registry.approveImage(IMAGE2, keccak256("new"), 0, MODEL, POLICY);
    }

    function test_imageIsApprovedOnce() public {
        vm.expectPartialRevert(RegistryApprovals.ImageKnown.selector);
        registry.approveImage(IMAGE, FAMILY, 2, MODEL, keccak256("another policy"));
    }

    function test_zeroHashesAreRefused() public {
        vm.expectRevert(RegistryApprovals.ZeroValue.selector);
        registry.approveImage(0, FAMILY, 2, MODEL, POLICY);
        vm.expectRevert(RegistryApprovals.ZeroValue.selector);
        registry.approveImage(IMAGE2, FAMILY, 2, 0, POLICY);
        vm.expectRevert(RegistryApprovals.ZeroValue.selector);
        registry.approveImage(IMAGE2, FAMILY, 2, MODEL, 0);
    }

    function test_revokedKeyStaysRevoked() public {
        vm.prank(GUARDIAN);
        registry.revokeKey(key);
        expectStatus(key, EnclaveRegistry.KeyStatus.REVOKED);
        refuses(document(), EnclaveRegistry.KeyKnown.selector);
        vm.expectRevert(RegistryApprovals.AlreadyRevoked.selector);
        registry.revokeKey(key);
    }

    function test_keyMayBeBarredBeforehand() public {
        Attestation memory a = document();
        a.publicKey[0] ^= 0x01;
        registry.revokeKey(address(uint160(uint256(keccak256(a.publicKey)))));
        refuses(a, EnclaveRegistry.KeyKnown.selector);
    }

    function test_revokedImageStaysRevoked() public {
        vm.prank(GUARDIAN);
        registry.revokeImage(IMAGE);
        expectStatus(key, EnclaveRegistry.KeyStatus.IMAGE_REVOKED);
        Attestation memory a = document();
        a.publicKey[0] ^= 0x01;
        refuses(a, EnclaveRegistry.ImageClosed.selector);
        vm.expectPartialRevert(RegistryApprovals.ImageKnown.selector);
        registry.approveImage(IMAGE, FAMILY, 2, MODEL, POLICY);
        vm.expectRevert(RegistryApprovals.AlreadyRevoked.selector);
        registry.revokeImage(IMAGE);
    }

    function test_imageMayBeBarredBeforehand() public {
        registry.revokeImage(IMAGE2);
        vm.expectPartialRevert(RegistryApprovals.ImageKnown.selector);
        registry.approveImage(IMAGE2, FAMILY, 2, MODEL, POLICY);
    }

    function test_removedOperatorsKeysStayVoid() public {
        registry.removeOperator(OPERATOR);
        expectStatus(key, EnclaveRegistry.KeyStatus.OPERATOR_REMOVED);
        Attestation memory a = document();
        a.publicKey[0] ^= 0x01;
        refuses(a, RegistryApprovals.OperatorUnknown.selector);
        registry.approveOperator(OPERATOR);
        expectStatus(key, EnclaveRegistry.KeyStatus.OPERATOR_REMOVED);
        expectStatus(register(a), EnclaveRegistry.KeyStatus.VALID);
    }

    function test_operatorApprovalsAreChecked() public {
        vm.expectPartialRevert(RegistryApprovals.OperatorKnown.selector);
        registry.approveOperator(OPERATOR);
        vm.expectRevert(RegistryApprovals.ZeroValue.selector);
        registry.approveOperator(address(0));
        vm.expectPartialRevert(RegistryApprovals.OperatorUnknown.selector);
        registry.removeOperator(address(this));
    }

    function test_minVersionIsPerMarket() public {
        registry.setMinVersion(MARKET, 2);
        expectStatus(key, EnclaveRegistry.KeyStatus.BELOW_MIN_VERSION);
        registry.checkKey(key, keccak256("another market"));
        registry.setMinVersion(MARKET, 1);
        expectStatus(key, EnclaveRegistry.KeyStatus.VALID);
    }

    function test_timesHoldForLaterRegistrations() public {
        registry.setTimes(0, 2 hours);
        assertEq(registry.checkKey(key, MARKET).expiresAt, START + 30 days, "unchanged");
        Attestation memory a = document();
        a.publicKey[0] ^= 0x01;
        assertEq(registry.checkKey(register(a), MARKET).expiresAt, START + 2 hours, "new life");
        registry.approveImage(IMAGE2, FAMILY, 2, MODEL, POLICY);
        expectStatus(key, EnclaveRegistry.KeyStatus.IMAGE_ENDED);
    }

    function test_timesAreBounded() public {
        vm.expectRevert(RegistryApprovals.TimesOutOfRange.selector);
        registry.setTimes(30 days + 1, 1 days);
        vm.expectRevert(RegistryApprovals.TimesOutOfRange.selector);
        registry.setTimes(1 days, 1 hours - 1);
        vm.expectRevert(RegistryApprovals.TimesOutOfRange.selector);
        registry.setTimes(1 days, 90 days + 1);
    }

    function test_stewardAndVerifier() public {
        vm.expectRevert(RegistryApprovals.AlreadySet.selector);
        registry.setSteward(address(this));
        vm.expectRevert(RegistryApprovals.ZeroValue.selector);
        registry.setVerifier(IAttestationVerifier(address(0)));
        vm.expectRevert(RegistryApprovals.ZeroValue.selector);
        new EnclaveRegistry(address(this), IAttestationVerifier(address(0)), GUARDIAN);
        EnclaveRegistry fresh = new EnclaveRegistry(address(this), verifier, GUARDIAN);
        vm.expectRevert(RegistryApprovals.ZeroValue.selector);
        fresh.setSteward(address(0));
        DevAttestationVerifier next = new DevAttestationVerifier(vm.addr(0x1234));
        registry.setVerifier(next);
        Attestation memory a = document();
        a.publicKey[0] ^= 0x01;
        refuses(a, DevAttestationVerifier.NotTheNotary.selector);
    }

    function test_onlyTheOwnerSets() public {
        bytes[] memory calls = new bytes[](8);
        calls[0] = abi.encodeCall(registry.approveImage, (IMAGE2, FAMILY, 2, MODEL, POLICY));
        calls[1] = abi.encodeCall(registry.approveOperator, (address(1)));
        calls[2] = abi.encodeCall(registry.removeOperator, (OPERATOR));
        calls[3] = abi.encodeCall(registry.setMinVersion, (MARKET, 2));
        calls[4] = abi.encodeCall(registry.setVerifier, (verifier));
        calls[5] = abi.encodeCall(registry.setSteward, (address(1)));
        calls[6] = abi.encodeCall(registry.setGuardian, (address(1)));
        calls[7] = abi.encodeCall(registry.setTimes, (1 days, 1 days));
        for (uint256 i = 0; i < calls.length; i++) {
            vm.prank(GUARDIAN);
            (bool ok, bytes memory answer) = address(registry).call(calls[i]);
            assertTrue(!ok && bytes4(answer) == Ownable.OwnableUnauthorizedAccount.selector, "only the owner");
        }
    }

    function test_onlyGuardianOrOwnerRevokes() public {
        vm.startPrank(OPERATOR);
        vm.expectRevert(RegistryApprovals.OnlyGuardianOrOwner.selector);
        registry.revokeKey(key);
        vm.expectRevert(RegistryApprovals.OnlyGuardianOrOwner.selector);
        registry.revokeImage(IMAGE);
        vm.stopPrank();
        registry.setGuardian(OPERATOR);
        vm.prank(OPERATOR);
        registry.revokeKey(key);
        expectStatus(key, EnclaveRegistry.KeyStatus.REVOKED);
    }

    function test_equivocationRevokes() public {
        Decision memory a = update();
        Decision memory b = update();
        b.tuples[0].newValues[0] = 89;
        bytes memory signedA = sign(a, KEY);
        bytes memory signedB = sign(b, KEY);
        bytes32 first = registry.decisionDigest(a);
        bytes32 second = registry.decisionDigest(b);
        vm.expectEmit(true, true, true, true, address(registry));
        emit EnclaveRegistry.Equivocation(key, first, second);
        vm.prank(address(0xA11)); // anyone
        registry.reportEquivocation(a, signedA, b, signedB);
        expectStatus(key, EnclaveRegistry.KeyStatus.REVOKED);
        vm.expectRevert(RegistryApprovals.AlreadyRevoked.selector);
        registry.reportEquivocation(a, signedA, b, signedB);
    }

    function refusesReport(Decision memory a, Decision memory b, uint256 keyB, bytes4 selector) private {
        bytes memory signedA = sign(a, KEY);
        bytes memory signedB = sign(b, keyB);
        vm.expectPartialRevert(selector);
        registry.reportEquivocation(a, signedA, b, signedB);
        expectStatus(key, EnclaveRegistry.KeyStatus.VALID);
    }

    function test_whatIsNoEquivocation() public {
        bytes4 no = EnclaveRegistry.NotEquivocation.selector;
        Decision memory b = update();
        refusesReport(update(), b, KEY, no); // the same decision
        b.validUntil = 7;
        refusesReport(update(), b, 2, no); // two keys
        b.market = keccak256("another");
        refusesReport(update(), b, KEY, no);
        b.market = MARKET;
        b.epoch++;
        refusesReport(update(), b, KEY, no);
        b.epoch--;
        b.caseDigest = keccak256("another case");
        refusesReport(update(), b, KEY, no);
        b.caseDigest = update().caseDigest;
        b.mode = 1;
        refusesReport(update(), b, KEY, no); // a shadow decision
        refusesReport(b, update(), KEY, no);
        b.mode = 0;
        b.outcome = 2;
        refusesReport(update(), b, KEY, no); // a HOLD
    }

    function test_equivocationOfAStrangerIsNothing() public {
        Decision memory a = update();
        Decision memory b = update();
        b.validUntil = 7;
        bytes memory signedA = sign(a, 2);
        bytes memory signedB = sign(b, 2);
        vm.expectPartialRevert(EnclaveRegistry.KeyUnknown.selector);
        registry.reportEquivocation(a, signedA, b, signedB);
    }

    /// Any difference in any other field is proof.
    function testFuzz_equivocation(uint64 validUntil, bytes32 state, uint256 newValue) public {
        Decision memory b = update();
        vm.assume(validUntil != 0 || state != 0 || newValue != 90);
        (b.validUntil, b.state, b.tuples[0].newValues[0]) = (validUntil, state, newValue);
        registry.reportEquivocation(update(), sign(update(), KEY), b, sign(b, KEY));
        expectStatus(key, EnclaveRegistry.KeyStatus.REVOKED);
    }
}
