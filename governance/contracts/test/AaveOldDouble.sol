// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

/// The surface of Aave v3.0.2 that the adapter meets, all five contracts in one: no pending LTV, no shared rate
/// strategy, no getters of libraries, no e-mode collateral config. For what it lacks; the rest is tested on the real 3.6.
contract AaveOldDouble {
    struct Configuration {
        uint256 data;
    }

    address internal immutable asset;
    uint256 internal word;
    bool internal deaf; // does nothing when asked to set a cap

    error InvalidFreezeState();

    constructor(address asset_, uint256 word_) {
        asset = asset_;
        word = word_;
    }

    function setDeaf(bool deaf_) external {
        deaf = deaf_;
    }

    function setWord(uint256 word_) external {
        word = word_;
    }

    function getPool() external view returns (address) {
        return address(this);
    }

    function getPoolConfigurator() external view returns (address) {
        return address(this);
    }

    function getPoolDataProvider() external view returns (address) {
        return address(this);
    }

    function getPriceOracle() external view returns (address) {
        return address(this);
    }

    function getConfiguration(address asset_) external view returns (Configuration memory) {
        return Configuration(asset_ == asset ? word : 0);
    }

    function getReservesList() external view returns (address[] memory list) {
        list = new address[](1);
        list[0] = asset;
    }

    function POOL_REVISION() external pure returns (uint256) {
        return 1;
    }

    function CONFIGURATOR_REVISION() external pure returns (uint256) {
        return 2;
    }

    /// A strategy of one reserve: this contract again, which has no getInterestRateDataBps.
    function getInterestRateStrategyAddress(address) external view returns (address) {
        return address(this);
    }

    function getSourceOfAsset(address) external pure returns (address) {
        return address(0xFEED);
    }

    function getFallbackOracle() external pure returns (address) {
        return address(0xFA11);
    }

    function configureReserveAsCollateral(address, uint256 ltv, uint256 lt, uint256 lb) external {
        word = (word & ~uint256(0xFFFFFFFFFFFF)) | ltv | (lt << 16) | (lb << 32);
    }

    function setReserveFreeze(address, bool freeze) external {
        uint256 bit = 1 << 57;
        if (((word & bit) != 0) == freeze) revert InvalidFreezeState();
        word ^= bit;
    }

    function setSupplyCap(address, uint256 cap) external {
        if (deaf) return;
        word = (word & ~(uint256(0xFFFFFFFFF) << 116)) | (cap << 116);
    }
}
