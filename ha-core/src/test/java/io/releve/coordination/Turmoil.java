package io.releve.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.View.Connection;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Random faults, then calm: afterwards all are members and agree on one ruler whose plan all see, and at no time has
 * anybody seen a plan of an earlier reign replace one of a later reign. A failure names its seed.
 */
public final class Turmoil {

    private final Bench bench;
    private final Consumer<Duration> pause;
    private final SplittableRandom random;
    private final long seed;
    private final List<Actor> actors = new ArrayList<>();
    private final List<String> history = new ArrayList<>();

    public Turmoil(long seed, Bench bench, Function<String, EventLoop> loops, Consumer<Duration> pause) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.bench = bench;
        this.pause = pause;
        for (String name : List.of("serv1", "serv2", "serv3")) {
            actors.add(new Actor(name, bench, loops.apply(name + "-actor")));
        }
    }

    public void run(int faults) {
        awaitAgreement();
        for (int i = 0; i < faults; i++) {
            disturb(actors.get(random.nextInt(actors.size())));
            pause.accept(Duration.ofMillis(random.nextInt(200)));
        }
        actors.forEach(actor -> bench.reconnect(actor.name()));
        awaitAgreement();
        for (Actor actor : actors) {
            List<Long> epochs = actor.views().stream().map(Actor::epochOf).toList();
            assertThat(epochs)
                    .as("epochs of the plans that %s saw, %s", actor.name(), this)
                    .isSorted();
        }
    }

    private void disturb(Actor actor) {
        String fault = switch (random.nextInt(6)) {
            case 0, 1 -> {
                bench.disconnect(actor.name());
                yield "disconnect";
            }
            case 2, 3 -> {
                bench.reconnect(actor.name());
                yield "reconnect";
            }
            case 4 -> {
                expire(actor);
                yield "expire";
            }
            default -> {
                evict(actor);
                yield "evict";
            }
        };
        history.add(fault + " " + actor.name());
    }

    private void expire(Actor actor) {
        boolean seen = actors.stream().anyMatch(other -> other.view().members().containsKey(actor.name()));
        if (seen) {
            bench.expireSession(actor.name());
        }
    }

    private void evict(Actor actor) {
        Actor other = actors.get((actors.indexOf(actor) + 1) % actors.size());
        Optional.ofNullable(other.view().members().get(actor.name()))
                .ifPresent(member -> other.coordinator().evict(member));
    }

    private void awaitAgreement() {
        bench.await("agreement, " + this, () -> {
            List<View> views = actors.stream().map(Actor::view).toList();
            Optional<String> ruler = views.get(0).controller();
            boolean agreed = ruler.isPresent()
                    && views.stream()
                            .allMatch(view -> view.connection() == Connection.CONNECTED
                                    && view.members().size() == 3
                                    && view.controller().equals(ruler));
            List<Reign> reigns =
                    views.stream().flatMap(view -> view.reign().stream()).toList();
            return agreed
                    && reigns.size() == 1
                    && views.stream()
                            .allMatch(
                                    view -> Actor.epochOf(view) == reigns.get(0).epoch());
        });
    }

    @Override
    public String toString() {
        return "seed " + seed + ", after " + history;
    }
}
