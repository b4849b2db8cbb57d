package io.releve.coordination.zookeeper;

import io.releve.coordination.CoordinationException;
import org.apache.zookeeper.KeeperException;

/** A request that ZooKeeper did not carry out, before it is told in the terms of the interface. */
final class ZooKeeperFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final KeeperException.Code code;
    private final int failedOperation;

    /**
     * A failure.
     *
     * @param failedOperation which operation of a transaction is the cause, from 0; −1 if none is
     */
    ZooKeeperFailure(KeeperException.Code code, int failedOperation, String what) {
        super(what + ": " + code);
        this.code = code;
        this.failedOperation = failedOperation;
    }

    private ZooKeeperFailure(KeeperException.Code code, String message) {
        super(message);
        this.code = code;
        this.failedOperation = -1;
    }

    /** What stands there was written by a release that this one does not understand. */
    static ZooKeeperFailure ofFormat(String root, String found) {
        return new ZooKeeperFailure(
                KeeperException.Code.DATAINCONSISTENCY,
                "What stands under " + root + " has the format \"" + found
                        + "\", and this release knows only the format \"" + Layout.FORMAT + "\"");
    }

    KeeperException.Code code() {
        return code;
    }

    int failedOperation() {
        return failedOperation;
    }

    boolean is(KeeperException.Code expected) {
        return code == expected;
    }

    boolean is(KeeperException.Code expected, int operation) {
        return code == expected && failedOperation == operation;
    }

    /** Whether the operation of this number is the cause: what it checks is gone or has changed. */
    boolean isStale(int operation) {
        return failedOperation == operation
                && (code == KeeperException.Code.NONODE
                        || code == KeeperException.Code.BADVERSION
                        || code == KeeperException.Code.NODEEXISTS);
    }

    /** Whether the request may succeed, or may even have succeeded, as far as anybody knows. */
    boolean isPassing() {
        return switch (code) {
            case CONNECTIONLOSS,
                    OPERATIONTIMEOUT,
                    SESSIONEXPIRED,
                    SESSIONMOVED,
                    SESSIONCLOSEDREQUIRESASLAUTH,
                    REQUESTTIMEOUT,
                    THROTTLEDOP -> true;
            default -> false;
        };
    }

    /** What the caller of the interface is told when nothing more precise is known. */
    CoordinationException inGeneral(String address) {
        if (isPassing()) {
            return new CoordinationException.Unreachable(
                    getMessage() + ". " + address + " did not answer; the write may or may not have been taken.", this);
        }
        if (isStale(failedOperation)) {
            return new CoordinationException.Conflict(getMessage() + ". Somebody else wrote first.");
        }
        return refusal(address);
    }

    /** What a person is told when going on makes no sense. */
    CoordinationException.Refused refusal(String address) {
        String remedy = switch (code) {
            case NOAUTH, AUTHFAILED, INVALIDACL ->
                " Check the user and password for ZooKeeper: " + "what another user has created is closed to this one.";
            case NONODE -> " If the connect string ends with a path, create that path first.";
            case DATAINCONSISTENCY ->
                " Run the same release on all nodes and tools; to begin anew, choose another cluster name.";
            case UNIMPLEMENTED -> " The servers must be of ZooKeeper 3.6 or newer.";
            case QUOTAEXCEEDED -> " Raise the quota of this path.";
            default -> "";
        };
        return new CoordinationException.Refused(getMessage() + ". " + address + " refuses this." + remedy, this);
    }
}
