package io.releve.coordination.zookeeper;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Records;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/**
 * This participant's own membership, and the ending of others'. Every transaction of a member begins with a check of
 * its own life: once that is deleted, nothing of this incarnation is written any more.
 *
 * <p>Belongs to the loop.
 */
final class Membership {

    /** How often a race with another participant is run again before it is reported. */
    private static final int ATTEMPTS = 5;

    private static final int ANY_VERSION = -1;
    /** The place of the check of the own life in every transaction. */
    static final int LIFE = 0;

    private final Layout layout;
    private final Requests requests;
    private final Mirror mirror;
    private final Documents documents;
    private final String address;

    private @Nullable MemberInfo own;
    /** Whether the mirror has shown the own life, so that its absence means its end. */
    private boolean seen;
    /** Sessions of this very coordinator that are over for it, but may not be for ZooKeeper. */
    private final Set<Long> earlierSessions = new HashSet<>();

    Membership(Layout layout, Requests requests, Mirror mirror, Documents documents, String address) {
        this.layout = layout;
        this.requests = requests;
        this.mirror = mirror;
        this.documents = documents;
        this.address = address;
    }

    /** What this participant has joined with; null when it is no member. */
    @Nullable
    MemberInfo own() {
        return own;
    }

    CompletableFuture<Void> join(MemberInfo info, Optional<String> replaces) {
        requireUsable("node name", info.node());
        requireUsable("incarnation", info.incarnation());
        return create(info, replaces, List.of(), ATTEMPTS);
    }

    private CompletableFuture<Void> create(MemberInfo info, Optional<String> replaces, List<Op> before, int attempts) {
        List<Op> operations = new ArrayList<>(before);
        operations.add(requests.create(layout.life(MemberText.life(info)), "", CreateMode.EPHEMERAL));
        operations.add(requests.create(layout.member(info.node()), MemberText.of(info), CreateMode.EPHEMERAL));
        return requests.transaction("Joining as " + info.node(), operations)
                .thenAccept(created -> joined(info))
                .exceptionallyCompose(failure -> {
                    ZooKeeperFailure cause = Mirror.cause(failure);
                    return cause.isStale(cause.failedOperation()) && attempts > 1
                            ? lookAtNamesake(info, replaces, attempts - 1)
                            : CompletableFuture.failedFuture(cause);
                });
    }

    private CompletableFuture<Void> lookAtNamesake(MemberInfo info, Optional<String> replaces, int attempts) {
        CompletableFuture<Void> result = requests.read(layout.member(info.node()))
                .thenCompose(there -> {
                    long owner = there.stat().getEphemeralOwner();
                    boolean ours = owner == requests.session() || earlierSessions.contains(owner);
                    MemberInfo namesake = MemberText.parse(there.text()).orElse(info);
                    if (!ours && replaces.filter(namesake.incarnation()::equals).isEmpty()) {
                        throw nameTaken(info, namesake, owner);
                    }
                    if (owner == requests.session() && namesake.incarnation().equals(info.incarnation())) {
                        joined(info);
                        return Mirror.done();
                    }
                    List<Op> removal = new ArrayList<>();
                    removal.add(
                            Op.delete(layout.member(info.node()), there.stat().getVersion()));
                    removal.add(Op.delete(layout.life(MemberText.life(namesake)), ANY_VERSION));
                    removal.addAll(withdrawal(MemberText.life(namesake)));
                    return create(info, replaces, removal, attempts);
                });
        return result.exceptionallyCompose(failure -> {
            boolean gone =
                    failureOf(failure) instanceof ZooKeeperFailure cause && cause.is(Code.NONODE) && attempts > 1;
            return gone
                    ? create(info, replaces, List.of(), attempts - 1)
                    : CompletableFuture.failedFuture(failureOf(failure));
        });
    }

    private CoordinationException nameTaken(MemberInfo info, MemberInfo namesake, long owner) {
        return new CoordinationException.NameTaken("A member named " + info.node() + " exists already in " + address
                + " (incarnation " + namesake.incarnation() + ", session 0x" + Long.toHexString(owner)
                + "). Give each node a name of its own; if it is an earlier life of this node, wait until it is evicted"
                + " or its session ends.");
    }

    private void joined(MemberInfo info) {
        own = info;
        seen = false;
    }

    CompletableFuture<Void> renew() {
        MemberInfo member = own;
        if (member == null) {
            return CompletableFuture.failedFuture(notAMember());
        }
        Op renewal = Requests.set(layout.member(member.node()), MemberText.of(member), ANY_VERSION);
        return whileMember(
                member,
                requests.transaction("Renewing the lease of " + member.node(), List.of(check(member), renewal))
                        .thenAccept(done -> {}));
    }

    CompletableFuture<Void> writeReport(String text) {
        MemberInfo member = own;
        if (member == null) {
            return CompletableFuture.failedFuture(notAMember());
        }
        String report = "report of " + member.node();
        return whileMember(member, documents.put(report, List.of(check(member)), layout.report(member.node()), text));
    }

    CompletableFuture<Void> writeRecord(String key, String text, int expectedVersion) {
        Records.requireKey(key);
        Records.requireText(key, text);
        MemberInfo member = own;
        if (member == null) {
            return CompletableFuture.failedFuture(notAMember());
        }
        return whileMember(
                member,
                documents.replace("record " + key, List.of(check(member)), layout.record(key), text, expectedVersion));
    }

    CompletableFuture<Void> leave() {
        MemberInfo member = own;
        if (member == null) {
            return Mirror.done();
        }
        return requests.transaction(
                        "Leaving as " + member.node(),
                        List.of(
                                Op.delete(layout.life(MemberText.life(member)), ANY_VERSION),
                                Op.delete(layout.member(member.node()), ANY_VERSION)))
                .<Void>thenApply(done -> null)
                .exceptionally(failure -> {
                    ZooKeeperFailure cause = Mirror.cause(failure);
                    if (!cause.is(Code.NONODE)) { // no member any more: what was wanted
                        throw cause;
                    }
                    return null;
                })
                .thenRun(() -> over(member));
    }

    CompletableFuture<Void> evict(Member member) {
        String life = MemberText.life(member.info());
        if (member.renewals() < 0 && mirror.node(layout.life(life)) != null) {
            // Given to ZooKeeper, a negative version would mean: whatever it is.
            return CompletableFuture.failedFuture(new CoordinationException.Conflict(
                    "The member " + life + " was thought to be gone, but is there. It was not evicted."));
        }
        return end(member.info(), member.renewals(), List.of(), ATTEMPTS).exceptionallyCompose(failure -> {
            ZooKeeperFailure cause = Mirror.cause(failure);
            return CompletableFuture.failedFuture(
                    cause.is(Code.BADVERSION)
                            ? new CoordinationException.Conflict("The member " + life
                                    + " has renewed its lease since it was seen (" + member.renewals()
                                    + " renewals): it is alive. It was not evicted.")
                            : cause);
        });
    }

    /**
     * Ends a life, whether or not it is still there and has been renewed.
     *
     * @param first come first in the transaction
     */
    CompletableFuture<Void> end(MemberInfo info, List<Op> first) {
        return end(info, ANY_VERSION, first, ATTEMPTS);
    }

    private CompletableFuture<Void> end(MemberInfo info, int renewals, List<Op> first, int attempts) {
        List<Op> operations = new ArrayList<>(first);
        operations.addAll(ending(info, renewals));
        return requests.transaction("Ending the life " + MemberText.life(info), operations)
                .<Void>thenApply(done -> null)
                .exceptionallyCompose(failure -> {
                    ZooKeeperFailure cause = Mirror.cause(failure);
                    // Something that the mirror showed has gone or come in the meantime: look again.
                    boolean again = cause.failedOperation() >= first.size()
                            && cause.isStale(cause.failedOperation())
                            && !cause.is(Code.BADVERSION)
                            && attempts > 1;
                    return again
                            ? requests.sync(layout.root())
                                    .thenCompose(v -> caughtUp())
                                    .thenCompose(v -> end(info, renewals, first, attempts - 1))
                            : CompletableFuture.failedFuture(cause);
                });
    }

    private List<Op> ending(MemberInfo info, int renewals) {
        String life = MemberText.life(info);
        String record = layout.eviction(info.node());
        List<Op> operations = new ArrayList<>();
        operations.add(
                mirror.node(record) != null
                        ? Requests.set(record, info.incarnation(), ANY_VERSION)
                        : requests.create(record, info.incarnation(), CreateMode.PERSISTENT));
        if (mirror.node(layout.life(life)) != null) {
            operations.add(Op.delete(layout.member(info.node()), renewals));
            operations.add(Op.delete(layout.life(life), ANY_VERSION));
        } else {
            // Making and deleting it in one transaction is possible only if it is really gone.
            operations.add(requests.create(layout.life(life), "", CreateMode.PERSISTENT));
            operations.add(Op.delete(layout.life(life), ANY_VERSION));
        }
        operations.addAll(withdrawal(life));
        return operations;
    }

    /** The end of a life's candidacy. */
    private List<Op> withdrawal(String life) {
        List<Op> operations = new ArrayList<>();
        for (Map.Entry<String, Mirror.Node> latch :
                mirror.under(layout.election()).entrySet()) {
            if (latch.getValue().text().equals(life)) {
                operations.add(Op.delete(latch.getKey(), ANY_VERSION));
            }
        }
        return operations;
    }

    private CompletableFuture<Void> caughtUp() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        mirror.whenCaughtUp(() -> future.complete(null));
        return future;
    }

    /** The first operation of every transaction that a member makes. */
    Op check(MemberInfo member) {
        return Op.check(layout.life(MemberText.life(member)), ANY_VERSION);
    }

    /** Tells a transaction that failed at its check of the own life in those terms. */
    private CompletableFuture<Void> whileMember(MemberInfo member, CompletableFuture<Void> transaction) {
        return transaction.exceptionallyCompose(failure -> {
            Throwable cause = failureOf(failure);
            if (cause instanceof ZooKeeperFailure known && known.is(Code.NONODE, LIFE)) {
                over(member);
                cause = notAMember();
            }
            return CompletableFuture.failedFuture(cause);
        });
    }

    /** The mirror has changed. */
    void look() {
        MemberInfo member = own;
        if (member != null) {
            boolean there = mirror.node(layout.life(MemberText.life(member))) != null;
            if (there) {
                seen = true;
            } else if (seen) {
                over(member);
            }
        }
    }

    /** The session is over, at least for this participant. */
    void sessionOver(long session) {
        earlierSessions.add(session);
        own = null;
    }

    private void over(MemberInfo member) {
        if (member.equals(own)) {
            own = null;
        }
    }

    private CoordinationException.NotAMember notAMember() {
        return new CoordinationException.NotAMember(
                "This participant's membership in " + address + " is over, or never began. Nothing was written.");
    }

    private static Throwable failureOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static void requireUsable(String what, String name) {
        boolean usable = !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '#' || Character.isISOControl(c));
        if (!usable) {
            throw new CoordinationException.Refused(
                    "The " + what + " \"" + name
                            + "\" cannot be used: it must not be empty, \".\" or \"..\", nor contain '/',"
                            + " '#' or control characters.",
                    null);
        }
    }
}
