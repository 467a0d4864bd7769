// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {StewardBase} from "./StewardBase.sol";
import {IEnclaveRegistry} from "../src/interfaces/IEnclaveRegistry.sol";
import {RiskLimits} from "../src/RiskLimits.sol";
import {RiskSteward} from "../src/RiskSteward.sol";
import {StewardBook} from "../src/StewardBook.sol";
import {StewardChecks} from "../src/StewardChecks.sol";
import {StewardEngine} from "../src/StewardEngine.sol";
import {StewardFreeze} from "../src/StewardFreeze.sol";
import {StewardOwner} from "../src/StewardOwner.sol";
import {StewardSettings} from "../src/StewardSettings.sol";
import {Attachment, Decision, KindLimit, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// FREEZE and THAW, recorded decisions, the owner's and the guardian's powers.
contract RiskStewardOwnerTest is StewardBase {
    bytes4 private constant UNAUTHORISED = bytes4(keccak256("OwnableUnauthorizedAccount(address)"));

    function freezeOf(address asset) internal view returns (Decision memory d) {
        Tuple[] memory tuples = new Tuple[](3);
        uint256[] memory now_ = adapter.current(asset, Kinds.COLLATERAL);
        tuples[0] = tuple(asset, Kinds.COLLATERAL, three(0, now_[1], now_[2]));
        tuples[1] = tuple(asset, Kinds.BORROW_CAP, one(10));
        tuples[2] = tuple(asset, Kinds.FREEZE, one(1));
        d = update(tuples);
        d.outcome = 3;
    }

    function test_freezeIgnoresStepsAndPause() public {
        vm.startPrank(GUARDIAN);
        steward.pauseLoosen(MARKET);
        steward.pauseAll(MARKET, 1 hours);
        vm.stopPrank();
        submit(freezeOf(WETH));
        assertEq(value(WETH, Kinds.COLLATERAL, 0), 0, "ltv");
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8250, "threshold");
        assertEq(value(WETH, Kinds.BORROW_CAP, 0), 10, "cap");
        assertEq(value(WETH, Kinds.FREEZE, 0), 1, "frozen");
    }

    function test_freezeNeedsClassA() public {
        Decision memory d = freezeOf(WETH);
        d.evidence = 2;
        refuses(d, StewardChecks.FreezeNeedsEvidence.selector);
    }

    function test_freezeMaySetNothingElse() public {
        Decision memory d = freezeOf(WETH);
        d.tuples[0].newValues[1]--;
        refusesGroup(d, abi.encodeWithSelector(StewardFreeze.FreezeForm.selector, Kinds.COLLATERAL));
        later(1 hours);
        d = freezeOf(WBTC);
        d.tuples[1].newValues[0] = 90_001; // a higher cap
        refusesGroup(d, abi.encodeWithSelector(StewardFreeze.FreezeForm.selector, Kinds.BORROW_CAP));
        assertEq(value(WBTC, Kinds.FREEZE, 0), 0, "all or nothing");
    }

    function test_freezeMayNotTouchRates() public {
        Decision memory d = update(list(tuple(WETH, Kinds.RATES, four(8900, 0, 270, 8000))));
        d.outcome = 3;
        refusesGroup(d, abi.encodeWithSelector(StewardFreeze.FreezeForm.selector, Kinds.RATES));
    }

    function test_freezeOncePerAssetUntilThawed() public {
        submit(freezeOf(WETH));
        later(1 hours);
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(10))));
        d.outcome = 3;
        refusesGroup(d, abi.encodeWithSelector(StewardFreeze.AlreadyFrozen.selector, WETH));
    }

    function test_twoFreezesInThirtyDays() public {
        submit(freezeOf(WETH));
        later(15 days);
        submit(freezeOf(WBTC));
        later(15 days - 1);
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(10))));
        d.outcome = 3;
        refuses(d, StewardChecks.TooManyFreezes.selector);
        later(1);
        thaw(WETH);
        submit(freezeOf(WETH));
        assertEq(value(WETH, Kinds.FREEZE, 0), 1, "thirty days after the first");
    }

    function thaw(address asset) internal {
        vm.prank(GUARDIAN);
        steward.approveThaw(MARKET, asset);
        steward.thaw(MARKET, asset);
    }

    function test_thawRestoresTheRecordedValues() public {
        vm.expectRevert(StewardBook.NotFrozen.selector);
        steward.thaw(MARKET, WETH);
        submit(freezeOf(WETH));
        vm.expectRevert(StewardFreeze.ThawNotApproved.selector);
        steward.thaw(MARKET, WETH);
        vm.prank(GUARDIAN);
        steward.approveThaw(MARKET, WETH);
        vm.prank(GUARDIAN);
        vm.expectPartialRevert(UNAUTHORISED);
        steward.thaw(MARKET, WETH);
        steward.thaw(MARKET, WETH);
        assertEq(value(WETH, Kinds.COLLATERAL, 0), 8000, "ltv");
        assertEq(value(WETH, Kinds.BORROW_CAP, 0), 90_000, "cap");
        assertEq(value(WETH, Kinds.FREEZE, 0), 0, "frozen");
        (, bool frozen, bool approved) = steward.assetState(MARKET, WETH);
        assertTrue(!frozen && !approved, "cleared");
        vm.prank(GUARDIAN);
        vm.expectRevert(StewardBook.NotFrozen.selector);
        steward.approveThaw(MARKET, WETH);
    }

    // --- recorded decisions

    function big() internal view returns (Decision memory d) {
        d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(200_000)))); // beyond step and allowance, within the band
        d.validUntil = uint64(block.timestamp + 10 days);
    }

    function recordIt(Decision memory d) internal returns (bytes32) {
        steward.record(d, sign(d, KEY));
        return steward.decisionDigest(d);
    }

    function test_recordedAppliesBeyondSteps() public {
        Decision memory d = big();
        recordIt(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "recording changes nothing");
        later(7 days);
        vm.prank(address(0xDEAD));
        vm.expectPartialRevert(UNAUTHORISED);
        steward.applyRecorded(d);
        steward.applyRecorded(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 200_000, "applied");
        vm.expectRevert(RiskSteward.AlreadyApplied.selector);
        steward.applyRecorded(d);
    }

    function test_recordChecksWhoSigned() public {
        Decision memory d = big();
        bytes memory signature = sign(d, 0xC0FFEE);
        vm.expectPartialRevert(IEnclaveRegistry.KeyInvalid.selector);
        steward.record(d, signature);
        recordIt(d);
        signature = sign(d, KEY);
        vm.expectRevert(RiskSteward.AlreadyRecorded.selector);
        steward.record(d, signature);
        d.mode = 1;
        signature = sign(d, KEY);
        vm.expectRevert(StewardChecks.ShadowMode.selector);
        steward.record(d, signature);
        d.mode = 0;
        d.validUntil = uint64(block.timestamp + 15 days);
        signature = sign(d, KEY);
        vm.expectRevert(StewardChecks.ValidityTooLong.selector);
        steward.record(d, signature);
        d = freezeOf(WETH);
        signature = sign(d, KEY);
        vm.expectRevert(StewardChecks.BadOutcome.selector);
        steward.record(d, signature);
    }

    function test_recordedNeedsBandAndOldValues() public {
        Decision memory d = big();
        d.tuples[0].newValues[0] = 1_000_001;
        recordIt(d);
        vm.expectRevert(RiskLimits.OutOfBand.selector);
        steward.applyRecorded(d);
        d = big();
        recordIt(d);
        adapter.setValues(WETH, Kinds.SUPPLY_CAP, one(100_001));
        vm.expectRevert(RiskLimits.OldValueMismatch.selector);
        steward.applyRecorded(d);
        KindLimit memory none;
        steward.setLimits(MARKET, WETH, Kinds.SUPPLY_CAP, none);
        vm.expectRevert(RiskLimits.NoLimits.selector);
        steward.applyRecorded(d);
    }

    function test_recordedIsAllOrNothing() public {
        Decision memory d = update(
            list(tuple(WETH, Kinds.SUPPLY_CAP, one(200_000)), tuple(WBTC, Kinds.SUPPLY_CAP, one(2_000_000)))
        );
        recordIt(d);
        vm.expectRevert(RiskLimits.OutOfBand.selector);
        steward.applyRecorded(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "unchanged");
    }

    function test_recordedDiesWithItsAuthority() public {
        Decision memory d = big();
        vm.expectRevert(StewardOwner.NotRecorded.selector);
        steward.applyRecorded(d);
        recordIt(d);
        uint256 snapshot = vm.snapshotState();
        registry.revoke(vm.addr(KEY));
        vm.expectPartialRevert(IEnclaveRegistry.KeyInvalid.selector);
        steward.applyRecorded(d);
        vm.revertToState(snapshot);
        steward.setPolicyHash(MARKET, keccak256("new"));
        vm.expectRevert(StewardChecks.PolicyMismatch.selector);
        steward.applyRecorded(d);
        vm.revertToState(snapshot);
        adapter.setFingerprint(keccak256("upgraded"));
        vm.expectRevert(StewardChecks.FingerprintMismatch.selector);
        steward.applyRecorded(d);
        vm.revertToState(snapshot);
        steward.pauseAll(MARKET, 1 hours);
        vm.expectRevert(StewardChecks.Paused.selector);
        steward.applyRecorded(d);
        vm.revertToState(snapshot);
        later(10 days + 1);
        vm.expectRevert(StewardChecks.Expired.selector);
        steward.applyRecorded(d);
    }

    function test_guardianRejectsRecordedOncePerPeriod() public {
        Decision memory d = big();
        bytes32 digest = recordIt(d);
        vm.startPrank(GUARDIAN);
        vm.expectRevert(StewardOwner.ReasonMissing.selector);
        steward.rejectRecorded(MARKET, digest, "");
        vm.expectRevert(StewardOwner.NotRecorded.selector);
        steward.rejectRecorded(keccak256("other"), digest, "why");
        steward.rejectRecorded(MARKET, digest, "prices were wrong");
        vm.stopPrank();
        vm.expectRevert(RiskSteward.Rejected.selector);
        steward.applyRecorded(d);
        d.caseDigest = keccak256("second");
        digest = recordIt(d);
        vm.prank(GUARDIAN);
        vm.expectRevert(StewardOwner.RejectTooSoon.selector);
        steward.rejectRecorded(MARKET, digest, "again");
        later(7 days);
        vm.prank(GUARDIAN);
        steward.rejectRecorded(MARKET, digest, "again");
    }

    // --- pauses and settings

    function test_pauseAllIsBoundedAndNotRearmed() public {
        vm.startPrank(GUARDIAN);
        vm.expectRevert(StewardOwner.PauseTooLong.selector);
        steward.pauseAll(MARKET, 72 hours + 1);
        steward.pauseAll(MARKET, 72 hours);
        later(72 hours);
        assertTrue(!steward.isPaused(MARKET), "over");
        vm.expectRevert(StewardOwner.PauseTooSoon.selector);
        steward.pauseAll(MARKET, 1 hours);
        vm.stopPrank();
        steward.pauseAll(MARKET, 1 hours); // the owner may
        steward.unpause(MARKET);
        assertTrue(!steward.isPaused(MARKET), "unpaused");
        later(7 days);
        vm.prank(GUARDIAN);
        steward.pauseAll(MARKET, 1 hours);
        vm.expectPartialRevert(StewardOwner.OnlyGuardianOrOwner.selector);
        vm.prank(address(0xDEAD));
        steward.unpause(MARKET);
    }

    function test_onlyTheOwnerSets() public {
        StewardBook.MarketConfig memory c = config();
        KindLimit memory limit = capLimit();
        vm.startPrank(GUARDIAN);
        vm.expectPartialRevert(UNAUTHORISED);
        steward.setMarket(MARKET, c);
        vm.expectPartialRevert(UNAUTHORISED);
        steward.setLimits(MARKET, WETH, Kinds.SUPPLY_CAP, limit);
        vm.expectPartialRevert(UNAUTHORISED);
        steward.setPolicyHash(MARKET, 0);
        vm.expectPartialRevert(UNAUTHORISED);
        steward.setState(MARKET, 0);
        vm.expectPartialRevert(UNAUTHORISED);
        steward.setGuardian(address(1));
        vm.stopPrank();
        vm.expectRevert(StewardOwner.OnlyGuardian.selector);
        steward.pauseLoosen(MARKET);
    }

    function test_badLimitsAreRefused() public {
        KindLimit memory limit = capLimit();
        limit.relative = false;
        vm.expectRevert(StewardSettings.BadLimits.selector);
        steward.setLimits(MARKET, WETH, Kinds.SUPPLY_CAP, limit);
        limit = capLimit();
        limit.window = 0;
        vm.expectRevert(StewardSettings.BadLimits.selector);
        steward.setLimits(MARKET, WETH, Kinds.SUPPLY_CAP, limit);
        limit = capLimit();
        limit.components[0].floor = limit.components[0].ceiling + 1;
        vm.expectRevert(StewardSettings.BadLimits.selector);
        steward.setLimits(MARKET, WETH, Kinds.SUPPLY_CAP, limit);
        limit = capLimit();
        vm.expectRevert(StewardSettings.BadLimits.selector);
        steward.setLimits(MARKET, WETH, Kinds.COLLATERAL, limit);
        vm.expectRevert(StewardSettings.BadLimits.selector);
        steward.setLimits(MARKET, WETH, 9, limit);
    }

    function test_badConfigIsRefused() public {
        StewardBook.MarketConfig memory c = config();
        c.epochPeriod = 0;
        vm.expectRevert(StewardSettings.BadConfig.selector);
        steward.setMarket(MARKET, c);
        c = config();
        c.confirmDelay = c.timelockDelay + 1;
        vm.expectRevert(StewardSettings.BadConfig.selector);
        steward.setMarket(MARKET, c);
    }

    function test_marketConfigGivesWhatWasSet() public view {
        assertEq(keccak256(abi.encode(steward.marketConfig(MARKET))), keccak256(abi.encode(config())), "config");
    }

    function test_ownershipMovesInTwoSteps() public {
        steward.transferOwnership(WBTC);
        assertEq(steward.owner(), address(this), "not yet");
        vm.prank(WBTC);
        steward.acceptOwnership();
        assertEq(steward.owner(), WBTC, "accepted");
        steward;
    }

    /// The engine is code for the steward's storage and does nothing on its own.
    function test_engineRefusesDirectCalls() public {
        StewardEngine engine = StewardEngine(steward.engine());
        StewardBook.Group memory group;
        Attachment memory a = attachment();
        StewardBook.MarketConfig memory c = config();
        KindLimit memory limit = capLimit();
        vm.expectRevert(StewardEngine.OnlyDelegate.selector);
        engine.applyGroup(group, new Tuple[](0), a);
        vm.expectRevert(StewardEngine.OnlyDelegate.selector);
        engine.applyTuples(MARKET, new Tuple[](0));
        vm.expectRevert(StewardEngine.OnlyDelegate.selector);
        engine.setMarket(MARKET, c);
        vm.expectRevert(StewardEngine.OnlyDelegate.selector);
        engine.setLimits(MARKET, WETH, 1, limit);
        vm.expectRevert(StewardEngine.OnlyDelegate.selector);
        engine.thaw(MARKET, WETH);
    }
}
