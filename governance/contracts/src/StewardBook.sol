// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";
import {IMarketAdapter} from "./interfaces/IMarketAdapter.sol";
import {ComponentLimit} from "./interfaces/PlimsollTypes.sol";
import {RiskLimits} from "./RiskLimits.sol";

/// What the steward remembers. The steward and its engine, which runs in the steward's storage by delegatecall, both
/// inherit this first, so that each variable has the same slot in both. No rule stands here.
abstract contract StewardBook {
    /// What the owner chose for a market.
    struct MarketConfig {
        IMarketAdapter adapter;
        uint32 epochPeriod; // s
        uint32 maxAge; // s, asOf to now
        uint32 maxValidity; // s, now to validUntil
        address sequencerFeed; // 0 on L1
        uint32 sequencerGrace; // s
        uint32 anchorDepth; // blocks, for loosening
        uint32 maxSilence; // s; 0 never
        uint32 confirmDelay; // s
        uint32 timelockDelay; // s
        uint32 pendingLife; // s after ready
        uint32 recordLife; // s, longest validity of a recorded decision
        uint16 toleranceBps; // oracle price below the decision's at an LT cut
        bytes32 policyHash;
    }

    /// What happened to a market.
    struct MarketState {
        bytes32 state; // digest of the carried state
        uint64 lastEpoch;
        bool hasEpoch;
        bool epochUsed; // a scheduled UPDATE was accepted in lastEpoch
        bool loosenPaused;
        bool silent;
        uint40 pausedUntil;
        uint40 pauseArmedAt;
        uint40 lastDecisionAt;
        uint32 generation; // of pending items; a new one voids all
        uint40 freezeA; // times of the last two FREEZE decisions
        uint40 freezeB;
        uint40 lastRejectAt;
    }

    /// A queued loosening. Void when the key, policy or generation that made it is.
    struct PendingEntry {
        address key;
        uint40 readyAt;
        uint40 expiresAt;
        uint8 count;
        uint32 generation;
        bytes32 digest;
        bytes32 policyHash;
        uint128[4] oldValues;
        uint128[4] newValues;
    }

    /// Limits and history of one (asset, kind). What every tuple reads comes first, in one slot.
    struct TupleEntry {
        bool set;
        bool relative;
        uint8 count;
        uint32 window;
        uint32 minDelayTighten;
        uint32 minDelayLoosen;
        uint64 lastChange; // 0 never
        bool hasPending;
        ComponentLimit[4] components;
        RiskLimits.Bucket[4] tighten;
        RiskLimits.Bucket[4] loosen;
        PendingEntry pending;
    }

    struct AssetEntry {
        uint64 lastClassC;
        bool frozen; // by a FREEZE decision, until thawed
        bool thawApproved; // by the guardian
        uint8[] frozenKinds;
        mapping(uint8 kind => uint256[]) frozenValues; // before the FREEZE
    }

    /// The tuples [start, end) of one asset, and what they share. start and end come first: the steward encodes the
    /// call once and moves them from group to group.
    struct Group {
        uint256 start;
        uint256 end;
        bytes32 market;
        bytes32 digest;
        address key;
        uint8 evidence;
        bool freeze;
        bool restricted; // the sequencer is down or in grace
    }

    struct Recorded {
        bytes32 market;
        address key;
        uint64 validUntil;
        bool applied;
        bool rejected;
    }

    event DecisionAccepted(
        bytes32 indexed market,
        bytes32 indexed digest,
        uint64 indexed epoch,
        uint8 outcome,
        uint8 trigger,
        uint8 evidence,
        bytes32 state,
        uint256 reasons,
        address key
    );
    event GroupApplied(bytes32 indexed digest, address indexed asset);
    event GroupQueued(bytes32 indexed digest, address indexed asset);
    event GroupRefused(bytes32 indexed digest, address indexed asset, bytes errorData);
    event TupleApplied(bytes32 indexed market, address indexed asset, uint8 indexed kind, uint256[] values);
    event TupleQueued(
        bytes32 indexed market, address indexed asset, uint8 indexed kind, uint256[] values, uint64 readyAt, uint64 expiresAt
    );
    event PendingCancelled(bytes32 indexed market, address indexed asset, uint8 indexed kind);

    error MarketUnknown(bytes32 market);
    error NotFrozen();

    IEnclaveRegistry public immutable registry;
    /// Admits evidence class C for everything; only on chain id 31337, checked again at every use.
    bool public immutable development;
    address public guardian;

    uint256 internal constant DEVELOPMENT_CHAIN = 31337;
    uint256 public constant PROBES_MAX = 16;

    mapping(bytes32 market => MarketConfig) internal configs;
    mapping(bytes32 market => MarketState) internal states;
    mapping(bytes32 market => mapping(address asset => AssetEntry)) internal assets;
    mapping(bytes32 market => mapping(address asset => mapping(uint8 kind => TupleEntry))) internal entries;
    mapping(bytes32 digest => Recorded) public recorded;

    error DevelopmentOnly();

    constructor(IEnclaveRegistry registry_, bool development_) {
        if (development_ && block.chainid != DEVELOPMENT_CHAIN) revert DevelopmentOnly();
        registry = registry_;
        development = development_;
    }

    function isDevelopment() public view returns (bool) {
        return development && block.chainid == DEVELOPMENT_CHAIN;
    }

    /// Whether a pending item would still be honoured: not expired, and made by a key and policy that still stand.
    function pendingStands(bytes32 market, address asset, uint8 kind) public view returns (bool) {
        PendingEntry storage pending = entries[market][asset][kind].pending;
        if (!entries[market][asset][kind].hasPending || block.timestamp > pending.expiresAt) return false;
        if (pending.generation != states[market].generation) return false;
        if (pending.policyHash != configs[market].policyHash) return false;
        try registry.checkKey(pending.key, market) returns (IEnclaveRegistry.KeyInfo memory info) {
            return info.policyHash == pending.policyHash;
        } catch {
            return false;
        }
    }

    /// The market's configuration; reverts for a market that was never set.
    function configOf(bytes32 market) internal view returns (MarketConfig storage config) {
        config = configs[market];
        if (address(config.adapter) == address(0)) revert MarketUnknown(market);
    }
}
