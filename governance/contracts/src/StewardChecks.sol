// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Anchor} from "./Anchor.sol";
import {DecisionHash} from "./DecisionHash.sol";
import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";
import {Attachment, Decision, Tuple} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";
import {StewardOwner} from "./StewardOwner.sol";
import {Tuples} from "./Tuples.sol";

/// The one call the steward makes to a sequencer uptime feed.
interface ISequencerFeed {
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}

/// What is checked of a decision before any of its tuples is looked at, in the order of design/contracts.
abstract contract StewardChecks is StewardOwner {
    uint8 internal constant UPDATE = 1;
    uint8 internal constant HOLD = 2;
    uint8 internal constant FREEZE = 3;
    uint8 public constant TRIGGER_MAX = 15;
    uint256 public constant GROUPS_MAX = 24;
    uint256 public constant FREEZE_PERIOD = 30 days;

    error FreezeNeedsEvidence();
    error TooManyFreezes();
    error ShadowMode();
    error BadOutcome();
    error BadEvidence();
    error BadTrigger();
    error PolicyMismatch();
    error ModelMismatch();
    error StateMismatch();
    error EpochInFuture();
    error EpochStale();
    error EpochUsed();
    error TriggerMayNotLoosen();
    error AsOfInFuture();
    error Stale();
    error Expired();
    error ValidityTooLong();
    error AnchorMismatch();
    error AnchorTooShallow();
    error FingerprintMismatch();
    error AttachmentMismatch();
    error Paused();
    error TupleOrder();
    error TooManyGroups();

    /// The digest an enclave signs.
    function decisionDigest(Decision calldata decision) public view returns (bytes32) {
        return _hashTypedDataV4(DecisionHash.hash(decision));
    }

    function checkSubmission(Decision calldata d, Attachment calldata attachment, bytes calldata signature)
        internal
        view
        returns (bytes32 digest, address key)
    {
        (digest, key) = checkOrigin(d, signature);
        checkEpoch(d);
        checkTime(d);
        checkAnchor(d);
        if (configs[d.market].adapter.fingerprint() != d.protocolFingerprint) revert FingerprintMismatch();
        if (keccak256(abi.encode(attachment)) != d.reportDigest) revert AttachmentMismatch();
        if (d.outcome == UPDATE && isPaused(d.market)) revert Paused();
        checkTuples(d.tuples);
    }

    /// Form, signature, key, policy and model: the same for a submitted and a recorded decision.
    function checkOrigin(Decision calldata d, bytes calldata signature)
        internal
        view
        returns (bytes32 digest, address key)
    {
        checkForm(d);
        digest = decisionDigest(d);
        key = ECDSA.recoverCalldata(digest, signature);
        checkAuthority(d, key);
    }

    function checkForm(Decision calldata d) private view {
        configOf(d.market);
        if (d.mode != 0) revert ShadowMode();
        if (d.outcome < UPDATE || d.outcome > FREEZE) revert BadOutcome();
        if ((d.outcome == HOLD) != (d.tuples.length == 0)) revert BadOutcome();
        if (d.evidence < 1 || d.evidence > 3) revert BadEvidence();
        if (d.trigger > TRIGGER_MAX) revert BadTrigger();
    }

    /// The key still signs for this market, and for the policy and model the decision names.
    function checkAuthority(Decision calldata d, address key) internal view {
        IEnclaveRegistry.KeyInfo memory info = registry.checkKey(key, d.market);
        if (d.policyHash != configs[d.market].policyHash || d.policyHash != info.policyHash) revert PolicyMismatch();
        if (d.modelHash != info.modelHash) revert ModelMismatch();
    }

    function checkEpoch(Decision calldata d) private view {
        MarketState storage state = states[d.market];
        if (d.previousState != state.state) revert StateMismatch();
        if (uint256(d.epoch) * configs[d.market].epochPeriod > block.timestamp) revert EpochInFuture();
        if (state.hasEpoch && d.epoch < state.lastEpoch) revert EpochStale();
        bool used = state.hasEpoch && state.epochUsed && d.epoch == state.lastEpoch;
        if (used && d.trigger == 0 && d.outcome == UPDATE) revert EpochUsed();
        if (d.trigger != 0 && Tuples.anyLoosens(d.tuples)) revert TriggerMayNotLoosen();
    }

    function checkTime(Decision calldata d) private view {
        MarketConfig storage config = configs[d.market];
        if (d.asOf > block.timestamp) revert AsOfInFuture();
        if (block.timestamp - d.asOf > config.maxAge) revert Stale();
        checkValidity(d.validUntil, config.maxValidity);
    }

    function checkValidity(uint64 validUntil, uint32 longest) internal view {
        if (block.timestamp > validUntil) revert Expired();
        if (validUntil - block.timestamp > longest) revert ValidityTooLong();
    }

    function checkAnchor(Decision calldata d) private view {
        if (Anchor.hashOf(d.anchorBlock) != d.anchorBlockHash) revert AnchorMismatch();
        bool shallow = block.number - d.anchorBlock < configs[d.market].anchorDepth;
        if (shallow && Tuples.anyLoosens(d.tuples)) revert AnchorTooShallow();
    }

    /// At most two FREEZE decisions of a market in FREEZE_PERIOD, on evidence class A.
    function countFreeze(bytes32 market, uint8 evidence) internal {
        if (evidence != RiskLimits.CLASS_A && !isDevelopment()) revert FreezeNeedsEvidence();
        MarketState storage state = states[market];
        bool recent = state.freezeA != 0 && block.timestamp < state.freezeA + FREEZE_PERIOD;
        if (recent) revert TooManyFreezes();
        state.freezeA = state.freezeB;
        state.freezeB = uint40(block.timestamp);
    }

    /// Ascending by (asset, kind) without repetition, so that groups are neighbours; not too many of them.
    function checkTuples(Tuple[] calldata tuples) internal pure {
        uint256 groups = tuples.length == 0 ? 0 : 1;
        for (uint256 i = 1; i < tuples.length; i++) {
            address before = tuples[i - 1].asset;
            address asset = tuples[i].asset;
            if (asset < before || (asset == before && tuples[i].kind <= tuples[i - 1].kind)) revert TupleOrder();
            if (asset != before) groups++;
        }
        if (groups > GROUPS_MAX) revert TooManyGroups();
    }

    function isPaused(bytes32 market) public view returns (bool) {
        return block.timestamp < states[market].pausedUntil;
    }

    /// On an L2: the sequencer is down, or has not been up for the grace period.
    function isRestricted(bytes32 market) public view returns (bool) {
        address feed = configs[market].sequencerFeed;
        if (feed == address(0)) return false;
        (, int256 answer, uint256 startedAt,,) = ISequencerFeed(feed).latestRoundData();
        if (answer != 0 || startedAt == 0 || startedAt > block.timestamp) return true;
        return block.timestamp - startedAt < configs[market].sequencerGrace;
    }
}
