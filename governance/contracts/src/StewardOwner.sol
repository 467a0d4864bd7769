// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {StewardViews} from "./StewardViews.sol";

/// What the owner (a timelock) sets and the guardian may stop.
abstract contract StewardOwner is StewardViews, Ownable2Step {
    event PolicySet(bytes32 indexed market, bytes32 policyHash);
    event StateSet(bytes32 indexed market, bytes32 state);
    event GuardianSet(address guardian);
    event LoosenPauseSet(bytes32 indexed market, bool paused);
    event AllPaused(bytes32 indexed market, uint40 until);
    event RecordedRejected(bytes32 indexed market, bytes32 indexed digest, string reason);
    event ThawApproved(bytes32 indexed market, address indexed asset);
    event SilenceDeclared(bytes32 indexed market);

    error OnlyGuardian();
    error OnlyGuardianOrOwner();
    error PauseTooLong();
    error PauseTooSoon();
    error NothingPending();
    error ReasonMissing();
    error RejectTooSoon();
    error NotRecorded();
    error NotSilent();

    uint256 public constant PAUSE_MAX = 72 hours;
    uint256 public constant PAUSE_REARM = 7 days;
    uint256 public constant REJECT_PERIOD = 7 days;

    modifier onlyGuardian() {
        if (msg.sender != guardian) revert OnlyGuardian();
        _;
    }

    modifier onlyGuardianOrOwner() {
        if (msg.sender != guardian && msg.sender != owner()) revert OnlyGuardianOrOwner();
        _;
    }

    /// Voids what is pending for good: also when the policy comes back before it expires.
    function setPolicyHash(bytes32 market, bytes32 policyHash) external onlyOwner {
        states[market].generation++;
        configOf(market).policyHash = policyHash;
        emit PolicySet(market, policyHash);
    }

    /// The carried state's digest, when the chain of states begins or has to begin again.
    function setState(bytes32 market, bytes32 state) external onlyOwner {
        states[market].state = state;
        emit StateSet(market, state);
    }

    function setGuardian(address guardian_) external onlyOwner {
        guardian = guardian_;
        emit GuardianSet(guardian_);
    }

    /// Stops loosening until the owner or the guardian unpauses.
    function pauseLoosen(bytes32 market) external onlyGuardian {
        states[market].loosenPaused = true;
        emit LoosenPauseSet(market, true);
    }

    /// Ends both pauses.
    function unpause(bytes32 market) external onlyGuardianOrOwner {
        states[market].loosenPaused = false;
        states[market].pausedUntil = 0;
        emit LoosenPauseSet(market, false);
        emit AllPaused(market, 0);
    }

    /// Stops every parameter change but FREEZE for at most PAUSE_MAX; the guardian may not do so again for
    /// PAUSE_REARM, the owner may.
    function pauseAll(bytes32 market, uint32 duration) external onlyGuardianOrOwner {
        if (duration > PAUSE_MAX) revert PauseTooLong();
        MarketState storage state = states[market];
        bool armed = state.pauseArmedAt != 0 && block.timestamp < state.pauseArmedAt + PAUSE_REARM;
        if (armed && msg.sender != owner()) revert PauseTooSoon();
        state.pauseArmedAt = uint40(block.timestamp);
        state.pausedUntil = uint40(block.timestamp + duration);
        emit AllPaused(market, state.pausedUntil);
    }

    /// Drops a queued loosening. Tightenings apply at once, so none is ever queued.
    function rejectPending(bytes32 market, address asset, uint8 kind) external onlyGuardian {
        TupleEntry storage entry = entries[market][asset][kind];
        if (!entry.hasPending) revert NothingPending();
        entry.hasPending = false;
        delete entry.pending;
        emit PendingCancelled(market, asset, kind);
    }

    /// Rejects a recorded decision, which may tighten: with a reason, and once per REJECT_PERIOD and market.
    function rejectRecorded(bytes32 market, bytes32 digest, string calldata reason) external onlyGuardian {
        if (bytes(reason).length == 0) revert ReasonMissing();
        Recorded storage entry = recorded[digest];
        if (entry.key == address(0) || entry.market != market) revert NotRecorded();
        MarketState storage state = states[market];
        bool recent = state.lastRejectAt != 0 && block.timestamp < state.lastRejectAt + REJECT_PERIOD;
        if (recent) revert RejectTooSoon();
        state.lastRejectAt = uint40(block.timestamp);
        entry.rejected = true;
        emit RecordedRejected(market, digest, reason);
    }

    /// The guardian's half of a thaw; the owner's is thaw().
    function approveThaw(bytes32 market, address asset) external onlyGuardian {
        if (!assets[market][asset].frozen) revert NotFrozen();
        assets[market][asset].thawApproved = true;
        emit ThawApproved(market, asset);
    }

    /// Anyone, once the market heard no decision for maxSilence: pending loosenings are void and the next decision may
    /// only tighten.
    function declareSilent(bytes32 market) external {
        uint256 allowed = configOf(market).maxSilence;
        MarketState storage state = states[market];
        if (allowed == 0 || block.timestamp <= state.lastDecisionAt + allowed || state.silent) revert NotSilent();
        state.silent = true;
        state.generation++;
        emit SilenceDeclared(market);
    }
}
