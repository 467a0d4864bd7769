// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {TestBase} from "./Cheats.sol";
import {RiskLimits} from "../src/RiskLimits.sol";
import {ComponentLimit, KindLimit, Kinds} from "../src/interfaces/PlimsollTypes.sol";

/// The limiter's arithmetic: sizes, bands, buckets, directions. Agreement with C is tests/chain/test_limiter.mjs.
contract RiskLimitsTest is TestBase {
    uint256 private constant MAX = type(uint128).max;
    uint64 private constant NOW = 1_800_000_000;

    function bandOf(uint8 kind, uint128 floor, uint128 ceiling, uint256 from, uint256 to) external pure {
        ComponentLimit memory limit;
        (limit.floor, limit.ceiling) = (floor, ceiling);
        RiskLimits.checkBand(kind, limit, from, to);
    }

    function admits(uint256 from, uint256 to) internal view returns (bool ok) {
        try this.bandOf(Kinds.COLLATERAL, 100, 200, from, to) {
            ok = true;
        } catch {}
    }

    function test_directionTable() public pure {
        assertTrue(way(Kinds.COLLATERAL, 0, 10, 9) == RiskLimits.Sense.LOWER, "lower ltv tightens");
        assertTrue(way(Kinds.COLLATERAL, 1, 10, 11) == RiskLimits.Sense.HIGHER, "higher lt loosens");
        assertTrue(way(Kinds.COLLATERAL, 2, 10, 11) == RiskLimits.Sense.NONE, "lb");
        assertTrue(way(Kinds.SUPPLY_CAP, 0, 0, 10) == RiskLimits.Sense.LOWER, "a cap where none was tightens");
        assertTrue(way(Kinds.RATES, 0, 10, 9) == RiskLimits.Sense.LOWER, "lower optimal tightens");
        assertTrue(way(Kinds.RATES, 3, 10, 11) == RiskLimits.Sense.LOWER, "higher slope tightens");
        assertTrue(way(Kinds.EMODE, 1, 10, 11) == RiskLimits.Sense.HIGHER, "e-mode ltv");
        assertTrue(way(Kinds.EMODE, 3, 10, 11) == RiskLimits.Sense.NONE, "e-mode lb");
        assertTrue(way(Kinds.PRICE_CAP, 1, 10, 11) == RiskLimits.Sense.NONE, "timestamp");
        assertTrue(way(Kinds.PRICE_CAP, 2, 10, 9) == RiskLimits.Sense.LOWER, "growth");
        assertTrue(way(Kinds.FREEZE, 0, 0, 1) == RiskLimits.Sense.LOWER, "freezing tightens");
        assertTrue(way(Kinds.RESERVE_FACTOR, 0, 1, 2) == RiskLimits.Sense.NONE, "factor");
    }

    function way(uint8 kind, uint256 i, uint256 from, uint256 to) private pure returns (RiskLimits.Sense) {
        return RiskLimits.direction(kind, i, from, to);
    }

    function test_bandEdges() public view {
        assertTrue(admits(150, 100) && admits(150, 200), "edges");
        assertTrue(!admits(150, 99) && !admits(150, 201), "beyond");
        assertTrue(admits(50, 51) && admits(50, 100) && admits(50, 200), "toward from below");
        assertTrue(!admits(50, 49) && !admits(50, 201), "away, or past the far side");
        assertTrue(admits(300, 299) && admits(300, 100) && !admits(300, 301) && !admits(300, 99), "from above");
    }

    function test_infiniteCapMovesTowardTheBand() public view {
        this.bandOf(Kinds.SUPPLY_CAP, 100, 200, 0, 1000); // from no cap to one above the ceiling: toward it
    }

    function test_sizes() public pure {
        assertEq(RiskLimits.sizeOf(Kinds.COLLATERAL, false, 8000, 7950, 1), 50, "absolute");
        assertEq(RiskLimits.sizeOf(Kinds.SUPPLY_CAP, true, 100, 70, 1), 3000, "relative");
        assertEq(RiskLimits.sizeOf(Kinds.SUPPLY_CAP, true, 3, 2, 1), 3334, "rounded up");
        assertEq(RiskLimits.sizeOf(Kinds.SUPPLY_CAP, true, 0, 5, 1), 10_000, "infinite");
        assertEq(RiskLimits.sizeOf(Kinds.SUPPLY_CAP, true, MAX, 1, 1e18), 10_000e18, "no overflow");
    }

    /// Splitting a move in two never costs less, in either unit: so it never reaches farther.
    function testFuzz_splittingNeverCostsLess(uint256 from, uint256 middle, uint256 to, bool relative) public pure {
        (from, middle, to) = (bound(from, 1, MAX), bound(middle, 1, MAX), bound(to, 1, MAX));
        uint256 whole = RiskLimits.sizeOf(Kinds.SUPPLY_CAP, relative, from, to, 1e18);
        uint256 parts = RiskLimits.sizeOf(Kinds.SUPPLY_CAP, relative, from, middle, 1e18)
            + RiskLimits.sizeOf(Kinds.SUPPLY_CAP, relative, middle, to, 1e18);
        assertTrue(parts >= whole, "split");
    }

    function testFuzz_infinityIsNoShortcut(uint256 from, uint256 to) public pure {
        (from, to) = (bound(from, 1, MAX), bound(to, 1, MAX));
        uint256 whole = RiskLimits.sizeOf(Kinds.SUPPLY_CAP, true, from, to, 1e18);
        assertTrue(whole <= 10_000e18, "a detour over infinity costs twice as much as any move");
    }

    function testFuzz_levelNeverPassesCapacity(uint128 level, uint64 updated, uint64 capacity, uint32 window, uint64 time)
        public
        pure
    {
        uint256 got = RiskLimits.levelAt(RiskLimits.Bucket(level, updated), capacity, window, time);
        assertTrue(got <= uint256(capacity) * 1e18, "capped");
        assertTrue(got <= type(uint128).max, "fits");
    }

    /// Recharging in two steps never gives more than in one: floors lose, never win.
    function testFuzz_rechargeInStepsGivesNoMore(uint64 capacity, uint32 window, uint32 a, uint32 b, uint128 level)
        public
        pure
    {
        window = uint32(bound(window, 1, type(uint32).max));
        level = uint128(bound(level, 0, uint256(capacity) * 1e18));
        RiskLimits.Bucket memory bucket = RiskLimits.Bucket(level, NOW);
        uint256 once = RiskLimits.levelAt(bucket, capacity, window, NOW + a + b);
        uint128 half = uint128(RiskLimits.levelAt(bucket, capacity, window, NOW + a));
        uint256 twice = RiskLimits.levelAt(RiskLimits.Bucket(half, NOW + a), capacity, window, NOW + a + b);
        assertTrue(twice <= once, "steps");
    }

    /// Whoever takes all there is at any moments never gets more than two allowances within one window.
    function testFuzz_windowSeesAtMostTwoAllowances(uint32[24] memory waits, uint8[24] memory shares, uint64 capacity)
        public
        pure
    {
        uint32 window = 30 days;
        RiskLimits.Bucket memory bucket;
        uint256[24] memory taken;
        uint64[24] memory times;
        uint64 time = NOW;
        for (uint256 i = 0; i < 24; i++) {
            time += uint32(bound(waits[i], 0, window / 4));
            uint256 level = RiskLimits.levelAt(bucket, capacity, window, time);
            (taken[i], times[i]) = (level * (uint256(shares[i]) + 1) / 256, time);
            bucket = RiskLimits.Bucket(uint128(level - taken[i]), time);
        }
        for (uint256 i = 0; i < 24; i++) {
            uint256 sum = 0;
            for (uint256 j = i; j < 24 && times[j] <= times[i] + window; j++) {
                sum += taken[j];
            }
            assertTrue(sum <= 2 * uint256(capacity) * 1e18, "window");
        }
    }

    // --- whole queries

    function query(uint256 from, uint256 to) internal pure returns (RiskLimits.Query memory q) {
        q.kind = Kinds.SUPPLY_CAP;
        q.evidence = 1;
        q.time = NOW;
        q.confirmDelay = 1 hours;
        q.timelockDelay = 2 days;
        q.pendingLife = 1 days;
        q.limit.set = true;
        q.limit.relative = true;
        q.limit.window = 30 days;
        q.limit.components = new ComponentLimit[](1);
        q.limit.components[0] = ComponentLimit(100, 1_000_000, 3000, 3000, 5000, 5000, 1000);
        q.current = single(from);
        q.oldValues = single(from);
        q.newValues = single(to);
        q.tighten = new RiskLimits.Bucket[](1);
        q.loosen = new RiskLimits.Bucket[](1);
    }

    function single(uint256 a) internal pure returns (uint256[] memory v) {
        v = new uint256[](1);
        v[0] = a;
    }

    function check(RiskLimits.Query memory q) external pure returns (RiskLimits.Answer memory) {
        return RiskLimits.check(q);
    }

    function fails(RiskLimits.Query memory q, bytes4 selector) internal {
        vm.expectRevert(selector);
        this.check(q);
    }

    function test_stepEdges() public {
        assertTrue(this.check(query(10_000, 7_000)).verdict == RiskLimits.Verdict.APPLY, "at the step");
        fails(query(10_000, 6_999), RiskLimits.StepTooLarge.selector);
    }

    function test_delayEdges() public {
        RiskLimits.Query memory q = query(10_000, 9_000);
        q.limit.minDelayTighten = 3600;
        q.lastChange = NOW - 3599;
        fails(q, RiskLimits.TooSoon.selector);
        q.lastChange = NOW - 3600;
        assertTrue(this.check(q).verdict == RiskLimits.Verdict.APPLY, "after the delay");
    }

    function test_allowanceEdges() public {
        RiskLimits.Query memory q = query(10_000, 9_000);
        q.tighten[0] = RiskLimits.Bucket(1000e18, NOW);
        RiskLimits.Answer memory a = this.check(q);
        assertEq(a.tightenLevels[0], 0, "all of it");
        assertTrue(a.chargedTighten == 1 && a.chargedLoosen == 0, "one bucket");
        q.tighten[0].level -= 1;
        fails(q, RiskLimits.AllowanceExceeded.selector);
    }

    function test_wideValues() public {
        fails(query(10_000, MAX + 1), RiskLimits.ValueRange.selector);
        fails(query(10_000, 0), RiskLimits.ZeroCap.selector);
        fails(query(10_000, 10_000), RiskLimits.NoChange.selector);
    }

    function test_shapeEdges() public {
        RiskLimits.Query memory q = query(10_000, 9_000);
        q.current = single(9_999);
        fails(q, RiskLimits.OldValueMismatch.selector);
        q.newValues = new uint256[](2);
        fails(q, RiskLimits.ValueCount.selector);
        q.limit.components = new ComponentLimit[](2);
        fails(q, RiskLimits.NoLimits.selector);
        uint256[] memory old = new uint256[](4);
        uint256[] memory changed = new uint256[](4);
        changed[0] = 1;
        vm.expectRevert(RiskLimits.IdChanged.selector);
        this.values(Kinds.EMODE, old, changed);
    }

    function values(uint8 kind, uint256[] memory old, uint256[] memory changed) external pure {
        RiskLimits.checkValues(kind, old, old, changed);
    }

    function test_evidenceEdges() public {
        RiskLimits.Query memory q = query(10_000, 9_000);
        q.evidence = 3;
        q.lastClassC = NOW - 24 hours + 1;
        fails(q, RiskLimits.EvidenceTooWeak.selector);
        q.lastClassC -= 1;
        assertTrue(this.check(q).verdict == RiskLimits.Verdict.APPLY, "a day later");
        q.newValues = single(10_001);
        fails(q, RiskLimits.EvidenceTooWeak.selector);
        q.development = true;
        assertTrue(this.check(q).verdict == RiskLimits.Verdict.QUEUE, "development");
        assertTrue(!touches(Kinds.RATES, 0) && !touches(Kinds.RESERVE_FACTOR, 0), "rates and factors");
        assertTrue(touches(Kinds.COLLATERAL, 0) && !touches(Kinds.COLLATERAL, 1), "only ltv");
        assertTrue(touches(Kinds.EMODE, 1) && !touches(Kinds.EMODE, 2), "only ltv of an e-mode");
    }

    function touches(uint8 kind, uint256 i) private pure returns (bool) {
        uint256[] memory changed = new uint256[](RiskLimits.valueCount(kind));
        changed[i] = 1;
        return RiskLimits.touchesOnlyLtvAndCaps(kind, new uint256[](changed.length), changed);
    }

    /// Of pending and fresh: lower ltv, higher slope, and of the rest what is nearer the old.
    function test_tighterOf() public pure {
        uint256[] memory old = new uint256[](4);
        uint256[] memory queued = new uint256[](4);
        uint256[] memory fresh = new uint256[](4);
        (old[0], queued[0], fresh[0]) = (100, 110, 120);
        (old[1], queued[1], fresh[1]) = (100, 90, 80);
        assertEq(RiskLimits.tighterOf(Kinds.RATES, old, queued, fresh)[0], 110, "optimal: the lower");
        assertEq(RiskLimits.tighterOf(Kinds.RATES, old, queued, fresh)[1], 90, "base: the higher");
        (old[2], queued[2], fresh[2]) = (100, 90, 109);
        assertEq(RiskLimits.tighterOf(Kinds.COLLATERAL, old, queued, fresh)[2], 109, "bonus: the nearer");
        fresh[2] = 110;
        assertEq(RiskLimits.tighterOf(Kinds.COLLATERAL, old, queued, fresh)[2], 90, "as near: the pending");
    }

    function test_confirmEdges() public {
        RiskLimits.Query memory q = query(10_000, 11_000);
        q.pending = RiskLimits.PendingItem(true, NOW, NOW, single(10_000), single(10_500));
        assertEq(this.check(q).values[0], 10_500, "the tighter");
        q.pending.readyAt = NOW + 1;
        fails(q, RiskLimits.Pending.selector);
        q.pending.expiresAt = NOW - 1;
        assertTrue(this.check(q).verdict == RiskLimits.Verdict.QUEUE, "expired");
        q.loosenPaused = true;
        fails(q, RiskLimits.LoosenPaused.selector);
    }

    /// A component without direction obeys the smaller step, and both buckets pay.
    function test_undirectedObeysBoth() public {
        RiskLimits.Query memory q = query(1000, 1100);
        q.kind = Kinds.RESERVE_FACTOR;
        q.limit.relative = false;
        q.limit.components[0] = ComponentLimit(0, 10_000, 200, 100, 500, 400, 100);
        RiskLimits.Answer memory a = this.check(q);
        assertTrue(a.loosening && a.verdict == RiskLimits.Verdict.QUEUE, "counts as loosening");
        assertTrue(a.chargedTighten == 1 && a.chargedLoosen == 1, "both");
        assertEq(a.tightenLevels[0], 400e18, "tighten");
        assertEq(a.loosenLevels[0], 300e18, "loosen");
        q.newValues = single(1101);
        fails(q, RiskLimits.StepTooLarge.selector);
    }

    /// An accepted tightening never leaves the band it was in, never loosens and never passes its step.
    function testFuzz_acceptedStaysBounded(uint256 from, uint256 to, uint128 level, uint32 age) public view {
        (from, to) = (bound(from, 1, 2_000_000), bound(to, 1, 2_000_000));
        RiskLimits.Query memory q = query(from, to);
        q.tighten[0] = RiskLimits.Bucket(level, NOW - age % NOW);
        q.loosen[0] = q.tighten[0];
        try this.check(q) returns (RiskLimits.Answer memory a) {
            assertTrue((to > from) == a.loosening, "direction");
            assertTrue(to >= 100 || to > from, "floor");
            assertTrue(to <= 1_000_000 || to < from, "ceiling");
            assertTrue(RiskLimits.sizeOf(Kinds.SUPPLY_CAP, true, from, to, 1) <= 3000, "step");
            assertTrue(a.loosening == (a.verdict != RiskLimits.Verdict.APPLY), "loosening never applies at once");
        } catch {}
    }
}
