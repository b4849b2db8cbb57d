package io.releve.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SamplerTest {

    private static final int ENOUGH = 5;

    /** Answers what it is told to, and counts. */
    private static final class Told implements Probe {

        private final AtomicBoolean answer;
        private volatile CountDownLatch asked = new CountDownLatch(ENOUGH);

        Told(boolean answer) {
            this.answer = new AtomicBoolean(answer);
        }

        void say(boolean yes) {
            answer.set(yes);
            asked = new CountDownLatch(ENOUGH);
        }

        @Override
        public boolean ask() {
            asked.countDown();
            return answer.get();
        }

        void awaitAsked() throws InterruptedException {
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {}
    }

    /** As a server that is frozen: answers yes once it is thawed. */
    private static final class Frozen implements Probe {

        private final CountDownLatch thaw = new CountDownLatch(1);

        @Override
        public boolean ask() {
            try {
                return thaw.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                return false;
            }
        }

        @Override
        public void close() {
            thaw.countDown();
        }
    }

    @Test
    void shouldSeeTwoServersThatTakeWritesAtOnce() throws Exception {
        Told one = new Told(true);
        Told other = new Told(true);
        try (Sampler sampler = new Sampler(Map.of("n1", one, "n2", other), Map.of())) {
            one.awaitAsked();
            other.awaitAsked();

            assertThat(sampler.twoWritersMillis()).isPositive();
            assertThat(sampler.writers()).containsExactlyInAnyOrder("n1", "n2");
            assertThat(sampler.twoHoldersMillis()).isZero();
        }
    }

    @Test
    void shouldSeeTwoHostsThatHoldTheAddressAtOnce() throws Exception {
        Told one = new Told(true);
        Told other = new Told(true);
        try (Sampler sampler = new Sampler(Map.of(), Map.of("n1", one, "n2", other))) {
            one.awaitAsked();
            other.awaitAsked();

            assertThat(sampler.twoHoldersMillis()).isPositive();
            assertThat(sampler.holders()).containsExactlyInAnyOrder("n1", "n2");
        }
    }

    @Test
    void shouldNotTakeAHandoverForTwoWriters() throws Exception {
        Told one = new Told(true);
        Told other = new Told(false);
        try (Sampler sampler = new Sampler(Map.of("n1", one, "n2", other), Map.of())) {
            one.awaitAsked();
            one.say(false);
            one.awaitAsked();
            other.say(true);
            other.awaitAsked();

            assertThat(sampler.twoWritersMillis()).isZero();
            assertThat(sampler.writers()).containsExactly("n2");
        }
    }

    @Test
    void shouldKnowNothingOfAServerThatDoesNotAnswer() throws Exception {
        Told one = new Told(true);
        try (Sampler sampler = new Sampler(Map.of("n1", one, "n2", new Frozen()), Map.of())) {
            one.awaitAsked();

            assertThat(sampler.writers()).containsExactly("n1");
            assertThat(sampler.twoWritersMillis()).isZero();
        }
    }
}
