// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {IMarketAdapter} from "./interfaces/IMarketAdapter.sol";
import {Attachment, ComponentLimit, Kinds, Tuple} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";
import {StewardBook} from "./StewardBook.sol";
import {Tuples} from "./Tuples.sol";

/// Applies the tuples of one asset, all or none, under the limiter's rules. The decision itself was checked before.
abstract contract StewardGroups is StewardBook {
    uint256 internal constant HEALTHY = 1e18;

    error MixedDirections(address asset);
    error AssetFrozen(address asset);
    error SequencerDown();
    error PriceMissing(address asset);
    error PriceMoved(address asset);
    error TooManyProbes();
    error AttachmentShape();
    error WouldLiquidate(address account);

    function applyUpdate(Group calldata group, Tuple[] calldata tuples, Attachment calldata attachment)
        internal
        returns (bool applied, bool queued)
    {
        checkDirection(group, tuples);
        bool guarded = mayCut(group, tuples);
        uint256[] memory before = guarded ? healthOf(group.market, attachment.probes) : new uint256[](0);
        bool cut;
        for (uint256 i = group.start; i < group.end; i++) {
            (RiskLimits.Verdict verdict, bool lowered) = applyTuple(group, tuples[i]);
            if (verdict == RiskLimits.Verdict.QUEUE) queued = true;
            else applied = true;
            cut = cut || lowered;
        }
        if (applied && group.evidence == RiskLimits.CLASS_C) {
            assets[group.market][tuples[group.start].asset].lastClassC = uint64(block.timestamp);
        }
        if (cut) {
            checkPrices(group.market, tuples[group.start], attachment);
            checkProbes(group.market, attachment.probes, before);
        }
    }

    /// Asks the limiter and does what it says. lowered: a liquidation threshold went down.
    function applyTuple(Group calldata group, Tuple calldata tuple)
        private
        returns (RiskLimits.Verdict verdict, bool lowered)
    {
        TupleEntry storage entry = entries[group.market][tuple.asset][tuple.kind];
        RiskLimits.Query memory query = load(group, tuple, entry);
        RiskLimits.checkShape(query);
        RiskLimits.Answer memory answer;
        RiskLimits.classify(query, query.newValues, answer);
        if (group.restricted) checkRestricted(query, answer.loosening);
        if (answer.loosening) loadPending(group.market, tuple, query, entry.pending);
        loadComponents(entry, query, answer);
        RiskLimits.decide(query, answer);
        verdict = answer.verdict;
        if (verdict == RiskLimits.Verdict.QUEUE) {
            enqueue(group, tuple, query, answer);
            return (verdict, false);
        }
        storeBuckets(entry, answer);
        writeValues(group.market, tuple.asset, tuple.kind, answer.values);
        lowered = lowersThreshold(tuple.kind, query.oldValues, answer.values);
    }

    /// Writes through the adapter; a pending loosening of the same (asset, kind) ends here.
    function writeValues(bytes32 market, address asset, uint8 kind, uint256[] memory values) internal {
        TupleEntry storage entry = entries[market][asset][kind];
        entry.lastChange = uint64(block.timestamp);
        if (entry.hasPending) {
            entry.hasPending = false;
            delete entry.pending;
            emit PendingCancelled(market, asset, kind);
        }
        configs[market].adapter.write(asset, kind, values);
        emit TupleApplied(market, asset, kind, values);
    }

    /// What every tuple needs. Components follow once it is known which of them move: cold slots cost.
    function load(Group calldata group, Tuple calldata tuple, TupleEntry storage entry)
        private
        view
        returns (RiskLimits.Query memory query)
    {
        query.kind = tuple.kind;
        query.evidence = group.evidence;
        query.development = isDevelopment();
        query.time = uint64(block.timestamp);
        query.current = configs[group.market].adapter.current(tuple.asset, tuple.kind);
        query.oldValues = tuple.oldValues;
        query.newValues = tuple.newValues;
        if (group.evidence == RiskLimits.CLASS_C) {
            query.lastClassC = assets[group.market][tuple.asset].lastClassC;
        }
        query.lastChange = entry.lastChange;
        query.limit.set = entry.set;
        query.limit.relative = entry.relative;
        query.limit.window = entry.window;
        query.limit.minDelayTighten = entry.minDelayTighten;
        query.limit.minDelayLoosen = entry.minDelayLoosen;
        query.limit.components = new ComponentLimit[](entry.count);
    }

    function loadPending(
        bytes32 market,
        Tuple calldata tuple,
        RiskLimits.Query memory query,
        PendingEntry storage pending
    ) private view {
        MarketState storage state = states[market];
        MarketConfig storage config = configs[market];
        query.loosenPaused = state.loosenPaused || state.silent;
        query.confirmDelay = config.confirmDelay;
        query.timelockDelay = config.timelockDelay;
        query.pendingLife = config.pendingLife;
        if (!pendingStands(market, tuple.asset, tuple.kind)) return;
        query.pending.present = true;
        query.pending.readyAt = pending.readyAt;
        query.pending.expiresAt = pending.expiresAt;
        query.pending.oldValues = widen(pending.oldValues, pending.count);
        query.pending.newValues = widen(pending.newValues, pending.count);
    }

    /// Limits and buckets of the components that move; of all when loosening, for a pending item may move others.
    function loadComponents(TupleEntry storage entry, RiskLimits.Query memory query, RiskLimits.Answer memory answer)
        private
        view
    {
        uint256 count = query.newValues.length;
        query.tighten = new RiskLimits.Bucket[](count);
        query.loosen = new RiskLimits.Bucket[](count);
        for (uint256 i = 0; i < count; i++) {
            bool all = answer.loosening;
            bool tighten = (answer.chargedTighten >> i) & 1 == 1;
            if (all) query.limit.components[i] = entry.components[i];
            else if (tighten) loadTightening(entry.components[i], query.limit.components[i]);
            if (all || tighten) query.tighten[i] = entry.tighten[i];
            if (all || (answer.chargedLoosen >> i) & 1 == 1) query.loosen[i] = entry.loosen[i];
        }
    }

    /// All that a tightening needs: not fastLoosen, which has a slot of its own.
    function loadTightening(ComponentLimit storage from, ComponentLimit memory to) private view {
        (to.floor, to.ceiling) = (from.floor, from.ceiling);
        (to.stepTighten, to.stepLoosen) = (from.stepTighten, from.stepLoosen);
        (to.allowanceTighten, to.allowanceLoosen) = (from.allowanceTighten, from.allowanceLoosen);
    }

    function storeBuckets(TupleEntry storage entry, RiskLimits.Answer memory answer) private {
        for (uint256 i = 0; i < answer.values.length; i++) {
            if ((answer.chargedTighten >> i) & 1 == 1) {
                entry.tighten[i] = RiskLimits.Bucket(answer.tightenLevels[i], uint64(block.timestamp));
            }
            if ((answer.chargedLoosen >> i) & 1 == 1) {
                entry.loosen[i] = RiskLimits.Bucket(answer.loosenLevels[i], uint64(block.timestamp));
            }
        }
    }

    function enqueue(
        Group calldata group,
        Tuple calldata tuple,
        RiskLimits.Query memory query,
        RiskLimits.Answer memory answer
    ) private {
        entries[group.market][tuple.asset][tuple.kind].hasPending = true;
        PendingEntry storage pending = entries[group.market][tuple.asset][tuple.kind].pending;
        pending.key = group.key;
        pending.readyAt = uint40(answer.readyAt);
        pending.expiresAt = uint40(answer.expiresAt);
        pending.count = uint8(answer.values.length);
        pending.generation = states[group.market].generation;
        pending.digest = group.digest;
        pending.policyHash = configs[group.market].policyHash;
        for (uint256 i = 0; i < answer.values.length; i++) {
            pending.oldValues[i] = uint128(query.oldValues[i]);
            pending.newValues[i] = uint128(answer.values[i]);
        }
        emit TupleQueued(group.market, tuple.asset, tuple.kind, answer.values, answer.readyAt, answer.expiresAt);
    }

    function checkRestricted(RiskLimits.Query memory query, bool loosening) private pure {
        bool allowed = RiskLimits.touchesOnlyLtvAndCaps(query.kind, query.oldValues, query.newValues);
        if (loosening || !allowed) revert SequencerDown();
    }

    /// The protocol's own price must not have fallen since the decision; the asset that is cut must be among them.
    function checkPrices(bytes32 market, Tuple calldata first, Attachment calldata attachment) private view {
        MarketConfig storage config = configs[market];
        if (attachment.prices.length != attachment.priceAssets.length) revert AttachmentShape();
        bool needed = first.kind == Kinds.COLLATERAL;
        bool found = !needed && attachment.prices.length > 0;
        for (uint256 i = 0; i < attachment.prices.length; i++) {
            address asset = attachment.priceAssets[i];
            found = found || asset == first.asset;
            uint256 lowest = attachment.prices[i] * (RiskLimits.BPS - config.toleranceBps);
            if (config.adapter.price(asset) * RiskLimits.BPS < lowest) revert PriceMoved(asset);
        }
        if (!found) revert PriceMissing(first.asset);
    }

    function healthOf(bytes32 market, address[] calldata probes) private view returns (uint256[] memory health) {
        if (probes.length > PROBES_MAX) revert TooManyProbes();
        IMarketAdapter adapter = configs[market].adapter;
        health = new uint256[](probes.length);
        for (uint256 i = 0; i < probes.length; i++) {
            health[i] = adapter.healthFactor(probes[i]);
        }
    }

    function checkProbes(bytes32 market, address[] calldata probes, uint256[] memory before) private view {
        uint256[] memory health = healthOf(market, probes);
        for (uint256 i = 0; i < probes.length; i++) {
            if (before[i] >= HEALTHY && health[i] < HEALTHY) revert WouldLiquidate(probes[i]);
        }
    }

    /// All tuples one way; and what a FREEZE took only a thaw gives back.
    function checkDirection(Group calldata group, Tuple[] calldata tuples) private view {
        bool first = Tuples.loosens(tuples[group.start]);
        for (uint256 i = group.start + 1; i < group.end; i++) {
            if (Tuples.loosens(tuples[i]) != first) revert MixedDirections(tuples[i].asset);
        }
        address asset = tuples[group.start].asset;
        if (first && assets[group.market][asset].frozen) revert AssetFrozen(asset);
    }

    /// Whether a liquidation threshold may go down: by these values, or by those of a pending item.
    function mayCut(Group calldata group, Tuple[] calldata tuples) internal pure returns (bool) {
        for (uint256 i = group.start; i < group.end; i++) {
            bool holds = tuples[i].kind == Kinds.COLLATERAL || tuples[i].kind == Kinds.EMODE;
            if (!holds || !Tuples.wellFormed(tuples[i])) continue;
            if (Tuples.loosens(tuples[i])) return true;
            if (lowersThreshold(tuples[i].kind, tuples[i].oldValues, tuples[i].newValues)) return true;
        }
        return false;
    }

    function lowersThreshold(uint8 kind, uint256[] memory oldValues, uint256[] memory newValues)
        internal
        pure
        returns (bool)
    {
        if (kind == Kinds.COLLATERAL) return newValues[1] < oldValues[1];
        return kind == Kinds.EMODE && newValues[2] < oldValues[2];
    }

    function widen(uint128[4] storage narrow, uint256 count) private view returns (uint256[] memory values) {
        values = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            values[i] = narrow[i];
        }
    }
}
