// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {StewardBase} from "./StewardBase.sol";
import {Attachment, Decision, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// Gas against the goals: a transaction's 21,000, its calldata and the steward's cold slots are counted; the protocol's
/// own call (the double's write) and the registry's cold slots are not. Slots are already non-zero.
contract RiskStewardGasTest is StewardBase {
    uint256 private constant TRANSACTION = 21_000;

    function setUp() public override {
        super.setUp();
        submit(both(99_000, 89_000));
        later(2 hours);
    }

    function both(uint256 supply, uint256 borrow) private view returns (Tuple[] memory) {
        return list(tuple(WETH, Kinds.SUPPLY_CAP, one(supply)), tuple(WETH, Kinds.BORROW_CAP, one(borrow)));
    }

    /// A fresh transaction as the chain would charge it: cold storage of the steward, warm doubles.
    function measure(Decision memory d) private returns (uint256) {
        bytes memory call = abi.encodeCall(steward.submit, (d, attachment(), sign(d, KEY)));
        vm.cool(address(steward));
        registry.checkKey(vm.addr(KEY), MARKET);
        for (uint256 i = 0; i < d.tuples.length; i++) {
            adapter.current(d.tuples[i].asset, d.tuples[i].kind);
        }
        uint256 protocol = protocolGas(d);
        uint256 before = gasleft();
        (bool ok,) = address(steward).call(call);
        uint256 used = before - gasleft();
        assertTrue(ok, "accepted");
        return used + TRANSACTION + dataGas(call) - protocol;
    }

    /// What the double itself spends on these writes, from the same starting state.
    function protocolGas(Decision memory d) private returns (uint256 used) {
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < d.tuples.length; i++) {
            vm.prank(address(steward));
            uint256 before = gasleft();
            adapter.write(d.tuples[i].asset, d.tuples[i].kind, d.tuples[i].newValues);
            used += before - gasleft();
        }
        vm.revertToState(snapshot);
    }


    function dataGas(bytes memory data) private pure returns (uint256 gas) {
        for (uint256 i = 0; i < data.length; i++) {
            gas += data[i] == 0 ? 4 : 16;
        }
    }

    function test_gas_heartbeat() public {
        uint256 used = measure(update(new Tuple[](0)));
        print("heartbeat (goal 80000)", used);
        assertTrue(used <= 80_000, "goal");
    }

    function test_gas_oneTupleTightening() public {
        uint256 used = measure(update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(95_000)))));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 95_000, "applied");
        print("one-tuple tightening (goal 170000)", used);
        assertTrue(used <= 170_000, "goal");
    }

    function test_gas_furtherTuple() public {
        uint256 snapshot = vm.snapshotState();
        uint256 single = measure(update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(95_000)))));
        vm.revertToState(snapshot);
        uint256 two = measure(update(both(95_000, 85_000)));
        assertEq(value(WETH, Kinds.BORROW_CAP, 0), 85_000, "applied");
        print("each further tuple (goal 50000)", two - single);
        assertTrue(two - single <= 50_000, "goal");
    }
}
