package io.releve.agent;

import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Runs an object inside the node's own JVM: a scheduler, a consumer of a queue, an embedded server. It lives and dies with
 * the JVM.
 *
 * <pre>{@code
 * HaCluster.builder().agent("reports", JavaServiceAgent.of(scheduler::start, scheduler::stop, scheduler::isRunning))
 * }</pre>
 *
 * <p>What it does must stop when it is told to: if the JVM freezes, the object freezes with it, and goes on for a moment
 * when the JVM thaws, before the node notices that its lease is over. What must not be done twice asks
 * {@link Lease#isValid()} of the node's lease before each step, or leaves the last word to a database.
 */
public final class JavaServiceAgent implements ResourceAgent {

    /** Something that may fail with any exception. */
    @FunctionalInterface
    public interface Step {
        /**
         * Does it, and returns when it is done. Runs on a thread of its own, which is interrupted when the operation's time is
         * over.
         *
         * @throws Exception fails the operation, with the exception's message
         */
        void run() throws Exception;
    }

    /** A service inside the JVM. The node calls it from one thread at a time. */
    public interface Service {
        /**
         * Starts it, and returns when it can be used.
         *
         * @throws Exception fails the operation, with the exception's message
         */
        void start() throws Exception;

        /**
         * Stops it, and returns when nothing of it runs any more.
         *
         * @throws Exception fails the operation, with the exception's message
         */
        void stop() throws Exception;

        /** Whether it does its work; asked while it is started. Default: yes. */
        default boolean isHealthy() {
            return true;
        }
    }

    private final String resourceId;
    private final Service service;
    private boolean touched;
    private boolean started;

    private JavaServiceAgent(String resourceId, Service service) {
        this.resourceId = resourceId;
        this.service = service;
    }

    /**
     * Agents for a service that exists once in this JVM.
     *
     * @param start starts it
     * @param stop stops it; also called after a start that failed
     * @param healthy whether it does its work; asked while it is started
     */
    public static ResourceAgentFactory of(Step start, Step stop, BooleanSupplier healthy) {
        return of(context -> new Service() {
            @Override
            public void start() throws Exception {
                start.run();
            }

            @Override
            public void stop() throws Exception {
                stop.run();
            }

            @Override
            public boolean isHealthy() {
                return healthy.getAsBoolean();
            }
        });
    }

    /**
     * Agents for services that depend on the resource: on its parameters, its node, its lease.
     *
     * @param service makes the service of one resource on one node, not started
     */
    public static ResourceAgentFactory of(Function<AgentContext, Service> service) {
        return context -> new JavaServiceAgent(context.resourceId(), service.apply(context));
    }

    @Override
    public Outcome start(OperationContext operation) throws Exception {
        if (!started) {
            touched = true; // What fails half way must be stopped.
            service.start();
            started = true;
        }
        return Outcome.ok();
    }

    @Override
    public Outcome stop(OperationContext operation) throws Exception {
        if (touched) {
            service.stop();
            touched = false;
            started = false;
        }
        return Outcome.ok();
    }

    @Override
    public Outcome monitor(OperationContext operation) {
        if (!touched) {
            return Outcome.notRunning(resourceId + " is not started in this JVM");
        }
        if (!started) {
            return Outcome.failed(resourceId + " has failed to start, and has not been stopped since");
        }
        return service.isHealthy() ? Outcome.ok() : Outcome.failed(resourceId + " says that it is not healthy");
    }
}
