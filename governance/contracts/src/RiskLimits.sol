// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {ComponentLimit, KindLimit, Kinds} from "./interfaces/PlimsollTypes.sol";

/// The rules that bound one tuple: pure arithmetic on what the caller read. governance/limiter/README.md is the text,
/// governance/limiter/limiter.c the same in C, tests/chain/test_limiter.mjs holds both together.
/// It reads no storage, knows no market and writes nothing.
library RiskLimits {
    /// What a tuple may do now.
    enum Verdict {
        APPLY,
        QUEUE,
        CONFIRM
    }

    /// Where tighter lies for a component.
    enum Sense {
        NONE, // neither way is tighter
        LOWER,
        HIGHER,
        FIXED // may not change
    }

    /// A token bucket: level in 1e18 units of size; updatedAt 0 is never touched, full.
    struct Bucket {
        uint128 level;
        uint64 updatedAt;
    }

    struct PendingItem {
        bool present;
        uint64 readyAt;
        uint64 expiresAt;
        uint256[] oldValues;
        uint256[] newValues;
    }

    /// Everything the rules look at. Arrays have one entry per component.
    struct Query {
        uint8 kind;
        uint8 evidence;
        bool development;
        bool loosenPaused; // guardian's pause, or silence declared
        uint64 time;
        uint64 lastChange; // of (asset, kind); 0 never
        uint64 lastClassC; // of the asset; 0 never
        uint32 confirmDelay;
        uint32 timelockDelay;
        uint32 pendingLife;
        KindLimit limit;
        uint256[] current;
        uint256[] oldValues;
        uint256[] newValues;
        Bucket[] tighten;
        Bucket[] loosen;
        PendingItem pending;
    }

    /// values: what to write now (APPLY, CONFIRM) or to keep (QUEUE). Levels: buckets after the move, where charged.
    struct Answer {
        Verdict verdict;
        bool loosening;
        uint64 readyAt;
        uint64 expiresAt;
        uint256[] values;
        uint256 chargedTighten; // bit i: component i
        uint256 chargedLoosen;
        uint128[] tightenLevels;
        uint128[] loosenLevels;
    }

    error NoLimits();
    error ValueCount();
    error ValueRange();
    error OldValueMismatch();
    error ZeroCap();
    error IdChanged();
    error NoChange();
    error EvidenceTooWeak();
    error OutOfBand();
    error StepTooLarge();
    error TooSoon();
    error AllowanceExceeded();
    error LoosenPaused();
    error Pending();

    uint256 internal constant UNIT = 1e18;
    uint256 internal constant BPS = 10_000;
    uint256 internal constant CLASS_C_PERIOD = 24 hours;
    /// Four bits per kind: its number of values. Kinds 8 to 0 from left to right.
    uint256 private constant COUNTS = 0x1_1_3_4_4_1_1_3_0;
    /// Eight bits per kind, two per component from the right: its Sense. Kinds 8 to 0.
    ///     8 RESERVE_FACTOR none; 7 FREEZE higher; 6 PRICE_CAP lower none lower; 5 EMODE fixed lower lower none;
    ///     4 RATES lower higher higher higher; 3 and 2 caps lower; 1 COLLATERAL lower lower none
    uint256 private constant SENSES = 0x00_02_11_17_a9_01_01_05_00;
    uint8 internal constant CLASS_A = 1;
    uint8 internal constant CLASS_C = 3;

    /// The answer of every rule in the README's order; reverts with the first that fails.
    function check(Query memory q) internal pure returns (Answer memory a) {
        checkShape(q);
        classify(q, q.newValues, a);
        decide(q, a);
    }

    /// Checks 1 to 6: the tuple is whole, agrees with the values in force and changes something.
    function checkShape(Query memory q) internal pure {
        if (!q.limit.set || q.limit.components.length != valueCount(q.kind)) revert NoLimits();
        checkValues(q.kind, q.current, q.oldValues, q.newValues);
    }

    /// Which buckets the move to `values` is charged to, and whether the tuple loosens: any component does, or none
    /// has a direction.
    function classify(Query memory q, uint256[] memory values, Answer memory a) internal pure {
        uint256 tighten = 0;
        uint256 loosen = 0;
        for (uint256 i = 0; i < values.length; i++) {
            if (q.oldValues[i] == values[i]) continue;
            Sense way = direction(q.kind, i, q.oldValues[i], values[i]);
            if (way != Sense.HIGHER) tighten |= 1 << i;
            if (way != Sense.LOWER) loosen |= 1 << i;
        }
        (a.values, a.chargedTighten, a.chargedLoosen) = (values, tighten, loosen);
        a.loosening = loosen & ~tighten != 0 || tighten & ~loosen == 0;
    }

    /// Checks 7 to 12, of a query whose shape was checked and whose moves were classified. Of components that do not
    /// change neither limits nor buckets are looked at.
    function decide(Query memory q, Answer memory a) internal pure {
        checkEvidence(q, a.loosening);
        uint256[] memory sizes = checkMoves(q, a);
        uint256 wait = a.loosening ? q.limit.minDelayLoosen : q.limit.minDelayTighten;
        if (q.lastChange != 0 && q.time < q.lastChange + wait) revert TooSoon();
        charge(q, a, sizes);
        if (a.loosening) decideLoosening(q, a);
    }

    /// Checks 2 to 6, which hold for every write of the steward, limits or not.
    function checkValues(uint8 kind, uint256[] memory current, uint256[] memory oldValues, uint256[] memory newValues)
        internal
        pure
    {
        uint256 count = valueCount(kind);
        if (count == 0 || oldValues.length != count || newValues.length != count) revert ValueCount();
        for (uint256 i = 0; i < count; i++) {
            if (oldValues[i] > type(uint128).max || newValues[i] > type(uint128).max) revert ValueRange();
        }
        if (!same(current, oldValues)) revert OldValueMismatch();
        if (isCap(kind) && newValues[0] == 0) revert ZeroCap();
        if (kind == Kinds.EMODE && newValues[0] != oldValues[0]) revert IdChanged();
        if (same(oldValues, newValues)) revert NoChange();
    }

    /// Check 7: what weaker evidence may touch.
    function checkEvidence(Query memory q, bool loosening) internal pure {
        if (q.evidence == CLASS_A || q.development) return;
        if (loosening || !touchesOnlyLtvAndCaps(q.kind, q.oldValues, q.newValues)) revert EvidenceTooWeak();
        bool young = q.lastClassC != 0 && q.time < q.lastClassC + CLASS_C_PERIOD;
        if (q.evidence == CLASS_C && young) revert EvidenceTooWeak();
    }

    /// Check 8: band and step of every component that changes. Gives their sizes in 1e18 units: a size in whole units
    /// is the same rounded up, so it passes a step exactly when this does.
    function checkMoves(Query memory q, Answer memory a) internal pure returns (uint256[] memory sizes) {
        uint256 moved = a.chargedTighten | a.chargedLoosen;
        sizes = new uint256[](a.values.length);
        for (uint256 i = 0; moved >> i != 0; i++) {
            if ((moved >> i) & 1 == 0) continue;
            ComponentLimit memory limit = q.limit.components[i];
            checkBand(q.kind, limit, q.oldValues[i], a.values[i]);
            sizes[i] = sizeOf(q.kind, q.limit.relative, q.oldValues[i], a.values[i], UNIT);
            bool tighten = (a.chargedTighten >> i) & 1 == 1 && sizes[i] > limit.stepTighten * UNIT;
            bool loosen = (a.chargedLoosen >> i) & 1 == 1 && sizes[i] > limit.stepLoosen * UNIT;
            if (tighten || loosen) revert StepTooLarge();
        }
    }

    /// Check 8, first half. From outside the band a value may only move toward it, and not past its far side.
    function checkBand(uint8 kind, ComponentLimit memory limit, uint256 from, uint256 to) internal pure {
        uint256 a = ordered(kind, from);
        uint256 b = ordered(kind, to);
        if (b >= limit.floor && b <= limit.ceiling) return;
        bool upward = a < limit.floor && b > a && b <= limit.ceiling;
        bool downward = a > limit.ceiling && b < a && b >= limit.floor;
        if (!upward && !downward) revert OutOfBand();
    }

    /// Check 10: fills the levels after the move of the buckets that are charged.
    function charge(Query memory q, Answer memory a, uint256[] memory sizes) internal pure {
        a.tightenLevels = new uint128[](sizes.length);
        a.loosenLevels = new uint128[](sizes.length);
        for (uint256 i = 0; i < sizes.length; i++) {
            ComponentLimit memory limit = q.limit.components[i];
            if ((a.chargedTighten >> i) & 1 == 1) {
                a.tightenLevels[i] = consume(q, q.tighten[i], limit.allowanceTighten, sizes[i]);
            }
            if ((a.chargedLoosen >> i) & 1 == 1) {
                a.loosenLevels[i] = consume(q, q.loosen[i], limit.allowanceLoosen, sizes[i]);
            }
        }
    }

    /// Check 11: a loosening is queued, waits, or is confirmed at the tighter of both values.
    function decideLoosening(Query memory q, Answer memory a) internal pure {
        if (q.loosenPaused) revert LoosenPaused();
        PendingItem memory p = q.pending;
        if (!p.present || q.time > p.expiresAt || !same(p.oldValues, q.oldValues)) {
            a.verdict = Verdict.QUEUE;
            a.readyAt = q.time + (isFast(q) ? q.confirmDelay : q.timelockDelay);
            a.expiresAt = a.readyAt + q.pendingLife;
            return;
        }
        if (q.time < p.readyAt) revert Pending();
        a.verdict = Verdict.CONFIRM;
        uint256[] memory values = tighterOf(q.kind, q.oldValues, p.newValues, q.newValues);
        if (same(values, q.oldValues)) revert NoChange();
        classify(q, values, a); // a mixed tuple may take its parts from both decisions
        a.loosening = true;
        charge(q, a, checkMoves(q, a));
    }

    /// Whether every component that does not tighten stays within its fast allowance.
    function isFast(Query memory q) internal pure returns (bool) {
        for (uint256 i = 0; i < q.newValues.length; i++) {
            uint256 from = q.oldValues[i];
            uint256 to = q.newValues[i];
            if (from == to || direction(q.kind, i, from, to) == Sense.LOWER) continue;
            if (sizeOf(q.kind, q.limit.relative, from, to, 1) > q.limit.components[i].fastLoosen) return false;
        }
        return true;
    }

    /// Per component the tighter of two new values; without direction the one nearer the old, the pending when equal.
    function tighterOf(uint8 kind, uint256[] memory oldValues, uint256[] memory queued, uint256[] memory fresh)
        internal
        pure
        returns (uint256[] memory values)
    {
        values = new uint256[](oldValues.length);
        for (uint256 i = 0; i < values.length; i++) {
            Sense sense = senseOf(kind, i);
            uint256 a = ordered(kind, queued[i]);
            uint256 b = ordered(kind, fresh[i]);
            bool takeFresh;
            if (sense == Sense.LOWER) takeFresh = b < a;
            else if (sense == Sense.HIGHER) takeFresh = b > a;
            else takeFresh = distance(oldValues[i], b) < distance(oldValues[i], a);
            values[i] = takeFresh ? fresh[i] : queued[i];
        }
    }

    /// Level of a bucket at a time: recharge floored, capped at capacity.
    function levelAt(Bucket memory bucket, uint64 capacity, uint32 window, uint64 time)
        internal
        pure
        returns (uint256 level)
    {
        unchecked {
            uint256 full = uint256(capacity) * UNIT; // below 2^124; times seconds below 2^188
            if (bucket.updatedAt == 0) return full;
            level = bucket.level;
            if (window != 0 && time > bucket.updatedAt) level += full * (time - bucket.updatedAt) / window;
            if (level > full) level = full;
        }
    }

    function consume(Query memory q, Bucket memory bucket, uint64 capacity, uint256 size)
        private
        pure
        returns (uint128)
    {
        uint256 level = levelAt(bucket, capacity, q.limit.window, q.time);
        if (size > level) revert AllowanceExceeded();
        return uint128(level - size);
    }

    /// Size of a move, scaled: |to - from|, or basis points of the larger value rounded up; an infinite cap is 10000.
    /// Values are below 2^128, so nothing here passes 2^202.
    function sizeOf(uint8 kind, bool relative, uint256 from, uint256 to, uint256 scale)
        internal
        pure
        returns (uint256)
    {
        bool infinite = isCap(kind) && (from == 0 || to == 0);
        unchecked {
            if (!relative) return (infinite ? type(uint128).max : distance(from, to)) * scale;
            if (infinite) return BPS * scale;
            uint256 larger = from > to ? from : to;
            return (distance(from, to) * BPS * scale + larger - 1) / larger;
        }
    }

    /// LOWER: this move tightens; HIGHER: it loosens; NONE: the component has no direction.
    function direction(uint8 kind, uint256 index, uint256 from, uint256 to) internal pure returns (Sense) {
        Sense sense = senseOf(kind, index);
        if (sense != Sense.LOWER && sense != Sense.HIGHER) return Sense.NONE;
        bool down = ordered(kind, to) < ordered(kind, from);
        return down == (sense == Sense.LOWER) ? Sense.LOWER : Sense.HIGHER;
    }

    /// Any loosening component, or changes of which none has a direction.
    function isLoosening(uint8 kind, uint256[] memory oldValues, uint256[] memory newValues)
        internal
        pure
        returns (bool)
    {
        bool tightens;
        for (uint256 i = 0; i < oldValues.length; i++) {
            if (oldValues[i] == newValues[i]) continue;
            Sense way = direction(kind, i, oldValues[i], newValues[i]);
            if (way == Sense.HIGHER) return true;
            if (way == Sense.LOWER) tightens = true;
        }
        return !tightens;
    }

    /// Only the loan-to-value of COLLATERAL or EMODE, or a cap, changes.
    function touchesOnlyLtvAndCaps(uint8 kind, uint256[] memory oldValues, uint256[] memory newValues)
        internal
        pure
        returns (bool)
    {
        if (isCap(kind)) return true;
        if (kind != Kinds.COLLATERAL && kind != Kinds.EMODE) return false;
        uint256 ltv = kind == Kinds.COLLATERAL ? 0 : 1;
        for (uint256 i = 0; i < oldValues.length; i++) {
            if (i != ltv && oldValues[i] != newValues[i]) return false;
        }
        return true;
    }

    function senseOf(uint8 kind, uint256 index) internal pure returns (Sense) {
        return Sense((SENSES >> (uint256(kind) * 8 + index * 2)) & 3);
    }

    /// Values of a kind's tuple; 0 for an unknown kind.
    function valueCount(uint8 kind) internal pure returns (uint256) {
        return (COUNTS >> (uint256(kind) * 4)) & 15;
    }

    function isCap(uint8 kind) internal pure returns (bool) {
        return kind == Kinds.SUPPLY_CAP || kind == Kinds.BORROW_CAP;
    }

    /// A value as a number that can be compared: no cap counts as infinity.
    function ordered(uint8 kind, uint256 value) internal pure returns (uint256) {
        return isCap(kind) && value == 0 ? type(uint256).max : value;
    }

    function distance(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return a > b ? a - b : b - a;
        }
    }

    function same(uint256[] memory a, uint256[] memory b) internal pure returns (bool) {
        if (a.length != b.length) return false;
        for (uint256 i = 0; i < a.length; i++) {
            if (a[i] != b[i]) return false;
        }
        return true;
    }
}
