// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Decision, Tuple} from "./interfaces/PlimsollTypes.sol";

/// EIP-712 struct hash of a decision. Not the domain: that is the steward's. Words are hashed as they stand in
/// calldata: one with dirty high bits gives a digest that nobody signed.
library DecisionHash {
    bytes32 internal constant TUPLE_TYPE =
        keccak256("Tuple(address asset,uint8 kind,uint256[] oldValues,uint256[] newValues)");
    bytes32 internal constant DECISION_TYPE = keccak256(
        "Decision(bytes32 market,uint8 mode,uint64 epoch,uint8 trigger,uint8 outcome,uint8 evidence,uint64 asOf,"
        "uint64 validUntil,uint64 anchorBlock,bytes32 anchorBlockHash,bytes32 previousState,bytes32 state,"
        "bytes32 caseDigest,bytes32 policyHash,bytes32 modelHash,bytes32 protocolFingerprint,bytes32 reportDigest,"
        "uint256 reasons,Tuple[] tuples)"
        "Tuple(address asset,uint8 kind,uint256[] oldValues,uint256[] newValues)"
    );
    /// Words of a Decision before its tuples: all static, so their encoding is what stands in calldata.
    uint256 private constant STATIC_WORDS = 18;

    function hash(Decision calldata decision) internal pure returns (bytes32 result) {
        bytes32 tuples = hashTuples(decision.tuples);
        bytes32 typeHash = DECISION_TYPE;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            calldatacopy(add(words, 0x20), decision, mul(STATIC_WORDS, 0x20))
            mstore(add(words, mul(add(STATIC_WORDS, 1), 0x20)), tuples)
            result := keccak256(words, mul(add(STATIC_WORDS, 2), 0x20))
        }
    }

    function hashTuples(Tuple[] calldata tuples) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](tuples.length);
        for (uint256 i = 0; i < hashes.length; i++) {
            hashes[i] = hashTuple(tuples[i]);
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function hashTuple(Tuple calldata tuple) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TUPLE_TYPE,
                tuple.asset,
                tuple.kind,
                keccak256(abi.encodePacked(tuple.oldValues)),
                keccak256(abi.encodePacked(tuple.newValues))
            )
        );
    }
}
