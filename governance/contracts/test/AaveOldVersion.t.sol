// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {AaveOldDouble} from "./AaveOldDouble.sol";
import {TestBase} from "./Cheats.sol";
import {AaveConfig} from "../src/AaveConfig.sol";
import {AaveReader} from "../src/AaveReader.sol";
import {AaveV3Adapter} from "../src/AaveV3Adapter.sol";
import {IAaveProvider} from "../src/interfaces/IAaveV3.sol";
import {IMarketAdapter} from "../src/interfaces/IMarketAdapter.sol";
import {Kinds} from "../src/interfaces/PlimsollTypes.sol";

/// The adapter on a protocol without what came after 3.0.2. The real 3.6: tests/chain/test_adapter.mjs.
contract AaveOldVersionTest is TestBase {
    address private constant ASSET = address(0x1000);
    uint256 private constant WORD = 8000 | (8250 << 16) | (10500 << 32) | (18 << 48) | (1 << 56) | (1500 << 64)
        | (uint256(700) << 80) | (uint256(900) << 116);

    AaveOldDouble private aave;
    AaveV3Adapter private adapter;

    function setUp() public {
        aave = new AaveOldDouble(ASSET, WORD);
        adapter = new AaveV3Adapter(IAaveProvider(address(aave)), address(this));
        adapter.setSteward(address(this));
    }

    function values(uint256 a) private pure returns (uint256[] memory v) {
        v = new uint256[](1);
        v[0] = a;
    }

    function values(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory v) {
        v = new uint256[](3);
        (v[0], v[1], v[2]) = (a, b, c);
    }

    function expectCollateral(uint256 ltv, uint256 lt, uint256 lb) private view {
        assertEq(
            keccak256(abi.encode(adapter.current(ASSET, Kinds.COLLATERAL))),
            keccak256(abi.encode(values(ltv, lt, lb))),
            "collateral"
        );
    }

    function test_readsWithoutAPendingLtv() public {
        expectCollateral(8000, 8250, 10500);
        aave.setWord(WORD & ~uint256(0xFFFF));
        expectCollateral(0, 8250, 10500);
    }

    function test_readsTheConfigurationWord() public view {
        assertEq(adapter.current(ASSET, Kinds.BORROW_CAP)[0], 700, "borrow cap");
        assertEq(adapter.current(ASSET, Kinds.SUPPLY_CAP)[0], 900, "supply cap");
        assertEq(adapter.current(ASSET, Kinds.RESERVE_FACTOR)[0], 1500, "reserve factor");
        assertEq(adapter.current(ASSET, Kinds.FREEZE)[0], 0, "not frozen");
    }

    function testFuzz_fieldsOfTheWord(uint16 ltv, uint16 lt, uint16 lb, uint40 borrow, uint40 supply, uint256 rest)
        public
        pure
    {
        borrow &= 0xFFFFFFFFF;
        supply &= 0xFFFFFFFFF;
        uint256 mask = 0xFFFFFFFFFFFF | (uint256(0xFFFFFFFFFFFFFFFFFF) << 80);
        uint256 word = (rest & ~mask) | ltv | (uint256(lt) << 16) | (uint256(lb) << 32) | (uint256(borrow) << 80)
            | (uint256(supply) << 116);
        assertEq(AaveConfig.ltv(word), ltv, "ltv");
        assertEq(AaveConfig.threshold(word), lt, "lt");
        assertEq(AaveConfig.bonus(word), lb, "lb");
        assertEq(AaveConfig.borrowCap(word), borrow, "borrow cap");
        assertEq(AaveConfig.supplyCap(word), supply, "supply cap");
        assertTrue(AaveConfig.frozen(word) == (rest & (1 << 57) != 0), "frozen");
        assertEq(AaveConfig.reserveFactor(word), (rest >> 64) & 0xFFFF, "factor");
    }

    function test_ratesAndEModesAreUnsupported() public {
        vm.expectRevert(abi.encodeWithSelector(IMarketAdapter.UnsupportedKind.selector, Kinds.RATES));
        adapter.current(ASSET, Kinds.RATES);
        vm.expectRevert(abi.encodeWithSelector(IMarketAdapter.UnsupportedKind.selector, Kinds.RATES));
        adapter.write(ASSET, Kinds.RATES, new uint256[](4));
        vm.expectRevert(abi.encodeWithSelector(IMarketAdapter.UnsupportedKind.selector, Kinds.EMODE));
        adapter.current(address(1), Kinds.EMODE);
        vm.expectRevert(abi.encodeWithSelector(AaveReader.NotListed.selector, address(256)));
        adapter.current(address(256), Kinds.EMODE);
    }

    function test_freezeAndThaw() public {
        adapter.write(ASSET, Kinds.COLLATERAL, values(0, 8250, 10500));
        adapter.write(ASSET, Kinds.FREEZE, values(1));
        vm.expectRevert(abi.encodeWithSelector(IMarketAdapter.ReserveFrozen.selector, ASSET));
        adapter.write(ASSET, Kinds.COLLATERAL, values(8000, 8250, 10500));
        adapter.write(ASSET, Kinds.FREEZE, values(0));
        adapter.write(ASSET, Kinds.COLLATERAL, values(8000, 8250, 10500));
        expectCollateral(8000, 8250, 10500);
    }

    /// An LTV of 0 that somebody else set stays: with or without one that the adapter set before.
    function testFuzz_ltvZeroStays(uint256 ltv) public {
        ltv = bound(ltv, 1, 8250);
        aave.setWord(WORD & ~uint256(0xFFFF));
        vm.expectRevert(abi.encodeWithSelector(IMarketAdapter.LtvZero.selector, ASSET));
        adapter.write(ASSET, Kinds.COLLATERAL, values(ltv, 8250, 10500));
        adapter.write(ASSET, Kinds.COLLATERAL, values(0, 8200, 10500));
        expectCollateral(0, 8200, 10500);
    }

    function test_zeroedLtvIsForgottenOnceGivenBack() public {
        adapter.write(ASSET, Kinds.COLLATERAL, values(0, 8250, 10500));
        assertEq(adapter.zeroedLtv(ASSET), 8000, "remembered");
        adapter.write(ASSET, Kinds.COLLATERAL, values(8000, 8250, 10500));
        aave.setWord(WORD & ~uint256(0xFFFF));
        vm.expectRevert(abi.encodeWithSelector(IMarketAdapter.LtvZero.selector, ASSET));
        adapter.write(ASSET, Kinds.COLLATERAL, values(8000, 8250, 10500));
    }

    /// A protocol that takes the call and does something else.
    function test_writesAreReadBack() public {
        aave.setDeaf(true);
        vm.expectRevert(abi.encodeWithSelector(AaveV3Adapter.NotApplied.selector, ASSET, Kinds.SUPPLY_CAP));
        adapter.write(ASSET, Kinds.SUPPLY_CAP, values(5));
        adapter.write(ASSET, Kinds.SUPPLY_CAP, values(900)); // what stands already
    }

    /// Getters that the version lacks are 0; the strategy is the reserve's own.
    function test_fingerprint() public view {
        bytes memory head = abi.encode(
            keccak256("Plimsoll Aave v3 fingerprint 1"), block.chainid, address(aave), address(aave), 1, 0, 0, 0, 0, 0
        );
        bytes memory tail =
            abi.encode(address(aave), 2, 0, address(aave), address(aave), 0xFA11, ASSET, 0xFEED, address(aave));
        assertEq(adapter.fingerprint(), keccak256(bytes.concat(head, tail)), "fingerprint");
    }

    function test_providerIsNeeded() public {
        vm.expectRevert(AaveV3Adapter.ZeroValue.selector);
        new AaveV3Adapter(IAaveProvider(address(0)), address(this));
    }
}
