package io.releve.coordination;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** One participant in a test, with all the views that it was given. */
public final class Peer {

    private final String name;
    private final Bench bench;
    private final Coordinator coordinator;
    private final List<View> views = new CopyOnWriteArrayList<>();

    public Peer(String name, Bench bench) {
        this(name, bench, bench.participant(name));
    }

    public Peer(String name, Bench bench, Coordinator coordinator) {
        this.name = name;
        this.bench = bench;
        this.coordinator = coordinator;
    }

    /** Starts it and waits until it is in touch. */
    public static Peer connected(String name, Bench bench) {
        Peer peer = new Peer(name, bench);
        bench.succeed(peer.start());
        peer.awaits("first view", view -> view.connection() == View.Connection.CONNECTED);
        return peer;
    }

    public static Peer member(String name, Bench bench) {
        Peer peer = connected(name, bench);
        bench.succeed(peer.coordinator.join(peer.info("1")));
        peer.awaits("own membership", view -> view.members().containsKey(name));
        return peer;
    }

    public CompletionStage<Void> start() {
        return coordinator.start(view -> {
            views.add(view);
            bench.changed();
        });
    }

    public MemberInfo info(String incarnation) {
        return new MemberInfo(name, incarnation, Duration.ofSeconds(2));
    }

    public String name() {
        return name;
    }

    public Coordinator coordinator() {
        return coordinator;
    }

    public List<View> views() {
        return views;
    }

    public View view() {
        return views.isEmpty() ? View.unknown() : views.get(views.size() - 1);
    }

    public void awaits(String what, Predicate<View> condition) {
        bench.await(name + " sees: " + what, () -> condition.test(view()));
    }

    public Reign elected() {
        coordinator.campaign();
        awaits("own reign", view -> view.reign().isPresent());
        return view().reign().orElseThrow();
    }
}
