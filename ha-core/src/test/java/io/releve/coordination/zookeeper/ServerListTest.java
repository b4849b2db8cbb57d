package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerListTest {

    private final AtomicLong now = new AtomicLong(1);
    private final List<Long> pauses = new ArrayList<>();
    private final ServerList list = new ServerList(
            "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3", server -> server.getPort() == 2, 8, now::get, nanos -> {
                pauses.add(nanos);
                now.addAndGet(nanos);
            });

    @AfterEach
    void forgetInterrupts() {
        Thread.interrupted();
    }

    @Test
    void shouldBeginWithTheServerOfThisHost() {
        assertThat(next()).isEqualTo(2);
        assertThat(nextOf(2)).containsExactlyInAnyOrder(1, 3);
    }

    @Test
    void shouldPauseBetweenRoundsOnlyAndALittleLongerEachTime() {
        for (int i = 0; i < 12; i++) {
            next();
        }

        assertThat(pauses).hasSize(3);
        assertThat(TimeUnit.NANOSECONDS.toMillis(pauses.get(0))).isBetween(20L, 40L);
        assertThat(TimeUnit.NANOSECONDS.toMillis(pauses.get(1))).isBetween(30L, 60L);
        assertThat(TimeUnit.NANOSECONDS.toMillis(pauses.get(2))).isBetween(45L, 90L);
    }

    @Test
    void shouldAskAgainFirstWhoHasClosedTheConnection() {
        next();
        list.onConnected();
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));

        assertThat(next()).isEqualTo(2);
        assertThat(next()).isNotEqualTo(2);
    }

    @Test
    void shouldLeaveOutForAWhileWhoWasLeftBecauseOfItsSilence() {
        int first = next();
        list.onConnected();

        assertThat(list.updateServerList(List.of(), new InetSocketAddress(InetAddress.getLoopbackAddress(), first)))
                .isTrue();

        Set<Integer> tried = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            tried.add(next());
        }
        assertThat(tried).containsExactlyInAnyOrder(1, 3);
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(nextOf(3)).contains(first);
    }

    @Test
    void shouldLeaveOutWhoDidNotAnswerAnAttemptButNotEverybody() {
        int silent = next();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        Set<Integer> others = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            others.add(next());
        }
        assertThat(others).doesNotContain(silent).hasSize(2);

        for (int i = 0; i < 6; i++) {
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
            assertThat(next()).isPositive();
        }
    }

    @Test
    void shouldEndTheSleepThatFollowsOnlyWhereTheClientSleeps() {
        next();
        assertThat(Thread.interrupted()).isFalse();
        list.onConnected();

        next();
        assertThat(Thread.interrupted()).isTrue();
        for (int i = 0; i < 30; i++) {
            list.next(1000);
            Thread.interrupted();
        }
        next();
        assertThat(Thread.interrupted())
                .as("after many rounds the client goes at its own pace")
                .isFalse();
    }

    @Test
    void shouldGiveUpSilentServersWithinAnEighthOfTheSession() {
        assertThat(list.size()).isEqualTo(8);
    }

    private List<Integer> nextOf(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(next());
        }
        return ports;
    }

    private int next() {
        return list.next(1000).getPort();
    }
}
