// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {TestBase} from "./Cheats.sol";
import {DevAttestationVerifier} from "../src/DevAttestationVerifier.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {Attestation} from "../src/interfaces/IAttestationVerifier.sol";
import {Decision, Kinds, Tuple} from "../src/interfaces/PlimsollTypes.sol";

/// A registry with one image and one operator, and a document that passes every check; a test then breaks one thing.
abstract contract RegistryBase is TestBase {
    bytes32 internal constant IMAGE = keccak256("image 1");
    bytes32 internal constant IMAGE2 = keccak256("image 2");
    bytes32 internal constant FAMILY = keccak256("family");
    bytes32 internal constant MODEL = keccak256("model");
    bytes32 internal constant POLICY = keccak256("policy");
    bytes32 internal constant MARKET = keccak256("market");
    address internal constant OPERATOR = address(0x0BE7);
    address internal constant GUARDIAN = address(0x6A4D);
    address internal constant STEWARD = address(0x57E7);
    uint256 internal constant NOTARY = 0xD0C;
    uint256 internal constant KEY = 1;
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant BLOCK = 20_000_000;
    /// Public key of the private key 1: secp256k1's base point.
    bytes internal constant PUBLIC_KEY = hex"79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        hex"483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

    DevAttestationVerifier internal verifier;
    EnclaveRegistry internal registry;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(BLOCK);
        verifier = new DevAttestationVerifier(vm.addr(NOTARY));
        registry = new EnclaveRegistry(address(this), verifier, GUARDIAN);
        registry.setSteward(STEWARD);
        registry.approveImage(IMAGE, FAMILY, 1, MODEL, POLICY);
        registry.approveOperator(OPERATOR);
    }

    function document() internal view returns (Attestation memory a) {
        a.imageId = IMAGE;
        a.timestampMs = uint64(block.timestamp * 1000 - 5000);
        a.publicKey = PUBLIC_KEY;
        a.userData = abi.encodePacked("PLM1", MODEL, POLICY, uint64(31337), STEWARD, OPERATOR);
        a.nonce = abi.encodePacked(registry.challenge(OPERATOR, block.number - 3));
    }

    function evidence(Attestation memory a, uint256 notary) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(notary, verifier.attestationDigest(a));
        return abi.encode(a, abi.encodePacked(r, s, v));
    }

    function register(Attestation memory a) internal returns (address) {
        bytes memory signed = evidence(a, NOTARY);
        vm.prank(OPERATOR);
        return registry.registerEnclave(signed, block.number - 3);
    }

    function refuses(Attestation memory a, bytes4 selector) internal {
        bytes memory signed = evidence(a, NOTARY);
        vm.expectPartialRevert(selector);
        vm.prank(OPERATOR);
        registry.registerEnclave(signed, block.number - 3);
    }

    function keyStands(address key) internal view returns (bool) {
        try registry.checkKey(key, MARKET) {
            return true;
        } catch {
            return false;
        }
    }

    function expectStatus(address key, EnclaveRegistry.KeyStatus want) internal view {
        assertEq(uint256(registry.keyStatus(key, MARKET)), uint256(want), "key status");
        assertTrue(keyStands(key) == (want == EnclaveRegistry.KeyStatus.VALID), "checkKey agrees with keyStatus");
    }

    function update() internal pure returns (Decision memory d) {
        d.market = MARKET;
        d.outcome = 1;
        d.epoch = 500_000;
        d.caseDigest = keccak256("case");
        d.tuples = new Tuple[](1);
        d.tuples[0] = Tuple(address(0x1000), Kinds.SUPPLY_CAP, new uint256[](1), new uint256[](1));
        d.tuples[0].oldValues[0] = 100;
        d.tuples[0].newValues[0] = 90;
    }

    function sign(Decision memory d, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, registry.decisionDigest(d));
        return abi.encodePacked(r, s, v);
    }
}
