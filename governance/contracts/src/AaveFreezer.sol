// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {AaveConfig} from "./AaveConfig.sol";
import {AaveReader} from "./AaveReader.sol";
import {IAaveConfigurator, IAavePool} from "./interfaces/IAaveV3.sol";

/// Freezing a reserve and undoing exactly that. Aave 3.6 moves the LTV aside and sets ltv-zero bits in e-modes when it
/// freezes, and gives neither back when it unfreezes: what our freeze took is remembered here and given back.
abstract contract AaveFreezer is AaveReader {
    using AaveConfig for uint256;

    struct Taken {
        uint16 ltv; // moved to the pending LTV by the freeze
        uint256 categories; // bit i: e-mode i lost its LTV by the freeze
    }

    mapping(address asset => Taken) public taken;

    function freeze(address asset) internal {
        uint256 word = configOf(asset);
        taken[asset] = Taken(uint16(word.ltv()), openCategories(asset));
        configurator().setReserveFreeze(asset, true);
    }

    /// What somebody else zeroed before or changed after the freeze stays as it is.
    function unfreeze(address asset) internal {
        Taken memory before = taken[asset];
        delete taken[asset];
        IAaveConfigurator target = configurator();
        target.setReserveFreeze(asset, false);
        bool aside = before.ltv != 0 && configOf(asset).ltv() == 0 && pendingLtv(asset) == before.ltv;
        if (aside) target.setReserveLtvzero(asset, false);
        uint256 shut = before.categories == 0 ? 0 : before.categories & shutCategories(asset, before.categories);
        for (uint256 id = 1; shut >> id != 0; id++) {
            if (has(shut, id)) target.setAssetLtvzeroInEMode(asset, uint8(id), false);
        }
    }

    /// Categories where the asset is collateral and its LTV not zeroed; none where the version has no such bits.
    /// Cost: 255 reads, the same ones that the protocol's freeze makes next.
    function openCategories(address asset) private view returns (uint256 open) {
        IAavePool target = pool();
        if (!hasLtvzeroBits(target)) return 0;
        uint256 reserve = target.getReserveData(asset)[7];
        for (uint256 id = 1; id <= EMODES; id++) {
            if (!has(target.getEModeCategoryCollateralBitmap(uint8(id)), reserve)) continue;
            if (!has(target.getEModeCategoryLtvzeroBitmap(uint8(id)), reserve)) open |= 1 << id;
        }
    }

    /// Of the given categories, those where the asset is still collateral and its LTV zeroed.
    function shutCategories(address asset, uint256 among) private view returns (uint256 shut) {
        IAavePool target = pool();
        uint256 reserve = target.getReserveData(asset)[7];
        for (uint256 id = 1; id <= EMODES; id++) {
            if (!has(among, id) || !has(target.getEModeCategoryCollateralBitmap(uint8(id)), reserve)) continue;
            if (has(target.getEModeCategoryLtvzeroBitmap(uint8(id)), reserve)) shut |= 1 << id;
        }
    }

    function hasLtvzeroBits(IAavePool target) private view returns (bool) {
        (bool ok, bytes memory answer) =
            address(target).staticcall(abi.encodeCall(IAavePool.getEModeCategoryLtvzeroBitmap, (1)));
        return ok && answer.length == 32;
    }

    function has(uint256 bits, uint256 index) private pure returns (bool) {
        return (bits >> index) & 1 == 1;
    }
}
