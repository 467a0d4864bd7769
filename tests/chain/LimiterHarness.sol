// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {RiskLimits} from "../../governance/contracts/src/RiskLimits.sol";

/// Opens the limiter library to tests/chain/test_limiter.mjs. Never deployed for real.
contract LimiterHarness {
    /// ok and the encoded Answer, or not and the error's bytes, for each query.
    struct Result {
        bool ok;
        bytes data;
    }

    function check(RiskLimits.Query memory query) external pure returns (RiskLimits.Answer memory) {
        return RiskLimits.check(query);
    }

    function checkAll(RiskLimits.Query[] calldata queries) external view returns (Result[] memory results) {
        results = new Result[](queries.length);
        for (uint256 i = 0; i < queries.length; i++) {
            (bool ok, bytes memory data) = address(this).staticcall(abi.encodeCall(this.check, (queries[i])));
            results[i] = Result(ok, data);
        }
    }
}
