// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {StewardBase} from "./StewardBase.sol";
import {SequencerDouble} from "./StewardDoubles.sol";
import {RiskLimits} from "../src/RiskLimits.sol";
import {StewardBook} from "../src/StewardBook.sol";
import {StewardGroups} from "../src/StewardGroups.sol";
import {StewardOwner} from "../src/StewardOwner.sol";
import {Attachment, Decision, KindLimit, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// Two-phase loosening, what voids it, and the checks around a cut of the liquidation threshold.
contract RiskStewardLoosenTest is StewardBase {
    address[] internal probes;
    uint256 internal quoted = 2000e8;

    function attachment() internal view override returns (Attachment memory a) {
        a = super.attachment();
        a.probes = probes;
        a.prices[0] = quoted;
    }

    function cap(uint256 newValue) internal view returns (Tuple[] memory) {
        return list(tuple(WETH, Kinds.SUPPLY_CAP, one(newValue)));
    }

    function queued() internal view returns (StewardBook.PendingEntry memory) {
        return steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP).pending;
    }

    function test_loosenIsQueuedThenConfirmedAtTheTighter() public {
        submit(cap(110_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "only queued");
        assertEq(queued().newValues[0], 110_000, "kept");
        assertEq(queued().readyAt, block.timestamp + 1 hours, "within the fast allowance");
        later(1 hours);
        submit(cap(108_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 108_000, "the tighter");
        assertEq(uint256(uint160(queued().key)), 0, "nothing is left");
    }

    function test_confirmTakesThePendingWhenItIsTighter() public {
        submit(cap(105_000));
        later(1 hours);
        submit(cap(112_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 105_000, "pending");
    }

    function test_beyondFastWaitsForTheTimelock() public {
        submit(cap(130_000)); // 2308 bps of the larger, above fastLoosen 2000
        assertEq(queued().readyAt, block.timestamp + 2 days, "timelock");
    }

    function test_Pending() public {
        submit(cap(130_000));
        later(2 days - 1);
        refusesGroup(cap(130_000), RiskLimits.Pending.selector);
    }

    function test_expiredPendingIsQueuedAnew() public {
        submit(cap(110_000));
        uint256 expires = queued().expiresAt;
        later(expires - block.timestamp + 1);
        submit(cap(109_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "not applied");
        assertEq(queued().newValues[0], 109_000, "queued anew");
    }

    function test_tighteningCancelsThePending() public {
        submit(cap(110_000));
        later(1 hours);
        submit(cap(95_000));
        assertEq(uint256(uint160(queued().key)), 0, "cancelled");
        later(1 hours);
        submit(cap(96_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 95_000, "queued first");
    }

    function test_outsideChangeVoidsThePending() public {
        submit(cap(110_000));
        later(1 hours);
        adapter.setValues(WETH, Kinds.SUPPLY_CAP, one(101_000));
        submit(cap(110_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 101_000, "queued anew");
    }

    /// Stale authority: what a revoked key queued is void, whoever confirms.
    function test_revokedKeyVoidsItsPending() public {
        submit(cap(110_000));
        later(1 hours);
        registry.revoke(vm.addr(KEY));
        assertTrue(!steward.pendingStands(MARKET, WETH, Kinds.SUPPLY_CAP), "void");
        Decision memory d = update(cap(110_000));
        steward.submit(d, attachment(), sign(d, OTHER_KEY));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "queued anew");
        assertEq(queued().key, vm.addr(OTHER_KEY), "by the other key");
        later(1 hours);
        d = update(cap(110_000));
        steward.submit(d, attachment(), sign(d, OTHER_KEY));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 110_000, "its own confirmation");
    }

    function test_newPolicyVoidsThePending() public {
        submit(cap(110_000));
        later(1 hours);
        steward.setPolicyHash(MARKET, keccak256("new"));
        registry.add(vm.addr(KEY), MODEL, keccak256("new"));
        Decision memory d = update(cap(110_000));
        d.policyHash = keccak256("new");
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "queued anew");
    }

    function test_LoosenPaused() public {
        vm.prank(GUARDIAN);
        steward.pauseLoosen(MARKET);
        refusesGroup(cap(110_000), RiskLimits.LoosenPaused.selector);
        later(1 hours);
        submit(cap(95_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 95_000, "tightening goes on");
        steward.unpause(MARKET);
        later(1 hours);
        submit(cap(96_000));
        assertEq(queued().newValues[0], 96_000, "unpaused by the owner");
    }

    function test_guardianRejectsPending() public {
        submit(cap(110_000));
        vm.expectRevert(StewardOwner.OnlyGuardian.selector);
        steward.rejectPending(MARKET, WETH, Kinds.SUPPLY_CAP);
        vm.prank(GUARDIAN);
        steward.rejectPending(MARKET, WETH, Kinds.SUPPLY_CAP);
        later(1 hours);
        submit(cap(110_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "queued anew");
        vm.startPrank(GUARDIAN);
        steward.rejectPending(MARKET, WETH, Kinds.SUPPLY_CAP);
        vm.expectRevert(StewardOwner.NothingPending.selector);
        steward.rejectPending(MARKET, WETH, Kinds.SUPPLY_CAP);
        vm.stopPrank();
    }

    function test_silenceVoidsThePendingAndTheNextMayOnlyTighten() public {
        submit(cap(130_000));
        vm.expectRevert(StewardOwner.NotSilent.selector);
        steward.declareSilent(MARKET);
        later(2 days + 1 hours);
        vm.prank(address(0xDEAD));
        steward.declareSilent(MARKET);
        assertTrue(!steward.pendingStands(MARKET, WETH, Kinds.SUPPLY_CAP), "void");
        refusesGroup(cap(130_000), RiskLimits.LoosenPaused.selector);
        assertTrue(!steward.marketState(MARKET).silent, "heard again");
        later(1 hours);
        submit(cap(130_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "queued anew");
    }

    function test_queueConsumesNothing() public {
        submit(cap(110_000));
        assertEq(steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP).loosen[0].updatedAt, 0, "bucket");
        later(1 hours);
        submit(cap(110_000));
        assertEq(steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP).loosen[0].updatedAt, block.timestamp, "bucket");
        assertEq(steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP).lastChange, block.timestamp, "change");
    }

    // --- cuts of the liquidation threshold

    function cut(uint256 threshold) internal view returns (Decision memory) {
        return update(list(tuple(WETH, Kinds.COLLATERAL, three(8000, threshold, 10500))));
    }

    function test_cutApplies() public {
        submit(cut(8100));
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8100, "threshold");
    }

    function test_PriceMoved() public {
        adapter.setPrice(WETH, 1980e8 - 1); // more than 1 % below the decision's
        refusesGroup(cut(8100), abi.encodeWithSelector(StewardGroups.PriceMoved.selector, WETH));
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8250, "unchanged");
        adapter.setPrice(WETH, 1980e8);
        later(1 hours);
        submit(cut(8100));
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8100, "at the tolerance");
    }

    function test_PriceMissing() public {
        Decision memory d = update(list(tuple(WBTC, Kinds.COLLATERAL, three(8000, 8100, 10500))));
        refusesGroup(d, abi.encodeWithSelector(StewardGroups.PriceMissing.selector, WBTC));
    }

    function test_WouldLiquidate() public {
        probes = [address(0xAAA), address(0xBBB)];
        adapter.setDebt(address(0xAAA), WETH, 8100);
        adapter.setDebt(address(0xBBB), WETH, 8200);
        refusesGroup(cut(8150), abi.encodeWithSelector(StewardGroups.WouldLiquidate.selector, address(0xBBB)));
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8250, "unchanged");
        later(1 hours);
        submit(cut(8200)); // exactly 1 is healthy
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8200, "threshold");
    }

    function test_alreadyUnhealthyIsNotNewlySo() public {
        probes = [address(0xAAA)];
        adapter.setDebt(address(0xAAA), WETH, 8300);
        submit(cut(8150));
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8150, "threshold");
    }

    function test_TooManyProbes() public {
        for (uint160 i = 0; i < 17; i++) {
            probes.push(address(0x9000 + i));
        }
        refusesGroup(cut(8150), abi.encodePacked(StewardGroups.TooManyProbes.selector));
    }

    function test_emodeCutChecksThePricesToo() public {
        quoted = 3000e8;
        Decision memory d = update(list(tuple(WETH, Kinds.EMODE, four(1, 9300, 9400, 10100))));
        refusesGroup(d, abi.encodeWithSelector(StewardGroups.PriceMoved.selector, WETH));
    }

    function test_ltvAloneNeedsNoPrice() public {
        quoted = 3000e8;
        submit(list(tuple(WETH, Kinds.COLLATERAL, three(7900, 8250, 10500))));
        assertEq(value(WETH, Kinds.COLLATERAL, 0), 7900, "ltv");
    }

    // --- evidence

    function test_classCMayTightenCapsOncePerDay() public {
        Decision memory d = update(cap(90_000));
        d.evidence = 3;
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 90_000, "cap");
        later(24 hours - 1);
        d = update(cap(85_000));
        d.evidence = 3;
        refusesGroup(d, abi.encodePacked(RiskLimits.EvidenceTooWeak.selector));
        later(1 hours);
        d = update(cap(85_000));
        d.evidence = 3;
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 85_000, "a day later");
    }

    function test_classCStepCoversOneDecision() public {
        Decision memory d = update(
            list(tuple(WETH, Kinds.COLLATERAL, three(7900, 8250, 10500)), tuple(WETH, Kinds.SUPPLY_CAP, one(90_000)))
        );
        d.evidence = 3;
        submit(d);
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 90_000, "both tuples of one decision");
    }

    function test_weakEvidenceMayNotLoosenNorCutThreshold() public {
        Decision memory d = update(cap(110_000));
        d.evidence = 2;
        refusesGroup(d, abi.encodePacked(RiskLimits.EvidenceTooWeak.selector));
        later(1 hours);
        d = cut(8200);
        d.evidence = 2;
        refusesGroup(d, abi.encodePacked(RiskLimits.EvidenceTooWeak.selector));
    }

    // --- sequencer

    function test_sequencerDownAdmitsOnlyLtvAndCaps() public {
        SequencerDouble feed = new SequencerDouble();
        StewardBook.MarketConfig memory c = config();
        c.sequencerFeed = address(feed);
        steward.setMarket(MARKET, c);
        feed.set(1, block.timestamp - 1 days); // down
        refusesGroup(cap(110_000), StewardGroups.SequencerDown.selector);
        later(1 hours);
        refusesGroup(cut(8200), abi.encodePacked(StewardGroups.SequencerDown.selector));
        later(1 hours);
        submit(cap(95_000));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 95_000, "tighter");
        later(1 hours);
        feed.set(0, block.timestamp - 3599); // up, in grace
        refusesGroup(cut(8200), abi.encodePacked(StewardGroups.SequencerDown.selector));
        later(1 hours);
        submit(cut(8200));
        assertEq(value(WETH, Kinds.COLLATERAL, 1), 8200, "after grace");
    }

    // --- limits

    function test_noLimitsNoChange() public {
        KindLimit memory none;
        steward.setLimits(MARKET, WETH, Kinds.SUPPLY_CAP, none);
        refusesGroup(cap(90_000), RiskLimits.NoLimits.selector);
        assertTrue(!steward.limitsOf(MARKET, WETH, Kinds.SUPPLY_CAP).set, "view");
    }

    function test_limitsOfGivesWhatWasSet() public view {
        KindLimit memory limit = steward.limitsOf(MARKET, WETH, Kinds.COLLATERAL);
        assertEq(keccak256(abi.encode(limit)), keccak256(abi.encode(collateralLimit())), "limit");
    }

    function test_malformedTupleIsRefusedInItsGroup() public {
        Tuple memory t = Tuple(WETH, Kinds.COLLATERAL, one(1), one(2));
        refusesGroup(list(t), RiskLimits.ValueCount.selector);
        later(1 hours);
        t = Tuple(WETH, 99, one(1), one(2));
        refusesGroup(list(t), RiskLimits.NoLimits.selector);
    }
}
