package io.releve.coordination.zookeeper;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.Document;
import io.releve.coordination.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/**
 * Writes documents, each in one transaction with the checks on which it depends.
 *
 * <p>Belongs to the loop.
 */
final class Documents {

    private static final int ANY_VERSION = -1;
    /** Whether a document is there can change while it is written, but hardly twice. */
    private static final int ATTEMPTS = 3;

    private final Layout layout;
    private final Requests requests;
    private final Mirror mirror;
    private final int limit;

    Documents(Layout layout, Requests requests, Mirror mirror, int limit) {
        this.layout = layout;
        this.requests = requests;
        this.mirror = mirror;
        this.limit = limit;
    }

    /** Writes the configuration over the version that is expected, −1 for none. */
    CompletableFuture<Void> writeConfig(String text, int expectedVersion) {
        return replace("configuration", List.of(), layout.config(), text, expectedVersion);
    }

    /**
     * Writes a document over the version that is expected.
     *
     * @param document what it is, for messages
     * @param checks come first in the transaction
     * @param expectedVersion −1 for none
     */
    CompletableFuture<Void> replace(String document, List<Op> checks, String path, String text, int expectedVersion) {
        requireSize(document, text);
        List<Op> operations = new ArrayList<>(checks);
        operations.add(
                expectedVersion < 0
                        ? requests.create(path, text, CreateMode.PERSISTENT)
                        : Requests.set(path, text, expectedVersion));
        return requests.transaction("Writing the " + document, operations)
                .thenAccept(done -> {})
                .exceptionally(failure -> {
                    ZooKeeperFailure cause = Mirror.cause(failure);
                    if (cause.isStale(checks.size())) {
                        throw conflict(document, expectedVersion, cause);
                    }
                    throw cause;
                });
    }

    /** The operation that writes a record over the version that is expected, −1 for none. */
    Op record(String key, String text, int expectedVersion) {
        Records.requireKey(key);
        Records.requireText(key, text);
        return expectedVersion < 0
                ? requests.create(layout.record(key), text, CreateMode.PERSISTENT)
                : Requests.set(layout.record(key), text, expectedVersion);
    }

    static CoordinationException conflict(String document, int expectedVersion, ZooKeeperFailure cause) {
        String expected = expectedVersion < 0 ? "is there already" : "is not of version " + expectedVersion;
        return new CoordinationException.Conflict(
                "The " + document + " " + expected + " (" + cause.code() + "). Read it again.");
    }

    /** Reads a record, as a majority has it. */
    CompletableFuture<Optional<Document>> readRecord(String key) {
        Records.requireKey(key);
        String path = layout.record(key);
        // A sync is answered by a leader that does not know yet that it is deposed; a transaction is not, even if it
        // changes nothing.
        return requests.transaction(
                        "Asking a majority before reading the record " + key,
                        List.of(Op.check(layout.root(), ANY_VERSION)))
                .thenCompose(done -> requests.read(path))
                .thenApply(answer ->
                        Optional.of(new Document(answer.text(), answer.stat().getVersion())))
                .exceptionally(failure -> {
                    ZooKeeperFailure cause = Mirror.cause(failure);
                    if (cause.is(Code.NONODE) && cause.failedOperation() < 0) {
                        return Optional.empty();
                    }
                    throw cause;
                });
    }

    /**
     * Writes a document, whether or not it exists.
     *
     * @param document what it is, for messages
     * @param checks come first in the transaction
     */
    CompletableFuture<Void> put(String document, List<Op> checks, String path, String text) {
        requireSize(document, text);
        return put(document, checks, path, text, mirror.node(path) != null, ATTEMPTS);
    }

    private CompletableFuture<Void> put(
            String document, List<Op> checks, String path, String text, boolean exists, int attempts) {
        List<Op> operations = new ArrayList<>(checks);
        operations.add(
                exists ? Requests.set(path, text, ANY_VERSION) : requests.create(path, text, CreateMode.PERSISTENT));
        return requests.transaction("Writing the " + document, operations)
                .thenAccept(done -> {})
                .exceptionallyCompose(failure -> {
                    ZooKeeperFailure cause = Mirror.cause(failure);
                    return cause.isStale(checks.size()) && attempts > 1
                            ? put(document, checks, path, text, !exists, attempts - 1)
                            : CompletableFuture.failedFuture(cause);
                });
    }

    private void requireSize(String document, String text) {
        int bytes = Requests.bytes(text).length;
        if (bytes > limit) {
            throw new CoordinationException.Refused(
                    "The " + document + " has " + text.length() + " characters, " + bytes
                            + " bytes when compressed; the limit is "
                            + limit
                            + ". Raise jute.maxbuffer on all ZooKeeper servers and clients, then documentLimit; or make it"
                            + " smaller.",
                    null);
        }
    }
}
