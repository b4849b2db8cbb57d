package io.releve.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

    private final List<String> log = new ArrayList<>();

    @Test
    void shouldRunTasksInTheOrderPosted() {
        VirtualTime time = VirtualTime.seeded(1);
        EventLoop loop = time.loop("node");
        loop.execute(() -> {
            log.add("first");
            loop.execute(() -> log.add("third"));
        });
        loop.execute(() -> log.add("second"));
        assertThat(log).isEmpty();

        time.runUntilIdle();

        assertThat(log).containsExactly("first", "second", "third");
    }

    @Test
    void shouldRunTimersInTheOrderOfTheirTimesAndNotSooner() {
        VirtualTime time = VirtualTime.seeded(1);
        EventLoop loop = time.loop("node");
        loop.schedule(Duration.ofSeconds(2), () -> log.add("late at " + loop.nanoTime()));
        loop.schedule(Duration.ofSeconds(1), () -> log.add("early at " + loop.nanoTime()));

        time.advance(Duration.ofMillis(1999));
        assertThat(log).containsExactly("early at 1000000000");

        time.advance(Duration.ofMillis(1));
        assertThat(log).containsExactly("early at 1000000000", "late at 2000000000");
        assertThat(time.nanoTime()).isEqualTo(2_000_000_000L);
    }

    @Test
    void shouldNotRunACancelledTimer() {
        VirtualTime time = VirtualTime.seeded(1);
        EventLoop loop = time.loop("node");
        EventLoop.Timer timer = loop.schedule(Duration.ofSeconds(1), () -> log.add("cancelled"));
        timer.cancel();

        time.advance(Duration.ofSeconds(2));

        assertThat(log).isEmpty();
    }

    @Test
    void shouldGiveTheSameRunForTheSameSeedAndAnotherForAnother() {
        assertThat(race(7)).isEqualTo(race(7));
        assertThat(List.of(race(1), race(2), race(3), race(4))).doesNotHaveDuplicates();
    }

    private static List<String> race(long seed) {
        VirtualTime time = VirtualTime.seeded(seed);
        List<String> order = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            EventLoop loop = time.loop(name);
            for (int i = 0; i < 10; i++) {
                String task = name + i;
                loop.execute(() -> order.add(task));
            }
        }
        time.runUntilIdle();
        return order;
    }

    @Test
    void shouldHaveWorkTakeItsTime() {
        VirtualTime time = VirtualTime.seeded(1);
        Workers workers = time.workers(name -> Duration.ofSeconds(3));
        workers.start("start web", () -> log.add("done at " + time.nanoTime()));

        time.advance(Duration.ofSeconds(2));
        assertThat(log).isEmpty();
        time.advance(Duration.ofSeconds(1));
        assertThat(log).containsExactly("done at 3000000000");
    }

    @Test
    void shouldRunInterruptedWorkAtOnceWithTheInterruptStatusSet() {
        VirtualTime time = VirtualTime.seeded(1);
        Workers workers = time.workers(name -> Duration.ofSeconds(3));
        Workers.Task task = workers.start("start web", () -> log.add("interrupted " + Thread.interrupted()));
        time.advance(Duration.ofSeconds(1));

        task.interrupt();
        time.runUntilIdle();
        time.advance(Duration.ofSeconds(5));

        assertThat(log).containsExactly("interrupted true");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void shouldRunNothingOnAFrozenLoopUntilItThaws() {
        VirtualTime time = VirtualTime.seeded(1);
        EventLoop frozen = time.loop("frozen");
        EventLoop other = time.loop("other");
        frozen.schedule(Duration.ofSeconds(1), () -> log.add("timer at " + time.nanoTime()));
        time.freeze(frozen);
        frozen.execute(() -> log.add("task at " + time.nanoTime()));
        other.schedule(Duration.ofSeconds(2), () -> log.add("other at " + time.nanoTime()));

        time.advance(Duration.ofSeconds(3));
        assertThat(log).containsExactly("other at 2000000000");

        time.thaw(frozen);
        time.runUntilIdle();
        assertThat(log).containsExactly("other at 2000000000", "task at 3000000000", "timer at 3000000000");
    }

    @Test
    void shouldPassAFailureOnAndKeepAllOtherTasks() {
        VirtualTime time = VirtualTime.seeded(1);
        EventLoop loop = time.loop("node");
        loop.execute(() -> {
            throw new IllegalArgumentException("a bug");
        });
        loop.execute(() -> log.add("next"));

        assertThatThrownBy(time::runUntilIdle).hasMessage("a bug");
        time.runUntilIdle();

        assertThat(log).containsExactly("next");
    }

    @Test
    void shouldNoticeLoopsThatPostWithoutEnd() {
        VirtualTime time = VirtualTime.seeded(1);
        EventLoop loop = time.loop("restless");
        Runnable again = new Runnable() {
            @Override
            public void run() {
                loop.execute(this);
            }
        };
        loop.execute(again);

        assertThatThrownBy(time::runUntilIdle).hasMessageContaining("restless");
    }
}
