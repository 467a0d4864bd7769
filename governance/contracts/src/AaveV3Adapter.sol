// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {AaveConfig} from "./AaveConfig.sol";
import {AaveFreezer} from "./AaveFreezer.sol";
import {AaveReader} from "./AaveReader.sol";
import {IAaveProvider} from "./interfaces/IAaveV3.sol";
import {Kinds} from "./interfaces/PlimsollTypes.sol";

/// Aave v3 (3.0.2 to 3.6) behind the steward. It holds RISK_ADMIN and writes one tuple at the steward's call, never
/// where that would undo an emergency; limits are the steward's business, not this contract's.
contract AaveV3Adapter is AaveFreezer, Ownable2Step {
    using AaveConfig for uint256;
    using SafeCast for uint256;

    address public steward;
    /// The LTV that this contract itself set to 0: the only one that it may put in place of a 0.
    mapping(address asset => uint256) public zeroedLtv;

    event StewardSet(address steward);

    error AlreadySet();
    error ZeroValue();
    error ZeroCap();
    error ValueCount();
    error ValueRange();
    error NotApplied(address asset, uint8 kind);

    constructor(IAaveProvider provider_, address owner_) AaveReader(provider_) Ownable(owner_) {
        if (address(provider_) == address(0)) revert ZeroValue();
    }

    /// Once.
    function setSteward(address steward_) external onlyOwner {
        if (steward_ == address(0)) revert ZeroValue();
        if (steward != address(0)) revert AlreadySet();
        steward = steward_;
        emit StewardSet(steward_);
    }

    /// Writes one tuple, then reads it back: a version that does something else with it reverts here.
    function write(address asset, uint8 kind, uint256[] calldata values) external {
        if (msg.sender != steward) revert OnlySteward();
        dispatch(asset, kind, values);
        uint256[] memory applied = current(asset, kind);
        if (keccak256(abi.encodePacked(applied)) != keccak256(abi.encodePacked(values))) {
            revert NotApplied(asset, kind);
        }
    }

    function dispatch(address asset, uint8 kind, uint256[] calldata values) private {
        if (kind == Kinds.COLLATERAL) writeCollateral(asset, values);
        else if (kind == Kinds.SUPPLY_CAP) configurator().setSupplyCap(asset, capOf(values));
        else if (kind == Kinds.BORROW_CAP) configurator().setBorrowCap(asset, capOf(values));
        else if (kind == Kinds.RATES) writeRates(asset, values);
        else if (kind == Kinds.EMODE) writeEMode(asset, values);
        else if (kind == Kinds.FREEZE) writeFreeze(asset, values);
        else if (kind == Kinds.RESERVE_FACTOR) configurator().setReserveFactor(asset, single(values));
        else revert UnsupportedKind(kind);
    }

    /// Aave deletes a pending LTV when an unfrozen reserve is configured and replaces it on a frozen one, and either
    /// undoes somebody's emergency. So: not while frozen, not while an LTV is pending, and from LTV 0 only to 0 or back
    /// to what this contract zeroed.
    function writeCollateral(address asset, uint256[] calldata values) private {
        checkCount(values, 3);
        uint256 word = configOf(asset);
        if (word.frozen()) revert ReserveFrozen(asset);
        uint256 ltv = word.ltv();
        if (ltv == 0) {
            if (pendingLtv(asset) != 0) revert LtvZero(asset);
            if (values[0] != 0 && values[0] != zeroedLtv[asset]) revert LtvZero(asset);
        }
        if (ltv != 0 && values[0] == 0) zeroedLtv[asset] = ltv;
        else if (values[0] != 0 && zeroedLtv[asset] != 0) delete zeroedLtv[asset];
        configurator().configureReserveAsCollateral(asset, values[0], values[1], values[2]);
    }

    function writeRates(address asset, uint256[] calldata values) private {
        checkCount(values, 4);
        currentRates(asset); // reverts where the reserve's strategy takes no parameters
        bytes memory data =
            abi.encode(values[0].toUint16(), values[1].toUint32(), values[2].toUint32(), values[3].toUint32());
        configurator().setReserveInterestRateData(asset, data);
    }

    /// Keeps the label; which assets and bits belong to the category is stored elsewhere by the pool.
    function writeEMode(address asset, uint256[] calldata values) private {
        checkCount(values, 4);
        currentEMode(asset); // reverts for an unknown category or an older version
        uint8 id = eModeId(asset);
        if (values[0] != id) revert ValueRange();
        string memory label = pool().getEModeCategoryLabel(id);
        configurator().setEModeCategory(id, values[1].toUint16(), values[2].toUint16(), values[3].toUint16(), label);
    }

    function writeFreeze(address asset, uint256[] calldata values) private {
        uint256 value = single(values);
        if (value == 1) freeze(asset);
        else if (value == 0) unfreeze(asset);
        else revert ValueRange();
    }

    /// On Aave 0 is no cap at all: never written.
    function capOf(uint256[] calldata values) private pure returns (uint256 cap) {
        cap = single(values);
        if (cap == 0) revert ZeroCap();
    }

    function single(uint256[] calldata values) private pure returns (uint256) {
        checkCount(values, 1);
        return values[0];
    }

    function checkCount(uint256[] calldata values, uint256 count) private pure {
        if (values.length != count) revert ValueCount();
    }
}
