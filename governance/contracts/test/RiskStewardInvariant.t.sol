// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {FuzzSelector} from "./Cheats.sol";
import {StewardBase} from "./StewardBase.sol";
import {RiskLimits} from "../src/RiskLimits.sol";
import {StewardBook} from "../src/StewardBook.sol";
import {StewardViews} from "../src/StewardViews.sol";
import {Decision, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// A world for the invariant runner: keys sign, get revoked, policies change, time passes, guardian and strangers act;
/// every change of the one parameter is written down with who stood behind it.
contract StewardWorld is StewardBase {
    struct Move {
        uint64 time;
        bool loosening;
        uint256 size; // 1e18 units
    }

    Move[] public moves;
    uint256 public signers = 1; // keys 1 .. signers were registered
    bytes32 public policy = POLICY;
    mapping(uint256 key => bool) public keyRevoked;
    mapping(uint256 key => bytes32) public keyPolicy;
    bool public staleAuthority; // ever: a change by a revoked key or an old policy
    bool public stalePending; // ever: a change confirmed from an item whose authority was gone
    bool public jumped; // ever: a loosening without a pending item
    Decision[] internal kept; // signed decisions the world may replay
    bytes[] internal signatures;

    constructor() {
        setUp();
        addKey();
    }

    function addKey() public {
        signers++;
        keyPolicy[signers] = policy;
        registry.add(vm.addr(signers), MODEL, policy);
    }

    function revokeKey(uint256 seed) public {
        uint256 key = bound(seed, 2, signers);
        keyRevoked[key] = true;
        registry.revoke(vm.addr(key));
        addKey();
    }

    function changePolicy(uint256 seed) public {
        if (seed % 4 != 0) return;
        policy = keccak256(abi.encode(policy));
        steward.setPolicyHash(MARKET, policy);
        addKey();
    }

    function wait(uint256 seconds_) public {
        later(bound(seconds_, 1, 20 hours));
    }

    function guard(uint256 seed) public {
        vm.startPrank(GUARDIAN);
        if (seed % 3 == 0) steward.pauseLoosen(MARKET);
        else if (steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP).hasPending && seed % 3 == 1) {
            steward.rejectPending(MARKET, WETH, Kinds.SUPPLY_CAP);
        } else steward.unpause(MARKET);
        vm.stopPrank();
    }

    function silence() public {
        try steward.declareSilent(MARKET) {} catch {}
    }

    /// Any key, revoked or not, signs a move of up to twice the step.
    function decide(uint256 keySeed, uint256 size, bool up, bool fresh) public {
        later(1 hours); // a new epoch
        uint256 key = fresh ? signers : bound(keySeed, 2, signers);
        uint256 old = value(WETH, Kinds.SUPPLY_CAP, 0);
        uint256 change = old * bound(size, 1, 6000) / 10_000;
        uint256 to = up ? old + change : old - change;
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(to))));
        d.policyHash = keyPolicy[key];
        send(d, sign(d, key), key);
    }

    /// Confirms what is pending, as an honest agent would.
    function confirm() public {
        StewardViews.TupleView memory state = steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP);
        if (!state.hasPending) return;
        if (state.pending.readyAt > block.timestamp) vm.warp(state.pending.readyAt);
        later(1 hours);
        uint256 old = value(WETH, Kinds.SUPPLY_CAP, 0);
        if (state.pending.newValues[0] == old) return;
        Decision memory d = update(list(tuple(WETH, Kinds.SUPPLY_CAP, one(state.pending.newValues[0]))));
        d.policyHash = keyPolicy[signers];
        send(d, sign(d, signers), signers);
    }

    function send(Decision memory d, bytes memory signature, uint256 key) internal {
        uint256 old = value(WETH, Kinds.SUPPLY_CAP, 0);
        StewardBook.PendingEntry memory before = steward.tupleState(MARKET, WETH, Kinds.SUPPLY_CAP).pending;
        try steward.submit(d, attachment(), signature) {} catch {}
        uint256 now_ = value(WETH, Kinds.SUPPLY_CAP, 0);
        if (now_ == old) return;
        bool loosening = now_ > old;
        if (keyRevoked[key] || d.policyHash != policy) staleAuthority = true;
        if (loosening) judgePending(before);
        moves.push(Move(uint64(block.timestamp), loosening, RiskLimits.sizeOf(Kinds.SUPPLY_CAP, true, old, now_, 1e18)));
    }

    function judgePending(StewardBook.PendingEntry memory before) private {
        if (before.key == address(0) || before.readyAt > block.timestamp) jumped = true;
        if (before.policyHash != policy) stalePending = true;
        for (uint256 key = 2; key <= signers; key++) {
            if (vm.addr(key) == before.key && keyRevoked[key]) stalePending = true;
        }
    }

    /// Largest sum of sizes of one direction within one window, and how many moves of each kind there were.
    function largestWindow(bool loosening) external view returns (uint256 largest) {
        for (uint256 i = 0; i < moves.length; i++) {
            uint256 sum = 0;
            for (uint256 j = i; j < moves.length && moves[j].time <= moves[i].time + WINDOW; j++) {
                if (moves[j].loosening == loosening) sum += moves[j].size;
            }
            if (sum > largest) largest = sum;
        }
    }

    function inForce() external view returns (uint256) {
        return value(WETH, Kinds.SUPPLY_CAP, 0);
    }
}

contract RiskStewardInvariantTest is StewardBase {
    StewardWorld private world;

    function setUp() public override {
        world = new StewardWorld();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(world);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0].addr = address(world);
        targets[0].selectors = new bytes4[](8);
        targets[0].selectors[0] = StewardWorld.addKey.selector;
        targets[0].selectors[1] = StewardWorld.revokeKey.selector;
        targets[0].selectors[2] = StewardWorld.changePolicy.selector;
        targets[0].selectors[3] = StewardWorld.wait.selector;
        targets[0].selectors[4] = StewardWorld.guard.selector;
        targets[0].selectors[5] = StewardWorld.silence.selector;
        targets[0].selectors[6] = StewardWorld.decide.selector;
        targets[0].selectors[7] = StewardWorld.confirm.selector;
    }

    /// Nothing signed by a revoked key or under an old policy ever changes a parameter, pending or not.
    function invariant_staleAuthorityChangesNothing() public view {
        assertTrue(!world.staleAuthority(), "a revoked key or old policy changed a parameter");
        assertTrue(!world.stalePending(), "a void pending item was applied");
    }

    function invariant_looseningIsTwoPhase() public view {
        assertTrue(!world.jumped(), "a loosening was applied without waiting");
    }

    function invariant_windowSeesAtMostTwoAllowances() public view {
        assertTrue(world.largestWindow(false) <= 2 * 6000e18, "tightening");
        assertTrue(world.largestWindow(true) <= 2 * 6000e18, "loosening");
    }

    function invariant_valueStaysInItsBand() public view {
        assertTrue(world.inForce() >= 1000 && world.inForce() <= 1_000_000, "band");
    }

    /// The world is able to change the parameter both ways: the invariants above are about something.
    function test_worldMoves() public {
        world.decide(0, 1500, false, true);
        world.decide(0, 1500, true, true);
        world.confirm();
        (, bool first,) = world.moves(0);
        (, bool second,) = world.moves(1);
        assertTrue(!first && second, "one down, one up");
        assertTrue(world.largestWindow(false) > 0 && world.largestWindow(true) > 0, "sizes");
    }

    /// And a revoked key is among what it tries.
    function test_worldTriesRevokedKeys() public {
        world.revokeKey(2);
        uint256 before = world.inForce();
        world.decide(2, 1500, false, false);
        world.decide(2, 1500, false, true);
        assertTrue(world.inForce() < before, "the last key stands");
    }
}
