// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// One protocol behind the steward: read, fingerprint, apply, probe.
interface IMarketAdapter {
    error OnlySteward();
    error UnsupportedKind(uint8 kind);
    error ReserveFrozen(address asset);
    error LtvZero(address asset);

    /// Values in force, in the protocol's own setter units (LB 10500; effective LTV = pending LTV where one is set).
    function current(address asset, uint8 kind) external view returns (uint256[] memory);

    /// Hash over implementations and oracle sources of every reserve.
    function fingerprint() external view returns (bytes32);

    /// Writes one tuple; only the steward may call.
    function write(address asset, uint8 kind, uint256[] calldata values) external;

    /// Health factor of an account in 1e18 (type(uint256).max without debt).
    function healthFactor(address account) external view returns (uint256);

    /// The protocol oracle's price of an asset, in its base currency unit.
    function price(address asset) external view returns (uint256);
}
