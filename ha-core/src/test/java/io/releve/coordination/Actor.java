package io.releve.coordination;

import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A participant that wants what every node wants: to be a member, to be a candidate, and to write plans while it rules.
 * Each plan says under which epoch it was written.
 */
final class Actor {

    private final String name;
    private final Coordinator coordinator;
    private final EventLoop loop;
    private final List<View> views = new CopyOnWriteArrayList<>();

    private int lives;
    private String incarnation = "";
    private boolean joining;
    private boolean writing;
    private boolean retrying;
    private int plans;

    Actor(String name, Bench bench, EventLoop loop) {
        this.name = name;
        this.loop = loop;
        this.coordinator = bench.participant(name);
        CompletionStage<Void> ignored = coordinator.start(view -> {
            views.add(view);
            bench.changed();
            loop.execute(this::act);
        });
    }

    String name() {
        return name;
    }

    Coordinator coordinator() {
        return coordinator;
    }

    List<View> views() {
        return views;
    }

    View view() {
        return views.isEmpty() ? View.unknown() : views.get(views.size() - 1);
    }

    private void act() {
        View view = view();
        if (view.connection() != View.Connection.CONNECTED) {
            return;
        }
        Member self = view.members().get(name);
        if (self == null || !self.info().incarnation().equals(incarnation)) {
            join();
            return;
        }
        coordinator.campaign();
        view.reign().ifPresent(this::write);
    }

    private void join() {
        if (joining) {
            return;
        }
        joining = true;
        String next = "life" + ++lives;
        CompletionStage<Void> ignored = coordinator
                .join(new MemberInfo(name, next, Duration.ofSeconds(1)))
                .whenComplete((done, failure) -> loop.execute(() -> {
                    joining = false;
                    if (failure == null) {
                        incarnation = next;
                        act();
                    } else {
                        later();
                    }
                }));
    }

    private void write(Reign reign) {
        if (writing || plans > 2000) {
            return;
        }
        writing = true;
        String text = reign.epoch() + " " + name + " " + ++plans;
        CompletionStage<Void> ignored = coordinator
                .writePlan(reign, text)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    writing = false;
                    later();
                }));
    }

    private void later() {
        if (!retrying) {
            retrying = true;
            loop.schedule(Duration.ofMillis(20), () -> {
                retrying = false;
                act();
            });
        }
    }

    static long epochOf(View view) {
        return view.plan()
                .map(plan -> Long.parseLong(plan.text().substring(0, plan.text().indexOf(' '))))
                .orElse(0L);
    }
}
