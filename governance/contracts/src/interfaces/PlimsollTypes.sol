// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// The signed message and the limits that bound it. The same words and units stand in C, JSON and
/// SQL (case/decision.h, case/limits.h); any change of Tuple or Decision is a new version.

struct Tuple {
    address asset;
    uint8 kind;
    uint256[] oldValues;
    uint256[] newValues;
}

struct Decision {
    bytes32 market;
    uint8 mode;
    uint64 epoch;
    uint8 trigger;
    uint8 outcome;
    uint8 evidence;
    uint64 asOf;
    uint64 validUntil;
    uint64 anchorBlock;
    bytes32 anchorBlockHash;
    bytes32 previousState;
    bytes32 state;
    bytes32 caseDigest;
    bytes32 policyHash;
    bytes32 modelHash;
    bytes32 protocolFingerprint;
    bytes32 reportDigest;
    uint256 reasons;
    Tuple[] tuples;
}

/// What the steward must know of the report: reportDigest = keccak256(abi.encode(attachment)).
/// prices are the protocol oracle's answers (its own units) that the decision was made on, one per
/// asset of priceAssets; probes are the accounts nearest to liquidation.
struct Attachment {
    bytes32 report;
    address[] probes;
    address[] priceAssets;
    uint256[] prices;
}

/// Limits of one component of one kind. Absolute kinds: the component's own unit. Relative kinds:
/// basis points of the larger of old and new value (an infinite cap counts as 10000).
struct ComponentLimit {
    uint128 floor;
    uint128 ceiling;
    uint64 stepTighten;
    uint64 stepLoosen;
    uint64 allowanceTighten;
    uint64 allowanceLoosen;
    uint64 fastLoosen;
}

struct KindLimit {
    bool set;
    bool relative;
    uint32 window;
    uint32 minDelayTighten;
    uint32 minDelayLoosen;
    ComponentLimit[] components;
}

library Kinds {
    uint8 internal constant COLLATERAL = 1; // ltv, lt, lb
    uint8 internal constant SUPPLY_CAP = 2;
    uint8 internal constant BORROW_CAP = 3;
    uint8 internal constant RATES = 4; // optimal, base, slope1, slope2
    uint8 internal constant EMODE = 5; // id, ltv, lt, lb
    uint8 internal constant PRICE_CAP = 6; // ratio, timestamp, growth
    uint8 internal constant FREEZE = 7; // 1 frozen, 0 not
    uint8 internal constant RESERVE_FACTOR = 8;
}
