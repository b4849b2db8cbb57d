package io.releve.node;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.runtime.EventLoop;
import io.releve.runtime.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the operations of one resource on this node, one at a time, each on a worker thread and each with a
 * time-out. All methods are called on the loop.
 */
final class ResourceRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ResourceRunner.class);

    /** How long the next operation waits for the thread of one that was given up. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final String resourceId;
    private final ResourceAgent agent;
    private final EventLoop loop;
    private final Workers workers;
    private final Function<Run, OperationContext> contexts;
    private final Deque<OperationRequest> waiting = new ArrayDeque<>();
    private @Nullable Run current;

    ResourceRunner(
            String resourceId,
            ResourceAgent agent,
            EventLoop loop,
            Workers workers,
            Function<Run, OperationContext> contexts) {
        this.resourceId = resourceId;
        this.agent = agent;
        this.loop = loop;
        this.workers = workers;
        this.contexts = contexts;
    }

    /** One run of one operation. */
    static final class Run {
        final OperationRequest request;
        final Instant began;
        final long beganNanos;
        Workers.Task task = () -> {};
        EventLoop.Timer timer = () -> {};
        boolean answered;

        Run(OperationRequest request, Instant began, long beganNanos) {
            this.request = request;
            this.began = began;
            this.beganNanos = beganNanos;
        }
    }

    /** Has an operation carried out after those that wait already. */
    void submit(OperationRequest request) {
        waiting.addLast(request);
        next();
    }

    /** The operations that run or wait, the first one first. */
    List<OperationRequest> unfinished() {
        List<OperationRequest> all = new java.util.ArrayList<>();
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
            answer(run, Outcome.failed("interrupted: " + why), false);
            run.task.interrupt();
            loop.schedule(GRACE, () -> release(run));
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
        if (current != null || waiting.isEmpty()) {
            return;
        }
        OperationRequest request = waiting.removeFirst();
        Run run = new Run(request, loop.now(), loop.nanoTime());
        current = run;
        run.timer = loop.schedule(request.timeout(), () -> timeOut(run));
        OperationContext context = contexts.apply(run);
        run.task = workers.start(request.operation() + " " + resourceId, () -> {
            Outcome outcome = perform(context);
            loop.execute(() -> {
                answer(run, outcome, false);
                release(run);
            });
        });
    }

    private Outcome perform(OperationContext context) {
        try {
            return switch (context.operation()) {
                case "start" -> start(context);
                case "stop" -> agent.stop(context);
                case "monitor" -> agent.monitor(context);
                case "promote" -> agent.promote(context);
                case "demote" -> agent.demote(context);
                default -> Outcome.unimplemented(context.operation());
            };
        } catch (InterruptedException interrupted) {
            return Outcome.failed("the operation was interrupted");
        } catch (Exception failure) {
            LOG.warn("{} {} failed", context.operation(), resourceId, failure);
            String message = failure.getMessage();
            return Outcome.failed(message == null ? failure.toString() : message);
        }
    }

    private Outcome start(OperationContext context) throws Exception {
        List<String> problems = agent.validate();
        return problems.isEmpty() ? agent.start(context) : Outcome.badParameter(String.join("; ", problems));
    }

    private void timeOut(Run run) {
        if (!run.answered) {
            answer(
                    run,
                    Outcome.failed(run.request.operation() + " did not end within its time-out of "
                            + run.request.timeout().toMillis() + " ms"),
                    true);
            run.task.interrupt();
            loop.schedule(GRACE, () -> release(run));
        }
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
