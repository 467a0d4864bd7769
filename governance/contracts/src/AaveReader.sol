// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {AaveConfig} from "./AaveConfig.sol";
import {AaveFingerprint} from "./AaveFingerprint.sol";
import {
    IAaveConfigurator,
    IAaveDataProvider,
    IAaveOracle,
    IAavePool,
    IAaveProvider,
    IAaveRateStrategy
} from "./interfaces/IAaveV3.sol";
import {IMarketAdapter} from "./interfaces/IMarketAdapter.sol";
import {Kinds} from "./interfaces/PlimsollTypes.sol";

/// The reading half of the Aave adapter: values in force, fingerprint, prices, health. Every address is asked of the
/// provider at each call, and a capability of the deployed code, so an upgrade of the protocol needs no call here.
abstract contract AaveReader is IMarketAdapter {
    using AaveConfig for uint256;

    IAaveProvider public immutable provider;
    uint256 internal constant EMODES = 255;

    error NotListed(address asset);

    constructor(IAaveProvider provider_) {
        provider = provider_;
    }

    function current(address asset, uint8 kind) public view returns (uint256[] memory) {
        if (kind == Kinds.EMODE) return currentEMode(asset);
        if (kind == Kinds.RATES) return currentRates(asset);
        uint256 word = configOf(asset);
        if (kind == Kinds.COLLATERAL) return currentCollateral(asset, word);
        if (kind == Kinds.SUPPLY_CAP) return one(word.supplyCap());
        if (kind == Kinds.BORROW_CAP) return one(word.borrowCap());
        if (kind == Kinds.RESERVE_FACTOR) return one(word.reserveFactor());
        if (kind == Kinds.FREEZE) return one(word.frozen() ? 1 : 0);
        revert UnsupportedKind(kind);
    }

    function fingerprint() external view returns (bytes32) {
        return AaveFingerprint.compute(provider);
    }

    function healthFactor(address account) external view returns (uint256 factor) {
        (,,,,, factor) = pool().getUserAccountData(account);
    }

    function price(address asset) external view returns (uint256) {
        return IAaveOracle(provider.getPriceOracle()).getAssetPrice(asset);
    }

    function pool() internal view returns (IAavePool) {
        return IAavePool(provider.getPool());
    }

    function configurator() internal view returns (IAaveConfigurator) {
        return IAaveConfigurator(provider.getPoolConfigurator());
    }

    function configOf(address asset) internal view returns (uint256 word) {
        word = pool().getConfiguration(asset).data;
        if (word == 0) revert NotListed(asset);
    }

    /// The LTV is the pending one where one is set: that is what comes back when an emergency ends.
    function currentCollateral(address asset, uint256 word) private view returns (uint256[] memory values) {
        values = new uint256[](3);
        uint256 pending = word.ltv() == 0 ? pendingLtv(asset) : 0;
        values[0] = pending != 0 ? pending : word.ltv();
        values[1] = word.threshold();
        values[2] = word.bonus();
    }

    /// 0 where none is set or the version (before 3.1) has none. The call cannot fail for want of gas alone: what is
    /// left of it then could not pay for the write that follows.
    function pendingLtv(address asset) internal view returns (uint256) {
        (bool ok, bytes memory answer) =
            address(configurator()).staticcall(abi.encodeCall(IAaveConfigurator.getPendingLtv, (asset)));
        return ok && answer.length == 32 ? abi.decode(answer, (uint256)) : 0;
    }

    function currentRates(address asset) internal view returns (uint256[] memory values) {
        configOf(asset);
        address strategy = IAaveDataProvider(provider.getPoolDataProvider()).getInterestRateStrategyAddress(asset);
        (bool ok, bytes memory answer) =
            strategy.staticcall(abi.encodeCall(IAaveRateStrategy.getInterestRateDataBps, (asset)));
        if (!ok || answer.length != 128) revert UnsupportedKind(Kinds.RATES);
        values = new uint256[](4);
        (values[0], values[1], values[2], values[3]) = abi.decode(answer, (uint256, uint256, uint256, uint256));
    }

    /// An e-mode stands where an asset does, as the address of its id: 0x00..01 is category 1.
    function currentEMode(address asset) internal view returns (uint256[] memory values) {
        uint8 id = eModeId(asset);
        (bool ok, bytes memory answer) =
            address(pool()).staticcall(abi.encodeCall(IAavePool.getEModeCategoryCollateralConfig, (id)));
        if (!ok || answer.length != 96) revert UnsupportedKind(Kinds.EMODE);
        values = new uint256[](4);
        values[0] = id;
        (values[1], values[2], values[3]) = abi.decode(answer, (uint256, uint256, uint256));
        if (values[2] == 0) revert NotListed(asset);
    }

    function eModeId(address asset) internal pure returns (uint8) {
        uint256 id = uint160(asset);
        if (id == 0 || id > EMODES) revert NotListed(asset);
        return uint8(id);
    }

    function one(uint256 value) private pure returns (uint256[] memory values) {
        values = new uint256[](1);
        values[0] = value;
    }
}
