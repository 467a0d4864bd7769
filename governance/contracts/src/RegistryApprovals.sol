// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IAttestationVerifier} from "./interfaces/IAttestationVerifier.sol";
import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";

/// What the owner (a timelock) approves and the guardian may revoke: images, operators, settings. No key is admitted
/// here; what is revoked stays revoked.
abstract contract RegistryApprovals is IEnclaveRegistry, Ownable2Step {
    /// One measured build with its model and policy.
    struct Image {
        bytes32 modelHash;
        bytes32 policyHash;
        bytes32 family;
        uint32 version; // 0: never approved
        uint40 endsAt; // s; 0 while it is the newest of its family
        bool revoked;
    }

    struct Family {
        bytes32 newest; // image id
        uint32 version;
    }

    /// Removal and approval again make a new term: keys of an old one stay void.
    struct Operator {
        bool approved;
        uint32 term;
    }

    struct Key {
        bytes32 imageId;
        address operator;
        uint32 term; // of the operator
        uint40 expiresAt; // s
        bool revoked;
    }

    event ImageApproved(
        bytes32 indexed imageId, bytes32 indexed family, uint32 version, bytes32 modelHash, bytes32 policyHash
    );
    event ImageRetired(bytes32 indexed imageId, uint40 endsAt);
    event ImageRevoked(bytes32 indexed imageId, address by);
    event KeyRevoked(address indexed key, address by);
    event OperatorApproved(address indexed operator, uint32 term);
    event OperatorRemoved(address indexed operator);
    event MinVersionSet(bytes32 indexed market, uint32 version);
    event VerifierSet(address verifier);
    event StewardSet(address steward);
    event GuardianSet(address guardian);
    event TimesSet(uint40 overlap, uint40 keyLife);

    error ImageKnown(bytes32 imageId);
    error VersionNotNewer(uint32 newest);
    error AlreadyRevoked();
    error OperatorKnown(address operator);
    error OperatorUnknown(address operator);
    error AlreadySet();
    error ZeroValue();
    error TimesOutOfRange();
    error OnlyGuardianOrOwner();

    uint40 public constant OVERLAP_MAX = 30 days;
    uint40 public constant KEY_LIFE_MIN = 1 hours;
    uint40 public constant KEY_LIFE_MAX = 90 days;

    IAttestationVerifier public verifier;
    address public steward;
    address public guardian;
    /// How long keys of an image live on after its successor's approval, s.
    uint40 public overlap = 1 days;
    /// Life of a key from its registration, s.
    uint40 public keyLife = 30 days;

    mapping(bytes32 imageId => Image) public images;
    mapping(bytes32 family => Family) public families;
    mapping(address operator => Operator) public operators;
    mapping(address key => Key) public keys;
    mapping(bytes32 market => uint32) public minVersion;

    modifier onlyGuardianOrOwner() {
        if (msg.sender != guardian && msg.sender != owner()) revert OnlyGuardianOrOwner();
        _;
    }

    constructor(address owner_, IAttestationVerifier verifier_, address guardian_) Ownable(owner_) {
        storeVerifier(verifier_);
        guardian = guardian_;
        emit GuardianSet(guardian_);
        emit TimesSet(overlap, keyLife);
    }

    /// Approves an image. Its predecessor in the family takes no more keys from now on and ends after the overlap. An
    /// image id is approved once: another model or policy has another measurement.
    function approveImage(bytes32 imageId, bytes32 family, uint32 version, bytes32 modelHash, bytes32 policyHash)
        external
        onlyOwner
    {
        if (imageId == 0 || modelHash == 0 || policyHash == 0) revert ZeroValue();
        if (images[imageId].version != 0 || images[imageId].revoked) revert ImageKnown(imageId);
        Family storage line = families[family];
        if (version <= line.version) revert VersionNotNewer(line.version);
        if (line.version != 0) retire(line.newest);
        line.newest = imageId;
        line.version = version;
        images[imageId] = Image(modelHash, policyHash, family, version, 0, false);
        emit ImageApproved(imageId, family, version, modelHash, policyHash);
    }

    function retire(bytes32 imageId) private {
        images[imageId].endsAt = uint40(block.timestamp) + overlap;
        emit ImageRetired(imageId, images[imageId].endsAt);
    }

    /// At once and for good; an image not yet approved can be barred too.
    function revokeImage(bytes32 imageId) external onlyGuardianOrOwner {
        if (images[imageId].revoked) revert AlreadyRevoked();
        images[imageId].revoked = true;
        emit ImageRevoked(imageId, msg.sender);
    }

    /// At once and for good; a key not yet registered can be barred too.
    function revokeKey(address key) external onlyGuardianOrOwner {
        markRevoked(key);
    }

    function markRevoked(address key) internal {
        if (keys[key].revoked) revert AlreadyRevoked();
        keys[key].revoked = true;
        emit KeyRevoked(key, msg.sender);
    }

    function approveOperator(address operator) external onlyOwner {
        if (operator == address(0)) revert ZeroValue();
        Operator storage entry = operators[operator];
        if (entry.approved) revert OperatorKnown(operator);
        entry.approved = true;
        entry.term++;
        emit OperatorApproved(operator, entry.term);
    }

    /// Voids every key the operator registered, also if it is approved again later.
    function removeOperator(address operator) external onlyOwner {
        if (!operators[operator].approved) revert OperatorUnknown(operator);
        operators[operator].approved = false;
        emit OperatorRemoved(operator);
    }

    /// Images below this version sign for the market no more.
    function setMinVersion(bytes32 market, uint32 version) external onlyOwner {
        minVersion[market] = version;
        emit MinVersionSet(market, version);
    }

    function setVerifier(IAttestationVerifier verifier_) external onlyOwner {
        storeVerifier(verifier_);
    }

    function storeVerifier(IAttestationVerifier verifier_) private {
        if (address(verifier_) == address(0)) revert ZeroValue();
        verifier = verifier_;
        emit VerifierSet(address(verifier_));
    }

    /// Once: keys are bound to the steward, and so is the domain of what they sign.
    function setSteward(address steward_) external onlyOwner {
        if (steward_ == address(0)) revert ZeroValue();
        if (steward != address(0)) revert AlreadySet();
        steward = steward_;
        emit StewardSet(steward_);
    }

    function setGuardian(address guardian_) external onlyOwner {
        guardian = guardian_;
        emit GuardianSet(guardian_);
    }

    /// Overlap of images and life of keys, s; they hold for later approvals and registrations.
    function setTimes(uint40 overlap_, uint40 keyLife_) external onlyOwner {
        if (overlap_ > OVERLAP_MAX || keyLife_ < KEY_LIFE_MIN || keyLife_ > KEY_LIFE_MAX) revert TimesOutOfRange();
        overlap = overlap_;
        keyLife = keyLife_;
        emit TimesSet(overlap_, keyLife_);
    }
}
