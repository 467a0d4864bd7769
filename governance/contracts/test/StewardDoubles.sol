// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {IEnclaveRegistry} from "../src/interfaces/IEnclaveRegistry.sol";
import {IMarketAdapter} from "../src/interfaces/IMarketAdapter.sol";
import {Kinds} from "../src/interfaces/PlimsollTypes.sol";

/// Stand-ins for the registry and a protocol, for tests of the steward alone; the real ones are tested on a chain.
contract RegistryDouble is IEnclaveRegistry {
    mapping(address key => KeyInfo) public infos;
    mapping(address key => bool) public revoked;

    function add(address key, bytes32 modelHash, bytes32 policyHash) external {
        infos[key] = KeyInfo(keccak256("image"), modelHash, policyHash, address(0xBEEF), type(uint64).max);
    }

    function revoke(address key) external {
        revoked[key] = true;
    }

    function checkKey(address key, bytes32) external view returns (KeyInfo memory info) {
        info = infos[key];
        if (info.operator == address(0) || revoked[key]) revert KeyInvalid(key);
    }
}

contract AdapterDouble is IMarketAdapter {
    address public steward;
    bytes32 public fingerprint = keccak256("protocol");
    uint256 public writes;
    bool public failing;
    uint256 public burn;
    mapping(address => mapping(uint8 => uint256[])) internal values;
    mapping(address => uint256) public price;
    mapping(address => uint256) internal debtShare; // bps of collateral value
    address internal collateral;

    function setSteward(address steward_) external {
        steward = steward_;
    }

    function setFingerprint(bytes32 fingerprint_) external {
        fingerprint = fingerprint_;
    }

    function setFailing(bool failing_) external {
        failing = failing_;
    }

    function setBurn(uint256 burn_) external {
        burn = burn_;
    }

    function setPrice(address asset, uint256 price_) external {
        price[asset] = price_;
    }

    function setValues(address asset, uint8 kind, uint256[] memory values_) external {
        values[asset][kind] = values_;
    }

    /// An account that owes `share` bps of the worth of its collateral in `asset`.
    function setDebt(address account, address asset, uint256 share) external {
        debtShare[account] = share;
        collateral = asset;
    }

    function current(address asset, uint8 kind) external view returns (uint256[] memory) {
        return values[asset][kind];
    }

    function write(address asset, uint8 kind, uint256[] calldata values_) external {
        if (msg.sender != steward) revert OnlySteward();
        if (failing) revert ReserveFrozen(asset);
        for (uint256 i = 0; i < burn; i++) {
            keccak256(abi.encode(i));
        }
        writes++;
        values[asset][kind] = values_;
    }

    function healthFactor(address account) external view returns (uint256) {
        if (debtShare[account] == 0) return type(uint256).max;
        return values[collateral][Kinds.COLLATERAL][1] * 1e18 / debtShare[account];
    }
}

contract SequencerDouble {
    int256 public answer;
    uint256 public startedAt;

    function set(int256 answer_, uint256 startedAt_) external {
        answer = answer_;
        startedAt = startedAt_;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, answer, startedAt, startedAt, 1);
    }
}
