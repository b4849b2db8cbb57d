package io.releve.node;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.runtime.EventLoop;
import io.releve.runtime.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the operations of one resource on this node, one at a time, each on a worker thread and each with a
 * time-out. All methods are called on the loop.
 *
 * <p>An operation that overruns has failed, and its thread is interrupted. The next operation waits a moment for that
 * thread to end. If it does not, it is <em>stuck</em>:
 *
 * <ul>
 *   <li>a stop runs beside it: it is the one operation that must always be possible. Beside a start or a promote it
 *       only counts as done when that thread has ended as well, for it could still bring the service up;
 *   <li>any other operation, and a stop beside a stuck stop, fails at once.
 * </ul>
 *
 * <p>Time in which the whole node stood still does not count: an operation gets it back at the end, and a monitor that
 * failed meanwhile is made again before it counts, for it measured its own time too.
 */
final class ResourceRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ResourceRunner.class);

    /** How long the next operation waits for the thread of one that was given up. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private final String resourceId;
    private final ResourceAgent agent;
    private final EventLoop loop;
    private final Workers workers;
    private final Supplier<Duration> pauses;
    private final Function<Run, OperationContext> contexts;
    private final Deque<OperationRequest> waiting = new ArrayDeque<>();
    private final List<Run> stuck = new ArrayList<>();
    private @Nullable Run current;

    /**
     * Makes a runner that does nothing yet.
     *
     * @param pauses for how long the node has stood still, all in all
     */
    ResourceRunner(
            String resourceId,
            ResourceAgent agent,
            EventLoop loop,
            Workers workers,
            Supplier<Duration> pauses,
            Function<Run, OperationContext> contexts) {
        this.resourceId = resourceId;
        this.agent = agent;
        this.loop = loop;
        this.workers = workers;
        this.pauses = pauses;
        this.contexts = contexts;
    }

    /** One run of one operation. */
    static final class Run {
        OperationRequest request;
        final Instant began;
        final long beganNanos;
        /** For how long the node had stood still before. */
        final Duration pausesBefore;

        final boolean repeated;
        /** The time that it has got back for pauses. */
        Duration madeUpFor = Duration.ZERO;

        volatile long deadline;
        Workers.Task task = NO_TASK;
        EventLoop.Timer timer = () -> {};
        boolean answered;
        /** A success that counts only when nothing is stuck any more that could undo it. */
        @Nullable
        Outcome held;

        Run(OperationRequest request, Instant began, long beganNanos, Duration pausesBefore, boolean repeated) {
            this.request = request;
            this.began = began;
            this.beganNanos = beganNanos;
            this.pausesBefore = pausesBefore;
            this.repeated = repeated;
            this.deadline = beganNanos + request.timeout().toNanos();
        }

        long deadline() {
            return deadline;
        }

        private boolean isMonitor() {
            return request.operation().equals("monitor");
        }

        private boolean isStop() {
            return request.isStop();
        }

        private boolean mayBringUp() {
            return request.operation().equals("start") || request.operation().equals("promote");
        }
    }

    private static final Workers.Task NO_TASK = new Workers.Task() {
        @Override
        public void interrupt() {
            // Nothing runs.
        }

        @Override
        public String abandon() {
            return "";
        }
    };

    /**
     * Has an operation carried out after those that wait already. If the last of these is the very same, it is not carried
     * out twice: a newer plan repeats what an older one has begun, and from now on it is the newer one's.
     */
    void submit(OperationRequest request) {
        Run run = current;
        OperationRequest last = waiting.peekLast();
        if (last != null && request.isSameAs(last)) {
            waiting.removeLast();
            waiting.addLast(request);
        } else if (last == null && run != null && !run.answered && request.isSameAs(run.request)) {
            run.request = request;
        } else {
            waiting.addLast(request);
            next();
        }
    }

    /** The operations that run or wait, the first one first. */
    List<OperationRequest> unfinished() {
        List<OperationRequest> all = new ArrayList<>();
        if (current != null && !current.answered) {
            all.add(current.request);
        }
        all.addAll(waiting);
        return all;
    }

    /** When the present operation began, if one runs. */
    Optional<Instant> runningSince() {
        return Optional.ofNullable(current).map(run -> run.began);
    }

    /** Forgets what waits and interrupts what runs: something more urgent is to come. */
    void interrupt(String why) {
        waiting.clear();
        Run run = current;
        if (run != null && !run.answered) {
            LOG.info("{} {} is interrupted: {}", run.request.operation(), resourceId, why);
            giveUp(run, Outcome.failed("interrupted: " + why), false);
        }
    }

    void close() {
        interrupt("the node lets go of the resource");
        try {
            agent.close();
        } catch (RuntimeException broken) {
            LOG.error("the agent of {} failed to close", resourceId, broken);
        }
    }

    private void next() {
        while (current == null && !waiting.isEmpty()) {
            OperationRequest request = waiting.removeFirst();
            Optional<Run> obstacle = obstacle(request);
            if (obstacle.isEmpty()) {
                begin(request, false);
            } else {
                Outcome refusal = Outcome.failed(describe(obstacle.get()) + "; a " + request.operation()
                        + " is not possible before that has ended");
                request.then().accept(new OperationRequest.Ended(refusal, false, loop.now(), Duration.ZERO));
            }
        }
    }

    private Optional<Run> obstacle(OperationRequest request) {
        return stuck.stream().filter(run -> !request.isStop() || run.isStop()).findFirst();
    }

    private void begin(OperationRequest request, boolean again) {
        Run run = new Run(request, loop.now(), loop.nanoTime(), pauses.get(), again);
        current = run;
        run.timer = loop.schedule(request.timeout(), () -> timeOut(run));
        OperationContext context = contexts.apply(run);
        run.task = workers.start(context.operation() + " " + resourceId, () -> {
            Outcome outcome = perform(request, context);
            loop.execute(() -> ended(run, outcome));
        });
    }

    private Outcome perform(OperationRequest request, OperationContext context) {
        try {
            return switch (request.operation()) {
                case "start" -> start(context);
                case "stop" -> agent.stop(context);
                case OperationRequest.GIVE_UP -> agent.giveUp(context);
                case "monitor" -> agent.monitor(context);
                case "promote" -> agent.promote(context);
                case "demote" -> agent.demote(context);
                case "notify" -> agent.notify(request.notification().orElseThrow(), context);
                default -> Outcome.unimplemented(context.operation());
            };
        } catch (InterruptedException interrupted) {
            return Outcome.failed("the operation was interrupted");
        } catch (Exception failure) {
            LOG.warn("{} {} failed", context.operation(), resourceId, failure);
            String message = failure.getMessage();
            return Outcome.failed(message == null ? failure.toString() : message);
        } catch (Error broken) { // A missing class, a full stack: the operation has failed, and somebody waits for it.
            LOG.error("{} {} failed", context.operation(), resourceId, broken);
            return Outcome.failed(broken.toString());
        }
    }

    private Outcome start(OperationContext context) throws Exception {
        List<String> problems = agent.validate();
        return problems.isEmpty() ? agent.start(context) : Outcome.badParameter(String.join("; ", problems));
    }

    /** The thread of a run has ended. */
    private void ended(Run run, Outcome outcome) {
        if (stuck.remove(run)) {
            LOG.warn("{} has ended after all: {}", describe(run), outcome);
            Run waits = current;
            if (waits != null && waits.held != null && bringsUp().isEmpty()) {
                answer(waits, waits.held, false);
                release(waits);
            }
        } else if (!run.answered
                && run.isStop()
                && outcome.isSuccess()
                && bringsUp().isPresent()) {
            run.held = outcome;
        } else if (!run.answered && run.isMonitor() && !run.repeated && isDoubtful(run, outcome)) {
            LOG.info("{} is asked again, for the node stood still meanwhile: {}", resourceId, outcome);
            run.timer.cancel();
            begin(run.request, true);
        } else {
            answer(run, outcome, false);
            release(run);
        }
    }

    private boolean isDoubtful(Run run, Outcome outcome) {
        return !outcome.isSuccess()
                && outcome.code().ocf() != run.request.expectedCode()
                && pauses.get().compareTo(run.pausesBefore) > 0;
    }

    private Optional<Run> bringsUp() {
        return stuck.stream().filter(Run::mayBringUp).findFirst();
    }

    private void timeOut(Run run) {
        Duration lost = pauses.get().minus(run.pausesBefore).minus(run.madeUpFor);
        if (!run.answered && !lost.isZero()) {
            run.madeUpFor = run.madeUpFor.plus(lost);
            run.deadline =
                    run.beganNanos + run.request.timeout().plus(run.madeUpFor).toNanos();
            run.timer = loop.schedule(lost, () -> timeOut(run));
        } else if (!run.answered) {
            String late = run.request.operation() + " did not end within its time-out of "
                    + run.request.timeout().toMillis() + " ms";
            String tainted = bringsUp()
                    .filter(culprit -> run.held != null)
                    .map(culprit -> "stopped, but " + describe(culprit) + " and may bring it up again")
                    .orElse(late);
            giveUp(run, Outcome.failed(tainted), true);
        }
    }

    private void giveUp(Run run, Outcome outcome, boolean timedOut) {
        answer(run, outcome, timedOut);
        if (run.held != null) {
            release(run);
            return;
        }
        run.task.interrupt();
        loop.schedule(GRACE, () -> leaveBehind(run));
    }

    private void leaveBehind(Run run) {
        if (current == run) {
            stuck.add(run);
            String where = run.task.abandon();
            LOG.error("{}:{}{}", describe(run), System.lineSeparator(), where);
            release(run);
        }
    }

    private String describe(Run run) {
        long since = Duration.ofNanos(loop.nanoTime() - run.beganNanos).toMillis();
        return "the " + run.request.operation() + " of " + resourceId + " that began " + since
                + " ms ago hangs and cannot be interrupted";
    }

    private void answer(Run run, Outcome outcome, boolean timedOut) {
        if (!run.answered) {
            run.answered = true;
            run.timer.cancel();
            Duration took = Duration.ofNanos(loop.nanoTime() - run.beganNanos);
            run.request.then().accept(new OperationRequest.Ended(outcome, timedOut, run.began, took));
        }
    }

    private void release(Run run) {
        if (current == run) {
            current = null;
            next();
        }
    }
}
