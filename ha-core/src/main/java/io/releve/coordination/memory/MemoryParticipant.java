package io.releve.coordination.memory;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Document;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Reign;
import io.releve.coordination.View;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One participant. Requests, answers and notifications each travel for the participant's delay; what is on its way when
 * the connection breaks is lost, so that a write may have happened although its answer never comes.
 *
 * <p>All fields but the volatile ones belong to the loop.
 */
final class MemoryParticipant implements Coordinator {

    private final MemoryCoordination memory;
    private final String name;
    private final EventLoop loop;

    private volatile Duration delay = Duration.ZERO;
    /** When the last request arrives, or has; guarded by this. */
    private long newest;

    private volatile boolean closed;
    /** Whether the participant can reach the service. */
    private volatile boolean linked = true;
    /** Counts the connections, so that what was sent over an earlier one is known to be lost. */
    private final AtomicLong link = new AtomicLong();
    /** Whether the session has ended and the participant has yet to be told. */
    private volatile boolean sessionOver;

    private volatile long session;

    private final CompletableFuture<Void> firstContact = new CompletableFuture<>();
    private @Nullable Consumer<View> onView;
    private View delivered = View.unknown();
    private @Nullable Reign reign;
    private boolean takingOffice;
    private boolean notified;

    MemoryParticipant(MemoryCoordination memory, String name, EventLoop loop, long session) {
        this.memory = memory;
        this.name = name;
        this.loop = loop;
        this.session = session;
    }

    @Override
    public CompletionStage<Void> start(Consumer<View> listener) {
        loop.execute(() -> {
            if (onView != null) {
                throw new IllegalStateException("The coordinator of " + name + " has been started already.");
            }
            onView = listener;
            changed();
        });
        return firstContact;
    }

    @Override
    public CompletionStage<Void> join(MemberInfo member, Optional<String> replaces) {
        return write("join", state -> state.join(session, member, replaces));
    }

    @Override
    public CompletionStage<Void> renew() {
        return write("renew", state -> state.renew(session));
    }

    @Override
    public CompletionStage<Void> leave() {
        return write("leave", state -> state.leave(session));
    }

    @Override
    public CompletionStage<Void> writeReport(String text) {
        return write("write its report", state -> state.writeReport(session, text));
    }

    @Override
    public CompletionStage<Void> writeRecord(String key, String text, int expectedVersion) {
        return write("write the record " + key, state -> state.writeRecord(session, key, text, expectedVersion));
    }

    @Override
    public CompletionStage<Optional<Document>> readRecord(String key) {
        AtomicReference<Optional<Document>> read = new AtomicReference<>(Optional.empty());
        return write("read the record " + key, state -> read.set(state.readRecord(key)))
                .thenApply(done -> read.get());
    }

    @Override
    public CompletionStage<Void> writeConfig(String text, int expectedVersion) {
        return write("write the configuration", state -> state.writeConfig(text, expectedVersion));
    }

    @Override
    public void campaign() {
        // Who is no member any more learns it from the next view or renewal.
        CompletionStage<Void> ignored = write("campaign", state -> state.campaign(session));
    }

    @Override
    public CompletionStage<Void> writePlan(Reign under, String text) {
        return write("write a plan", state -> state.writePlan(session, under, text));
    }

    @Override
    public CompletionStage<Void> evict(Member member) {
        return write("evict " + member.info().node(), state -> state.evict(member));
    }

    @Override
    public CompletionStage<Void> endLife(Reign under, MemberInfo life, String key, String text, int expectedVersion) {
        return write(
                "end the life of " + life.node(),
                state -> state.endLife(session, under, life, key, text, expectedVersion));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.closed(this);
        }
    }

    String name() {
        return name;
    }

    long session() {
        return session;
    }

    boolean isClosed() {
        return closed;
    }

    void delay(Duration oneWay) {
        delay = oneWay;
    }

    void disconnect() {
        linked = false;
        link.incrementAndGet();
        loop.execute(this::lookAtLink);
    }

    void reconnect() {
        linked = true;
        loop.execute(this::lookAtLink);
    }

    /** The process is gone: nothing is sent or delivered any more, and nobody closes the session. */
    void crash() {
        closed = true;
        linked = false;
        link.incrementAndGet();
    }

    /** The service has ended the session; the participant learns it as soon as it is connected. */
    void sessionEnded() {
        sessionOver = true;
        link.incrementAndGet();
        loop.execute(this::lookAtLink);
    }

    /** Something has changed in the shared state; any thread. */
    void changed() {
        loop.execute(() -> {
            if (!notified) {
                notified = true;
                loop.schedule(delay, () -> {
                    notified = false;
                    look();
                });
            }
        });
    }

    private void lookAtLink() {
        if (!linked && delivered.connection() == View.Connection.CONNECTED) {
            reign = null;
            deliver(delivered.outOfTouch(View.Connection.SUSPENDED));
        }
        if (linked && sessionOver) {
            sessionOver = false;
            reign = null;
            session = memory.newSession();
            deliver(delivered.outOfTouch(View.Connection.LOST));
        }
        if (linked) {
            changed();
        }
    }

    private void look() {
        if (closed || !linked || sessionOver) {
            return;
        }
        if (!memory.leads(session)) {
            reign = null;
        } else if (reign == null && !takingOffice) {
            takeOffice();
        }
        deliver(memory.view(Optional.ofNullable(reign)));
    }

    private void takeOffice() {
        takingOffice = true;
        Reign[] begun = new Reign[1];
        CompletionStage<Void> ignored = write("begin its reign", state -> begun[0] = state.beginReign(session))
                .whenComplete((done, failure) -> {
                    takingOffice = false;
                    if (failure == null) {
                        reign = begun[0];
                        look();
                    }
                });
    }

    private void deliver(View view) {
        if (onView != null && !closed && !view.equals(delivered)) {
            delivered = view;
            firstContact.complete(null);
            onView.accept(view);
        }
    }

    private CompletionStage<Void> write(String what, Consumer<SharedState> change) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        long over = link.get();
        loop.schedule(inOrder(), () -> {
            if (closed || !linked || over != link.get()) {
                answer.completeExceptionally(unreachable(what));
                return;
            }
            CoordinationException refusal = memory.change(change);
            loop.schedule(delay, () -> {
                if (closed || over != link.get()) {
                    answer.completeExceptionally(unreachable(what));
                } else if (refusal != null) {
                    answer.completeExceptionally(refusal);
                } else {
                    look();
                    answer.complete(null);
                }
            });
        });
        return answer;
    }

    /** How long a request that is sent now is on its way: it overtakes none that was sent before. */
    private synchronized Duration inOrder() {
        long now = loop.nanoTime();
        long arrival = now + delay.toNanos();
        newest = newest - arrival > 0 ? newest : arrival;
        return Duration.ofNanos(newest - now);
    }

    @Override
    public String toString() {
        return "shared memory of " + name;
    }

    private CoordinationException unreachable(String what) {
        return new CoordinationException.Unreachable(
                name + " could not " + what + ": " + (closed ? "its coordinator is closed." : "the connection broke."),
                null);
    }
}
