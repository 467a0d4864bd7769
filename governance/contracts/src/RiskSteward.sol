// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";
import {Attachment, Decision, KindLimit, Kinds} from "./interfaces/PlimsollTypes.sol";
import {StewardBook} from "./StewardBook.sol";
import {StewardChecks} from "./StewardChecks.sol";
import {StewardEngine} from "./StewardEngine.sol";

/// Turns decisions signed by attested enclaves into parameters, within limits the DAO set. One steward serves several
/// markets; it holds the risk role on each protocol through that market's adapter. It trusts no agent and no submitter.
contract RiskSteward is StewardChecks, ReentrancyGuard {
    /// The code that applies tuples, deployed with the steward and run in its storage.
    address public immutable engine;

    /// Gas a group may use: a submitter with less makes the whole submission fail, not only the group.
    uint256 public constant GROUP_GAS = 500_000;
    uint256 public constant TUPLE_GAS = 800_000;
    uint256 public constant PROBE_GAS = 400_000;
    uint256 public constant FREEZE_GAS = 4_000_000; // Aave 3.6 loops over 255 e-modes, and so does its adapter

    event DecisionRecorded(bytes32 indexed market, bytes32 indexed digest, address key, uint64 validUntil);
    event RecordedApplied(bytes32 indexed market, bytes32 indexed digest);

    error InsufficientGas();
    error AlreadyRecorded();
    error AlreadyApplied();
    error Rejected();

    constructor(address owner_, IEnclaveRegistry registry_, address guardian_, bool development_)
        StewardBook(registry_, development_)
        EIP712("Plimsoll", "1")
        Ownable(owner_)
    {
        guardian = guardian_;
        engine = address(new StewardEngine(registry_, development_));
    }

    /// Anyone may submit a signed decision: the signature, not the sender, is what counts.
    function submit(Decision calldata decision, Attachment calldata attachment, bytes calldata signature)
        external
        nonReentrant
    {
        (bytes32 digest, address key) = checkSubmission(decision, attachment, signature);
        advance(decision);
        accept(decision, digest, key);
        if (decision.outcome == FREEZE) countFreeze(decision.market, decision.evidence);
        if (decision.tuples.length > 0) runGroups(decision, attachment, digest, key);
        if (states[decision.market].silent) states[decision.market].silent = false;
    }

    /// Stores a decision for the owner to apply later, after checking who signed it. Nothing else changes.
    function record(Decision calldata decision, bytes calldata signature) external {
        (bytes32 digest, address key) = checkOrigin(decision, signature);
        if (decision.outcome != UPDATE) revert BadOutcome();
        if (decision.asOf > block.timestamp) revert AsOfInFuture();
        checkValidity(decision.validUntil, configs[decision.market].recordLife);
        checkTuples(decision.tuples);
        if (recorded[digest].key != address(0)) revert AlreadyRecorded();
        recorded[digest] = Recorded(decision.market, key, decision.validUntil, false, false);
        emit DecisionRecorded(decision.market, digest, key, decision.validUntil);
    }

    /// What a Governor, Safe or AIP proposal contains: all tuples or none, within the bands and from the values in
    /// force. Steps, delays and allowances do not bind the owner; its own timelock does.
    function applyRecorded(Decision calldata decision) external onlyOwner nonReentrant {
        bytes32 digest = decisionDigest(decision);
        Recorded storage entry = recorded[digest];
        if (entry.key == address(0)) revert NotRecorded();
        if (entry.rejected) revert Rejected();
        if (entry.applied) revert AlreadyApplied();
        if (block.timestamp > entry.validUntil) revert Expired();
        checkAuthority(decision, entry.key);
        if (isPaused(decision.market)) revert Paused();
        bytes32 fingerprint = configs[decision.market].adapter.fingerprint();
        if (fingerprint != decision.protocolFingerprint) revert FingerprintMismatch();
        entry.applied = true;
        run(abi.encodeCall(StewardEngine.applyTuples, (decision.market, decision.tuples)));
        emit RecordedApplied(decision.market, digest);
    }

    /// Adds or changes a market. A new adapter or policy voids what is pending.
    function setMarket(bytes32, MarketConfig calldata) external onlyOwner {
        run(msg.data); // the engine's function of the same name
    }

    /// Limits of one (market, asset, kind); set = false takes them away.
    function setLimits(bytes32, address, uint8, KindLimit calldata) external onlyOwner {
        run(msg.data);
    }

    /// The owner's half of a thaw, after the guardian's approveThaw: back to the values before the FREEZE.
    function thaw(bytes32, address) external onlyOwner nonReentrant {
        run(msg.data);
    }

    /// Runs the engine in this storage; what it reverts with, this reverts with.
    function run(bytes memory call) private {
        (bool ok, bytes memory answer) = engine.delegatecall(call);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function advance(Decision calldata decision) private {
        MarketState storage state = states[decision.market];
        bool used = state.hasEpoch && state.epochUsed && state.lastEpoch == decision.epoch;
        state.state = decision.state;
        state.lastEpoch = decision.epoch;
        state.hasEpoch = true;
        state.epochUsed = used || (decision.trigger == 0 && decision.outcome == UPDATE);
        state.lastDecisionAt = uint40(block.timestamp);
    }

    function accept(Decision calldata decision, bytes32 digest, address key) private {
        emit DecisionAccepted(
            decision.market,
            digest,
            decision.epoch,
            decision.outcome,
            decision.trigger,
            decision.evidence,
            decision.state,
            decision.reasons,
            key
        );
    }

    function runGroups(Decision calldata decision, Attachment calldata attachment, bytes32 digest, address key)
        private
    {
        Group memory group;
        (group.market, group.digest, group.key) = (decision.market, digest, key);
        (group.evidence, group.freeze) = (decision.evidence, decision.outcome == FREEZE);
        group.restricted = isRestricted(decision.market);
        bytes memory frame = abi.encodeCall(StewardEngine.applyGroup, (group, decision.tuples, attachment));
        uint256 probes = attachment.probes.length < PROBES_MAX ? attachment.probes.length : PROBES_MAX;
        uint256 start = 0;
        while (start < decision.tuples.length) {
            address asset = decision.tuples[start].asset;
            uint256 end = start + 1;
            while (end < decision.tuples.length && decision.tuples[end].asset == asset) end++;
            uint256 ceiling = GROUP_GAS + TUPLE_GAS * (end - start) + PROBE_GAS * probes;
            if (group.freeze || decision.tuples[end - 1].kind >= Kinds.FREEZE) ceiling += FREEZE_GAS;
            assembly ("memory-safe") {
                mstore(add(frame, 0x24), start) // Group.start, behind length and selector
                mstore(add(frame, 0x44), end)
            }
            runGroup(frame, ceiling, digest, asset);
            start = end;
        }
    }

    /// One group in a frame of its own, so that its failure undoes it and nothing else.
    function runGroup(bytes memory frame, uint256 ceiling, bytes32 digest, address asset) private {
        if (gasleft() * 63 / 64 < ceiling) revert InsufficientGas();
        (bool ok, bytes memory answer) = engine.delegatecall{gas: ceiling}(frame);
        if (!ok) {
            emit GroupRefused(digest, asset, answer);
            return;
        }
        (bool applied, bool queued) = abi.decode(answer, (bool, bool));
        if (applied) emit GroupApplied(digest, asset);
        if (queued) emit GroupQueued(digest, asset);
    }
}
