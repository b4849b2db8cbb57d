package io.releve.coordination.memory;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Reign;
import io.releve.coordination.View;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A shared memory inside one JVM. Under {@link io.releve.runtime.VirtualTime} it is deterministic; on threaded loops it
 * works in real time.
 *
 * <p>Its verbs do to a participant, by its name, what happens to real ones. Sessions do not end by themselves: a test
 * says when, with {@link #expireSession}.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public final class MemoryCoordination {

    private final SharedState state = new SharedState();
    private final List<MemoryParticipant> participants = new CopyOnWriteArrayList<>();

    /**
     * A new participant's access. A name may be used again after {@link #crash} or {@link Coordinator#close}.
     *
     * @param name what the verbs know it by: its node's name
     * @param loop where views are delivered and stages complete; a loop of its own makes it independent of the node's
     */
    public Coordinator participant(String name, EventLoop loop) {
        if (participants.stream().anyMatch(other -> other.name().equals(name) && !other.isClosed())) {
            throw new IllegalArgumentException("The participant " + name + " exists already. Crash or close it first.");
        }
        MemoryParticipant participant = new MemoryParticipant(this, name, loop, newSession());
        participants.add(participant);
        return participant;
    }

    /** Cuts a participant off. Its session, and so its membership, stays. */
    public void disconnect(String name) {
        living(name).disconnect();
    }

    /** Ends {@link #disconnect}. */
    public void reconnect(String name) {
        living(name).reconnect();
    }

    /** Makes requests, answers and notifications of a participant travel this long; zero at first. */
    public void delay(String name, Duration oneWay) {
        living(name).delay(oneWay);
    }

    /** Kills a participant's process: it sends and hears nothing any more. Its session, and so its membership, stays. */
    public void crash(String name) {
        living(name).crash();
    }

    /**
     * Ends the sessions of all crashed participants of this name or, if there are none, of the living one, which learns
     * it as soon as it is connected and begins a new one.
     */
    public void expireSession(String name) {
        List<MemoryParticipant> crashed = new ArrayList<>();
        for (MemoryParticipant participant : participants) {
            if (participant.name().equals(name) && participant.isClosed()) {
                crashed.add(participant);
            }
        }
        if (crashed.isEmpty()) {
            MemoryParticipant participant = living(name);
            endSession(participant);
            participant.sessionEnded();
        } else {
            crashed.forEach(this::closed);
        }
    }

    private MemoryParticipant living(String name) {
        return participants.stream()
                .filter(participant -> participant.name().equals(name) && !participant.isClosed())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no participant " + name + "."));
    }

    private void endSession(MemoryParticipant participant) {
        CoordinationException none = change(shared -> shared.endSession(participant.session()));
        if (none != null) {
            throw none;
        }
    }

    void closed(MemoryParticipant participant) {
        participants.remove(participant);
        endSession(participant);
    }

    long newSession() {
        synchronized (state) {
            return state.newSession();
        }
    }

    boolean leads(long session) {
        synchronized (state) {
            return state.leads(session);
        }
    }

    View view(Optional<Reign> reign) {
        synchronized (state) {
            return state.view(reign);
        }
    }

    /** Carries out a change and tells everybody; returns why it was refused, if it was. */
    @Nullable
    CoordinationException change(Consumer<SharedState> change) {
        synchronized (state) {
            try {
                change.accept(state);
            } catch (CoordinationException refusal) {
                return refusal;
            }
        }
        participants.forEach(MemoryParticipant::changed);
        return null;
    }
}
