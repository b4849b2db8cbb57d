package io.releve.node;

import io.releve.runtime.EventLoop;
import io.releve.scheduler.Action;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The recurring monitors of one resource. Each runs its interval after its last run has ended, or at once when the agent
 * asks for it. All methods are called on the loop.
 */
final class RecurringMonitors {

    /** Has one run carried out; the result comes back through {@link RecurringMonitors#ended}. */
    interface Runs {
        void monitor(Recurring monitor, Optional<String> trigger);
    }

    /** One monitor from its beginning to its end; a monitor that is begun anew is another one. */
    static final class Recurring {
        private final Action action;
        private final Consumer<Boolean> onFirst;
        private EventLoop.Timer timer = () -> {};
        private boolean first = true;
        private boolean running;
        private boolean cancelled;
        private @Nullable String again;

        private Recurring(Action action, Consumer<Boolean> onFirst) {
            this.action = action;
            this.onFirst = onFirst;
        }

        Action action() {
            return action;
        }

        /** Whether nobody is interested in it any more. */
        boolean isCancelled() {
            return cancelled;
        }

        /** Whether no run of it has ended yet. */
        boolean isFirst() {
            return first;
        }

        /** Tells whoever waits for the first run what came of it. */
        void tellFirst(boolean asExpected) {
            first = false;
            onFirst.accept(asExpected);
        }

        private void cancel() {
            cancelled = true;
            timer.cancel();
        }
    }

    private final EventLoop loop;
    private final Runs runs;
    private final Map<Duration, Recurring> byInterval = new TreeMap<>();

    RecurringMonitors(EventLoop loop, Runs runs) {
        this.loop = loop;
        this.runs = runs;
    }

    /**
     * Begins a monitor with a run at once.
     *
     * @param onFirst told whether the first run returned what was expected
     */
    void begin(Action action, Consumer<Boolean> onFirst) {
        cancel(action.interval());
        Recurring recurring = new Recurring(action, onFirst);
        byInterval.put(action.interval(), recurring);
        run(recurring, Optional.empty());
    }

    void cancel(Duration interval) {
        Recurring recurring = byInterval.remove(interval);
        if (recurring != null) {
            recurring.cancel();
        }
    }

    void cancelAll() {
        byInterval.values().forEach(Recurring::cancel);
        byInterval.clear();
    }

    /** Runs the most frequent monitor at once. Has no effect where none is set up. */
    void runNow(String reason) {
        byInterval.values().stream().findFirst().ifPresent(recurring -> {
            if (recurring.running) {
                recurring.again = reason;
            } else {
                recurring.timer.cancel();
                run(recurring, Optional.of(reason));
            }
        });
    }

    /** A run has ended. */
    void ended(Recurring recurring) {
        if (recurring.cancelled) {
            return;
        }
        recurring.running = false;
        String reason = recurring.again;
        if (reason != null) {
            recurring.again = null;
            run(recurring, Optional.of(reason));
        } else {
            recurring.timer = loop.schedule(recurring.action.interval(), () -> run(recurring, Optional.empty()));
        }
    }

    private void run(Recurring recurring, Optional<String> trigger) {
        recurring.running = true;
        runs.monitor(recurring, trigger);
    }
}
