// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {IAaveConfigurator, IAaveDataProvider, IAaveOracle, IAavePool, IAaveProvider} from "./interfaces/IAaveV3.sol";

/// What a decision assumed of the protocol's code and oracles, as one hash. A contract cannot read another one's
/// ERC-1967 slot and Aave's proxies answer implementation() only to their admin, so an implementation stands here as
/// its revision, which every upgrade through the provider must raise, and the logic libraries linked into it.
/// The words are listed in README.md; reading only.
library AaveFingerprint {
    bytes32 internal constant TAG = keccak256("Plimsoll Aave v3 fingerprint 1");
    uint256 internal constant HEAD_WORDS = 16;
    uint256 internal constant RESERVE_WORDS = 3;

    struct Parts {
        address provider;
        address pool;
        address configurator;
        address dataProvider;
        address oracle;
        address sharedStrategy; // 0 where each reserve has its own
    }

    function compute(IAaveProvider provider) internal view returns (bytes32) {
        Parts memory parts;
        parts.provider = address(provider);
        parts.pool = provider.getPool();
        parts.configurator = provider.getPoolConfigurator();
        parts.dataProvider = provider.getPoolDataProvider();
        parts.oracle = provider.getPriceOracle();
        parts.sharedStrategy = address(uint160(ask(parts.pool, IAavePool.RESERVE_INTEREST_RATE_STRATEGY.selector)));
        address[] memory reserves = IAavePool(parts.pool).getReservesList();
        uint256[] memory words = new uint256[](HEAD_WORDS + RESERVE_WORDS * reserves.length);
        fillHead(words, parts);
        for (uint256 i = 0; i < reserves.length; i++) {
            fillReserve(words, HEAD_WORDS + RESERVE_WORDS * i, parts, reserves[i]);
        }
        return keccak256(abi.encodePacked(words));
    }

    function fillHead(uint256[] memory words, Parts memory parts) private view {
        words[0] = uint256(TAG);
        words[1] = block.chainid;
        words[2] = uint160(parts.provider);
        words[3] = uint160(parts.pool);
        words[4] = IAavePool(parts.pool).POOL_REVISION();
        words[5] = ask(parts.pool, IAavePool.getFlashLoanLogic.selector);
        words[6] = ask(parts.pool, IAavePool.getBorrowLogic.selector);
        words[7] = ask(parts.pool, IAavePool.getLiquidationLogic.selector);
        words[8] = ask(parts.pool, IAavePool.getPoolLogic.selector);
        words[9] = ask(parts.pool, IAavePool.getSupplyLogic.selector);
        words[10] = uint160(parts.configurator);
        words[11] = IAaveConfigurator(parts.configurator).CONFIGURATOR_REVISION();
        words[12] = ask(parts.configurator, IAaveConfigurator.getConfiguratorLogic.selector);
        words[13] = uint160(parts.dataProvider);
        words[14] = uint160(parts.oracle);
        words[15] = uint160(IAaveOracle(parts.oracle).getFallbackOracle());
    }

    function fillReserve(uint256[] memory words, uint256 at, Parts memory parts, address asset) private view {
        address strategy = parts.sharedStrategy;
        if (strategy == address(0)) {
            strategy = IAaveDataProvider(parts.dataProvider).getInterestRateStrategyAddress(asset);
        }
        words[at] = uint160(asset);
        words[at + 1] = uint160(IAaveOracle(parts.oracle).getSourceOfAsset(asset));
        words[at + 2] = uint160(strategy);
    }

    /// A getter that not every version has: its word, or 0.
    function ask(address target, bytes4 selector) private view returns (uint256) {
        (bool ok, bytes memory answer) = target.staticcall(abi.encodeWithSelector(selector));
        return ok && answer.length == 32 ? abi.decode(answer, (uint256)) : 0;
    }
}
