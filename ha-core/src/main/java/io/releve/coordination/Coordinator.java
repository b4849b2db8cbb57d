package io.releve.coordination;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One participant's access to the cluster's shared memory. Reads come as {@link View}s: each is the whole picture, and
 * views may be skipped, so that whoever looks at them reacts to what is, not to what happened.
 *
 * <p>Writes are asynchronous. Each returns a stage that ends with success only once a majority of the coordination
 * service's servers has taken the write, and fails with a {@link CoordinationException} otherwise. Stages complete on a
 * thread of the coordinator; whoever depends on them only posts to a loop. Before the
 * stage of a write ends with success, a view has been delivered that shows the write or what came after it, as long as
 * the connection stands; only {@link #renew} does not wait for that. Writes over what is there already take effect in the order
 * in which they were asked for, as far as they take effect.
 *
 * <p>Thread-safety: all methods may be called from any thread, and none blocks but {@link #close()}.
 */
public interface Coordinator extends AutoCloseable {

    /**
     * Connects and goes on trying until closed. The first view comes when the connection stands and everything has
     * been read. Whenever a session ends, one view says {@link View.Connection#LOST}, before the next one that says
     * {@link View.Connection#CONNECTED}: that one is never skipped.
     *
     * @param onView called with each new view, one call at a time, on a thread of the coordinator; must not block
     * @return ends with the first contact, just before the first view; fails with {@link CoordinationException.Refused}
     *     if the service lets nobody in, and stays open as long as it does not answer
     */
    CompletionStage<Void> start(Consumer<View> onView);

    /**
     * Makes this participant a member, until it leaves, is evicted, or its session ends. Joining again with the same
     * incarnation succeeds (an earlier attempt that was {@link CoordinationException.Unreachable} may have been taken); with
     * another one it takes the place of this participant's own earlier membership.
     *
     * @param member what others may know
     * @return fails with {@link CoordinationException.NameTaken} if somebody else is a member of this name
     */
    default CompletionStage<Void> join(MemberInfo member) {
        return join(member, Optional.empty());
    }

    /**
     * Becomes a member as {@link #join(MemberInfo)}, also where another participant's life of this name is still there, if
     * that is one that surely is over: its process is known to have ended. It is taken out in the same transaction, its
     * candidacy included, and not recorded as evicted: what it ran may still be running.
     *
     * @param replaces the incarnation of the life that is over
     * @return fails with {@link CoordinationException.NameTaken} if somebody else is a member of this name
     */
    CompletionStage<Void> join(MemberInfo member, Optional<String> replaces);

    /**
     * Renews the membership by a write that a majority must take.
     *
     * @return fails with {@link CoordinationException.NotAMember} if the membership is over
     */
    CompletionStage<Void> renew();

    /**
     * Ends membership and candidacy in good order.
     *
     * @return ends when others can see it; succeeds if there was no membership
     */
    CompletionStage<Void> leave();

    /**
     * Replaces this member's report.
     *
     * @param text the document
     * @return fails with {@link CoordinationException.NotAMember} if the membership is over
     */
    CompletionStage<Void> writeReport(String text);

    /**
     * Replaces a record that nodes share, as a member: the write is refused in ZooKeeper itself once the membership is
     * over, whether or not this participant knows it.
     *
     * @param key the record, as {@link Records} allows
     * @param text the document, at most {@link Records#LIMIT} bytes
     * @param expectedVersion the version that it replaces, −1 if there must be none yet; the one written has the next
     * @return fails with {@link CoordinationException.Conflict} if another version stands there, with
     *     {@link CoordinationException.NotAMember} if the membership is over, and with {@link CoordinationException.Refused}
     *     if the key or the size is not allowed
     */
    CompletionStage<Void> writeRecord(String key, String text, int expectedVersion);

    /**
     * Reads a record from a majority: what had been written when this was called is seen.
     *
     * @param key the record
     * @return what stands there, empty if nothing does
     */
    CompletionStage<Optional<Document>> readRecord(String key);

    /**
     * Replaces the shared configuration.
     *
     * @param text the document
     * @param expectedVersion the version that it replaces, −1 if there must be none yet
     * @return fails with {@link CoordinationException.Conflict} if another version stands there
     */
    CompletionStage<Void> writeConfig(String text, int expectedVersion);

    /**
     * Takes part in the election of the controller, as long as the membership lasts. Has no effect if it already does,
     * nor without a membership.
     */
    void campaign();

    /**
     * Publishes a plan, as the elected controller.
     *
     * @param reign the reign under which it was made
     * @param text the document
     * @return fails with {@link CoordinationException.Deposed} if the reign is over, whoever rules now
     */
    CompletionStage<Void> writePlan(Reign reign, String text);

    /**
     * Ends another's membership and candidacy, unless it has been renewed since it was seen, and records that this
     * incarnation is over. Where the membership is already gone, only records it.
     *
     * @param member the member as last seen; with a negative number of renewals: only if it is gone
     * @return fails with {@link CoordinationException.Conflict} if the member renewed in the meantime
     */
    CompletionStage<Void> evict(Member member);

    /**
     * Ends another's life, however lately it has been renewed, and writes a record of it, as the elected controller: it has
     * been made harmless in some other way than by the end of its lease. Its membership and candidacy are ended as by
     * {@link #evict}, all in one transaction. A later life of the node is left alone.
     *
     * @param reign the reign under which it was decided
     * @param life whose life it is
     * @param key the record, as {@link Records} allows
     * @param text the record's new text
     * @param expectedVersion the version that it replaces, −1 if there must be none yet
     * @return fails with {@link CoordinationException.Deposed} if the reign is over, with
     *     {@link CoordinationException.Conflict} if another version of the record stands there
     */
    CompletionStage<Void> endLife(Reign reign, MemberInfo life, String key, String text, int expectedVersion);

    /** Leaves without a word: closes the connection. Waits a bounded time for the service's answer. */
    @Override
    void close();
}
