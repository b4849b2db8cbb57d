package io.releve.controller;

import io.releve.codec.Codec;
import io.releve.codec.Plan;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Reign;
import io.releve.coordination.View;
import io.releve.fencing.Fencer;
import io.releve.model.ClusterConfig;
import io.releve.node.NodeRuntime;
import io.releve.node.Sight;
import io.releve.runtime.EventLoop;
import io.releve.runtime.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, while this node is the elected controller. Runs on the node's own loop; all methods are called there.
 */
public final class Controller {

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final NodeRuntime node;
    private final Sight sight;
    private final FencingDesk desk;
    private Optional<Reign> reign = Optional.empty();
    private Office office = Office.begin(0);
    private boolean publishing;
    private long recheck;
    private String lastSentence = "";
    private EventLoop.Timer timer = () -> {};

    /**
     * A controller that decides nothing until its node is elected.
     *
     * @param self the name of its node
     * @param fencers this node's fencers, by name; that of the lease need not be among them
     * @param workers where fencers run
     */
    public Controller(
            String self,
            Map<String, Fencer> fencers,
            Coordinator coordinator,
            EventLoop loop,
            Workers workers,
            NodeRuntime node,
            Sight sight) {
        this.coordinator = coordinator;
        this.loop = loop;
        this.node = node;
        this.sight = sight;
        this.desk = new FencingDesk(self, fencers, coordinator, loop, workers, node, sight, this::decide);
    }

    /** The sight has a new view. */
    public void viewChanged() {
        View view = sight.view();
        if (!view.reign().equals(reign)) {
            reign = view.reign();
            reign.ifPresent(begun -> LOG.info("this node is the controller (epoch {})", begun.epoch()));
            office = Office.begin(reign.map(Reign::epoch).orElse(0L));
            publishing = false;
            lastSentence = "";
            timer.cancel();
            desk.under(reign);
        }
        decide();
    }

    /** What the last decision was, in one sentence; empty while this node is not the controller. */
    public String lastSentence() {
        return lastSentence;
    }

    private void decide() {
        Optional<ClusterConfig> config = sight.config();
        View view = sight.view();
        if (reign.isEmpty()
                || publishing
                || config.isEmpty()
                || view.connection() != View.Connection.CONNECTED
                || !node.isMember()) {
            return;
        }
        office.plan().ifPresent(plan -> desk.look(config.get(), plan));
        Decider.Decided decided =
                Decider.decide(office, Observed.of(config.get(), sight), desk.released(), loop.now(), recheck);
        if (!decided.decision().describe().equals(lastSentence)) {
            lastSentence = decided.decision().describe();
            LOG.info("{}", lastSentence);
        }
        decided.recheckAt().ifPresent(this::recheckAt);
        if (decided.decision() instanceof Decision.Publish publish) {
            publish(publish.plan(), decided.office(), reign.get());
        } else {
            office = decided.office();
        }
    }

    private void publish(Plan plan, Office next, Reign under) {
        publishing = true;
        coordinator
                .writePlan(under, Codec.write(plan))
                .whenComplete((done, failure) -> loop.execute(() -> published(next, under, failure)));
    }

    private void published(Office next, Reign under, @Nullable Throwable failure) {
        if (!reign.equals(Optional.of(under))) {
            return;
        }
        publishing = false;
        if (failure == null) {
            office = next;
            decide();
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        LOG.warn("the plan was not published: {}", cause.getMessage());
        if (!(cause instanceof CoordinationException.Deposed)) {
            // It may or may not stand there. The next one has a greater number and begins with a halt.
            office = new Office(next.epoch(), next.lastNumber(), Optional.empty(), next.surprises(), Optional.empty());
            loop.schedule(RETRY, this::decide);
        }
    }

    private void recheckAt(Instant when) {
        timer.cancel();
        Duration delay = Duration.between(loop.now(), when).plusMillis(1);
        timer = loop.schedule(delay.isNegative() ? Duration.ofMillis(1) : delay, () -> {
            recheck++;
            decide();
        });
    }
}
