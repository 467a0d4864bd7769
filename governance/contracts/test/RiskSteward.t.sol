// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {StewardBase} from "./StewardBase.sol";
import {Anchor} from "../src/Anchor.sol";
import {IEnclaveRegistry} from "../src/interfaces/IEnclaveRegistry.sol";
import {StewardBook} from "../src/StewardBook.sol";
import {StewardChecks} from "../src/StewardChecks.sol";
import {StewardGroups} from "../src/StewardGroups.sol";
import {RiskSteward} from "../src/RiskSteward.sol";
import {Attachment, Decision, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// One test per check of submission: a decision that passes everything, with one thing wrong.
contract RiskStewardTest is StewardBase {
    function tighten() internal view returns (Decision memory) {
        return update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(90_000))));
    }

    function loosen() internal view returns (Decision memory) {
        return update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(110_000))));
    }

    function test_tighteningAppliesAtOnce() public {
        Decision memory d = tighten();
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 90_000, "cap");
        StewardBook.MarketState memory state = steward.marketState(MARKET);
        assertEq(state.state, d.state, "state");
        assertEq(state.lastEpoch, d.epoch, "epoch");
        assertTrue(state.epochUsed, "used");
    }

    function test_heartbeatStoresState() public {
        Decision memory d = update(new Tuple[](0));
        submit(d);
        assertEq(steward.marketState(MARKET).state, d.state, "state");
        assertTrue(!steward.marketState(MARKET).epochUsed, "a heartbeat leaves the epoch");
        submit(tighten());
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 90_000, "cap");
    }

    function test_anyoneMaySubmit() public {
        Decision memory d = tighten();
        bytes memory signature = sign(d, KEY);
        vm.prank(address(0xDEAD));
        steward.submit(d, attachment(), signature);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 90_000, "cap");
    }

    function test_MarketUnknown() public {
        Decision memory d = tighten();
        d.market = keccak256("another");
        refuses(d, StewardBook.MarketUnknown.selector);
    }

    function test_ShadowMode() public {
        Decision memory d = tighten();
        d.mode = 1;
        refuses(d, StewardChecks.ShadowMode.selector);
    }

    function test_BadOutcome() public {
        Decision memory d = tighten();
        d.outcome = 0;
        refuses(d, StewardChecks.BadOutcome.selector);
        d.outcome = 4;
        refuses(d, StewardChecks.BadOutcome.selector);
        d.outcome = 2; // HOLD with tuples
        refuses(d, StewardChecks.BadOutcome.selector);
        d = update(new Tuple[](0));
        d.outcome = 1; // UPDATE without
        refuses(d, StewardChecks.BadOutcome.selector);
    }

    function test_BadEvidence() public {
        Decision memory d = tighten();
        d.evidence = 0;
        refuses(d, StewardChecks.BadEvidence.selector);
        d.evidence = 4;
        refuses(d, StewardChecks.BadEvidence.selector);
    }

    function test_BadTrigger() public {
        Decision memory d = tighten();
        d.trigger = steward.TRIGGER_MAX() + 1;
        refuses(d, StewardChecks.BadTrigger.selector);
        d.trigger = steward.TRIGGER_MAX();
        submit(d);
    }

    function test_KeyInvalid() public {
        Decision memory d = tighten();
        bytes memory signature = sign(d, 0xC0FFEE);
        vm.expectPartialRevert(IEnclaveRegistry.KeyInvalid.selector);
        steward.submit(d, attachment(), signature);
        registry.revoke(vm.addr(KEY));
        refuses(d, IEnclaveRegistry.KeyInvalid.selector);
    }

    /// Each member is under the signature: a change of any names another signer, who is nobody.
    function test_everyMemberIsSigned() public {
        Decision memory d = tighten();
        bytes memory signature = sign(d, KEY);
        for (uint256 i = 0; i < 20; i++) {
            Decision memory changed = abi.decode(abi.encode(d), (Decision));
            if (!change(changed, i)) continue;
            vm.expectRevert();
            steward.submit(changed, attachment(), signature);
            assertTrue(steward.decisionDigest(changed) != steward.decisionDigest(d), "digest");
        }
        steward.submit(d, attachment(), signature);
    }

    function change(Decision memory d, uint256 i) private pure returns (bool) {
        if (i == 0) d.epoch--;
        else if (i == 1) d.trigger = 3;
        else if (i == 2) d.outcome = 3;
        else if (i == 3) d.evidence = 2;
        else if (i == 4) d.asOf++;
        else if (i == 5) d.validUntil++;
        else if (i == 6) d.anchorBlock++;
        else if (i == 7) d.anchorBlockHash = 0;
        else if (i == 8) d.state = 0;
        else if (i == 9) d.caseDigest = 0;
        else if (i == 10) d.reasons = 1;
        else if (i == 11) d.tuples[0].newValues[0]++;
        else if (i == 12) d.tuples[0].oldValues[0]++;
        else if (i == 13) d.tuples[0].kind = 3;
        else if (i == 14) d.tuples[0].asset = WBTC;
        else if (i == 15) d.market = 0;
        else if (i == 16) d.mode = 1;
        else if (i == 17) d.policyHash = 0;
        else if (i == 18) d.modelHash = 0;
        else d.protocolFingerprint = 0;
        return true;
    }

    function test_PolicyMismatch() public {
        Decision memory d = tighten();
        d.policyHash = keccak256("other");
        refuses(d, StewardChecks.PolicyMismatch.selector);
        registry.add(vm.addr(KEY), MODEL, keccak256("other")); // the key was made for another
        refuses(tighten(), StewardChecks.PolicyMismatch.selector);
        refuses(d, StewardChecks.PolicyMismatch.selector); // the DAO still has the old
        steward.setPolicyHash(MARKET, keccak256("other"));
        submit(d);
    }

    function test_ModelMismatch() public {
        Decision memory d = tighten();
        d.modelHash = keccak256("other");
        refuses(d, StewardChecks.ModelMismatch.selector);
    }

    function test_StateMismatch() public {
        Decision memory d = tighten();
        d.previousState = keccak256("rolled back");
        refuses(d, StewardChecks.StateMismatch.selector);
    }

    function test_replayIsRefused() public {
        Decision memory d = tighten();
        submit(d);
        refuses(d, StewardChecks.StateMismatch.selector);
    }

    function test_EpochInFuture() public {
        Decision memory d = tighten();
        d.epoch++;
        refuses(d, StewardChecks.EpochInFuture.selector);
    }

    function test_EpochStale() public {
        submit(update(new Tuple[](0)));
        Decision memory d = tighten();
        d.epoch--;
        refuses(d, StewardChecks.EpochStale.selector);
    }

    function test_EpochUsed() public {
        submit(tighten());
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(85_000))));
        refuses(d, StewardChecks.EpochUsed.selector);
        submit(update(new Tuple[](0))); // a heartbeat between does not free it
        d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(85_000))));
        refuses(d, StewardChecks.EpochUsed.selector);
        d.trigger = 1; // another trigger may tighten again
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 85_000, "cap");
    }

    function test_TriggerMayNotLoosen() public {
        Decision memory d = loosen();
        d.trigger = 1;
        refuses(d, StewardChecks.TriggerMayNotLoosen.selector);
    }

    function test_AsOfInFuture() public {
        Decision memory d = tighten();
        d.asOf = uint64(block.timestamp + 1);
        refuses(d, StewardChecks.AsOfInFuture.selector);
    }

    function test_Stale() public {
        Decision memory d = tighten();
        d.asOf = uint64(block.timestamp - 1801);
        refuses(d, StewardChecks.Stale.selector);
        d.asOf = uint64(block.timestamp - 1800);
        submit(d);
    }

    function test_Expired() public {
        Decision memory d = tighten();
        d.validUntil = uint64(block.timestamp - 1);
        refuses(d, StewardChecks.Expired.selector);
        d.validUntil = uint64(block.timestamp);
        submit(d);
    }

    function test_ValidityTooLong() public {
        Decision memory d = tighten();
        d.validUntil = uint64(block.timestamp + 1801);
        refuses(d, StewardChecks.ValidityTooLong.selector);
    }

    function test_AnchorUnknown() public {
        Decision memory d = tighten();
        d.anchorBlock = uint64(block.number);
        refuses(d, Anchor.AnchorUnknown.selector);
        d.anchorBlock = uint64(block.number - 300);
        refuses(d, Anchor.AnchorUnknown.selector);
    }

    /// Blocks beyond BLOCKHASH come from the history contract of EIP-2935.
    function test_anchorFromHistoryContract() public {
        vm.etch(Anchor.HISTORY, hex"60003560005260206000f3"); // answers its argument
        Decision memory d = tighten();
        d.anchorBlock = uint64(block.number - 300);
        d.anchorBlockHash = bytes32(uint256(d.anchorBlock));
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 90_000, "cap");
    }

    function test_AnchorMismatch() public {
        Decision memory d = tighten();
        d.anchorBlockHash = keccak256("fork");
        refuses(d, StewardChecks.AnchorMismatch.selector);
    }

    function test_AnchorTooShallow() public {
        Decision memory d = loosen();
        d.anchorBlock = uint64(block.number - 31);
        d.anchorBlockHash = blockhash(block.number - 31);
        refuses(d, StewardChecks.AnchorTooShallow.selector);
        d = tighten();
        d.anchorBlock = uint64(block.number - 1);
        d.anchorBlockHash = blockhash(block.number - 1);
        submit(d);
    }

    function test_FingerprintMismatch() public {
        Decision memory d = tighten();
        adapter.setFingerprint(keccak256("upgraded"));
        refuses(d, StewardChecks.FingerprintMismatch.selector);
    }

    function test_AttachmentMismatch() public {
        Decision memory d = tighten();
        bytes memory signature = sign(d, KEY);
        Attachment memory a = attachment();
        a.prices[0]--;
        vm.expectRevert(StewardChecks.AttachmentMismatch.selector);
        steward.submit(d, a, signature);
    }

    function test_Paused() public {
        vm.prank(GUARDIAN);
        steward.pauseAll(MARKET, 1 hours);
        refuses(tighten(), StewardChecks.Paused.selector);
        submit(update(new Tuple[](0))); // the heart beats on
        later(1 hours);
        submit(tighten());
    }

    function test_TupleOrder() public {
        Tuple memory a = tuple(WETH, Kinds.SUPPLY_CAP, one(90_000));
        Tuple memory b = tuple(WETH, Kinds.BORROW_CAP, one(80_000));
        refuses(update(list(b, a)), StewardChecks.TupleOrder.selector);
        refuses(update(list(a, a)), StewardChecks.TupleOrder.selector);
        Tuple memory c = tuple(WBTC, Kinds.SUPPLY_CAP, one(90_000));
        refuses(update(list(c, a)), StewardChecks.TupleOrder.selector);
        submit(list(a, b));
        assertEq(value(WETH, Kinds.BORROW_CAP, 0), 80_000, "borrow cap");
    }

    function test_TooManyGroups() public {
        Tuple[] memory tuples = new Tuple[](25);
        for (uint160 i = 0; i < 25; i++) {
            tuples[i] = Tuple(address(0x5000 + i), Kinds.SUPPLY_CAP, one(10), one(9));
        }
        refuses(update(tuples), StewardChecks.TooManyGroups.selector);
    }

    /// With less gas than the group's ceiling the submission fails as a whole: nobody can spoil a decision so.
    function test_InsufficientGas() public {
        Decision memory d = tighten();
        bytes memory signature = sign(d, KEY);
        vm.expectRevert(RiskSteward.InsufficientGas.selector);
        steward.submit{gas: 1_300_000}(d, attachment(), signature);
    }

    /// A group that burns its ceiling is refused alone, and with it nothing else.
    function test_groupThatBurnsItsGasIsRefusedAlone() public {
        adapter.setBurn(100_000);
        Decision memory d = tighten();
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "unchanged");
        assertEq(steward.marketState(MARKET).state, d.state, "state");
    }

    function test_groupsFailSeparately() public {
        Tuple memory good = tuple(WETH, Kinds.SUPPLY_CAP, one(90_000));
        Tuple memory bad = tuple(WBTC, Kinds.SUPPLY_CAP, one(50_000)); // half: beyond the step
        submit(list(good, bad));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 90_000, "good");
        assertEq(value(WBTC, Kinds.SUPPLY_CAP, 0), 100_000, "bad");
    }

    function test_groupIsAllOrNothing() public {
        Tuple memory good = tuple(WETH, Kinds.SUPPLY_CAP, one(90_000));
        Tuple memory bad = tuple(WETH, Kinds.BORROW_CAP, one(10_000));
        submit(list(good, bad));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "undone");
        assertEq(steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP).lastChange, 0, "not charged");
    }

    function test_protocolRefusalIsReported() public {
        adapter.setFailing(true);
        refusesGroup(tighten(), abi.encodeWithSignature("ReserveFrozen(address)", WETH));
    }

    function test_MixedDirections() public {
        Tuple memory down = tuple(WETH, Kinds.SUPPLY_CAP, one(90_000));
        Tuple memory up = tuple(WETH, Kinds.BORROW_CAP, one(95_000));
        bytes memory errorData = abi.encodeWithSelector(StewardGroups.MixedDirections.selector, WETH);
        refusesGroup(update(list(down, up)), errorData);
    }

    function test_developmentNeedsItsChain() public {
        RiskSteward lab = new RiskSteward(address(this), registry, GUARDIAN, true);
        assertTrue(lab.isDevelopment(), "on 31337");
        vm.chainId(1);
        assertTrue(!lab.isDevelopment(), "elsewhere the flag is void");
        vm.expectRevert(StewardBook.DevelopmentOnly.selector);
        new RiskSteward(address(this), registry, GUARDIAN, true);
        new RiskSteward(address(this), registry, GUARDIAN, false);
    }

    /// The spec's own construction, spelled out once more: type strings and words.
    function test_digestIsEip712() public view {
        Decision memory d = tighten();
        Tuple memory t = d.tuples[0];
        bytes32 tupleHash = keccak256(
            abi.encode(
                keccak256("Tuple(address asset,uint8 kind,uint256[] oldValues,uint256[] newValues)"),
                t.asset,
                t.kind,
                keccak256(abi.encodePacked(t.oldValues)),
                keccak256(abi.encodePacked(t.newValues))
            )
        );
        bytes memory head = abi.encode(
            d.market, d.mode, d.epoch, d.trigger, d.outcome, d.evidence, d.asOf, d.validUntil, d.anchorBlock
        );
        bytes memory middle = abi.encode(
            d.anchorBlockHash, d.previousState, d.state, d.caseDigest, d.policyHash, d.modelHash, d.protocolFingerprint
        );
        bytes memory tail = abi.encode(d.reportDigest, d.reasons, keccak256(abi.encodePacked(tupleHash)));
        bytes32 structHash = keccak256(bytes.concat(decisionType(), head, middle, tail));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", steward.domainSeparator(), structHash));
        assertEq(steward.decisionDigest(d), digest, "digest");
    }

    function decisionType() private pure returns (bytes32) {
        return keccak256(
            "Decision(bytes32 market,uint8 mode,uint64 epoch,uint8 trigger,uint8 outcome,uint8 evidence,uint64 asOf,uint64 validUntil,uint64 anchorBlock,bytes32 anchorBlockHash,bytes32 previousState,bytes32 state,bytes32 caseDigest,bytes32 policyHash,bytes32 modelHash,bytes32 protocolFingerprint,bytes32 reportDigest,uint256 reasons,Tuple[] tuples)Tuple(address asset,uint8 kind,uint256[] oldValues,uint256[] newValues)"
        );
    }
}
