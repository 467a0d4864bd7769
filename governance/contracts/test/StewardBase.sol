// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Cheats, TestBase} from "./Cheats.sol";
import {AdapterDouble, RegistryDouble, SequencerDouble} from "./StewardDoubles.sol";
import {RiskSteward} from "../src/RiskSteward.sol";
import {RiskLimits} from "../src/RiskLimits.sol";
import {StewardBook} from "../src/StewardBook.sol";
import {Attachment, ComponentLimit, Decision, KindLimit, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// A steward with one market of two assets, and helpers that build and sign decisions which pass every check; a test
/// then breaks one thing.
abstract contract StewardBase is TestBase {
    bytes32 internal constant MARKET = keccak256("market");
    bytes32 internal constant POLICY = keccak256("policy");
    bytes32 internal constant MODEL = keccak256("model");
    uint256 internal constant KEY = 0xA11CE;
    uint256 internal constant OTHER_KEY = 0xB0B;
    address internal constant WETH = address(0x1000);
    address internal constant WBTC = address(0x2000);
    address internal constant GUARDIAN = address(0x6A4D);
    uint32 internal constant PERIOD = 3600;
    uint32 internal constant WINDOW = 30 days;
    uint256 internal constant START = 1_800_000_000;

    RegistryDouble internal registry;
    AdapterDouble internal adapter;
    RiskSteward internal steward;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(20_000_000);
        registry = new RegistryDouble();
        adapter = new AdapterDouble();
        registry.add(vm.addr(KEY), MODEL, POLICY);
        registry.add(vm.addr(OTHER_KEY), MODEL, POLICY);
        steward = new RiskSteward(address(this), registry, GUARDIAN, false);
        adapter.setSteward(address(steward));
        steward.setMarket(MARKET, config());
        steward.setState(MARKET, keccak256("state 0"));
        prepare(WETH);
        prepare(WBTC);
    }

    function config() internal view returns (StewardBook.MarketConfig memory c) {
        c.adapter = adapter;
        c.epochPeriod = PERIOD;
        c.maxAge = 1800;
        c.maxValidity = 1800;
        c.sequencerGrace = 3600;
        c.anchorDepth = 32;
        c.maxSilence = 1 days;
        c.confirmDelay = 1 hours;
        c.timelockDelay = 2 days;
        c.pendingLife = 1 days;
        c.recordLife = 14 days;
        c.toleranceBps = 100;
        c.policyHash = POLICY;
    }

    function prepare(address asset) internal {
        adapter.setPrice(asset, 2000e8);
        adapter.setValues(asset, Kinds.COLLATERAL, three(8000, 8250, 10500));
        adapter.setValues(asset, Kinds.SUPPLY_CAP, one(100_000));
        adapter.setValues(asset, Kinds.BORROW_CAP, one(90_000));
        adapter.setValues(asset, Kinds.RATES, four(9000, 0, 270, 8000));
        adapter.setValues(asset, Kinds.EMODE, four(1, 9300, 9500, 10100));
        adapter.setValues(asset, Kinds.FREEZE, one(0));
        steward.setLimits(MARKET, asset, Kinds.COLLATERAL, collateralLimit());
        steward.setLimits(MARKET, asset, Kinds.SUPPLY_CAP, capLimit());
        steward.setLimits(MARKET, asset, Kinds.BORROW_CAP, capLimit());
        steward.setLimits(MARKET, asset, Kinds.RATES, plainLimit(4, 0, 20_000));
        steward.setLimits(MARKET, asset, Kinds.EMODE, plainLimit(4, 0, 20_000));
    }

    function collateralLimit() internal pure returns (KindLimit memory limit) {
        limit = plainLimit(3, 5000, 8800);
        limit.components[2].floor = 10300;
        limit.components[2].ceiling = 11000;
    }

    function capLimit() internal pure returns (KindLimit memory limit) {
        limit = plainLimit(1, 1000, 1_000_000);
        limit.relative = true;
        limit.components[0].stepTighten = 3000;
        limit.components[0].stepLoosen = 3000;
        limit.components[0].allowanceTighten = 6000;
        limit.components[0].allowanceLoosen = 6000;
        limit.components[0].fastLoosen = 2000;
    }

    function plainLimit(uint256 count, uint128 floor, uint128 ceiling) internal pure returns (KindLimit memory limit) {
        limit.set = true;
        limit.window = WINDOW;
        limit.components = new ComponentLimit[](count);
        for (uint256 i = 0; i < count; i++) {
            limit.components[i] = ComponentLimit(floor, ceiling, 200, 200, 400, 400, 100);
        }
    }

    function one(uint256 a) internal pure returns (uint256[] memory v) {
        v = new uint256[](1);
        v[0] = a;
    }

    function three(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory v) {
        v = new uint256[](3);
        (v[0], v[1], v[2]) = (a, b, c);
    }

    function four(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256[] memory v) {
        v = new uint256[](4);
        (v[0], v[1], v[2], v[3]) = (a, b, c, d);
    }

    function tuple(address asset, uint8 kind, uint256[] memory newValues) internal view returns (Tuple memory) {
        return Tuple(asset, kind, adapter.current(asset, kind), newValues);
    }

    function list(Tuple memory a) internal pure returns (Tuple[] memory t) {
        t = new Tuple[](1);
        t[0] = a;
    }

    function list(Tuple memory a, Tuple memory b) internal pure returns (Tuple[] memory t) {
        t = new Tuple[](2);
        (t[0], t[1]) = (a, b);
    }

    /// A scheduled UPDATE of evidence class A that passes every check of submission.
    function update(Tuple[] memory tuples) internal view returns (Decision memory d) {
        StewardBook.MarketState memory state = steward.marketState(MARKET);
        d.market = MARKET;
        d.epoch = uint64(block.timestamp / PERIOD);
        d.outcome = tuples.length == 0 ? 2 : 1;
        d.evidence = 1;
        d.asOf = uint64(block.timestamp - 60);
        d.validUntil = uint64(block.timestamp + 600);
        d.anchorBlock = uint64(block.number - 64);
        d.anchorBlockHash = blockhash(block.number - 64);
        d.previousState = state.state;
        d.state = keccak256(abi.encode(state.state));
        d.caseDigest = keccak256("case");
        d.policyHash = POLICY;
        d.modelHash = MODEL;
        d.protocolFingerprint = adapter.fingerprint();
        d.reportDigest = keccak256(abi.encode(attachment()));
        d.tuples = tuples;
    }

    function attachment() internal view virtual returns (Attachment memory a) {
        a.report = keccak256("report");
        a.priceAssets = new address[](1);
        a.prices = new uint256[](1);
        (a.priceAssets[0], a.prices[0]) = (WETH, 2000e8);
    }

    function sign(Decision memory d, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, steward.decisionDigest(d));
        return abi.encodePacked(r, s, v);
    }

    function submit(Decision memory d) internal {
        steward.submit(d, attachment(), sign(d, KEY));
    }

    function submit(Tuple[] memory tuples) internal {
        submit(update(tuples));
    }

    function refuses(Decision memory d, bytes4 selector) internal {
        bytes memory signature = sign(d, KEY);
        vm.expectPartialRevert(selector);
        steward.submit(d, attachment(), signature);
    }

    /// Submits and expects the group to be refused with this error.
    function refusesGroup(Decision memory d, bytes memory errorData) internal {
        bytes32 digest = steward.decisionDigest(d);
        bytes memory signature = sign(d, KEY);
        Attachment memory a = attachment();
        vm.expectEmit(true, true, true, true, address(steward));
        emit StewardBook.GroupRefused(digest, d.tuples[0].asset, errorData);
        steward.submit(d, a, signature);
    }

    function refusesGroup(Tuple[] memory tuples, bytes4 selector) internal {
        refusesGroup(update(tuples), abi.encodePacked(selector));
    }

    function later(uint256 seconds_) internal {
        vm.warp(block.timestamp + seconds_);
        vm.roll(block.number + seconds_ / 12 + 1);
    }

    function value(address asset, uint8 kind, uint256 i) internal view returns (uint256) {
        return adapter.current(asset, kind)[i];
    }
}
