// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {StewardBase} from "./StewardBase.sol";
import {StewardBook} from "../src/StewardBook.sol";
import {StewardChecks} from "../src/StewardChecks.sol";
import {StewardEngine} from "../src/StewardEngine.sol";
import {StewardGroups} from "../src/StewardGroups.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Attachment, Decision, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// What an attacker with a signed decision, or with a stolen enclave key, tries on the steward. Each rule by itself is
/// tested elsewhere; here they are got around, or not.
contract RiskStewardHostileTest is StewardBase {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function loosening() private view returns (Tuple[] memory) {
        return list(tuple(WETH, Kinds.SUPPLY_CAP, one(105_000)));
    }

    function freezeWeth() private {
        Decision memory d = update(list(tuple(WETH, Kinds.BORROW_CAP, one(10)), tuple(WETH, Kinds.FREEZE, one(1))));
        d.outcome = 3;
        submit(d);
        later(1 hours);
    }

    function refusesFrozen(Tuple[] memory tuples) private {
        refusesGroup(update(tuples), abi.encodeWithSelector(StewardGroups.AssetFrozen.selector, WETH));
    }

    function test_noUpdateUndoesAFreeze() public {
        steward.setLimits(MARKET, WETH, Kinds.FREEZE, plainLimit(1, 0, 1));
        freezeWeth();
        refusesFrozen(list(tuple(WETH, Kinds.FREEZE, one(0))));
        later(1 hours);
        refusesFrozen(list(tuple(WETH, Kinds.BORROW_CAP, one(12))));
        later(1 hours);
        submit(list(tuple(WETH, Kinds.SUPPLY_CAP, one(95_000))));
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 95_000, "tightening goes on");
    }

    function test_whatWasQueuedBeforeAFreezeIsNotConfirmedAfterIt() public {
        submit(loosening());
        later(90 minutes);
        freezeWeth();
        refusesFrozen(loosening());
        assertEq(value(WETH, Kinds.SUPPLY_CAP, 0), 100_000, "unchanged");
    }

    function test_aPolicyThatComesBackRevivesNothing() public {
        submit(loosening());
        assertTrue(steward.pendingStands(MARKET, WETH, Kinds.SUPPLY_CAP), "queued");
        steward.setPolicyHash(MARKET, keccak256("other"));
        steward.setPolicyHash(MARKET, POLICY);
        assertTrue(!steward.pendingStands(MARKET, WETH, Kinds.SUPPLY_CAP), "void");
    }

    function test_aPolicyThatComesBackWithTheMarketRevivesNothing() public {
        submit(loosening());
        StewardBook.MarketConfig memory c = config();
        c.policyHash = keccak256("other");
        steward.setMarket(MARKET, c);
        c.policyHash = POLICY;
        steward.setMarket(MARKET, c);
        assertTrue(!steward.pendingStands(MARKET, WETH, Kinds.SUPPLY_CAP), "void");
    }

    function test_aDecisionIsNotReplayed() public {
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(95_000))));
        submit(d);
        refuses(d, StewardChecks.StateMismatch.selector);
    }

    function test_theOtherRootOfASignatureIsNone() public {
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(95_000))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, steward.decisionDigest(d));
        bytes memory flipped = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.expectPartialRevert(ECDSA.ECDSAInvalidSignatureS.selector);
        steward.submit(d, attachment(), flipped);
    }

    function test_theEngineIsNotCalledByItself() public {
        StewardEngine engine = StewardEngine(steward.engine());
        StewardBook.Group memory group;
        Attachment memory a;
        Tuple[] memory tuples = loosening();
        StewardBook.MarketConfig memory c = config();
        vm.expectPartialRevert(StewardEngine.OnlyDelegate.selector);
        engine.applyGroup(group, tuples, a);
        vm.expectPartialRevert(StewardEngine.OnlyDelegate.selector);
        engine.applyTuples(MARKET, tuples);
        vm.expectPartialRevert(StewardEngine.OnlyDelegate.selector);
        engine.setMarket(MARKET, c);
        vm.expectPartialRevert(StewardEngine.OnlyDelegate.selector);
        engine.setLimits(MARKET, WETH, Kinds.SUPPLY_CAP, capLimit());
        vm.expectPartialRevert(StewardEngine.OnlyDelegate.selector);
        engine.thaw(MARKET, WETH);
    }

    function test_anEpochPassedOverTakesOneUpdateAndNoMore() public {
        later(10 hours);
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(99_000))));
        d.epoch -= 5;
        submit(d);
        d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(98_000))));
        d.epoch -= 5;
        refuses(d, StewardChecks.EpochUsed.selector);
        d.epoch -= 1;
        refuses(d, StewardChecks.EpochStale.selector);
    }
}
