// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Binding} from "./Binding.sol";
import {DecisionHash} from "./DecisionHash.sol";
import {Attestation, IAttestationVerifier} from "./interfaces/IAttestationVerifier.sol";
import {Decision} from "./interfaces/PlimsollTypes.sol";
import {RegistryApprovals} from "./RegistryApprovals.sol";

/// Which keys may sign decisions: those born in an approved image, on an approved operator's machine, shown by fresh
/// attestation evidence. It judges no decision but one thing: a key that signed two for the same case.
contract EnclaveRegistry is RegistryApprovals {
    enum KeyStatus {
        VALID,
        UNKNOWN,
        REVOKED,
        EXPIRED,
        OPERATOR_REMOVED,
        IMAGE_REVOKED,
        IMAGE_ENDED,
        BELOW_MIN_VERSION
    }

    uint256 public constant EVIDENCE_AGE_MS = 10 minutes * 1000;
    uint256 public constant CLOCK_SKEW_MS = 30 seconds * 1000;

    uint8 private constant LIVE = 0;
    uint8 private constant UPDATE = 1;
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    event KeyRegistered(address indexed key, bytes32 indexed imageId, address indexed operator, uint40 expiresAt);
    event Equivocation(address indexed key, bytes32 indexed first, bytes32 indexed second);

    error StewardMissing();
    error BlockTooOld(uint256 number);
    error NonceMismatch();
    error UserDataMismatch();
    error BadPublicKey();
    error EvidenceTooOld();
    error EvidenceInFuture();
    error ImageUnknown(bytes32 imageId);
    error ImageClosed(bytes32 imageId);
    error KeyKnown(address key);
    error KeyUnknown(address key);
    error NotEquivocation();

    constructor(address owner_, IAttestationVerifier verifier_, address guardian_)
        RegistryApprovals(owner_, verifier_, guardian_)
    {}

    /// Admits the key of an attestation document. The sender is the operator named in it; blockNumber is the block, at
    /// most 256 back, whose hash is in the document's nonce. Returns the key's account.
    function registerEnclave(bytes calldata evidence, uint256 blockNumber) external returns (address key) {
        Operator storage operator = operators[msg.sender];
        if (!operator.approved) revert OperatorUnknown(msg.sender);
        Attestation memory attestation = verifier.verify(evidence);
        checkFresh(attestation, blockNumber);
        checkImage(attestation);
        if (attestation.publicKey.length != Binding.PUBLIC_KEY_SIZE) revert BadPublicKey();
        key = Binding.account(attestation.publicKey);
        if (keys[key].operator != address(0) || keys[key].revoked) revert KeyKnown(key);
        uint40 expiresAt = uint40(block.timestamp) + keyLife;
        keys[key] = Key(attestation.imageId, msg.sender, operator.term, expiresAt, false);
        emit KeyRegistered(key, attestation.imageId, msg.sender, expiresAt);
    }

    /// The nonce a document must hold for this operator and block; reverts when the chain no longer knows the hash.
    function challenge(address operator, uint256 blockNumber) public view returns (bytes32) {
        bytes32 blockHash = blockhash(blockNumber);
        if (blockHash == 0) revert BlockTooOld(blockNumber);
        return Binding.nonce(address(this), block.chainid, operator, blockHash);
    }

    function checkFresh(Attestation memory attestation, uint256 blockNumber) private view {
        bool answers =
            attestation.nonce.length == 32 && bytes32(attestation.nonce) == challenge(msg.sender, blockNumber);
        if (!answers) revert NonceMismatch();
        uint256 nowMs = block.timestamp * 1000;
        if (attestation.timestampMs > nowMs + CLOCK_SKEW_MS) revert EvidenceInFuture();
        if (attestation.timestampMs + EVIDENCE_AGE_MS < nowMs) revert EvidenceTooOld();
    }

    /// The image takes keys, and the document names its model and policy, this chain, the steward and the sender.
    function checkImage(Attestation memory attestation) private view {
        if (steward == address(0)) revert StewardMissing();
        Image storage image = images[attestation.imageId];
        if (image.version == 0) revert ImageUnknown(attestation.imageId);
        if (image.revoked || image.endsAt != 0) revert ImageClosed(attestation.imageId);
        bytes memory bound =
            Binding.userData(image.modelHash, image.policyHash, uint64(block.chainid), steward, msg.sender);
        bool same = attestation.userData.length == bound.length && keccak256(attestation.userData) == keccak256(bound);
        if (!same) revert UserDataMismatch();
    }

    /// Reverts KeyInvalid unless the key may sign for the market now; keyStatus says why not.
    function checkKey(address key, bytes32 market) external view returns (KeyInfo memory) {
        if (keyStatus(key, market) != KeyStatus.VALID) revert KeyInvalid(key);
        Key storage entry = keys[key];
        Image storage image = images[entry.imageId];
        uint40 end = image.endsAt != 0 && image.endsAt < entry.expiresAt ? image.endsAt : entry.expiresAt;
        return KeyInfo(entry.imageId, image.modelHash, image.policyHash, entry.operator, end);
    }

    function keyStatus(address key, bytes32 market) public view returns (KeyStatus) {
        Key storage entry = keys[key];
        if (entry.revoked) return KeyStatus.REVOKED;
        if (entry.operator == address(0)) return KeyStatus.UNKNOWN;
        if (block.timestamp >= entry.expiresAt) return KeyStatus.EXPIRED;
        Operator storage operator = operators[entry.operator];
        if (!operator.approved || operator.term != entry.term) return KeyStatus.OPERATOR_REMOVED;
        Image storage image = images[entry.imageId];
        if (image.revoked) return KeyStatus.IMAGE_REVOKED;
        if (image.endsAt != 0 && block.timestamp >= image.endsAt) return KeyStatus.IMAGE_ENDED;
        if (image.version < minVersion[market]) return KeyStatus.BELOW_MIN_VERSION;
        return KeyStatus.VALID;
    }

    /// Anyone: two different live UPDATEs that one registered key signed for the same (market, epoch, case) revoke it.
    /// Shadow decisions do not count: the steward never takes them.
    function reportEquivocation(
        Decision calldata first,
        bytes calldata firstSignature,
        Decision calldata second,
        bytes calldata secondSignature
    ) external {
        if (!isLiveUpdate(first) || !isLiveUpdate(second)) revert NotEquivocation();
        bool sameCase =
            first.market == second.market && first.epoch == second.epoch && first.caseDigest == second.caseDigest;
        bytes32 firstDigest = decisionDigest(first);
        bytes32 secondDigest = decisionDigest(second);
        if (!sameCase || firstDigest == secondDigest) revert NotEquivocation();
        address key = ECDSA.recoverCalldata(firstDigest, firstSignature);
        if (key != ECDSA.recoverCalldata(secondDigest, secondSignature)) revert NotEquivocation();
        if (keys[key].operator == address(0)) revert KeyUnknown(key);
        markRevoked(key);
        emit Equivocation(key, firstDigest, secondDigest);
    }

    function isLiveUpdate(Decision calldata decision) private pure returns (bool) {
        return decision.mode == LIVE && decision.outcome == UPDATE;
    }

    /// The digest an enclave signs, under the steward's domain.
    function decisionDigest(Decision calldata decision) public view returns (bytes32) {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPE, keccak256("Plimsoll"), keccak256("1"), block.chainid, steward));
        return MessageHashUtils.toTypedDataHash(domain, DecisionHash.hash(decision));
    }
}
