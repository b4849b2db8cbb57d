package io.releve.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ThreadedEventLoopTest {

    private final ThreadedEventLoop loop = ThreadedEventLoop.daemon("test-loop");

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void shouldRunEveryTaskOnTheOneThreadInTheOrderPosted() {
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<String> threads = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        IntStream.range(0, 1000)
                .forEach(i -> loop.execute(() -> {
                    order.add(i);
                    threads.add(Thread.currentThread().getName());
                }));
        loop.execute(() -> done.complete(null));
        done.join();

        assertThat(order).hasSize(1000).isSorted();
        assertThat(threads).containsOnly("test-loop");
    }

    @Test
    void shouldGoOnAfterATaskThatThrows() {
        CompletableFuture<String> next = new CompletableFuture<>();
        loop.execute(() -> {
            throw new AssertionError("thrown on purpose by this test");
        });
        loop.execute(() -> next.complete(Thread.currentThread().getName()));

        assertThat(next.join()).isEqualTo("test-loop");
    }

    @Test
    void shouldNotRunATimerSooner() {
        CompletableFuture<Long> at = new CompletableFuture<>();
        long from = loop.nanoTime();
        loop.schedule(Duration.ofMillis(30), () -> at.complete(loop.nanoTime()));

        assertThat(at.join() - from).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
    }

    @Test
    void shouldRunWhatWasPostedButNoTimersWhenClosed() {
        List<String> ran = new CopyOnWriteArrayList<>();
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> await(busy));
        loop.execute(() -> ran.add("posted"));
        loop.schedule(Duration.ofHours(1), () -> ran.add("timer"));
        busy.countDown();

        loop.close();
        loop.execute(() -> ran.add("after the end"));

        assertThat(ran).containsExactly("posted");
    }

    @Test
    void shouldBeClosableFromItself() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        loop.execute(() -> {
            loop.close();
            closed.countDown();
        });

        assertThat(closed.await(3, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
