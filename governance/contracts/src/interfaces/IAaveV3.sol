// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// The calls our adapter makes to Aave v3, and no others; written from the published ABI, versions 3.0.2 to 3.6. Where
/// a call exists only in some versions, the line says so, and since which where that matters.

interface IAaveProvider {
    function getPool() external view returns (address);
    function getPoolConfigurator() external view returns (address);
    function getPoolDataProvider() external view returns (address);
    function getPriceOracle() external view returns (address);
}

interface IAavePool {
    struct Configuration {
        uint256 data;
    }

    struct CollateralConfig {
        uint16 ltv;
        uint16 liquidationThreshold;
        uint16 liquidationBonus;
    }

    function getConfiguration(address asset) external view returns (Configuration memory);
    /// The first words of the answer: [0] configuration, [7] id.
    function getReserveData(address asset) external view returns (uint256[8] memory);
    function getReservesList() external view returns (address[] memory);
    function getUserAccountData(address account)
        external
        view
        returns (
            uint256 collateral,
            uint256 debt,
            uint256 available,
            uint256 threshold,
            uint256 ltv,
            uint256 healthFactor
        );
    function POOL_REVISION() external view returns (uint256);
    function RESERVE_INTEREST_RATE_STRATEGY() external view returns (address); // 3.4
    function getFlashLoanLogic() external view returns (address); // not in every version, as the next four
    function getBorrowLogic() external view returns (address);
    function getLiquidationLogic() external view returns (address);
    function getPoolLogic() external view returns (address);
    function getSupplyLogic() external view returns (address);
    function getEModeCategoryCollateralConfig(uint8 id) external view returns (CollateralConfig memory); // 3.2
    function getEModeCategoryLabel(uint8 id) external view returns (string memory); // 3.2
    function getEModeCategoryCollateralBitmap(uint8 id) external view returns (uint128); // 3.2
    function getEModeCategoryLtvzeroBitmap(uint8 id) external view returns (uint128); // 3.6
}

interface IAaveConfigurator {
    function configureReserveAsCollateral(address asset, uint256 ltv, uint256 lt, uint256 lb) external;
    function setSupplyCap(address asset, uint256 cap) external;
    function setBorrowCap(address asset, uint256 cap) external;
    function setReserveFactor(address asset, uint256 factor) external;
    function setReserveFreeze(address asset, bool freeze) external;
    function setReserveInterestRateData(address asset, bytes calldata data) external; // 3.1
    function setEModeCategory(uint8 id, uint16 ltv, uint16 lt, uint16 lb, string calldata label) external; // 3.2
    function setReserveLtvzero(address asset, bool ltvZero) external; // 3.6
    function setAssetLtvzeroInEMode(address asset, uint8 id, bool ltvZero) external; // 3.6
    function getPendingLtv(address asset) external view returns (uint256); // 3.1
    function CONFIGURATOR_REVISION() external view returns (uint256);
    function getConfiguratorLogic() external view returns (address); // not in every version
}

interface IAaveDataProvider {
    function getInterestRateStrategyAddress(address asset) external view returns (address);
}

interface IAaveOracle {
    function getSourceOfAsset(address asset) external view returns (address);
    function getFallbackOracle() external view returns (address);
    function getAssetPrice(address asset) external view returns (uint256);
}

interface IAaveRateStrategy {
    /// In basis points; strategies of one reserve (before 3.1) do not have it.
    function getInterestRateDataBps(address asset)
        external
        view
        returns (uint16 optimal, uint32 base, uint32 slope1, uint32 slope2);
}
