// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

/// Hash of a past block as the chain itself knows it: BLOCKHASH for 256 blocks, then the history contract of EIP-2935
/// for 8191. Not ArbSys: on Arbitrum a steward needs its own library here.
library Anchor {
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    error AnchorUnknown();

    function hashOf(uint64 number) internal view returns (bytes32 hash) {
        if (number >= block.number) revert AnchorUnknown();
        hash = blockhash(number);
        if (hash == 0) hash = historic(number);
        if (hash == 0) revert AnchorUnknown();
    }

    function historic(uint64 number) private view returns (bytes32) {
        (bool ok, bytes memory answer) = HISTORY.staticcall(abi.encode(uint256(number)));
        return ok && answer.length == 32 ? bytes32(answer) : bytes32(0);
    }
}
