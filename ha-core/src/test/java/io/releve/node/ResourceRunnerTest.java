package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Lease;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.runtime.ThreadedEventLoop;
import io.releve.runtime.ThreadedWorkers;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With real threads that really hang. */
class ResourceRunnerTest {

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ThreadedEventLoop loop = ThreadedEventLoop.daemon("loop");
    private final ThreadedWorkers workers = new ThreadedWorkers("workers", 2);
    private volatile Duration paused = Duration.ZERO;
    private final CountDownLatch door = new CountDownLatch(1);

    /** An agent one operation of which hangs until the door opens, however often it is interrupted. */
    private final class Hanging implements ResourceAgent {
        private final String hangs;

        Hanging(String hangs) {
            this.hangs = hangs;
        }

        private Outcome perform(OperationContext operation) {
            if (!operation.operation().equals(hangs)) {
                return Outcome.ok();
            }
            while (door.getCount() > 0) {
                try {
                    door.await();
                } catch (InterruptedException deaf) {
                    // That is the point.
                }
            }
            return Outcome.ok();
        }

        @Override
        public Outcome start(OperationContext operation) {
            return perform(operation);
        }

        @Override
        public Outcome stop(OperationContext operation) {
            return perform(operation);
        }

        @Override
        public Outcome monitor(OperationContext operation) {
            return perform(operation);
        }
    }

    @AfterEach
    void close() {
        door.countDown();
        workers.close();
        loop.close();
    }

    private ResourceRunner runner(ResourceAgent agent) {
        Lease none = new Lease() {
            @Override
            public Duration length() {
                return LONG;
            }

            @Override
            public Duration remaining() {
                return LONG;
            }

            @Override
            public Registration onRenewal(Runnable action) {
                return () -> {};
            }
        };
        return new ResourceRunner(
                "web",
                agent,
                loop,
                workers,
                () -> paused,
                run -> new LocalOperation(
                        run.request, run::deadline, loop, none, Map.of(), java.util.OptionalLong.empty()));
    }

    private CompletableFuture<OperationRequest.Ended> submit(
            ResourceRunner runner, String operation, Duration timeout) {
        CompletableFuture<OperationRequest.Ended> result = new CompletableFuture<>();
        OperationRequest request = new OperationRequest(operation, Duration.ZERO, timeout, 0, "", result::complete);
        loop.execute(() -> runner.submit(request));
        return result;
    }

    private static OperationRequest.Ended get(CompletableFuture<OperationRequest.Ended> result) throws Exception {
        return result.get(10, TimeUnit.SECONDS);
    }

    @Test
    void shouldFailAnOperationThatHangsWhenItsTimeIsOver() throws Exception {
        OperationRequest.Ended ended = get(submit(runner(new Hanging("start")), "start", SHORT));

        assertThat(ended.timedOut()).isTrue();
        assertThat(ended.outcome().reason()).contains("time-out of 100 ms");
    }

    @Test
    void shouldStopAResourceWhoseMonitorHangs() throws Exception {
        ResourceRunner runner = runner(new Hanging("monitor"));
        get(submit(runner, "monitor", SHORT));

        assertThat(get(submit(runner, "stop", LONG)).outcome()).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldNotTrustAStopBesideAStartThatHangs() throws Exception {
        ResourceRunner runner = runner(new Hanging("start"));
        get(submit(runner, "start", SHORT));

        OperationRequest.Ended stop = get(submit(runner, "stop", Duration.ofMillis(1500)));

        assertThat(stop.outcome().isSuccess()).isFalse();
        assertThat(stop.outcome().reason()).contains("may bring it up again");
    }

    @Test
    void shouldTrustTheStopOnceTheStartThatHungHasEnded() throws Exception {
        ResourceRunner runner = runner(new Hanging("start"));
        get(submit(runner, "start", SHORT));
        CompletableFuture<OperationRequest.Ended> stop = submit(runner, "stop", LONG);
        assertThat(stop.thenApply(done -> "done")
                        .completeOnTimeout("waits", 1500, TimeUnit.MILLISECONDS)
                        .get())
                .isEqualTo("waits");

        door.countDown();

        assertThat(get(stop).outcome()).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldFailEverythingElseUntilTheThreadHasEnded() throws Exception {
        ResourceRunner runner = runner(new Hanging("stop"));
        get(submit(runner, "stop", SHORT));

        OperationRequest.Ended again = get(submit(runner, "stop", LONG));
        OperationRequest.Ended start = get(submit(runner, "start", LONG));
        assertThat(again.outcome().reason()).contains("the stop of web").contains("hangs");
        assertThat(start.outcome().isSuccess()).isFalse();

        door.countDown();
        OperationRequest.Ended later = get(submit(runner, "monitor", LONG));
        for (int i = 0; i < 1000 && !later.outcome().isSuccess(); i++) {
            later = get(submit(runner, "monitor", LONG));
        }
        assertThat(later.outcome()).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldLeaveOtherResourcesTheirThreads() throws Exception {
        for (int i = 0; i < 3; i++) {
            ResourceRunner hanging = runner(new Hanging("monitor"));
            get(submit(hanging, "monitor", SHORT));
            // Its stop begins once the hanging thread has been given up, and with it its place among two.
            get(submit(hanging, "stop", LONG));
        }

        assertThat(get(submit(runner(new Hanging("")), "start", LONG)).outcome())
                .isEqualTo(Outcome.ok());
    }

    @Test
    void shouldGiveBackTheTimeInWhichTheNodeStoodStill() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        ResourceRunner runner = runner(new Told(List.of(Outcome.ok()), inside));
        long began = System.nanoTime();
        CompletableFuture<OperationRequest.Ended> start = submit(runner, "start", SHORT);
        inside.await();
        loop.execute(() -> paused = Duration.ofMillis(300));

        OperationRequest.Ended ended = get(start);

        assertThat(ended.timedOut()).as("it never ends").isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(390));
    }

    @Test
    void shouldMakeAMonitorAgainThatFailedWhileTheNodeStoodStill() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Told agent = new Told(List.of(Outcome.failed("no answer within 2000 ms"), Outcome.ok()), inside);
        ResourceRunner runner = runner(agent);
        CompletableFuture<OperationRequest.Ended> monitor = submit(runner, "monitor", LONG);
        inside.await();
        loop.execute(() -> {
            paused = Duration.ofMillis(300);
            door.countDown();
        });

        assertThat(get(monitor).outcome()).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldBelieveAMonitorThatFailsAgain() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Told agent = new Told(List.of(Outcome.failed("first"), Outcome.failed("second")), inside);
        ResourceRunner runner = runner(agent);
        CompletableFuture<OperationRequest.Ended> monitor = submit(runner, "monitor", LONG);
        inside.await();
        loop.execute(() -> {
            paused = Duration.ofMillis(300);
            door.countDown();
        });

        assertThat(get(monitor).outcome().reason()).isEqualTo("second");
    }

    /** Waits at the door, then says what it was told to. */
    private final class Told implements ResourceAgent {
        private final Iterator<Outcome> outcomes;
        private final CountDownLatch inside;

        Told(List<Outcome> outcomes, CountDownLatch inside) {
            this.outcomes = outcomes.iterator();
            this.inside = inside;
        }

        private Outcome perform() throws InterruptedException {
            inside.countDown();
            door.await();
            return outcomes.next();
        }

        @Override
        public Outcome start(OperationContext operation) throws InterruptedException {
            return perform();
        }

        @Override
        public Outcome stop(OperationContext operation) throws InterruptedException {
            return perform();
        }

        @Override
        public Outcome monitor(OperationContext operation) throws InterruptedException {
            return perform();
        }
    }
}
