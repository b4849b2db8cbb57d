package io.releve.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ThreadedWorkersTest {

    private final ThreadedWorkers workers = new ThreadedWorkers("test-workers", 1);

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void shouldNameTheThreadAfterItsWork() {
        CompletableFuture<String> name = new CompletableFuture<>();
        workers.start("start web", () -> name.complete(Thread.currentThread().getName()));

        assertThat(name.join()).isEqualTo("start web");
    }

    @Test
    void shouldInterruptTheWorkAndNotTheOneAfterIt() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<Boolean> second = new CompletableFuture<>();
        Workers.Task task = workers.start("hangs", () -> {
            begun.countDown();
            first.complete(untilInterrupted());
            // An interrupt that nobody took in must not reach the next piece of work.
            Thread.currentThread().interrupt();
        });
        workers.start("next", () -> second.complete(Thread.currentThread().isInterrupted()));
        untilZero(begun);

        task.interrupt();

        assertThat(first.join()).isEqualTo("interrupted");
        assertThat(second.join()).isFalse();
        task.interrupt();
    }

    @Test
    void shouldRunWorkThatWasInterruptedBeforeItBegan() {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        workers.start("busy", () -> untilZero(release));
        Workers.Task waiting = workers.start(
                "waiting", () -> interrupted.complete(Thread.currentThread().isInterrupted()));

        waiting.interrupt();
        release.countDown();

        assertThat(interrupted.join()).isTrue();
    }

    @Test
    void shouldGoOnAfterWorkThatThrows() {
        CompletableFuture<String> next = new CompletableFuture<>();
        workers.start("fails", () -> {
            throw new AssertionError("thrown on purpose by this test");
        });
        workers.start("next", () -> next.complete("ran"));

        assertThat(next.join()).isEqualTo("ran");
    }

    @Test
    void shouldInterruptEverythingWhenClosed() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> end = new CompletableFuture<>();
        workers.start("hangs", () -> {
            begun.countDown();
            end.complete(untilInterrupted());
        });
        untilZero(begun);

        workers.close();

        assertThat(List.of(end.join())).containsExactly("interrupted");
    }

    private static String untilInterrupted() {
        try {
            new CountDownLatch(1).await();
            return "released";
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    private static void untilZero(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
