package io.releve.node;

import io.releve.runtime.EventLoop;
import io.releve.scheduler.Action;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The recurring monitors of one resource. Each runs its interval after its last run has ended, or at once when the agent
 * asks for it. All methods are called on the loop.
 */
final class RecurringMonitors {

    /** Has one run carried out; the result comes back through {@link RecurringMonitors#ended}. */
    interface Runs {
        void monitor(Action action, Optional<String> trigger);
    }

    private static final class Recurring {
        final Action action;
        EventLoop.Timer timer = () -> {};
        boolean running;

        @Nullable
        String again;

        Recurring(Action action) {
            this.action = action;
        }
    }

    private final EventLoop loop;
    private final Runs runs;
    private final Map<Duration, Recurring> byInterval = new TreeMap<>();

    RecurringMonitors(EventLoop loop, Runs runs) {
        this.loop = loop;
        this.runs = runs;
    }

    /** Begins a monitor with a run at once. */
    void begin(Action action) {
        cancel(action.interval());
        Recurring recurring = new Recurring(action);
        byInterval.put(action.interval(), recurring);
        run(recurring, Optional.empty());
    }

    void cancel(Duration interval) {
        Recurring recurring = byInterval.remove(interval);
        if (recurring != null) {
            recurring.timer.cancel();
        }
    }

    void cancelAll() {
        byInterval.values().forEach(recurring -> recurring.timer.cancel());
        byInterval.clear();
    }

    /** Whether this very monitor is still wanted. */
    boolean isCurrent(Action action) {
        Recurring recurring = byInterval.get(action.interval());
        return recurring != null && recurring.action == action;
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
    void ended(Action action) {
        Recurring recurring = byInterval.get(action.interval());
        if (recurring == null || recurring.action != action) {
            return;
        }
        recurring.running = false;
        if (recurring.again != null) {
            String reason = recurring.again;
            recurring.again = null;
            run(recurring, Optional.of(reason));
        } else {
            recurring.timer = loop.schedule(action.interval(), () -> run(recurring, Optional.empty()));
        }
    }

    private void run(Recurring recurring, Optional<String> trigger) {
        recurring.running = true;
        runs.monitor(recurring.action, trigger);
    }
}
